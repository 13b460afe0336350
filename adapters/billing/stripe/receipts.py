"""What was made, as Stripe tells of it: names and amounts."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.billing.stripe.client import Json, rows
from adapters.billing.stripe.parts import Sheet


def worth_of(sheet: Sheet, found: Mapping[str, Json]) -> Decimal | None:
    """What the pieces come to there in minor units, beside usage; None where it is not told."""
    total = Decimal(0)
    for each in sheet.subscriptions:
        fixed = [
            (place, item) for place, item in enumerate(each.items) if item.quantity is not None
        ]
        there = rows(found.get(each.piece, {}).get("items"))
        for place, item in fixed:
            amount = amount_of(there[place]) if place < len(there) else None
            if amount is None:
                return None
            total += amount * item.periods
    if sheet.extras:
        invoiced = found.get("invoice", {}).get("subtotal")
        if type(invoiced) is not int:
            return None
        total += invoiced
    return total


def amount_of(item: Json) -> int | None:
    """What an item comes to for one period, rounded as invoices are."""
    rate: Any = item.get("price") or item.get("plan")
    units = item.get("quantity")
    if not isinstance(rate, Mapping) or type(units) is not int:
        return None
    said = rate.get("unit_amount_decimal") or rate.get("unit_amount") or rate.get("amount")
    if not isinstance(said, str | int) or isinstance(said, bool):
        return None
    try:
        worth = Decimal(said) * units
        return int((2 * worth + 1) // 2) if worth.is_finite() else None
    except InvalidOperation:  # no number, or one of very many digits
        return None


def named(sheet: Sheet, found: Mapping[str, Json]) -> dict[str, str]:
    """What each charge is called there, by our id: its item, or the invoice it is on."""
    names: dict[str, str] = {}
    for extra in sheet.extras:
        names[extra.charge] = str(found["invoice"]["id"])
    for each in sheet.subscriptions:
        whole = found[each.piece]
        items = rows(whole.get("items"))
        for place, item in enumerate(each.items):
            id = items[place].get("id") if place < len(items) else None
            names |= {charge: str(id or whole["id"]) for charge in item.charges}
    return names


def described(sheet: Sheet) -> dict[str, object]:
    """What is going to be made, for people to read."""
    return {
        "products": dict(sheet.products),
        "subscriptions": [
            {
                "every_months": each.months,
                "from": each.start.isoformat(),
                "until": None if each.end is None else each.end.isoformat(),
                "items": [
                    {
                        "product": item.rate.product,
                        "currency": item.rate.currency,
                        "unit_amount": item.rate.amount,
                        "tiers": [dict(tier) for tier in item.rate.tiers],
                        "quantity": item.quantity,
                    }
                    for item in each.items
                ],
            }
            for each in sheet.subscriptions
        ],
        "invoice_items": [
            {"product": each.product, "amount": each.amount, "description": each.description}
            for each in sheet.extras
        ],
    }
