"""A quote of the CRM is a quote on /api/v1, and the other way round."""

import itertools
from decimal import Decimal as D
from typing import Any

import msgspec
import pytest

from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
exact = msgspec.json.Decoder(float_hook=D).decode
_IDS = itertools.count(9_000)


def context(quote_id: int, *lines: Json, state: str = "Draft", **quote: object) -> Json:
    """A version with one alternative, its lines calculated by the connector."""
    return {
        "ERPCompanyKey": "ACME",
        "CRMSale": {"Currency": "USD", "SaleId": 812, "Title": "New press line"},
        "CRMQuote": {"QuoteId": quote_id, **quote},
        "CRMQuoteVersion": {
            "QuoteVersionId": quote_id * 10,
            "State": state,
            "ExpirationDate": "2026-12-31T00:00:00",
        },
        "CRMAlternativesWithLines": [
            {
                "CRMAlternative": {"QuoteAlternativeId": quote_id * 100, "Name": "First"},
                "CRMQuoteLines": list(lines),
            }
        ],
    }


def calculated(seller: Crm, quote: Json) -> Json:
    both = quote["CRMAlternativesWithLines"][0]
    single = {**quote, "CRMAlternativeWithLines": both}
    whole = seller.call("RecalculateQuoteAlternative", {"Context": single})
    return {**quote, "CRMAlternativesWithLines": [whole]}


def listed(seller: Crm, number: int, sku: str, quantity: float, **members: object) -> Json:
    """A line as the connector makes it from a product, with what the user typed."""
    quote = {"CRMSale": {"Currency": "USD"}, "ERPCompanyKey": "ACME"}
    [made] = seller.call(
        "GetQuoteLinesFromProduct", {"Context": quote, "ErpProductKey": f"{sku}@USD-STD"}
    )
    changed: Json = made | {"QuoteLineId": number, "Quantity": quantity, **members}
    return changed


def validated(seller: Crm, quote: Json, action: str = "Validate") -> Json:
    body = {"QuoteContext": quote, "action": action}
    answer: Json = seller.call("ValidateQuoteVersion", body)
    return answer


def found(caller: Caller, quote_id: int, expand: str = "") -> Json:
    page = caller.send("GET", f"/quotes?q={quote_id}&limit=200").json()["data"]
    [summary] = [each for each in page if (each["origin"] or {}).get("key") == str(quote_id)]
    whole: Json = exact(caller.send("GET", f"/quotes/{summary['id']}{expand}").content)
    return whole


@pytest.fixture
def quote_id() -> int:
    return next(_IDS)


def test_a_validated_quote_is_found_with_its_prices_explained(
    caller: Caller, seller: Crm, quote_id: int
) -> None:
    quote = calculated(
        seller,
        context(quote_id, listed(seller, 1, "VX-2000", 4), listed(seller, 2, "CARE-PLUS", 4)),
    )
    assert validated(seller, quote)["IsOk"]
    seen = found(caller, quote_id, "?expand=waterfall,history")
    assert seen["origin"] == {"system": "superoffice", "key": str(quote_id)}
    assert (seen["account_id"], seen["opportunity_id"]) == ("ACME", "812")
    assert (seen["title"], seen["valid_until"]) == ("New press line", "2026-12-31")
    priced = exact(
        caller.send(
            "POST",
            "/pricing",
            {
                "account_id": "ACME",
                "currency": "USD",
                "lines": [
                    {"sku": "VX-2000", "quantity": 4},
                    {"sku": "CARE-PLUS", "quantity": 4},
                ],
            },
        ).content
    )
    assert seen["totals"]["net"] == priced["totals"]["net"]
    for mine, theirs in zip(seen["lines"], priced["lines"], strict=True):
        assert mine["net_total"] == theirs["net_total"]
        assert [bar["rule"] for bar in mine["waterfall"]] == [
            bar["rule"] for bar in theirs["waterfall"]
        ]
    assert [entry["what"] for entry in seen["history"]] == ["created", "validated"]


def told(caller: Caller, quote_id: int) -> list[str]:
    """The events of a quote, the first of them first."""
    seen = found(caller, quote_id)
    events = caller.send("GET", f"/events?subject={seen['id']}").json()["data"]
    return [each["type"] for each in reversed(events)]


