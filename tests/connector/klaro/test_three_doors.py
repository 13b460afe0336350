"""A quotation made here, priced anew in SuperOffice and ordered on `/api/v1`: one story on all.

What is sold to ACME, by hand:
  2 x VX-2000     12,000 = 24,000, in SuperOffice less 10 % = 21,600.00
  10 x VX-HOS-50  19.20 less 4 % (hose weeks) = 18.432              184.32
  net 21,784.32
"""

from decimal import Decimal as D
from typing import Any

from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import latest, make, price, put, revision
from tests.connector.klaro.test_summary import exact, summary
from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act, get

Json = dict[str, Any]
LINES = ({"sku": "VX-2000", "quantity": 2}, {"sku": "VX-HOS-50", "quantity": 10})


def taken_over(seller: Crm, number: str, quote_id: int = 88_001) -> Json:
    """The quotation in SuperOffice, by its number: the same lines, a tenth off the units."""
    context: Json = {
        "ERPCompanyKey": "ACME",
        "CRMSale": {"Currency": "USD", "SaleId": 9121, "Title": "Press line"},
        "CRMQuote": {"QuoteId": quote_id, "ERPQuoteKey": number},
        "CRMQuoteVersion": {
            "QuoteVersionId": quote_id * 10,
            "State": "Draft",
            "ExpirationDate": "2026-12-31T00:00:00",
        },
    }
    lines = []
    for place, line in enumerate(LINES, 1):
        key = {"Context": context, "ErpProductKey": f"{line['sku']}@USD-STD"}
        [made] = seller.call("GetQuoteLinesFromProduct", key)
        lines.append(made | {"QuoteLineId": place, "Quantity": line["quantity"]})
    lines[0] |= {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": 10}
    head = {"QuoteAlternativeId": 8_800_100, "Name": "First"}
    both = {"CRMAlternative": head, "CRMQuoteLines": lines}
    calculated = seller.call(
        "RecalculateQuoteAlternative", {"Context": {**context, "CRMAlternativeWithLines": both}}
    )
    return {**context, "CRMAlternativesWithLines": [calculated]}


def test_a_quotation_made_here_repriced_there_and_ordered_elsewhere(
    anna: Reader, bo: Reader, caller: Caller, seller: Crm
) -> None:
    # made here, by a user who says what it is about and what it shall come to
    quotation = make(anna, *LINES, title="Press line")
    price(anna, quotation, 23_000)
    put(anna, quotation, qualifiers={"scope": "equipment"}, log_message="First offer")
    quote = get(caller, latest(caller))
    assert (quote["status"], quote["title"]) == ("draft", "Press line")
    assert (quote["totals"]["net"], quote["manual_total"]) == (23_000, 23_000)

    # priced anew in SuperOffice, which keeps it from now on
    there = taken_over(seller, quote["number"])
    validated = seller.call("ValidateQuoteVersion", {"action": "SendQuote", "QuoteContext": there})
    assert validated["IsOk"], validated
    whole = get(caller, quote)
    assert (whole["id"], whole["number"], whole["version"]) == (quote["id"], quote["number"], 2)
    assert whole["origin"] == {"system": "superoffice", "key": "88001"}
    seen = revision(anna, quotation, 2)
    assert (seen["latest"], seen["qualifiers"]) == (True, {"scope": "equipment"})
    assert anna.get(f"/quotation/{quotation}")["latest_revision"] == 2
    assert summary(anna, quotation, 1)["sales_price"] == 23_000
    same_price(anna, caller, quotation, quote, there)
    put(anna, quotation, 2, 409, qualifiers={"scope": "spares"})
    price(anna, quotation, 20_000, 2, 409)

    # sent from there
    there["CRMQuoteVersion"] |= {"State": "Sent"}
    seller.call("OnAfterSentQuoteVersion", {"QuoteContext": there})
    assert get(caller, quote)["status"] == "sent"
    assert list(revision(anna, quotation, 2)["states"]) == ["active", "hold", "won", "lost"]
    put(anna, quotation, 2, 409, status="in_process")

    # the customer asks for time, says yes here, and it is ordered on /api/v1
    assert put(anna, quotation, 2, status="hold")["status"] == "hold"
    assert get(caller, quote)["status"] == "on_hold"
    put(anna, quotation, 2, status="active")
    assert put(bo, quotation, 2, status="won", log_message="Signed")["status"] == "won"
    assert get(caller, quote)["status"] == "accepted"
    order = caller.post("/orders", {"quote_id": quote["id"], "purchase_order": "PO-77"}, 201)

    # the same story through every door
    seen = revision(anna, quotation, 2)
    assert (seen["status"], seen["order_status"], seen["order"]) == ("won", "received", True)
    assert seen["qualifiers"] == {"scope": "equipment"}
    state = anna.get(f"/quotation/{quotation}?state=true")
    assert (state["title"], state["won"], state["order"]) == ("Press line", True, True)
    same_price(anna, caller, quotation, quote, there)
    assert order["totals"] == get(caller, quote)["totals"]
    told = seller.call("GetOrderState", {"Context": ordering(there)})
    assert told["CRMQuote"]["ERPOrderKey"] == order["number"]
    caller.post(
        f"/orders/{order['id']}/status", {"fulfillment_system": "ERP-MFG", "status": "shipped"}
    )
    assert revision(anna, quotation, 2)["order_status"] == "delivered"
    assert put(bo, quotation, 2, order_status="delivered")["order_status"] == "delivered"
    story = [each["what"] for each in get(caller, quote, "?expand=history")["history"]]
    assert [each for each in story if each != "validated"] == [
        *("created", "changed", "total_fixed", "noted", "linked", "total_freed"),
        *("sent", "held", "resumed", "accepted", "noted", "ordered"),
    ]


def test_a_draft_there_is_submitted_there(
    anna: Reader, bo: Reader, caller: Caller, seller: Crm
) -> None:
    """It is no offer yet: the next call from there would make it a draft again."""
    quotation = make(anna, *LINES, title="Press line")
    quote = get(caller, latest(caller))
    there = taken_over(seller, quote["number"], 88_002)
    seller.call("ValidateQuoteVersion", {"action": "SendQuote", "QuoteContext": there})
    drafted = get(caller, quote, "?expand=history")
    assert drafted["status"] == "draft"
    assert list(revision(bo, quotation, 2)["states"]) == ["in_process", "lost"]
    for status in ("active", "hold", "won"):
        put(bo, quotation, 2, 409, status=status)
    refused = put(bo, quotation, 2, 409, status="active", log_message="Out")
    assert refused["meta"]["reason"] == "quote_locked"
    assert act(caller, quote, "submit", 409)["code"] == "quote_locked"
    assert act(caller, quote, "revise", 409)["code"] == "quote_locked"
    assert get(caller, quote, "?expand=history") == drafted


def test_a_word_about_what_is_kept_there_comes_with_what_the_customer_says(
    bo: Reader, caller: Caller, seller: Crm
) -> None:
    quotation = make(bo, *LINES)
    quote = get(caller, latest(caller))
    there = taken_over(seller, quote["number"], 88_003)
    there["CRMQuoteVersion"] |= {"State": "Sent"}
    seller.call("OnAfterSentQuoteVersion", {"QuoteContext": there})
    before = get(caller, quote, "?expand=history")
    moving_nothing: list[Json] = [{"status": "active"}, {}]
    for members in moving_nothing:
        refused = put(bo, quotation, 2, 409, log_message="x", **members)
        assert refused["meta"]["reason"] == "quote_locked"
    assert get(caller, quote, "?expand=history") == before
    held = put(bo, quotation, 2, status="hold", log_message="In March")
    assert (held["status"], held["log_message"]) == ("hold", "In March")
    assert put(bo, quotation, 2, status="hold", log_message="In March") == held
    put(bo, quotation, 2, 409, status="hold", log_message="In April")


def test_what_the_customer_says_counts_once_it_was_sent_there(
    bo: Reader, caller: Caller, seller: Crm
) -> None:
    """Before that the next call from there says again how far it is."""
    quotation = make(bo, *LINES)
    quote = get(caller, latest(caller))
    there = taken_over(seller, quote["number"], 88_004)
    validate = {"action": "SendQuote", "QuoteContext": there}
    seller.call("ValidateQuoteVersion", validate)
    assert put(bo, quotation, 2, status="lost")["status"] == "lost"
    seller.call("ValidateQuoteVersion", validate)
    assert get(caller, quote)["status"] == "draft"
    there["CRMQuoteVersion"] |= {"State": "Sent"}
    seller.call("OnAfterSentQuoteVersion", {"QuoteContext": there})
    assert put(bo, quotation, 2, status="won")["status"] == "won"
    seller.call("ValidateQuoteVersion", validate)
    assert get(caller, quote)["status"] == "accepted"


def ordering(there: Json) -> Json:
    """What SuperOffice asks about an order with."""
    [both] = there["CRMAlternativesWithLines"]
    return {**there, "CRMAlternativesWithLines": None, "CRMAlternativeWithLines": both}


def same_price(reader: Reader, caller: Caller, quotation: int, quote: Json, there: Json) -> None:
    """All three say 21,784.32, and earn the same on it."""
    [both] = there["CRMAlternativesWithLines"]
    figures = both["CRMAlternative"]
    told = summary(reader, quotation, 2)
    totals = exact(caller.send("GET", f"/quotes/{quote['id']}").content)["totals"]
    assert told["sales_price"] == totals["net"] == D(str(figures["TotalPrice"])) == D("21784.32")
    assert told["profit"] == totals["margin_amount"] == D(str(figures["EarningAmount"]))
    assert told["cost_price"] == totals["cost"]
    assert told["margin"] == totals["margin_percent"]
    assert told["sales_price_with_tax"] == totals["total"]
