"""What the peer says of an order: where it is, what has left the house, what it comes to."""

from decimal import Decimal

import pytest

from engine.ports.erp import Erp, OrderState, Stage
from engine.ports.outcomes import Declined
from tests.adapters.conformance import proxy as spoiling
from tests.adapters.conformance.conftest import Site
from tests.adapters.conformance.orders import line, order
from tests.adapters.conformance.proxy import Proxy
from tests.adapters.conformance.registry import Ability
from tests.adapters.conformance.working import key_of, push
from tests.adapters.steps import MemorySteps

GONE = {Stage.SHIPPED, Stage.INVOICED, Stage.DONE}
PAGES = 200


def changed(erp: Erp, mark: str | None) -> tuple[dict[str, OrderState], str]:
    """Everything that changed since a mark, page by page until there is no more."""
    told: dict[str, OrderState] = {}
    for _ in range(PAGES):
        page = erp.changes(mark)
        assert page.mark != mark or not page.more
        told |= {state.reference: state for state in page.states}
        mark = page.mark
        if not page.more:
            return told, mark
    raise AssertionError("it never ends")


def test_an_order_is_read_back(site: Site, erp: Erp) -> None:
    document = order()
    receipt, state = push(erp, document)
    again = erp.read(receipt.reference)
    assert (again.reference, again.key) == (receipt.reference, document.order_number)
    assert again.stage == state.stage
    if Ability.TOTALS not in site.entry.cannot:
        assert again.net == Decimal("4999.00")
    assert again.currency in {"", "EUR"}
    if again.tax is not None:
        assert again.tax == Decimal("1249.75")  # a quarter of it
        assert again.total == Decimal("6248.75")
    assert {each.external_ref for each in again.lines} <= set(receipt.lines.values())


def test_what_is_not_there_cannot_be_read(erp: Erp) -> None:
    for reference in ("99999999", "../party.party/1", "", "x" * 300):
        with pytest.raises(Declined):
            erp.read(reference)


def test_an_order_is_cancelled_or_said_to_be_past_it(site: Site, erp: Erp) -> None:
    document = order()
    receipt = erp.create(document, key_of(document), MemorySteps())
    if not erp.capabilities().cancels:
        with pytest.raises(Declined):
            erp.cancel(receipt.reference)
        return
    assert erp.cancel(receipt.reference).stage is Stage.CANCELLED
    found = erp.find(document, key_of(document))
    assert found is not None
    assert found.reference == receipt.reference
    assert erp.advance(found, Stage.CONFIRMED, MemorySteps()).stage is Stage.CANCELLED
    assert len(site.peer.held(document.order_number)) == 1


def test_cancelling_twice_is_cancelling_once(erp: Erp) -> None:
    if not erp.capabilities().cancels:
        pytest.skip("it cancels nothing")
    receipt = erp.create(document := order(), key_of(document), MemorySteps())
    assert erp.cancel(receipt.reference).stage is Stage.CANCELLED
    assert erp.cancel(receipt.reference).stage is Stage.CANCELLED


def test_shipping_is_seen(site: Site, erp: Erp) -> None:
    site.needs(Ability.SHIPS)
    document = order(line("VX-2000", "4", "4800.00"), line("KIT-10", "3", "30.00"))
    receipt, state = push(erp, document)
    assert {each.shipped for each in state.lines} <= {Decimal(0)}
    _, mark = changed(erp, None)
    site.peer.ship(receipt.reference)
    now = erp.read(receipt.reference)
    assert now.stage in GONE
    shipped = {each.external_ref: each.shipped for each in now.lines}
    if shipped:
        assert shipped[receipt.lines["lin_vx-2000"]] == 4
        assert shipped[receipt.lines["lin_kit-10"]] == 3
    if erp.capabilities().reads_changes:
        told, _ = changed(erp, mark)
        assert told[receipt.reference] == now


def test_every_change_is_told(erp: Erp) -> None:
    if not erp.capabilities().reads_changes:
        pytest.skip("it tells no changes")
    _, mark = changed(erp, None)
    pushed = {push(erp, document := order())[0].reference: document for _ in range(3)}
    told, mark = changed(erp, mark)
    assert {reference: told[reference].key for reference in pushed} == {
        reference: document.order_number for reference, document in pushed.items()
    }
    later = push(erp, order())[0].reference
    told, _ = changed(erp, mark)
    assert later in told


def test_a_mark_of_somebody_else_is_declined(erp: Erp) -> None:
    if not erp.capabilities().reads_changes:
        pytest.skip("it tells no changes")
    with pytest.raises(Declined):
        erp.changes("'; DROP TABLE orders; --")


def test_amounts_that_come_as_floats_are_read_exactly(site: Site, proxy: Proxy) -> None:
    site.needs(Ability.TOTALS)
    erp = site.erp(proxy.port)
    document = order(line("VX-2000", "3", "100.10"), line("KIT-10", "1", "0.20"))
    receipt, _ = push(erp, document)
    proxy.always(spoiling.with_floats, passing=True)
    assert erp.read(receipt.reference).net == Decimal("100.30")
