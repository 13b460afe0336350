"""The simulated billing system takes a document once and says what it cannot express."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest

from adapters.billing.simulated import SimulatedBilling
from engine.ports.billing import (
    BilledCharge,
    BillingDocument,
    BillingTrace,
    Loss,
    ScheduledAmount,
)
from engine.ports.outcomes import Declined, Postponed
from tests.adapters.steps import MemorySteps

DAY = date(2026, 11, 21)
CHARGE = BilledCharge(
    id="chg_1",
    sku="PUMP",
    name="The PUMP",
    type="one_time",
    amount=D("99.90"),
    quantity=D(1),
    total=D("99.90"),
    start_date=DAY,
)
DOCUMENT = BillingDocument(
    tenant="CustA",
    system="simulated",
    account="ACME",
    currency="EUR",
    total=D("99.90"),
    charges=(CHARGE,),
    schedule=(ScheduledAmount(day=DAY, amount=D("99.90"), charge="chg_1"),),
    trace=BillingTrace(quote_id="qte_1", quote_number="Q-1", version=1, pricing_hash="00"),
)


@pytest.fixture
def system(tmp_path: Path) -> SimulatedBilling:
    return SimulatedBilling(tmp_path)


def test_a_key_creates_once(system: SimulatedBilling) -> None:
    assert system.find(DOCUMENT, "bil_1") is None
    first = system.create(DOCUMENT, "bil_1", MemorySteps())
    assert dict(first.external_ids) == {"document": "SIM-000001", "chg_1": "SIM-000001-1"}
    assert system.create(DOCUMENT, "bil_1", MemorySteps()) == first
    assert system.create(replace(DOCUMENT, currency="XAF"), "bil_1", MemorySteps()) == first
    assert system.find(DOCUMENT, "bil_1") == first
    [kept] = system.ledger("CustA")
    assert (kept.key, kept.account, kept.currency) == ("bil_1", "ACME", "EUR")
    assert kept.entries == (("2026-11-21", "chg_1", D("99.90")),)


def test_the_ledger_outlives_whoever_wrote_it(system: SimulatedBilling, tmp_path: Path) -> None:
    first = system.create(DOCUMENT, "bil_1", MemorySteps())
    assert SimulatedBilling(tmp_path).create(DOCUMENT, "bil_1", MemorySteps()) == first


def test_tenants_have_keys_of_their_own(system: SimulatedBilling) -> None:
    first = system.create(DOCUMENT, "bil_1", MemorySteps())
    other = system.create(replace(DOCUMENT, tenant="CustB"), "bil_1", MemorySteps())
    assert other != first
    assert system.find(replace(DOCUMENT, tenant="CustB"), "bil_1") == other
    assert [len(system.ledger(tenant)) for tenant in ("CustA", "CustB", "CustC")] == [1, 1, 0]


def test_many_who_ask_at_once_create_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(
                lambda _: SimulatedBilling(tmp_path).create(DOCUMENT, "bil_1", MemorySteps()),
                range(24),
            )
        )
    assert all(each == found[0] for each in found)
    assert len(SimulatedBilling(tmp_path).ledger("CustA")) == 1


USAGE = replace(CHARGE, type="usage", amount=D(0), total=D("12.34"))
CREDIT = replace(CHARGE, amount=D("-5.00"), total=D("-5.00"))


@pytest.mark.parametrize(
    ("document", "loss"),
    [
        (
            replace(DOCUMENT, currency="XAF"),
            Loss(path="currency", message="XAF cannot be billed", amount=D("99.90")),
        ),
        (
            replace(DOCUMENT, charges=(CHARGE, USAGE)),
            Loss(
                path="charges/1/amount",
                message="usage is not billed without a price",
                amount=D("12.34"),
            ),
        ),
        (
            replace(DOCUMENT, charges=(CREDIT,)),
            Loss(
                path="charges/0/amount",
                message="amounts below zero are not billed",
                amount=D("-5.00"),
            ),
        ),
    ],
)
def test_what_cannot_be_expressed_is_told_and_declined(
    system: SimulatedBilling, document: BillingDocument, loss: Loss
) -> None:
    assert system.losses(document) == (loss,)
    with pytest.raises(Declined) as declined:
        system.create(document, "bil_1", MemorySteps())
    assert dict(declined.value.fields) == {loss.path: loss.message}
    assert system.find(DOCUMENT, "bil_1") is None


def test_what_can_be_expressed_loses_nothing(system: SimulatedBilling) -> None:
    assert system.losses(DOCUMENT) == ()
    assert system.capabilities().negative_amounts is False


def test_a_ledger_out_of_reach_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "billing").write_text("no folder")
    with pytest.raises(Postponed):
        SimulatedBilling(tmp_path / "billing").create(DOCUMENT, "bil_1", MemorySteps())


def test_what_was_taken_is_read_back_by_whose_it_is(system: SimulatedBilling) -> None:
    names = system.create(DOCUMENT, "bil_1", MemorySteps()).external_ids
    state = system.read(DOCUMENT, names)
    assert (state.key, state.quote_id, state.total) == ("Q-1", "qte_1", D("99.90"))
    assert (state.reference, state.currency, state.is_alive) == ("SIM-000001", "EUR", True)
    other = replace(DOCUMENT, trace=replace(DOCUMENT.trace, quote_id="qte_2", quote_number="Q-2"))
    assert system.read(other, names).key == "qte_1"
    for asked in (replace(DOCUMENT, tenant="CustB"), DOCUMENT):
        with pytest.raises(Declined):
            system.read(asked, names if asked.tenant == "CustB" else {"document": "SIM-000002"})
