"""What Vayu invoices for a contract, as its documentation says, beside usage."""

from datetime import date
from decimal import Decimal as D
from typing import Any

from engine.kernel.calendar import plus_months

Json = dict[str, Any]
MONTHS = {"MONTH": 1, "YEAR": 12}
USAGE = ("PER_UNIT", "TIERED")


def invoiced(contract: Json) -> list[tuple[date, D]]:
    """Day and amount of everything that is invoiced."""
    products = list(contract.get("products", ()))
    for group in contract.get("productGroups", ()):
        products += group["products"]
    starts = date.fromisoformat(contract["startDate"][:10])
    return sorted(due for each in products for due in _of_product(each, starts))


def _of_product(product: Json, starts: date) -> list[tuple[date, D]]:
    pricing, duration = product["pricing"], product["scheduling"]["duration"]
    discount = pricing.get("discount")
    off = D(discount["amount"]) if discount else D(0)
    assert discount is None or discount["type"] == "FIXED"
    times = discount.get("recurring") if discount else None
    if pricing["type"] in USAGE:
        return []
    if pricing["type"] == "ONE_TIME":
        return [(starts, D(pricing["price"]) - off)]
    if pricing["type"] == "CONTRACT_TERMS":
        return [
            (date.fromisoformat(each["installmentDate"][:10]), D(each["amount"]))
            for each in pricing["installments"]
        ]
    assert pricing["type"] == "SUBSCRIPTION"
    cadence = pricing["subscriptionCadence"]
    step = MONTHS[cadence["unit"]] * cadence["value"]
    whole = MONTHS[duration["unit"]] * duration["value"]
    assert whole % step == 0
    late = step if product.get("paymentTerm") == "Postpayment" else 0
    return [
        (
            plus_months(starts, place * step + late),
            D(pricing["price"]) - (off if times is None or place < times else 0),
        )
        for place in range(whole // step)
    ]
