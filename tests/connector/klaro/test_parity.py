"""One quote comes to the same on all three surfaces, to the cent."""

import random
from decimal import Decimal as D
from typing import Any

import pytest

from tests.connector.klaro.conftest import Reader
from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.test_parity import SKUS, context, exact

Json = dict[str, Any]
QUOTES = 500
AT_ONCE = 25
BUYERS = ("ACME", "ACME-NORD")
CURRENCIES = ("USD", "EUR", "NOK")
QUANTITIES = (1, 2, 3, 7, 10, 12, 25, 48, 50, 2.5, 33.333)


def asked(number: int) -> Json:
    """A quote: who buys what, what is off the whole, and sometimes what it shall come to."""
    chance = random.Random(number)  # noqa: S311 (the same quotes every time)
    skus = chance.sample(SKUS, chance.randint(1, 5))
    return {
        "account_id": chance.choice(BUYERS),
        "currency": chance.choice(CURRENCIES),
        "discount_percent": chance.choice((0, 0, 2.5, 7, 12.25)),
        "lines": [{"sku": sku, "quantity": chance.choice(QUANTITIES)} for sku in skus],
        "fixed": chance.choice((None, None, "0.93", "1.07", "0.8137")),
    }


def at_superoffice(seller: Crm, quote: Json) -> Json:
    """The same lines as SuperOffice shows and calculates them.

    Where a person fixed the total, they also say so there: the total of the alternative is theirs.
    """
    lines = []
    for number, line in enumerate(quote["lines"], 1):
        key = f"{line['sku']}@{quote['currency']}-STD"
        [made] = seller.call(
            "GetQuoteLinesFromProduct", {"Context": context(quote), "ErpProductKey": key}
        )
        lines.append(made | {"QuoteLineId": number, "Quantity": float(line["quantity"])})
    head: Json = {"UserValueOverride": "None"}
    if quote["manual_total"] is not None:
        total = float(quote["manual_total"])
        head = {"UserValueOverride": "OverrideTotal", "TotalPrice": total}
    elif quote["discount_percent"]:
        percent = float(quote["discount_percent"])
        head = {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": percent}
    both = {"CRMAlternative": head, "CRMQuoteLines": lines}
    changed = [
        seller.call(
            "OnQuoteLineChanged",
            {
                "Context": context(quote, CRMAlternativeWithLines=both),
                "QuoteLine": line,
                "ChangedFields": ["Quantity"],
            },
        )
        for line in lines
    ]
    answer = seller.post(
        "RecalculateQuoteAlternative",
        {"Context": context(quote, CRMAlternativeWithLines={**both, "CRMQuoteLines": changed})},
        seller.basic("CustDemo", seller.secret),
    )
    whole: Json = exact(answer.content)
    return whole


def margin(profit: D, net: D) -> D | None:
    return None if not net else profit * 100 / net


@pytest.mark.parametrize("first", range(0, QUOTES, AT_ONCE))
def test_a_quote_comes_to_the_same_on_all_three_surfaces(
    program: Reader, caller: Caller, seller: Crm, first: int
) -> None:
    for number in range(first, first + AT_ONCE):
        wanted = asked(number)
        fixed = wanted.pop("fixed")
        made = exact(caller.send("POST", "/quotes", wanted).content)
        [latest] = program.get("/quotations/vacuums?sort=-quotation_id&size=1") or [None]
        [other] = program.get("/quotations/services?sort=-quotation_id&size=1") or [None]
        quotation = max(each["quotation_id"] for each in (latest, other) if each is not None)
        path = f"/quotation/{quotation}/revision/1/summary"
        if fixed is not None:
            total = str((made["totals"]["net"] * D(fixed)).quantize(D("0.01")))
            answer = program.send("POST", path, {"custom_sales_price": total})
            assert answer.status_code == 200, answer.text
        quote = exact(caller.send("GET", f"/quotes/{made['id']}").content)
        summary = exact(program.send("GET", path).content)["data"]
        totals = quote["totals"]
        assert summary["sales_price"] == totals["net"], wanted
        assert summary["cost_price"] == totals["cost"], wanted
        assert summary["profit"] == totals["margin_amount"], wanted
        assert summary["margin"] == totals["margin_percent"], wanted
        assert sum(summary["sales_tax"].values()) == totals["tax"], wanted
        assert summary["sales_price_with_tax"] == totals["total"], wanted
        whole = at_superoffice(seller, {**wanted, "manual_total": quote["manual_total"]})
        there = whole["CRMAlternative"]
        assert D(there["TotalPrice"]) == totals["net"], wanted
        assert D(there["EarningAmount"]) == totals["margin_amount"], wanted
        exactly = margin(totals["margin_amount"], totals["net"])
        if exactly is not None:
            assert abs(D(there["EarningPercent"]) - exactly) < D("0.01"), wanted
            assert abs(summary["margin"] - exactly) < D("1e-9"), wanted
        left = [D(line["TotalPriceWithAlternativeDiscount"]) for line in whole["CRMQuoteLines"]]
        if quote["manual_total"] is None or not wanted["discount_percent"]:
            assert left == [D(line["net_total"]) for line in quote["lines"]], wanted
        assert sum(left) == totals["net"], wanted
