"""Who comes in: the caller is known before anything it asks for is judged.

A caller is admitted once per request, whichever path the request takes; what was found out
stands in its exchange.
"""

from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from connector.context import EXCHANGE, NOBODY, Exchange, Principal
from connector.errors import Refused, too_many
from connector.rate import RequestRate
from connector.workers import Workers


class Authenticator(Protocol):
    """Proves callers by what they present and their address; any thread may ask.

    `authenticate` may wait for other systems; `recall` never does, and may know nothing.
    """

    def authenticate(self, presented: str | None, address: str) -> Principal: ...

    def recall(self, presented: str | None) -> Principal | None: ...


class Gate:
    """Admits callers: who they are, then whether their tenant asks too often.

    Callers of some surfaces present credentials, those of others an API key, or either that or
    what proves a user, and whoever calls an open path nothing: it is admitted as nobody. `rate` is
    the number of requests a tenant, or nobody from one address, may make in a second, in this
    process; 0 counts nothing.
    """

    def __init__(
        self,
        credentials: Authenticator,
        rate: int = 0,
        keys: Authenticator | None = None,
        users: Authenticator | None = None,
    ) -> None:
        self._credentials = credentials
        self._keys = keys
        self._users = users
        self._rate = RequestRate(rate)

    def admit(self, exchange: Exchange) -> Principal:
        """The proven caller, counted; asked again it repeats its first answer."""
        if exchange.denied is not None:
            raise exchange.denied
        if exchange.principal is not None:
            return exchange.principal
        try:
            caller = self._proven(exchange)
            self._count(caller, exchange.address)
        except Exception as error:
            exchange.denied = error
            raise
        exchange.principal = caller
        return caller

    def _proven(self, exchange: Exchange) -> Principal:
        if exchange.surface is not None and exchange.surface.is_open(exchange.path):
            return NOBODY
        authenticator, presented = self._way_in(exchange)
        return authenticator.authenticate(presented, exchange.address)

    def recall(self, exchange: Exchange) -> Principal | None:
        """The caller admitted and counted, if that can be told without waiting."""
        authenticator, presented = self._way_in(exchange)
        caller = authenticator.recall(presented)
        if caller is None:
            return None
        try:
            self._count(caller, exchange.address)
        except Exception as error:
            exchange.denied = error
            raise
        exchange.principal = caller
        return caller

    def _way_in(self, exchange: Exchange) -> tuple[Authenticator, str | None]:
        """Who proves the caller of this surface, and what it presents."""
        surface = exchange.surface
        by_key = surface is not None and surface.by_key
        by_user = surface is not None and surface.by_user
        if self._keys is not None and (by_key or (by_user and exchange.api_key is not None)):
            return self._keys, exchange.api_key
        if self._users is not None and by_user:
            return self._users, exchange.authorization
        return self._credentials, exchange.authorization

    def _count(self, caller: Principal, address: str) -> None:
        # No tenant is called like this: an id has no space.
        wait = self._rate.wait(f"from {address}" if caller is NOBODY else caller.tenant)
        if wait is not None:
            raise too_many(wait)


class GateMiddleware:
    """Stands before routing: unknown operations and wrong methods are told to callers only."""

    def __init__(self, app: ASGIApp, *, gate: Gate, workers: Workers) -> None:
        self._app = app
        self._gate = gate
        self._workers = workers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange | None = scope.get(EXCHANGE)
        if exchange is not None:
            await self._pass(exchange)
        await self._app(scope, receive, send)

    async def _pass(self, exchange: Exchange) -> None:
        surface = exchange.surface
        if surface is not None and exchange.principal is None:
            await self._workers.run(self._gate.admit, exchange)
        if exchange.refusal is not None:
            raise exchange.refusal
        # Neither what no surface covers nor a redirect to a neighbour gets past here; routers
        # differ about characters that nobody can read.
        path = exchange.path
        odd = surface is None or path == surface.base_path or path.endswith("/")
        if odd or any(character < " " for character in path):
            raise Refused(404, "There is no such operation.")
