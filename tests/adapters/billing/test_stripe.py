"""Stripe takes a document once, whatever happens on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from adapters.billing.stripe.billing import StripeBilling
from adapters.watch import Watch
from engine.kernel.clock import FixedClock
from engine.ports.billing import BilledPart, BillingDocument, BillingReceipt
from engine.ports.connections import TableName, Tables
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain
from tests.adapters.billing.samples import BOTH, CALLS, CARE, PUMP, START, a_document
from tests.adapters.billing.serving import MemorySteps, Reply, guard_for
from tests.adapters.billing.stripe_stub import StripeStub

BEFORE = datetime(2026, 12, 20, 10, tzinfo=UTC)
LATER = datetime(2027, 2, 10, 10, tzinfo=UTC)
SAME_DAY = datetime(2027, 1, 1, 15, tzinfo=UTC)


def noon(year: int, month: int, day: int) -> str:
    return str(int(datetime(year, month, day, 12, tzinfo=UTC).timestamp()))


@pytest.fixture
def stub() -> Iterator[StripeStub]:
    with StripeStub() as stub:
        yield stub


def connected(
    stub: StripeStub, now: datetime = BEFORE, tables: Tables | None = None, **options: str
) -> StripeBilling:
    access = replace(stub.access(stub.url), options=options, tables=tables or Tables())
    return StripeBilling(access, guard_for(stub.address[1]), FixedClock(now))


def pushed(
    billing: StripeBilling, document: BillingDocument = BOTH, key: str = "eff_1"
) -> BillingReceipt:
    return billing.create(document, key, MemorySteps())


def test_what_recurs_is_a_subscription_and_the_rest_an_invoice(stub: StripeStub) -> None:
    receipt = pushed(connected(stub))
    [customer] = stub.rows["customers"].values()
    assert customer["name"] == "Acme Manufacturing"
    assert customer["address"] == {
        "line1": "Fabrikkveien 1",
        "line2": "Hall 2",
        "city": "Oslo",
        "postal_code": "0150",
        "country": "NO",
    }
    [subscription] = stub.rows["subscriptions"].values()
    assert subscription["customer"] == customer["id"]
    assert subscription["billing_cycle_anchor"] == noon(2027, 1, 1)
    assert subscription["proration_behavior"] == "none"
    assert subscription["cancel_at"] == noon(2028, 1, 1)
    assert subscription["collection_method"] == "send_invoice"
    [item] = subscription["items"]["data"]
    assert item["quantity"] == 3
    assert item["price"]["unit_amount_decimal"] == "3333.333333333333"
    [invoice] = stub.rows["invoices"].values()
    assert (invoice["status"], invoice["subtotal"]) == ("open", 29970)
    [extra] = stub.rows["invoiceitems"].values()
    assert (extra["amount"], extra["description"]) == (29970, "Pump: 3 pcs")
    assert receipt.total == D("1499.70")
    assert receipt.notes == ()
    assert dict(receipt.external_ids) == {
        "document": subscription["id"],
        "invoice": invoice["id"],
        "subscription-1": subscription["id"],
        "chg_pump": invoice["id"],
        "chg_care": item["id"],
    }
    assert subscription["metadata"]["quotewright_quote_id"] == "qte_1"
    assert subscription["metadata"]["purchase_order"] == "PO-77"


def test_what_lies_behind_is_charged_and_a_contract_that_renews_has_no_end(
    stub: StripeStub,
) -> None:
    pushed(connected(stub, LATER), replace(a_document((CARE,)), auto_renew=True))
    [subscription] = stub.rows["subscriptions"].values()
    assert subscription["backdate_start_date"] == noon(2027, 1, 1)
    assert subscription["billing_cycle_anchor"] == noon(2027, 3, 1)
    assert "cancel_at" not in subscription
    assert stub.rows["invoices"] == {}


def test_asked_again_it_is_what_it_was(stub: StripeStub) -> None:
    billing = connected(stub)
    assert billing.find(BOTH, "eff_1") is None
    first = pushed(billing)
    assert billing.find(BOTH, "eff_1") == first
    assert pushed(billing) == pushed(billing, key="eff_2") == first
    assert [len(stub.rows[kind]) for kind in ("subscriptions", "invoices", "prices")] == [1, 1, 1]


def test_within_a_day_a_key_makes_a_customer_once_though_a_search_finds_none(
    stub: StripeStub,
) -> None:
    stub.is_indexed = False
    pushed(connected(stub))
    other = replace(BOTH, trace=replace(BOTH.trace, quote_number="Q-2"))
    pushed(connected(stub), other, "eff_2")
    assert len(stub.rows["customers"]) == 1
    stub.keys.clear()
    stub.is_indexed = True
    assert connected(stub).find(other, "eff_2") is not None


def test_a_rate_of_theirs_that_costs_something_else_is_not_taken(stub: StripeStub) -> None:
    pushed(connected(stub))
    [price] = stub.rows["prices"].values()
    price["unit_amount_decimal"] = "1"
    other = replace(BOTH, trace=replace(BOTH.trace, quote_number="Q-2"))
    assert pushed(connected(stub), other, "eff_2").total == D("1499.70")
    assert len(stub.rows["prices"]) == 2


def test_parts_of_periods_are_invoiced_beside_the_whole_ones(stub: StripeStub) -> None:
    """A year of 100.00 a month and half a month before it: 1250.00."""
    care = replace(CARE, total=D("1250.00"), start_date=date(2026, 12, 16))
    whole = a_document((CARE,)).schedule
    part = BilledPart(dialect="actual", numerator=16, denominator=31)
    half = replace(
        whole[0],
        day=care.start_date,
        amount=D("50.00"),
        period_start=care.start_date,
        period_end=START,
        part=part,
    )
    document = a_document((care,), (half, *whole))
    billing = connected(stub)
    assert {each.path: each.amount for each in billing.losses(document)} == {
        "charges/0/schedule": None
    }
    receipt = pushed(billing, document)
    [invoice] = stub.rows["invoices"].values()
    assert invoice["subtotal"] == 5000
    assert receipt.total == D("1250.00")
    [subscription] = stub.rows["subscriptions"].values()
    assert subscription["billing_cycle_anchor"] == noon(2027, 1, 1)


def test_the_same_rate_stands_in_a_subscription_once(stub: StripeStub) -> None:
    twice = a_document((CARE, replace(CARE, id="chg_more")))
    receipt = pushed(connected(stub), twice)
    [subscription] = stub.rows["subscriptions"].values()
    [item] = subscription["items"]["data"]
    assert item["quantity"] == 6
    assert receipt.external_ids["chg_more"] == receipt.external_ids["chg_care"] == item["id"]
    assert receipt.total == D("2400.00")


def test_usage_is_counted_by_a_meter(stub: StripeStub) -> None:
    receipt = pushed(connected(stub), a_document((CALLS, CARE)))
    [subscription] = stub.rows["subscriptions"].values()
    calls = subscription["items"]["data"][0]["price"]
    assert calls["unit_amount_decimal"] == "3.75"
    assert calls["recurring"]["meter"] == "mtr_calls"
    assert receipt.total == D("1237.50")
    elsewhere = connected(stub, tables=Tables({TableName.SKU: {"CALLS": "minutes"}}))
    [miss] = elsewhere.plan(a_document((CALLS,))).misses
    assert (miss.theirs, miss.where) == ("minutes", "charges/0/sku")
    with pytest.raises(Declined):
        pushed(elsewhere, a_document((CALLS,), number="Q-3"))


@pytest.mark.parametrize(
    ("code", "amount", "units"),
    [("JPY", "1999", 1999), ("KWD", "12.340", 12340), ("ISK", "1999", 199900)],
)
def test_minor_units_are_those_of_the_currency(
    stub: StripeStub, code: str, amount: str, units: int
) -> None:
    pump = replace(PUMP, amount=D(amount), total=D(amount))
    document = replace(a_document((pump,)), currency=code)
    receipt = pushed(connected(stub), document)
    [extra] = stub.rows["invoiceitems"].values()
    assert (extra["amount"], extra["currency"]) == (units, code.lower())
    assert receipt.total == D(amount)


def test_what_cannot_be_told_that_finely_is_declined(stub: StripeStub) -> None:
    pump = replace(PUMP, amount=D("12.345"), total=D("12.345"))
    document = replace(a_document((pump,)), currency="KWD")
    [loss] = connected(stub).losses(document)
    assert (loss.path, loss.amount) == ("charges/0/amount", D("0.005"))
    with pytest.raises(Declined):
        pushed(connected(stub), document)
    assert stub.asked == []


def test_an_answer_of_500_is_kept_under_its_key_and_another_one_goes_on(stub: StripeStub) -> None:
    billing, steps = connected(stub), MemorySteps()
    stub.faults["POST /v1/subscriptions"] = [Reply(500, {"error": {"message": "oops"}})]
    with pytest.raises(Uncertain):
        billing.create(BOTH, "eff_1", steps)
    assert billing.find(BOTH, "eff_1") is None
    billing.create(BOTH, "eff_1", steps)
    asked = [each for each in stub.asked if each.what == "POST /v1/subscriptions"]
    keys = [each.headers["idempotency-key"] for each in asked]
    assert keys == ["eff_1-subscription-1-1", "eff_1-subscription-1-2"]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, b"<html>"), Uncertain),
        (Reply(200, []), Uncertain),
        (Reply(200, {"id": "sub_1", "customer": "cus_other"}), Uncertain),
        (Reply(200, b"x" * 300_000), Uncertain),
        (Reply(409, {"error": {"message": "in use"}}), Postponed),
        (Reply(429, {"error": {"message": "slow"}}, Retry_After="9"), Postponed),
        (Reply(403, {"error": {"message": "no"}}), Denied),
        (Reply(302, {}, Location="https://elsewhere.example/"), Declined),
        (Reply(402, {"error": {"message": "no money", "param": "items"}}), Declined),
    ],
)
def test_hostile_answers_have_named_ends(
    stub: StripeStub, reply: Reply, outcome: type[Exception]
) -> None:
    stub.faults["POST /v1/subscriptions"] = [reply]
    with pytest.raises(outcome) as raised:
        pushed(connected(stub))
    if isinstance(raised.value, Postponed) and reply.status == 429:
        assert raised.value.retry_after == 9


def test_nothing_tells_of_the_machine_that_asks(stub: StripeStub) -> None:
    connected(stub).check()
    [asked] = stub.asked
    assert "x-stripe-client-user-agent" not in asked.headers
    assert asked.headers["user-agent"].startswith("Quotewright Stripe/")


def test_a_system_that_fails_again_and_again_is_left_alone(stub: StripeStub) -> None:
    guard = replace(guard_for(stub.address[1]), watch=Watch())
    billing = StripeBilling(stub.access(stub.url), guard, FixedClock(BEFORE))
    stub.faults["GET /v1/customers"] = [Reply(500, {}) for _ in range(5)]
    for _ in range(6):
        with pytest.raises(Postponed):
            billing.check()
    assert stub.count("GET /v1/customers") == 5


def test_a_key_that_is_refused_is_asked_with_no_more(stub: StripeStub) -> None:
    guard = replace(guard_for(stub.address[1]), watch=Watch())
    billing = StripeBilling(stub.access(stub.url), guard, FixedClock(BEFORE))
    stub.deny()
    for _ in range(5):
        with pytest.raises(Denied):
            billing.check()
    assert len(stub.asked) == 3


def test_nobody_listens(stub: StripeStub) -> None:
    billing = connected(stub)
    stub.close()
    with pytest.raises(Postponed):
        billing.check()


def test_a_quote_tells_all_at_once_and_is_accepted(stub: StripeStub) -> None:
    billing = connected(stub, SAME_DAY, form="quote")
    receipt = pushed(billing)
    [quote] = stub.rows["quotes"].values()
    assert (quote["status"], quote["amount_subtotal"]) == ("accepted", 39970)
    [subscription] = stub.rows["subscriptions"].values()
    assert subscription["cancel_at"] == int(noon(2028, 1, 1))
    assert receipt.external_ids["document"] == quote["id"]
    assert receipt.notes == ()
    assert billing.find(BOTH, "eff_1") == receipt == pushed(billing)
    assert len(stub.rows["quotes"]) == 1
    assert stub.rows["invoiceitems"] == {}
    assert billing.read(quote["id"]).state == "accepted"


def test_what_a_quote_cannot_tell_is_made_piece_by_piece(stub: StripeStub) -> None:
    pushed(connected(stub, BEFORE, form="quote"))  # it begins later, and ends
    assert stub.rows["quotes"] == {}
    assert len(stub.rows["subscriptions"]) == 1


def test_what_was_made_is_read_back(stub: StripeStub) -> None:
    billing = connected(stub)
    ids = pushed(billing).external_ids
    invoice = billing.read(ids["invoice"])
    assert (invoice.key, invoice.state) == ("Q-2027-000001", "open")
    assert (invoice.currency, invoice.total) == ("EUR", D("299.70"))
    stub.rows["subscriptions"][ids["document"]]["status"] = "canceled"
    assert not billing.read(ids["document"]).is_alive
    for name in ("sub_none", "nonsense"):
        with pytest.raises(Declined):
            billing.read(name)
