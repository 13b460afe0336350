"""Writing at most once: a request that comes again under its key is answered as the first was."""

import base64
import hashlib
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec

from connector import context
from connector.context import Exchange
from connector.encoder import Answer, encode
from connector.errors import Fault, Refused
from engine.kernel.errors import Conflict
from engine.services import repeating
from engine.tenants.secrets import KeyRing, Unsealable

_KEY = re.compile(r"[!-~]{1,255}")


def once(act: Callable[[Any], Answer], *, secret: bool = False) -> Answer:
    """Run `act` in one transaction of the caller's tenant, and answer what it does.

    Under an Idempotency-Key a repeated request is answered as the first one was, and nothing
    is done again; a request that is refused leaves nothing under its key. Where request or answer
    hold a `secret`, both are kept sealed.
    """
    exchange = context.exchange()
    key = None if exchange is None else exchange.idempotency_key
    with context.hub().unit_of_work(context.principal().tenant) as uow:
        if exchange is None or key is None:
            return act(uow)
        if not _KEY.fullmatch(key):
            fault = Fault("", "malformed_key", "is not 1 to 255 visible ASCII characters")
            raise Refused(
                HTTPStatus.BAD_REQUEST, "The Idempotency-Key is malformed.", faults=[fault]
            )
        tenant, ring = context.principal().tenant, context.hub().keyring if secret else None
        given = _begun(uow, key, _fingerprint(exchange), ring)
        if given is not None:
            return _replayed(given if ring is None else _opened(ring, tenant, given))
        answer = act(uow)
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


def _fingerprint(exchange: Exchange) -> str:
    digest = hashlib.sha256(f"{exchange.method} {exchange.path}\n".encode())
    member = context.principal().member
    if member is not None:
        digest.update(f"{member}\n".encode())  # what a user is told is told to nobody else
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
