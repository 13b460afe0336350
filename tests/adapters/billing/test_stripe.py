"""Stripe takes a document once, whatever happens on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from engine.ports.billing import BilledPart
from engine.ports.connections import TableName, Tables
from engine.ports.outcomes import Declined
from tests.adapters.billing.samples import BOTH, CALLS, CARE, PUMP, START, a_document
from tests.adapters.billing.stripe_calls import BEFORE, LATER, SAME_DAY, connected, noon, pushed
from tests.adapters.billing.stripe_stub import StripeStub


@pytest.fixture
def stub() -> Iterator[StripeStub]:
    with StripeStub() as stub:
        yield stub


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
    assert subscription["cancel_at"] == int(noon(2028, 1, 1))
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


def test_what_a_quote_cannot_tell_is_made_piece_by_piece(stub: StripeStub) -> None:
    pushed(connected(stub, BEFORE, form="quote"))  # it begins later, and ends
    assert stub.rows["quotes"] == {}
    assert len(stub.rows["subscriptions"]) == 1
