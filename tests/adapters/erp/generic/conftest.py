"""Receivers of signed orders, and the adapter in front of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.erp.generic.erp import GenericErp
from adapters.http import Guard
from engine.kernel.clock import FixedClock
from tests.adapters.erp.generic.peer import GenericPeer
from tests.adapters.erp.generic.stub import GenericStub
from tests.adapters.serving import Asked, Reply, Server

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Start = Callable[..., tuple[GenericPeer, GenericErp]]
Front = Callable[..., GenericErp]


@pytest.fixture
def start() -> Iterator[Start]:
    """A receiver, and the adapter that sends to it."""
    peers: list[GenericPeer] = []

    def started(
        format_: str = "json", stub: GenericStub | None = None, **options: str
    ) -> tuple[GenericPeer, GenericErp]:
        peer = GenericPeer(stub, format_)
        peers.append(peer)
        return peer, connected(peer, peer.stub.server, **options)

    yield started
    for each in peers:
        each.close()


def connected(peer: GenericPeer, server: Server, **options: str) -> GenericErp:
    access = peer.access(server.url)
    known = replace(access, options={**access.options, **options})
    guard = Guard(seconds=5, plain=frozenset({server.address}), largest=9_000)
    return GenericErp(known, guard, FixedClock(NOON))


@pytest.fixture
def front() -> Iterator[Front]:
    """The adapter in front of a receiver whose answers to `method` are replaced on their way."""
    servers: list[Server] = []

    def fronted(peer: GenericPeer, method: str, reply: Reply | None, **options: str) -> GenericErp:
        def passed(asked: Asked) -> Reply:
            answer = peer.stub.answer(asked)
            if asked.method != method:
                return answer
            if reply is None:
                raise ConnectionAbortedError
            return reply

        servers.append(Server(passed))
        return connected(peer, servers[-1], **options)

    yield fronted
    for each in servers:
        each.close()
