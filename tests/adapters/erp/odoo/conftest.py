"""A running Odoo stub, and the adapter in front of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from adapters.erp.odoo.erp import OdooErp
from adapters.http import Guard
from engine.ports.connections import TableName, Tables
from tests.adapters.erp.odoo.peer import OdooPeer

Connect = Callable[..., OdooErp]


@pytest.fixture
def peer() -> Iterator[OdooPeer]:
    peer = OdooPeer()
    yield peer
    peer.close()


@pytest.fixture
def connect(peer: OdooPeer) -> Connect:
    """The adapter with other options, tables or another peer than usual."""

    def connected(
        tables: dict[TableName, dict[str, str]] | None = None,
        to: OdooPeer | None = None,
        **options: str,
    ) -> OdooErp:
        meant = to or peer
        access = meant.access(meant.stub.server.url)
        known = {**access.options, **options}
        guard = Guard(seconds=5, plain=frozenset({meant.address}))
        return OdooErp(replace(access, options=known, tables=Tables(tables or {})), guard)

    return connected


@pytest.fixture
def erp(connect: Connect) -> OdooErp:
    return connect()
