"""What a contract, as Vayu has it, comes to over its term; usage apart, which nobody knows."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

_ZERO = Decimal(0)
_DAYS = {"DAY": 1, "WEEK": 7}
_MONTHS = {"MONTH": 1, "YEAR": 12}
_USAGE = frozenset({"TIERED", "PER_UNIT", "FIXED_DEDUCTION", "PERCENTAGE_DEDUCTION"})


def worth(contract: Mapping[str, object]) -> Decimal | None:
    """What will be invoiced beside usage; None where that does not follow from what is there."""
    total = _ZERO
    for product in _products(contract):
        amount = _worth(product)
        if amount is None:
            return None
        total += amount
    return total


def _products(contract: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from _mappings(contract.get("products"))
    for group in _mappings(contract.get("productGroups")):
        yield from _mappings(group.get("products"))


def _worth(product: Mapping[str, object]) -> Decimal | None:
    pricing = _mapping(product.get("pricing"))
    kind = pricing.get("type")
    if kind in _USAGE:
        return _ZERO
    price = _number(pricing.get("price"))
    if kind == "CONTRACT_TERMS":
        parts = [_number(each.get("amount")) for each in _mappings(pricing.get("installments"))]
        told = [each for each in parts if each is not None]
        return sum(told, _ZERO) if parts and len(told) == len(parts) else price
    if price is None:
        return None
    times = 1 if kind == "ONE_TIME" else _periods(product, pricing)
    return None if times is None else price * times - _off(pricing, price, times)


def _off(pricing: Mapping[str, object], price: Decimal, times: int) -> Decimal:
    discount = _mapping(pricing.get("discount"))
    amount = _number(discount.get("amount")) or _ZERO
    if discount.get("type") == "PERCENTAGE":
        amount = price * amount / 100
    recurring = _number(discount.get("recurring"))
    return amount * (times if recurring is None else min(times, int(recurring)))


def _periods(product: Mapping[str, object], pricing: Mapping[str, object]) -> int | None:
    """How many times a subscription is paid."""
    duration = _mapping(_mapping(product.get("scheduling")).get("duration"))
    cadence = _mapping(pricing.get("subscriptionCadence"))
    for units in (_MONTHS, _DAYS):
        if duration.get("unit") in units and cadence.get("unit") in units:
            whole = _length(duration, units)
            each = _length(cadence, units)
            if whole is None or not each or whole % each:
                return None
            return whole // each
    return None


def _length(span: Mapping[str, object], units: Mapping[str, int]) -> int | None:
    value = _number(span.get("value"))
    return None if value is None else int(value) * units[str(span["unit"])]


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, Mapping))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)
