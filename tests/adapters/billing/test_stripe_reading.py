"""What was made at Stripe is read there again, piece by piece, and compared as a whole."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from engine.ports.billing import BillingDocument, BillingState
from engine.ports.outcomes import Declined
from tests.adapters.billing.samples import BOTH, CALLS, CARE, PUMP, a_document
from tests.adapters.billing.stripe_calls import BEFORE, SAME_DAY, connected, noon, pushed
from tests.adapters.billing.stripe_stub import StripeStub

Json = dict[str, Any]
Change = Callable[[StripeStub], None]


@pytest.fixture
def stub() -> Iterator[StripeStub]:
    with StripeStub() as stub:
        yield stub


def read(stub: StripeStub, document: BillingDocument = BOTH) -> BillingState:
    """As it stands there, after it was made where it was not there."""
    billing = connected(stub)
    return billing.read(document, pushed(billing, document).external_ids)


def only(stub: StripeStub, kind: str) -> Json:
    [found] = stub.rows[kind].values()
    return found


def test_all_pieces_are_read_as_one(stub: StripeStub) -> None:
    state = read(stub, a_document((PUMP, CARE, CALLS)))
    subscription = next(iter(stub.rows["subscriptions"].values()))
    assert (state.reference, state.state) == (subscription["id"], "active")
    assert (state.key, state.quote_id) == ("Q-2027-000001", "qte_1")
    assert (state.currency, state.total) == ("EUR", D("1537.20"))
    assert (state.is_alive, state.troubles) == (True, ())


def test_what_is_charged_once_alone_is_an_invoice(stub: StripeStub) -> None:
    state = read(stub, a_document((PUMP,)))
    assert (state.reference, state.state) == (only(stub, "invoices")["id"], "open")
    assert state.total == D("299.70")


def a_cent_less_once(stub: StripeStub) -> None:
    only(stub, "invoices")["subtotal"] -= 1


def a_cent_more_a_month(stub: StripeStub) -> None:
    [item] = only(stub, "subscriptions")["items"]["data"]
    item["price"]["unit_amount_decimal"] = "3333.67"


def one_more_seat(stub: StripeStub) -> None:
    only(stub, "subscriptions")["items"]["data"][0]["quantity"] = 4


def no_seats(stub: StripeStub) -> None:
    only(stub, "subscriptions")["items"]["data"].clear()


@pytest.mark.parametrize(
    ("change", "total"),
    [
        (a_cent_less_once, "1499.69"),
        (a_cent_more_a_month, "1499.82"),
        (one_more_seat, "1899.66"),  # 133.33 a month, and 299.70
        (no_seats, "299.70"),
    ],
)
def test_what_was_changed_there_comes_to_something_else(
    stub: StripeStub, change: Change, total: str
) -> None:
    read(stub)
    change(stub)
    assert read(stub).total == D(total)


@pytest.mark.parametrize("price", ["no number", "NaN", "1E+99", None, ["1"]])
def test_what_is_no_price_is_not_told(stub: StripeStub, price: object) -> None:
    read(stub)
    only(stub, "subscriptions")["items"]["data"][0]["price"]["unit_amount_decimal"] = price
    assert read(stub).total is None


def test_a_list_that_was_cut_is_not_told(stub: StripeStub) -> None:
    billing = connected(stub)
    names = pushed(billing).external_ids
    subscription = only(stub, "subscriptions")
    subscription["items"]["has_more"] = True
    assert billing.read(BOTH, names).total is None
    odds: tuple[object, ...] = (None, [], "x")
    for odd in odds:
        subscription |= {"items": odd, "metadata": odd}
        state = billing.read(BOTH, names)
        assert (state.total, state.key) == (None, "")
    subscription["items"] = {"data": [{"id": []}, {"id": {}, "quantity": 1}, "x"]}
    assert billing.read(BOTH, names).total == D("299.70")


def called_off(stub: StripeStub) -> None:
    only(stub, "subscriptions")["status"] = "canceled"


def ended_early(stub: StripeStub) -> None:
    called_off(stub)
    only(stub, "subscriptions")["ended_at"] = int(noon(2027, 6, 1))


def ended_in_time(stub: StripeStub) -> None:
    called_off(stub)
    only(stub, "subscriptions")["ended_at"] = int(noon(2028, 1, 1))


def made_void(stub: StripeStub) -> None:
    only(stub, "invoices")["status"] = "void"


@pytest.mark.parametrize(
    ("change", "is_alive", "state"),
    [
        (called_off, False, "canceled"),
        (ended_early, False, "canceled"),
        (ended_in_time, True, "canceled"),
        (made_void, False, "void"),
    ],
)
def test_a_piece_that_was_called_off_is_told(
    stub: StripeStub, change: Change, is_alive: bool, state: str
) -> None:
    billing = connected(stub)
    names = pushed(billing).external_ids
    change(stub)
    found = billing.read(BOTH, names)
    assert (found.is_alive, found.state) == (is_alive, state)
    assert found.troubles == ()


def test_another_end_discounts_and_items_of_others_are_told(stub: StripeStub) -> None:
    read(stub)
    subscription = only(stub, "subscriptions")
    [mine] = subscription["items"]["data"]
    subscription["items"]["data"].append(mine | {"id": "si_theirs"})
    subscription |= {"cancel_at": int(noon(2027, 6, 1)), "discounts": ["di_1"]}
    assert read(stub).troubles == (
        "subscription-1 has a discount there",
        "subscription-1 has items there that are not ours: 1",
        "subscription-1 ends on 2027-06-01 there, not on 2028-01-01",
    )
    assert read(stub).total == D("1499.70")
    for never in (None, 10**30):
        subscription["cancel_at"] = never
        assert read(stub).troubles[-1] == "subscription-1 ends never there, not on 2028-01-01"


def test_what_renews_itself_has_no_end_there(stub: StripeStub) -> None:
    document = replace(BOTH, auto_renew=True)
    assert read(stub, document).troubles == ()
    only(stub, "subscriptions")["cancel_at"] = int(noon(2028, 1, 1))
    assert read(stub, document).troubles == ("subscription-1 ends on 2028-01-01 there, not never",)


def test_terms_of_several_lengths_in_one_are_not_told(stub: StripeStub) -> None:
    whole = a_document((CARE, replace(CARE, id="chg_half", sku="HALF", total=D("600.00"))))
    halved = tuple(
        each for each in whole.schedule if each.charge != "chg_half" or each.day < date(2027, 7, 1)
    )
    document = replace(whole, schedule=halved, total=D("1800.00"), auto_renew=True)
    assert read(stub, document).total is None


def test_another_quotes_or_currencys_pieces_are_told(stub: StripeStub) -> None:
    billing = connected(stub)
    names = pushed(billing).external_ids
    only(stub, "invoices")["currency"] = "usd"
    assert billing.read(BOTH, names).currency == "USD"
    only(stub, "invoices")["metadata"]["quotewright_quote_id"] = "qte_9"
    assert billing.read(BOTH, names).quote_id == "qte_9"
    only(stub, "subscriptions")["metadata"] = {}
    assert billing.read(BOTH, names).key == ""


def test_a_quote_is_read_with_what_came_of_it(stub: StripeStub) -> None:
    billing = connected(stub, SAME_DAY, form="quote")
    names = pushed(billing).external_ids
    state = billing.read(BOTH, names)
    assert (state.state, state.total, state.troubles) == ("accepted", D("1499.70"), ())
    subscription = only(stub, "subscriptions")
    subscription["items"]["data"][0]["quantity"] = 4
    assert billing.read(BOTH, names).total == D("1899.66")
    subscription["status"] = "canceled"
    assert not billing.read(BOTH, names).is_alive
    only(stub, "quotes")["subscription"] = None  # as of one that begins later
    assert billing.read(BOTH, names).total is None


def test_what_is_gone_is_declined(stub: StripeStub) -> None:
    billing = connected(stub, BEFORE)
    names = pushed(billing).external_ids
    for wrong in (
        {"document": "sub_none", "subscription-1": "sub_none"},
        {"document": "x", "invoice": "nonsense"},
        {"document": names["document"]},
        {},
    ):
        with pytest.raises(Declined):
            billing.read(BOTH, wrong)