def test_what_did_not_change_is_not_told_of(caller: Caller, seller: Crm, quote_id: int) -> None:
    """A half of the price is below the floor, of which a finding tells the figures."""
    half = {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": 50}
    quote = calculated(seller, context(quote_id, listed(seller, 1, "VX-2000", 4, **half)))
    for _ in range(3):
        validated(seller, quote)
    assert told(caller, quote_id) == ["quote.created", "quote.priced"]
    less = half | {"DiscountPercent": 40}
    quote = calculated(seller, context(quote_id, listed(seller, 1, "VX-2000", 4, **less)))
    for _ in range(2):
        validated(seller, quote)
    assert told(caller, quote_id) == ["quote.created", "quote.priced", "quote.priced"]


def test_what_is_sent_too_late_is_told_to_be_over(
    caller: Caller, seller: Crm, quote_id: int
) -> None:
    quote = calculated(seller, context(quote_id, listed(seller, 1, "VX-HOS-50", 1), state="Sent"))
    quote["CRMQuoteVersion"]["ExpirationDate"] = "2026-11-20T00:00:00"
    for _ in range(2):
        validated(seller, quote)
    assert found(caller, quote_id)["status"] == "expired"
    assert told(caller, quote_id) == ["quote.created", "quote.priced", "quote.expired"]


def closes(seen: Json) -> None:
    for each in seen["lines"]:
        bars = each["waterfall"]
        assert each["list_unit_price"] + sum(bar["delta"] for bar in bars) == each["net_unit_price"]
        assert each["list_total"] + sum(bar["delta_total"] for bar in bars) == each["net_total"]
    assert sum(each["net_total"] for each in seen["lines"]) == seen["totals"]["net"]


@pytest.mark.parametrize(
    "typed",
    [
        {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": 12.5},
        {"UserValueOverride": "OverrideDiscountAmount", "DiscountAmount": 7.77},
        {"UserValueOverride": "OverrideTotal", "TotalPrice": 300},
        {"UserValueOverride": "OverrideTotal", "TotalPrice": 5000},
        {"Quantity": -2},
        {"Quantity": 0},
        {"ERPProductKey": "", "UnitListPrice": 33.33, "Name": "By hand", "VAT": 25},
        {"ERPProductKey": "GONE@USD-STD", "UnitListPrice": 10},
    ],
)
def test_what_a_salesperson_typed_closes_as_well(
    caller: Caller, seller: Crm, quote_id: int, typed: Json
) -> None:
    lines = [listed(seller, 1, "VX-HOS-50", 10) | typed, listed(seller, 2, "CARE-PLUS", 1)]
    quote = calculated(seller, context(quote_id, *lines))
    whole = quote["CRMAlternativesWithLines"][0]
    validated(seller, quote)
    seen = found(caller, quote_id, "?expand=waterfall")
    closes(seen)
    assert [float(each["net_total"]) for each in seen["lines"]] == [
        each["TotalPriceWithAlternativeDiscount"] for each in whole["CRMQuoteLines"]
    ]
    assert float(seen["totals"]["net"]) == whole["CRMAlternative"]["TotalPrice"]


def test_validating_again_changes_nothing(caller: Caller, seller: Crm, quote_id: int) -> None:
    quote = calculated(seller, context(quote_id, listed(seller, 1, "VX-HOS-50", 3)))
    validated(seller, quote)
    first = found(caller, quote_id, "?expand=history")
    validated(seller, quote)
    assert found(caller, quote_id, "?expand=history") == first
    grown = context(quote_id, listed(seller, 1, "VX-HOS-50", 3), listed(seller, 2, "VX-HOS-70", 1))
    validated(seller, calculated(seller, grown))
    changed = found(caller, quote_id)
    assert changed["version"] == first["version"]
    assert changed["lines"][0]["id"] == first["lines"][0]["id"]
    assert len(changed["lines"]) == 2


def test_a_new_version_there_is_a_new_version_here(
    caller: Caller, seller: Crm, quote_id: int
) -> None:
    quote = calculated(seller, context(quote_id, listed(seller, 1, "VX-HOS-50", 3)))
    validated(seller, quote)
    quote["CRMQuoteVersion"]["QuoteVersionId"] += 1
    validated(seller, quote)
    seen = found(caller, quote_id)
    assert seen["version"] == 2
    old = caller.send("GET", f"/quotes/{seen['id']}?version=1").json()
    assert old["status"] == "superseded"


def test_sending_and_ordering_are_seen(caller: Caller, seller: Crm, quote_id: int) -> None:
    quote = calculated(seller, context(quote_id, listed(seller, 1, "VX-HOS-50", 3)))
    validated(seller, quote)
    sent = seller.call("OnAfterSentQuoteVersion", {"QuoteContext": quote})
    seen = found(caller, quote_id)
    assert seen["status"] == "sent"
    assert sent["VersionResponse"]["CRMQuoteVersion"]["ERPQuoteVersionKey"] == seen["number"]
    both = quote["CRMAlternativesWithLines"][0]
    ordering = {**quote, "CRMAlternativeWithLines": both}
    ordering["CRMQuoteVersion"] |= {"State": "Sent"}
    placed = seller.call("PlaceOrder", {"Context": ordering})
    assert placed["IsOk"], placed
    seen = found(caller, quote_id, "?expand=history")
    assert seen["status"] == "ordered"
    told = [entry["what"] for entry in seen["history"]]
    assert told == ["created", "validated", "sent", "accepted", "ordered"]
    assert seen["history"][-1]["details"] == {"order": placed["CRMQuote"]["ERPOrderKey"]}


def test_what_needs_approval_is_approved_here_and_holds_there(
    caller: Caller, seller: Crm, quote_id: int
) -> None:
    typed = {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": 30}
    quote = calculated(seller, context(quote_id, listed(seller, 1, "VX-HOS-50", 10, **typed)))
    answer = validated(seller, quote)
    assert answer["CRMQuoteVersion"]["State"] == "DraftNeedsApproval"
    assert "20" in answer["CRMQuoteVersion"]["Reason"]
    seen = found(caller, quote_id)
    assert seen["status"] == "in_approval"
    assert caller.post(f"/quotes/{seen['id']}/approve", {})["status"] == "approved"
    quote["CRMQuoteVersion"]["State"] = "DraftNeedsApproval"
    assert validated(seller, quote)["CRMQuoteVersion"]["State"] == "DraftApproved"
    assert found(caller, quote_id)["status"] == "approved"
    worse = typed | {"DiscountPercent": 35}
    quote = calculated(seller, context(quote_id, listed(seller, 1, "VX-HOS-50", 10, **worse)))
    assert validated(seller, quote)["CRMQuoteVersion"]["State"] == "DraftNeedsApproval"


def test_its_content_is_changed_where_it_is_kept(
    caller: Caller, seller: Crm, quote_id: int
) -> None:
    validated(seller, calculated(seller, context(quote_id, listed(seller, 1, "VX-HOS-50", 3))))
    seen = found(caller, quote_id)
    path = f"/quotes/{seen['id']}"
    for method, below, body in (
        ("POST", "/lines", {"sku": "VX-HOS-50", "quantity": 1}),
        ("PATCH", "", {"title": "x"}),
        ("POST", "/reprice", {}),
        ("DELETE", f"/lines/{seen['lines'][0]['id']}", None),
    ):
        answer = caller.send(method, f"{path}{below}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "quote_locked"), below
    assert found(caller, quote_id) == seen


def test_the_crm_takes_over_a_quote_that_was_made_here(
    caller: Caller, seller: Crm, quote_id: int
) -> None:
    made = caller.post(
        "/quotes",
        {"account_id": "ACME", "currency": "USD", "lines": [{"sku": "VX-HOS-50", "quantity": 3}]},
        201,
    )
    quote = calculated(
        seller,
        context(quote_id, listed(seller, 1, "VX-HOS-50", 3), ERPQuoteKey=made["number"]),
    )
    validated(seller, quote)
    seen = found(caller, quote_id, "?expand=history")
    assert (seen["id"], seen["number"]) == (made["id"], made["number"])
    assert [entry["what"] for entry in seen["history"]] == ["created", "linked", "validated"]
    assert float(seen["totals"]["net"]) == made["totals"]["net"]


def test_a_quote_deleted_there_is_nowhere_here(caller: Caller, seller: Crm, quote_id: int) -> None:
    validated(seller, calculated(seller, context(quote_id, listed(seller, 1, "VX-HOS-50", 3))))
    seen = found(caller, quote_id)
    seller.call("OnBeforeDeleteQuote", {"Quote": {"QuoteId": quote_id}})
    assert caller.send("GET", f"/quotes/{seen['id']}").status_code == 404
    assert caller.send("GET", f"/quotes?q={quote_id}").json()["data"] == []


def test_a_quote_the_crm_has_not_saved_leaves_nothing(caller: Caller, seller: Crm) -> None:
    before = caller.send("GET", "/quotes?limit=1").json()["data"]
    validated(seller, calculated(seller, context(0, listed(seller, 1, "VX-HOS-50", 3))))
    assert caller.send("GET", "/quotes?limit=1").json()["data"] == before
