"""Writing: one transaction of the caller's tenant, at most once, on what the caller has seen."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from connector import context
from connector.context import Exchange
from connector.encoder import Answer, encode
from connector.errors import Fault, Refused
from connector.vektra.reply import Reply, written
from engine.catalog.intake import Cell
from engine.kernel.errors import Conflict
from engine.services import repeating
from engine.tenants.secrets import KeyRing, Unsealable

T = TypeVar("T")
_KEY = re.compile(r"[!-~]{1,255}")
_ETAG = re.compile(r'"([1-9][0-9]{0,8})"')
_NEVER = 0
"""No record has this revision."""


def writing(verb: Callable[..., T], *command: object) -> T:
    """Run `verb` in one transaction of the caller's tenant: all of it happens, or none."""
    with context.hub().unit_of_work(context.principal().tenant) as uow:
        return verb(uow, *command)


def once(act: Callable[[Any], Reply], *, secret: bool = False) -> Answer:
    """Run `act` in one transaction, and answer what it replies.

    Under an Idempotency-Key a repeated request is answered as the first one was, and nothing
    is done again; a request that is refused leaves nothing under its key. Where request or answer
    hold a `secret`, both are kept sealed.
    """
    exchange = context.exchange()
    key = None if exchange is None else exchange.idempotency_key
    with context.hub().unit_of_work(context.principal().tenant) as uow:
        if exchange is None or key is None:
            return written(act(uow))
        if not _KEY.fullmatch(key):
            fault = Fault("", "malformed_key", "is not 1 to 255 visible ASCII characters")
            raise Refused(
                HTTPStatus.BAD_REQUEST, "The Idempotency-Key is malformed.", faults=[fault]
            )
        tenant, ring = context.principal().tenant, context.hub().keyring if secret else None
        given = _begun(uow, key, _fingerprint(exchange), ring)
        if given is not None:
            return _replayed(given if ring is None else _opened(ring, tenant, given))
        answer = written(act(uow))
        kept = _kept(answer)
        repeating.finish(uow, key, kept if ring is None else ring.seal(tenant, kept))
        return answer


def _begun(uow: Any, key: str, fingerprint: str, ring: KeyRing | None) -> str | None:
    """As `begin`; under seal, so that nobody can guess a short secret by its fingerprint."""
    if ring is None:
        return repeating.begin(uow, key, fingerprint)
    tenant = context.principal().tenant

    def is_mine(kept: str) -> bool:
        try:
            return ring.open(tenant, kept) == fingerprint
        except Unsealable:
            return kept == fingerprint

    return repeating.begin(uow, key, ring.seal(tenant, fingerprint), is_mine)


def _opened(ring: KeyRing, tenant: str, sealed: str) -> str:
    try:
        return ring.open(tenant, sealed)
    except Unsealable:
        raise Conflict("the first answer was sealed with a key that is gone") from None


def seen_revision() -> int | None:
    """The revision of a record that the caller has seen, as its If-Match says; None for any."""
    exchange = context.exchange()
    given = None if exchange is None else exchange.if_match
    if given is None or given.strip() == "*":
        return None
    tag = _ETAG.fullmatch(given.strip())
    return int(tag[1]) if tag else _NEVER


def etag(revision: int) -> tuple[str, str]:
    """The ETag header of a record at `revision`."""
    return ("etag", f'"{revision}"')


def _fingerprint(exchange: Exchange) -> str:
    digest = hashlib.sha256(f"{exchange.method} {exchange.path}\n".encode())
    if exchange.document is None:
        digest.update(exchange.body)
    else:
        digest.update(msgspec.json.encode(exchange.document, order="sorted"))
    return digest.hexdigest()


def _kept(answer: Answer) -> str:
    content = base64.b64encode(answer.content).decode()
    return encode([answer.status, answer.headers, content]).decode()


def _replayed(kept: str) -> Answer:
    status, headers, content = msgspec.json.decode(kept)
    pairs = [(str(name), str(value)) for name, value in headers]
    replayed = (*pairs, ("idempotent-replayed", "true"))
    return Answer(int(status), base64.b64decode(content), replayed)


def cells(body: Mapping[str, Any]) -> dict[str, Cell]:
    """The members of a body as cells; null stands for an empty one."""
    return {name: _cell(value) for name, value in body.items()}


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return cells(value)
    if isinstance(value, list):
        return tuple(_cell(each) for each in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    cell: Cell = value
    return cell
