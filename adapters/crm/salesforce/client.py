"""Salesforce's REST API: an opportunity is read, and what may be written of it is upserted."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import msgspec

from adapters.crm.deciding import decided, instant_of, is_on, keep_said, keep_seen
from adapters.crm.passes import REFUSED, Passes
from adapters.crm.salesforce.mapping import Record, fields_of, required, troubles, wishes
from adapters.crm.salesforce.tokens import Tokens
from adapters.http import Guard
from adapters.rest import USUAL, Answer, json_of
from engine.kernel.clock import Clock, SystemClock
from engine.ports.connections import Access, Checked, Steps
from engine.ports.crm import CrmCapabilities, CrmDocument, CrmReceipt
from engine.ports.outcomes import Declined, Denied, Postponed

_LIFETIME = timedelta(minutes=55)
"""Sessions end when the organisation says; two hours after their last use is usual."""
_MOST_READS = 3
_VERSION = "v62.0"
_ALMOST_A_SECOND = timedelta(microseconds=999_999)
_SHORT_ID = 15
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?\Z", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}\Z", re.ASCII)
_VERSIONS = re.compile(r"v[0-9]{2,3}\.0\Z", re.ASCII)
_PASSES = REFUSED | {HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.FORBIDDEN}
_TOO_MANY = "REQUEST_LIMIT_EXCEEDED"
_MOST_ERRORS = 20
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


class SalesforceCrm:
    """One organisation's Salesforce. Threads share it, and with it its token."""

    def __init__(self, access: Access, guard: Guard = USUAL, clock: Clock | None = None) -> None:
        self._access = access
        self._external = access.options.get("external_id_field", "")
        self._creates = bool(self._external) and is_on(access.options.get("creates"))
        clock = clock or SystemClock()
        self._passes = Passes(Tokens(access, guard, clock).take, _LIFETIME, clock)

    def capabilities(self) -> CrmCapabilities:
        return CrmCapabilities(proof="own stub", creates=self._creates)

    def check(self) -> Checked:
        """Whose token it is, and whether opportunities have the fields that the options name."""
        me = self._object(self._ask("GET", "/services/oauth2/userinfo"))
        told = self._object(self._ask("GET", f"{self._objects()}/describe"))
        listed = told.get("fields")
        described = {
            str(each["name"]): each
            for each in (listed if isinstance(listed, list) else [])
            if isinstance(each, dict) and "name" in each
        }
        who = str(me.get("preferred_username") or me.get("user_id") or "the client")[:100]
        found = troubles(described, self._access.options)
        if told.get("updateable") is False:
            found.append("we may not write opportunities")
        return Checked(identity=who, troubles=tuple(found))

    def write(self, document: CrmDocument, key: str, steps: Steps) -> CrmReceipt:
        """Write what may be written; where somebody was faster it is read once more."""
        path = self._path(document.opportunity)
        overwrites = self._access.options.get("newer") == "overwrite"
        for _ in range(_MOST_READS):
            record = self._read(path, document.opportunity)
            there: Record = record or {}
            wanted = wishes(document, key, there, self._access)
            changed_at = instant_of(there.get("LastModifiedDate"))
            found = decided(document, wanted, changed_at, steps, overwrites=overwrites)
            reference = str(there.get("Id") or document.opportunity)
            if found.writes:
                keep_seen(steps, found.writes)
                sent = fields_of(found.writes)
                if record is None:
                    sent = {**required(document, sent), **sent}
                made = self._upserted(path, sent, record)
                if made is None:
                    continue
                reference = made or reference
            keep_said(steps, found.said)
            return CrmReceipt(
                reference=reference,
                said=found.said,
                written=tuple(each.member for each in found.writes),
                kept=found.kept,
            )
        raise Postponed("the opportunity is being changed by others")

    def _read(self, path: str, opportunity: str) -> Record | None:
        """The opportunity; None where there is none and one may be made."""
        answer = self._ask("GET", path)
        if answer.status == HTTPStatus.NOT_FOUND:
            if self._creates:
                return None
            raise Declined("there is no such opportunity", {"opportunity": "it is not there"})
        found = self._object(answer)
        if not self._is_meant(found, opportunity):
            raise Declined("another opportunity came back", {"opportunity": "not the same"})
        return found

    def _upserted(self, path: str, sent: dict[str, object], record: Record | None) -> str | None:
        """The id of what was made, empty where it was there; None where it has changed."""
        headers, params = {}, {}
        changed_at = None if record is None else instant_of(record.get("LastModifiedDate"))
        if changed_at is not None:
            whole = (changed_at + _ALMOST_A_SECOND).replace(microsecond=0).astimezone(UTC)
            headers["If-Unmodified-Since"] = format_datetime(whole, usegmt=True)
        if record is not None and self._external:
            params["updateOnly"] = "true"
        answer = self._ask("PATCH", path, _ENCODE(sent), params=params, headers=headers)
        if answer.status == HTTPStatus.PRECONDITION_FAILED:
            return None
        if not answer.is_ok:
            raise _refused(answer)
        if answer.status == HTTPStatus.NO_CONTENT:
            return ""
        told = json_of(answer, writes=True)
        return str(told.get("id") or "") if isinstance(told, dict) else ""

    def _is_meant(self, found: Record, opportunity: str) -> bool:
        """Whether it is the one that was asked for: ids end in letters that may be left out."""
        if self._external:
            return str(found.get(self._external)).casefold() == opportunity.casefold()
        return str(found.get("Id"))[:_SHORT_ID] == opportunity[:_SHORT_ID]

    def _objects(self) -> str:
        version = self._access.options.get("version", _VERSION)
        if not _VERSIONS.match(version):
            raise Declined("the version is none", {"version": version[:100]})
        return f"/services/data/{version}/sobjects/Opportunity"

    def _path(self, opportunity: str) -> str:
        """Where the opportunity is: by the external id, or by its own id."""
        if not self._external and not _ID.match(opportunity):
            raise Declined("it is no id of Salesforce's", {"opportunity": opportunity[:100]})
        if not self._external:
            return f"{self._objects()}/{opportunity}"
        if not _NAME.match(self._external):
            raise Declined("it is no field", {"external_id_field": self._external[:100]})
        if opportunity in {"", ".", ".."}:
            raise Declined("it is no external id", {"opportunity": opportunity})
        return f"{self._objects()}/{self._external}/{quote(opportunity, safe='')}"

    def _object(self, answer: Answer) -> dict[str, Any]:
        if not answer.is_ok:
            raise _refused(answer)
        found = json_of(answer, writes=False)
        if not isinstance(found, dict):
            raise Postponed("it answered no object")
        return found

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        params: Mapping[str, str] = MappingProxyType({}),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        answer = self._passes.call(
            lambda held: held.api.call(
                method,
                path,
                params=params,
                body=body,
                headers={**held.headers, **headers},
                writes=body is not None,
                passes=_PASSES,
            )
        )
        if answer.status == HTTPStatus.FORBIDDEN:
            if _TOO_MANY in {code for code, _, _ in _errors(answer)}:
                raise Postponed("the organisation has used up its calls")
            raise Denied(f"it answered 403: {answer.excerpt}")
        return answer


def _errors(answer: Answer) -> Iterator[tuple[str, str, list[str]]]:
    """What is wrong by its own words: code, message, and the fields it concerns."""
    try:
        told = answer.json()
    except (ValueError, RecursionError):
        return
    for each in (told if isinstance(told, list) else [])[:_MOST_ERRORS]:
        if isinstance(each, dict):
            named = each.get("fields")
            fields = [str(name)[:100] for name in (named if isinstance(named, list) else [])]
            yield str(each.get("errorCode")), str(each.get("message"))[:300], fields[:_MOST_ERRORS]


def _refused(answer: Answer) -> Declined:
    """What is wrong, and with which fields where it says so."""
    if answer.status == HTTPStatus.MULTIPLE_CHOICES:
        why = "several opportunities have it"
        return Declined("the external id is not unique there", {"opportunity": why})
    errors = list(_errors(answer))
    why = "; ".join(f"{code}: {message}" for code, message, _ in errors) or answer.excerpt
    fields = {name: message for _, message, named in errors for name in named}
    return Declined(f"it answered {answer.status}: {why}", fields)
