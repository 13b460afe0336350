"""A catalogue of a thousand products with agreement, tiers and promotion, and baskets of them."""

import json
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
PRODUCTS = 1_000
TENANT = "Bench"
ACCOUNT = "ACME"
_QUANTITIES = (1, 4, 12, 2, 30, 60, 3, 7)
_AGREED = Decimal(4)
_PROMOTED = Decimal(3)
_TIERS = ((10, Decimal(5)), (50, Decimal(12)))
_HUNDRED = Decimal(100)


def _skus() -> list[str]:
    return [f"B-{number:04}" for number in range(PRODUCTS)]


def _list_price(number: int) -> Decimal:
    return Decimal(1_000 + 37 * number) / _HUNDRED


def catalogue() -> bytes:
    """The catalogue in our own layout."""
    tiers = [{"starts_at": starts, "percent": str(off)} for starts, off in _TIERS]
    return json.dumps(
        {
            "price_lists": [{"key": "USD", "name": "Dollars", "currency": "USD"}],
            "products": [
                {"sku": sku, "name": f"Part {sku}", "category": "parts", "tax_rate": "8.25"}
                for sku in _skus()
            ],
            "entries": [
                {
                    "price_list": "USD",
                    "sku": sku,
                    "list_price": str(_list_price(number)),
                    "cost": str(_list_price(number) / 2),
                    "minimum_price": str(_list_price(number) / 2),
                }
                for number, sku in enumerate(_skus())
            ],
            "accounts": [{"id": ACCOUNT, "name": "ACME"}],
            "agreements": [
                {
                    "id": "AGR",
                    "name": "Everything less",
                    "account": ACCOUNT,
                    "terms": [{"kind": "percent", "value": str(_AGREED)}],
                }
            ],
            "ladders": [
                {"id": f"LAD-{sku}", "name": "By quantity", "sku": sku, "tiers": tiers}
                for sku in _skus()
            ],
            "promotions": [
                {
                    "id": "PROMO",
                    "name": "Parts of the season",
                    "category": "parts",
                    "value": str(_PROMOTED),
                    "stacking": "compound",
                    "min_quote_amount": 5,
                    "currency": "USD",
                }
            ],
        }
    ).encode()


def for_tryton() -> bytes:
    """The same products and rules as a price list of Tryton's."""
    always = _factor(_AGREED) + _factor(_PROMOTED)
    tiers: list[Json] = [
        {"from": starts, "formula": "unit_price" + always + _factor(off)}
        for starts, off in reversed(_TIERS)
    ]
    tiers.append({"from": 0, "formula": "unit_price" + always})
    products = [
        {"sku": sku, "list_price": str(_list_price(number))} for number, sku in enumerate(_skus())
    ]
    return json.dumps({"products": products, "tiers": tiers}).encode()


def lines(count: int) -> list[Json]:
    """So many lines, each of another product."""
    return [
        {"sku": sku, "quantity": _QUANTITIES[place % len(_QUANTITIES)]}
        for place, sku in enumerate(_skus()[:count])
    ]


def body(count: int) -> bytes:
    """A basket of so many lines, as both servers read it."""
    return json.dumps({"account_id": ACCOUNT, "lines": lines(count)}).encode()


def _factor(off: Decimal) -> str:
    return f" * Decimal('{(_HUNDRED - off) / _HUNDRED}')"
