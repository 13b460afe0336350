"""What a system has of orders is compared with what was sold, to the cent."""

from connector.worker.loop import Worker
from engine.connections.connection import ConnectionKind
from engine.hub import Hub
from engine.ports.connections import Access
from tests.adapters.erp.tryton.stub import TrytonStub
from tests.connector.cli.reconciling.conftest import UNITS, Reconcile, accepted, connect
from tests.connector.vektra.conftest import Caller


def test_orders_are_compared_as_well(
    caller: Caller, hub: Hub, reconcile: Reconcile, tryton: TrytonStub
) -> None:
    order = caller.post("/orders", {"quote_id": accepted(caller, UNITS)["id"]}, 201)
    Worker(hub).drain()
    found = reconcile("ERP-MFG")
    assert (found.exit_code, found.stdout.strip()) == (0, "1 compared, 0 differ.")
    [held] = tryton.held(order["number"])
    [line] = tryton.books.lines(tryton.books.rows["sale.sale"][int(held.reference)])
    line["unit_price"] += 1
    found = reconcile("ERP-MFG")
    assert found.exit_code == 1
    assert "40004.04" in found.stdout
    del tryton.books.rows["sale.sale"][int(held.reference)]
    found = reconcile("ERP-MFG")
    assert found.exit_code == 1
    assert held.reference in found.stdout


def test_systems_that_are_not_there_are_refused(reconcile: Reconcile, hub: Hub) -> None:
    access = Access(tenant="CustDemo", system="CRM", adapter="salesforce", url="https://example.com",
                    credentials={})  # fmt: skip
    connect(hub, ConnectionKind.CRM, "CRM", access)
    assert "OTHER is not connected" in reconcile("OTHER").output
    assert "CRM takes no orders or charges" in reconcile("CRM").output
