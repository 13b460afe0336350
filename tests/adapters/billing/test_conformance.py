"""Whatever billing system it is: a document is taken once, completely, to the last cent."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal as D
from functools import cache
from itertools import count

import pytest

from adapters.billing.stripe.billing import StripeBilling
from adapters.billing.vayu.billing import VayuBilling
from engine.kernel.clock import FixedClock
from engine.ports.billing import Billing, BillingDocument, BillingReceipt
from engine.ports.connections import Access, Checked, Steps
from engine.ports.erp import Customer
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain
from tests.adapters.billing.billing_peer import BillingPeer
from tests.adapters.billing.samples import CARE, PUMP, a_document
from tests.adapters.billing.serving import Loss, Wire, guard_for
from tests.adapters.steps import MemorySteps

NOW = datetime(2026, 12, 20, 10, tzinfo=UTC)
NUMBERS = count(1)
MOST_TRIES = 5


@pytest.fixture(autouse=True)
def _told(
    biller: BillingPeer, biller_name: str, record_property: Callable[[str, object], None]
) -> None:
    """What the table of `make prove` says of this test."""
    record_property("adapter", biller_name)
    record_property("proof", biller.proof)
    record_property("version", biller.version)


@pytest.fixture
def wire(biller: BillingPeer) -> Iterator[Wire]:
    with Wire(*biller.address) as wire:
        yield wire


def reached(biller: BillingPeer, wire: Wire) -> Billing:
    """The adapter, with nothing in its memory."""
    access: Access = biller.access(wire.url)
    guard = guard_for(wire.address[1])
    if access.adapter == "vayu":
        return VayuBilling(access, guard)
    return StripeBilling(access, guard, FixedClock(NOW))


def fresh(document: BillingDocument | None = None) -> BillingDocument:
    """A document that nobody has seen, of a customer that nobody has seen."""
    number = f"Q-2027-{next(NUMBERS):06d}"
    found, account = document or a_document(), f"ACME-{number}"
    return replace(
        found,
        account=account,
        customer=Customer(id=account, name=f"Acme {number}"),
        name=f"{number} Acme",
        trace=replace(found.trace, quote_number=number),
    )


def total(biller: BillingPeer, document: BillingDocument) -> D:
    """What the system has of it; there is one."""
    [held] = biller.held(document.trace.quote_number)
    assert held.currency == document.currency
    return held.total


def settled(
    biller: BillingPeer, wire: Wire, document: BillingDocument, steps: Callable[[], Steps]
) -> BillingReceipt:
    """What comes of trying as the hub does: from the second try on it looks first."""
    for tries in range(MOST_TRIES):
        billing = reached(biller, wire)
        try:
            found = billing.find(document, _key(document)) if tries else None
            return found or billing.create(document, _key(document), steps())
        except (Uncertain, Postponed):
            continue
    raise AssertionError("it never settled")


def _key(document: BillingDocument) -> str:
    return f"eff_{document.trace.quote_number}"


def test_a_connection_is_tried(biller: BillingPeer, wire: Wire) -> None:
    checked = reached(biller, wire).check()
    assert isinstance(checked, Checked)
    assert checked.identity


def test_a_document_is_taken_whole(biller: BillingPeer, wire: Wire) -> None:
    document, billing = fresh(), reached(biller, wire)
    assert billing.find(document, _key(document)) is None
    receipt = billing.create(document, _key(document), MemorySteps())
    assert total(biller, document) == receipt.total == D("1499.70")
    assert {"document", "chg_pump", "chg_care"} <= receipt.external_ids.keys()


def test_asked_again_it_is_found(biller: BillingPeer, wire: Wire) -> None:
    document, billing = fresh(), reached(biller, wire)
    first = billing.create(document, _key(document), MemorySteps())
    assert reached(biller, wire).find(document, _key(document)) == first
    again = reached(biller, wire).create(document, _key(document), MemorySteps())
    assert again.external_ids == first.external_ids
    assert total(biller, document) == D("1499.70")


def test_whichever_answer_is_lost_there_is_one(biller: BillingPeer, wire: Wire) -> None:
    settled(biller, wire, fresh(), MemorySteps)
    calls = len(wire.loss.seen)
    assert calls >= 2
    for at in range(1, calls + 1):
        for steps in (cache(MemorySteps), MemorySteps):  # kept from try to try, and forgotten
            document = fresh()
            wire.loss = Loss(at)
            settled(biller, wire, document, steps)
            assert total(biller, document) == D("1499.70")


def test_after_a_lost_answer_nothing_is_known(biller: BillingPeer, wire: Wire) -> None:
    document = fresh()
    wire.loss = Loss(1)
    with pytest.raises(Uncertain):
        reached(biller, wire).create(document, _key(document), MemorySteps())


def test_a_fault_it_finds_is_told(biller: BillingPeer, wire: Wire) -> None:
    document = biller.refused(fresh())
    with pytest.raises(Declined, match="400"):
        reached(biller, wire).create(document, _key(document), MemorySteps())
    assert biller.held(document.trace.quote_number) == []


def test_credentials_that_are_taken_no_longer_stop_a_push(biller: BillingPeer, wire: Wire) -> None:
    document = fresh()
    biller.deny()
    with pytest.raises(Denied):
        reached(biller, wire).create(document, _key(document), MemorySteps())
    biller.allow()
    settled(biller, wire, document, MemorySteps)
    assert total(biller, document) == D("1499.70")


def test_what_was_made_is_read_back(biller: BillingPeer, wire: Wire) -> None:
    document, billing = fresh(), reached(biller, wire)
    receipt = billing.create(document, _key(document), MemorySteps())
    state = billing.read(document, receipt.external_ids)
    assert state.reference == receipt.external_ids["document"]
    assert state.key == document.trace.quote_number
    assert state.quote_id in {"", document.trace.quote_id}
    assert (state.currency, state.total) == ("EUR", D("1499.70"))
    assert state.is_alive
    assert state.troubles == ()
    with pytest.raises(Declined):
        billing.read(document, dict.fromkeys(receipt.external_ids, "sub_none"))


def test_decimals_come_to_the_same_cents(biller: BillingPeer, wire: Wire) -> None:
    """7 seats for 99.99 a month and a cent once; a seat is 14.284285714… and no price."""
    care = replace(CARE, quantity=D(7), amount=D("99.99"), total=D("1199.88"))
    pump = replace(PUMP, quantity=D("0.5"), amount=D("0.01"), total=D("0.01"))
    document = fresh(a_document((pump, care)))
    receipt = reached(biller, wire).create(document, _key(document), MemorySteps())
    assert total(biller, document) == receipt.total == D("1199.89")


def test_a_plan_writes_nothing(biller: BillingPeer, wire: Wire) -> None:
    document = fresh()
    plan = reached(biller, wire).plan(document)
    assert (plan.misses, plan.losses) == ((), ())
    assert plan.payload
    assert wire.loss.seen == []
