"""The SAP adapter against an emulator that somebody else has written.

`MOCK_SAP` in the environment says where its program is; without it these tests are left out.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest

from adapters.erp.sap.adapter import SapErp
from adapters.http import Guard
from engine.ports.connections import Miss, TableName
from engine.ports.erp import Stage
from engine.ports.outcomes import Declined, Denied
from tests.adapters.erp.odata.samples import CARE, KEY, ORDER, PUMPS, THIRDS, order
from tests.adapters.erp.sap.peer import MockSapPeer
from tests.adapters.steps import MemorySteps

_PROGRAM = os.environ.get("MOCK_SAP", "")
pytestmark = pytest.mark.skipif(not _PROGRAM, reason="MOCK_SAP says where no emulator is")

Connect = Callable[..., SapErp]


@pytest.fixture(scope="module")
def peer() -> Iterator[MockSapPeer]:
    peer = MockSapPeer(Path(_PROGRAM))
    yield peer
    peer.close()


@pytest.fixture
def connect(peer: MockSapPeer) -> Connect:
    def connected(**options: str) -> SapErp:
        host, port = peer.address
        access = peer.access(f"http://{host}:{port}")
        guard = Guard(seconds=10, largest=4_000_000, plain=frozenset({peer.address}))
        return SapErp(replace(access, options={**access.options, **options}), guard)

    return connected


@pytest.fixture
def erp(connect: Connect) -> SapErp:
    return connect()


def test_an_order_arrives_once_at_our_price_and_is_shipped(erp: SapErp, peer: MockSapPeer) -> None:
    document = order(PUMPS, THIRDS, order_number="O'1 + 2")
    assert erp.check().troubles == ()
    assert erp.find(document, KEY) is None
    receipt = erp.create(document, KEY, MemorySteps())
    assert erp.create(document, KEY, MemorySteps()) == receipt
    [held] = peer.held("O'1 + 2")
    assert held.reference == receipt.reference
    assert held.net == D("4900.00")
    assert held.lines == (
        ("VX-2000", D("4.000"), D("4800.00")),
        ("KIT-10", D("3.000"), D("100.00")),
    )
    assert erp.advance(receipt, Stage.CONFIRMED, MemorySteps()).stage is Stage.CONFIRMED
    peer.ship(receipt.reference)
    state = erp.read(receipt.reference)
    assert state.stage is Stage.SHIPPED
    assert [each.shipped for each in state.lines] == [D("4.000"), D("3.000")]


def test_what_is_missing_is_listed(erp: SapErp) -> None:
    lines = (replace(PUMPS, sku="NO-1"), replace(CARE, unit="BOX"))
    assert erp.plan(order(*lines, account="77")).misses == (
        Miss(TableName.CUSTOMER, "77", "77", "account"),
        Miss(TableName.SKU, "NO-1", "NO-1", "lines/0/sku"),
        Miss(TableName.UNIT, "BOX", "BOX", "lines/1/unit"),
    )


def test_a_property_it_does_not_have_is_named(connect: Connect, peer: MockSapPeer) -> None:
    document = order(order_number="O-3")
    with pytest.raises(Declined) as caught:
        connect(key_member="ExternalDocumentID").create(document, KEY, MemorySteps())
    assert set(caught.value.fields) == {"ExternalDocumentID"}
    assert peer.held("O-3") == []


def test_changes_are_told_from_a_mark_on(erp: SapErp) -> None:
    mark = erp.changes(None).mark
    receipt = erp.create(order(order_number="O-4"), KEY, MemorySteps())
    told = erp.changes(mark)
    assert receipt.reference in {each.reference for each in told.states}
    assert told.mark > mark


def test_credentials_that_are_not_let_in_deny_entry(erp: SapErp, peer: MockSapPeer) -> None:
    peer.deny()
    with pytest.raises(Denied):
        erp.find(ORDER, KEY)
    peer.allow()
    assert erp.find(ORDER, KEY) is None
