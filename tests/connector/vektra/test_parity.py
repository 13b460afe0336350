"""One basket costs the same through every door, to the cent."""

import random
from decimal import Decimal as D
from typing import Any

import msgspec
import pytest

from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
BASKETS = 500
AT_ONCE = 25
SKUS = (
    *("VX-2000", "VX-1200", "VX-3500", "VX-FLT-HEPA", "VX-FLT-M", "VX-HOS-50", "VX-HOS-70"),
    *("VX-SPR-SEAL", "VX-SPR-BRG", "VX-BIN-60", "VX-INST-DAY", "CARE-PLUS"),
)
CURRENCIES = ("USD", "EUR", "NOK")
BUYERS = ("ACME", "ACME-NORD", None)
exact = msgspec.json.Decoder(float_hook=D).decode


def basket(number: int) -> Json:
    chance = random.Random(number)  # noqa: S311 (the same baskets every time)
    skus = chance.sample(SKUS, chance.randint(1, 5))
    return {
        "account_id": chance.choice(BUYERS),
        "currency": chance.choice(CURRENCIES),
        "discount_percent": chance.choice((0, 0, 2.5, 7, 12.25)),
        "lines": [
            {
                "sku": sku,
                "quantity": chance.choice((1, 2, 3, 7, 10, 12, 25, 48, 50, 2.5, 33.333)),
            }
            for sku in skus
        ],
    }


def context(basket: Json, **parts: object) -> Json:
    return {
        "CRMSale": {"Currency": basket["currency"]},
        "ERPCompanyKey": basket["account_id"] or "nobody",
        **parts,
    }


def sold(seller: Crm, basket: Json) -> tuple[list[D], list[D], D]:
    """The basket as a salesperson quotes it: lines before and after what is off the whole."""
    head: Json = {"UserValueOverride": "None"}
    if basket["discount_percent"]:
        percent = basket["discount_percent"]
        head = {"UserValueOverride": "OverrideDiscountPercent", "DiscountPercent": percent}
    lines: list[Json] = []
    for number, asked in enumerate(basket["lines"], 1):
        key = f"{asked['sku']}@{basket['currency']}-STD"
        quote = context(basket)
        [line] = seller.call("GetQuoteLinesFromProduct", {"Context": quote, "ErpProductKey": key})
        lines.append(line | {"QuoteLineId": number, "Quantity": asked["quantity"]})
    both = {"CRMAlternative": head, "CRMQuoteLines": lines}
    quote = context(basket, CRMAlternativeWithLines=both)
    changed = [
        seller.call(
            "OnQuoteLineChanged",
            {"Context": quote, "QuoteLine": line, "ChangedFields": ["Quantity"]},
        )
        for line in lines
    ]
    quote = context(basket, CRMAlternativeWithLines={**both, "CRMQuoteLines": changed})
    answer = seller.post(
        "RecalculateQuoteAlternative", {"Context": quote}, seller.basic("CustDemo", seller.secret)
    )
    whole = exact(answer.content)
    for line, before in zip(whole["CRMQuoteLines"], changed, strict=True):
        assert float(line["TotalPrice"]) == before["TotalPrice"]
    totals = [D(line["TotalPrice"]) for line in whole["CRMQuoteLines"]]
    left = [D(line["TotalPriceWithAlternativeDiscount"]) for line in whole["CRMQuoteLines"]]
    return totals, left, D(whole["CRMAlternative"]["TotalPrice"])


@pytest.mark.parametrize("first", range(0, BASKETS, AT_ONCE))
def test_a_basket_costs_the_same_through_every_door(
    caller: Caller, seller: Crm, first: int
) -> None:
    for number in range(first, first + AT_ONCE):
        asked = basket(number)
        answer = exact(caller.send("POST", "/pricing", asked).content)
        quoted = caller.send("POST", "/quotes", asked)
        if asked["account_id"] is None:  # a quote is always somebody's
            assert quoted.json()["code"] == "account_required"
        else:
            quote = exact(quoted.content)
            assert quote["totals"] == answer["totals"], asked
            assert quote["pricing_hash"] == answer["pricing_hash"], asked
        shared = {
            (line["line"], bar["code"]): D(bar["delta_total"])
            for line in answer["lines"]
            for bar in line["waterfall"]
        }
        before_discount = [
            D(line["net_total"]) - shared[line["line"], "quote_discount"]
            for line in answer["lines"]
        ]
        totals, left, whole = sold(seller, asked)
        assert totals == before_discount, asked
        assert left == [D(line["net_total"]) for line in answer["lines"]], asked
        assert whole == D(answer["totals"]["net"]), asked
