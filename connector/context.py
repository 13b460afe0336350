"""What travels with one request, and what a handler may reach.

An *exchange* is one request while it is being answered; every layer of the platform writes
down here what it found out, so that no other layer has to find it out again. A *principal*
is the proven caller: its tenant, and for whom it speaks.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from connector.surface import Surface
    from engine.hub import Hub

EXCHANGE = "quotewright.exchange"
"""The member of the ASGI scope that holds the exchange."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls.

    `revision` is the tenant's data revision when the call was admitted; `sign_in` names the
    way the caller proved itself (basic, HS256, RS256); `user` is the person it speaks for, and
    `system` the one fulfilment system it may speak for. `member` is the number of the tenant's user
    that calls, and whoever `is_privileged` sees what every user has.
    Who calls a path that is open to everybody is `NOBODY`, of no tenant.
    """

    tenant: str
    revision: int
    sign_in: str
    user: str | None = None
    system: str | None = None
    member: int | None = None
    is_privileged: bool = False


NOBODY = Principal("", 0, "open")


@dataclass(slots=True)
class Exchange:
    """One request while it is being answered.

    `headers` are the request's, in lower case; `refusal` is what the edge holds against it, said
    once the caller is known; `denied` is why the caller was not admitted; `document` is its body,
    parsed, canonical and valid.
    `origin` is the scheme and the host that callers reach this server by, where that is known.
    """

    request_id: str
    method: str
    path: str
    address: str
    surface: "Surface | None" = None
    authorization: str | None = None
    origin: str = ""
    api_key: str | None = None
    idempotency_key: str | None = None
    if_match: str | None = None
    media_type: str = ""
    body: bytes = b""
    refusal: Exception | None = None
    denied: Exception | None = None
    principal: Principal | None = None
    operation: str = ""
    document: dict[str, object] | None = None
    numeric_enums: bool = False
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    query: bytes = b""


class _Call(NamedTuple):
    principal: Principal
    hub: "Hub | None"
    exchange: Exchange | None


_CALL: ContextVar[_Call] = ContextVar("call")


class use:  # noqa: N801 (it reads as what it does, and a class is cheaper to enter)
    """Everything called inside acts for `principal`."""

    __slots__ = ("_call", "_token")

    def __init__(
        self, principal: Principal, hub: "Hub | None" = None, exchange: Exchange | None = None
    ) -> None:
        self._call = _Call(principal, hub, exchange)

    def __enter__(self) -> None:
        self._token = _CALL.set(self._call)

    def __exit__(self, *_: object) -> None:
        _CALL.reset(self._token)


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
