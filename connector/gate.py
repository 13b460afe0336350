"""Who comes in: the caller is known before anything it asks for is judged.

A caller is admitted once per request, whichever path the request takes; what was found out
stands in its exchange.
"""

import asyncio
import time
from concurrent.futures import Executor
from math import ceil
from typing import Protocol

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from connector.context import EXCHANGE, Exchange, Principal
from connector.errors import Refused, too_many


class Authenticator(Protocol):
    """Proves callers by their Authorization header and address; may block, any thread."""

    def authenticate(self, authorization: str | None, address: str) -> Principal: ...


class Gate:
    """Admits callers: who they are, then whether their tenant asks too often.

    `rate` is the number of requests a tenant may make in a second, in this process; 0 counts
    nothing.
    """

    def __init__(self, authenticator: Authenticator, rate: int = 0) -> None:
        self._authenticator = authenticator
        self._limit = RateLimitItemPerSecond(rate) if rate else None
        self._windows = SlidingWindowCounterRateLimiter(MemoryStorage())

    def admit(self, exchange: Exchange) -> Principal:
        """The proven caller, counted; asked again it repeats its first answer."""
        if exchange.denied is not None:
            raise exchange.denied
        if exchange.principal is not None:
            return exchange.principal
        try:
            caller = self._authenticator.authenticate(exchange.authorization, exchange.address)
            self._count(caller.tenant)
        except Exception as error:
            exchange.denied = error
            raise
        exchange.principal = caller
        return caller

    def _count(self, tenant: str) -> None:
        if self._limit is None or self._windows.hit(self._limit, tenant):
            return
        window = self._windows.get_window_stats(self._limit, tenant)
        raise too_many(max(1, ceil(window.reset_time - time.time())))


class GateMiddleware:
    """Stands before routing: unknown operations and wrong methods are told to callers only."""

    def __init__(self, app: ASGIApp, *, gate: Gate, pool: Executor) -> None:
        self._app = app
        self._gate = gate
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange | None = scope.get(EXCHANGE)
        if exchange is not None:
            await self._pass(exchange)
        await self._app(scope, receive, send)

    async def _pass(self, exchange: Exchange) -> None:
        if exchange.surface is not None and exchange.principal is None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._pool, self._gate.admit, exchange)
        if exchange.refusal is not None:
            raise exchange.refusal
        if exchange.surface is not None and exchange.path.endswith("/"):
            raise Refused(404, "There is no such operation.")  # and no redirect to its neighbour
