"""A callback as it came, and what every provider's reader needs of it."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from connector import json_body
from connector.json_body import Malformed
from engine.proposals.signature import Callback

Json = dict[str, Any]
Proof = Callable[["Received", Sequence[str], int], bool]

_MULTIPART = re.compile(r'multipart/form-data;.*?boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_MOST_FIELDS = 64
_LATEST_SECOND = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Received:
    """One callback: headers in lower case, the media type, and the exact bytes."""

    headers: Mapping[bytes, bytes]
    media_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str:
        """One header's value; empty where it is not there."""
        return self.headers.get(name.encode(), b"").decode("latin-1")

    def members(self) -> Json:
        """The JSON object the body is; raises Malformed."""
        return json_body.parse(self.body)

    def form(self) -> dict[str, str]:
        """The fields of the form the body is, the first of each name; raises Malformed."""
        multipart = _MULTIPART.match(self.media_type)
        try:
            if multipart is not None:
                return _fields(multipart[1], self.body)
            pairs = parse_qsl(self.body.decode("ascii"), max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise Malformed("the body is no form") from None
        return dict(reversed(pairs))


def _fields(boundary: str, body: bytes) -> dict[str, str]:
    decoder = MultipartDecoder(boundary.encode("latin-1"), max_parts=_MOST_FIELDS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    fields: dict[str, bytes] = {}
    name: str | None = None
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, Field | File):
            is_new = isinstance(event, Field) and event.name not in fields
            name = event.name if is_new else None
        elif isinstance(event, Data) and name is not None:
            fields[name] = fields.get(name, b"") + event.data
    return {name: value.decode() for name, value in fields.items()}


def text(value: object, longest: int = 300) -> str:
    """A text as it may be kept; empty where `value` is none."""
    return (
        value.replace("\0", "\N{REPLACEMENT CHARACTER}")[:longest] if isinstance(value, str) else ""
    )


def within(members: object, *path: str) -> Any:
    """What stands at the end of a path of members; None where the path breaks off."""
    for name in path:
        members = members.get(name) if isinstance(members, dict) else None
    return members


def envelope(value: object) -> str:
    """The id of an envelope, which may be a number; raises Malformed where there is none."""
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)
    if not found:
        raise Malformed("the envelope has no id")
    return found


def meant_for(callback: Callback, members: object) -> Callback:
    """The callback with the quote, proposal and hash that were kept with the envelope."""
    kept = members if isinstance(members, dict) else {}
    return replace(
        callback,
        quote_id=text(kept.get("quote_id")) or None,
        proposal_id=text(kept.get("proposal_id")) or None,
        document_sha256=text(kept.get("document_sha256")).lower() or None,
    )


def instant(value: object) -> datetime | None:
    """An instant written in ISO 8601, or in seconds; None where it is neither."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LATEST_SECOND:
        return datetime.fromtimestamp(value, UTC)
    try:
        read = datetime.fromisoformat(text(value))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
