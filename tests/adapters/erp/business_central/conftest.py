"""A running Business Central stub, and the adapter in front of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from adapters.erp.business_central.adapter import BusinessCentralErp
from adapters.http import Guard
from engine.ports.connections import TableName, Tables
from tests.adapters.erp.business_central.peer import BusinessCentralPeer
from tests.adapters.erp.business_central.stub import BusinessCentralStub

Connect = Callable[..., BusinessCentralErp]


@pytest.fixture
def peer() -> Iterator[BusinessCentralPeer]:
    peer = BusinessCentralPeer()
    yield peer
    peer.close()


@pytest.fixture
def stub(peer: BusinessCentralPeer) -> BusinessCentralStub:
    return peer.stub


@pytest.fixture
def connect(peer: BusinessCentralPeer) -> Connect:
    """The adapter with other options or tables than usual."""

    def connected(
        tables: Mapping[TableName, Mapping[str, str]] | None = None, **options: str
    ) -> BusinessCentralErp:
        access = peer.access(peer.stub.server.url)
        known = access.tables if tables is None else Tables(tables)
        told = replace(
            access, options={**access.options, "cancel": "delete", **options}, tables=known
        )
        guard = Guard(seconds=5, largest=4_000_000, plain=frozenset({peer.address}))
        return BusinessCentralErp(told, guard)

    return connected


@pytest.fixture
def erp(connect: Connect) -> BusinessCentralErp:
    return connect()
