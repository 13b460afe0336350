"""An order that the CRM placed is changed like any other."""

from typing import Any

from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.changes import change, codes, line, read
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.test_crm_quotes import calculated, context, listed

Json = dict[str, Any]


def placed(seller: Crm, caller: Caller, quote_id: int, *lines: Json) -> Json:
    quote = calculated(seller, context(quote_id, *lines))
    quote["CRMQuoteVersion"] |= {"State": "Sent"}
    whole = {**quote, "CRMAlternativeWithLines": quote["CRMAlternativesWithLines"][0]}
    answer = seller.call("PlaceOrder", {"Context": whole})
    assert answer["IsOk"], answer
    found = caller.send("GET", "/orders?limit=1").json()["data"][0]
    assert found["number"] == answer["CRMQuote"]["ERPOrderKey"]
    return read(caller, found)


def test_units_of_an_order_of_the_crm_are_cancelled(caller: Caller, seller: Crm) -> None:
    typed = {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": 25}
    order = placed(seller, caller, 77_001, listed(seller, 1, "VX-HOS-50", 10, **typed))
    # ten metres at 19.20 less a quarter are 144, and a quarter of it is tax
    assert (order["totals"]["net"], order["totals"]["tax"]) == (144, 36)
    done = change(caller, order, type="cancel", lines=[line(order, quantity=3)])
    assert (done["applied"], done["price_delta"]) == (True, -43.2)
    totals = done["order"]["totals"]
    assert (totals["list"], totals["net"], totals["tax"], totals["total"]) == (
        *(134.4, 100.8),
        *(25.2, 126),
    )
    rest = change(caller, order, type="cancel")
    assert rest["order"]["status"] == "cancelled"
    assert {rest["order"]["totals"][name] for name in ("list", "net", "tax", "total")} == {0}


def test_what_was_typed_by_hand_has_no_options(caller: Caller, seller: Crm) -> None:
    by_hand = {
        "QuoteLineId": 1,
        "Name": "Travel",
        "Quantity": 2,
        "UnitListPrice": 100,
        "UserValueOverride": "None",
    }
    order = placed(seller, caller, 77_002, by_hand)
    lines = [line(order, configuration={"Bin": "120 l"})]
    refused = change(caller, order, 422, type="revise", lines=lines)
    assert codes(refused) == [("/lines/0/configuration", "not_configurable")]
    done = change(caller, order, type="cancel", lines=[line(order, quantity=1)])
    assert (done["applied"], done["price_delta"]) == (True, -100)
