"""Who comes in: the caller is known before anything it asks for is judged.

A caller is admitted once per request, whichever path the request takes; what was found out
stands in its exchange.
"""

from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from connector.context import EXCHANGE, Exchange, Principal
from connector.errors import Refused, too_many
from connector.rate import RequestRate
from connector.workers import Workers


class Authenticator(Protocol):
    """Proves callers by their Authorization header and address; any thread may ask.

    `authenticate` may wait for other systems; `recall` never does, and may know nothing.
    """

    def authenticate(self, authorization: str | None, address: str) -> Principal: ...

    def recall(self, authorization: str | None) -> Principal | None: ...


class Gate:
    """Admits callers: who they are, then whether their tenant asks too often.

    `rate` is the number of requests a tenant may make in a second, in this process; 0 counts
    nothing.
    """

    def __init__(self, authenticator: Authenticator, rate: int = 0) -> None:
        self._authenticator = authenticator
        self._rate = RequestRate(rate)

    def admit(self, exchange: Exchange) -> Principal:
        """The proven caller, counted; asked again it repeats its first answer."""
        if exchange.denied is not None:
            raise exchange.denied
        if exchange.principal is not None:
            return exchange.principal
        try:
            caller = self._authenticator.authenticate(exchange.authorization, exchange.address)
            self._count(caller)
        except Exception as error:
            exchange.denied = error
            raise
        exchange.principal = caller
        return caller

    def recall(self, exchange: Exchange) -> Principal | None:
        """The caller admitted and counted, if that can be told without waiting."""
        caller = self._authenticator.recall(exchange.authorization)
        if caller is None:
            return None
        try:
            self._count(caller)
        except Exception as error:
            exchange.denied = error
            raise
        exchange.principal = caller
        return caller

    def _count(self, caller: Principal) -> None:
        wait = self._rate.wait(caller.tenant)
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
        # Neither what no surface covers nor a redirect to a neighbour gets past here.
        if surface is None or exchange.path == surface.base_path or exchange.path.endswith("/"):
            raise Refused(404, "There is no such operation.")
