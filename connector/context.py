"""What travels with one request, and what a handler may reach.

An *exchange* is one request while it is being answered; every layer of the platform writes
down here what it found out, so that no other layer has to find it out again. A *principal*
is the proven caller: its tenant, and for whom it speaks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connector.surfaces import Surface
    from engine.hub import Hub

EXCHANGE = "quotewright.exchange"
"""The member of the ASGI scope that holds the exchange."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls.

    `revision` is the tenant's data revision when the call was admitted; `sign_in` names the
    way the caller proved itself (basic, HS256, RS256); `user` is the person it speaks for.
    """

    tenant: str
    revision: int
    sign_in: str
    user: str | None = None


@dataclass(slots=True)
class Exchange:
    """One request while it is being answered.

    `refusal` is what the edge holds against it, said once the caller is known; `denied` is
    why the caller was not admitted; `document` is its body, parsed, canonical and valid.
    """

    request_id: str
    method: str
    path: str
    address: str
    surface: "Surface | None" = None
    authorization: str | None = None
    body: bytes = b""
    refusal: Exception | None = None
    denied: Exception | None = None
    principal: Principal | None = None
    operation: str = ""
    document: dict[str, object] | None = None
    numeric_enums: bool = False


@dataclass(frozen=True, slots=True)
class _Call:
    principal: Principal
    hub: "Hub | None"
    exchange: Exchange | None


_CALL: ContextVar[_Call] = ContextVar("call")


@contextmanager
def use(
    principal: Principal, hub: "Hub | None" = None, exchange: Exchange | None = None
) -> Iterator[None]:
    """Everything called inside acts for `principal`."""
    token = _CALL.set(_Call(principal, hub, exchange))
    try:
        yield
    finally:
        _CALL.reset(token)


def principal() -> Principal:
    """Who calls; LookupError outside a call."""
    return _CALL.get().principal


def hub() -> "Hub":
    """The hub that serves this call; LookupError where there is none."""
    found = _CALL.get().hub
    if found is None:
        raise LookupError("this call was given no hub")
    return found


def exchange() -> Exchange | None:
    """The request being answered; None where a handler is called without one."""
    call = _CALL.get(None)
    return call.exchange if call else None
