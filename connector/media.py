"""What a request says its body is: whether that is taken, and as what it goes on from the edge."""

import re

from starlette.types import Scope

from connector.context import Exchange
from connector.errors import Refused
from connector.forms import is_form
from connector.origin import is_foreign
from connector.surface import Surface

_LONGEST_LENGTH = 19
_JSON = re.compile(rb'application/json[ \t]*(?:;[ \t]*charset="?utf-?8"?[ \t]*)?', re.IGNORECASE)
_TYPE = b"content-type"


def refusal(scope: Scope, exchange: Exchange, limit: int) -> Refused | None:
    """What the headers alone say against a body of at most `limit` bytes."""
    headers, surface = exchange.headers, exchange.surface
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or len(length) > _LONGEST_LENGTH:
        return Refused(400, "The length of the body is no number.")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        return Refused(415, "Send the body without a content encoding.")
    if surface is not None and _takes_form(surface, headers.get(_TYPE, b"")):
        if is_foreign(scope, headers, exchange.origin):
            return Refused(403, "A form of another site is not taken.", code="cross_site")
    elif not _is_taken(exchange, headers.get(_TYPE, b"")):
        forms = " or as a form" if surface is not None and surface.forms else ""
        return Refused(415, f"Send the body as application/json{forms} in UTF-8.")
    return too_large(limit) if int(length) > limit else None


def too_large(limit: int) -> Refused:
    """The body has more than `limit` bytes."""
    return Refused(413, f"The body is larger than {limit // (1024 * 1024)} MB.")


def passed_on(scope: Scope, exchange: Exchange) -> Scope:
    """The request as the layers further in read it.

    What may be a file is one, whatever type it says it has. Where forms are taken, a form is read
    as the JSON it stands for, and a parameter that is empty was not given.
    """
    surface, told = exchange.surface, exchange.headers.get(_TYPE, b"")
    if surface is None:
        return scope
    if surface.takes_files(exchange.path):
        is_known = _JSON.fullmatch(told) or told.lower().startswith(b"multipart/form-data")
        if surface.is_open(exchange.path) or not is_known:
            scope = _as(scope, b"application/octet-stream")
    if surface.forms:
        scope = {**scope, "query_string": _given(scope["query_string"])}
        if _takes_form(surface, told):
            scope = _as(scope, b"application/json")
    return scope


def _is_taken(exchange: Exchange, told: bytes) -> bool:
    is_file = exchange.surface is not None and exchange.surface.takes_files(exchange.path)
    return is_file or _JSON.fullmatch(told) is not None


def _takes_form(surface: Surface, told: bytes) -> bool:
    return surface.forms and is_form(told.decode("latin-1"))


def _as(scope: Scope, media_type: bytes) -> Scope:
    others = [pair for pair in scope["headers"] if pair[0] != _TYPE]
    return {**scope, "headers": [*others, (_TYPE, media_type)]}


def _given(query: bytes) -> bytes:
    """A query without what is empty in it."""
    return b"&".join(pair for pair in query.split(b"&") if pair.partition(b"=")[2])
