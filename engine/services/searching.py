"""Advanced search: criteria over real product fields, joined by AND."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from engine.catalog import wildcard
from engine.kernel import numbers
from engine.pricing.offer import Offer
from engine.pricing.snapshot import Snapshot
from engine.services.browsing import MOST_HITS, on_sale


class Operator(StrEnum):
    """How a criterion compares; text compares without regard to case, `%` standing for anything."""

    EQUAL = "="
    NOT_EQUAL = "!="
    BELOW = "<"
    ABOVE = ">"
    AT_MOST = "<="
    AT_LEAST = ">="
    BETWEEN = "between"
    IN = "in"
    BEGINS = "begins"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition: a field of FIELDS, an operator and its operands as text."""

    field: str
    operator: Operator
    values: tuple[str, ...]


Text = Callable[[Offer], str]
Number = Callable[[Offer], Decimal]

TEXTS: Mapping[str, Text] = {
    "sku": lambda offer: offer.product.sku,
    "key": lambda offer: offer.key,
    "code": lambda offer: offer.product.code,
    "name": lambda offer: offer.product.name,
    "description": lambda offer: offer.product.description,
    "item_number": lambda offer: offer.product.item_number,
    "category": lambda offer: offer.product.category,
    "family": lambda offer: offer.product.family,
    "type": lambda offer: offer.product.type,
    "supplier": lambda offer: offer.product.supplier,
    "supplier_code": lambda offer: offer.product.supplier_code,
    "quantity_unit": lambda offer: offer.product.quantity_unit,
    "price_list": lambda offer: offer.price_list.key,
    "currency": lambda offer: offer.price_list.currency.code,
}
NUMBERS: Mapping[str, Number] = {
    "list_price": lambda offer: offer.entry.list_price,
    "in_stock": lambda offer: offer.entry.in_stock,
    "tax_rate": lambda offer: offer.product.tax_rate,
    "is_subscription": lambda offer: Decimal(offer.product.is_subscription),
}
CUSTOMER_CODE = "customer_code"
"""The field that holds customers' own words for a product."""

_ORDER: Mapping[Operator, Callable[[Decimal, Decimal], bool]] = {
    Operator.EQUAL: lambda left, right: left == right,
    Operator.NOT_EQUAL: lambda left, right: left != right,
    Operator.BELOW: lambda left, right: left < right,
    Operator.ABOVE: lambda left, right: left > right,
    Operator.AT_MOST: lambda left, right: left <= right,
    Operator.AT_LEAST: lambda left, right: left >= right,
}
_ONE_VALUE = frozenset({*_ORDER, Operator.BEGINS, Operator.CONTAINS})
_RANGE = 2
MOST_PATTERNS = 20
"""Operands with `%`: each is tried on every product, so a hostile search ends in time."""


def search(snapshot: Snapshot, criteria: Sequence[Criterion], on: date) -> list[Offer]:
    """Offers on sale on `on` that meet every criterion, in catalogue order.

    A criterion that cannot be understood (unknown field, wrong number of operands, a
    number field compared with a text) is met by nothing; neither are more than MOST_PATTERNS
    operands with `%` in all.
    """
    if sum("%" in value for each in criteria for value in each.values) > MOST_PATTERNS:
        return []
    tests = [_meets(snapshot, criterion) for criterion in dict.fromkeys(criteria)]
    hits = (offer for offer in on_sale(snapshot, on) if all(test(offer) for test in tests))
    return list(islice(hits, MOST_HITS))


def _meets(snapshot: Snapshot, criterion: Criterion) -> Callable[[Offer], bool]:
    if not _is_well_formed(criterion):
        return lambda _offer: False
    if criterion.field in NUMBERS:
        return _number_test(NUMBERS[criterion.field], criterion)
    if criterion.field == CUSTOMER_CODE:
        test = _text_test(criterion)
        skus = {alias.sku for alias in snapshot.data.aliases if test(alias.word)}
        return lambda offer: offer.product.sku in skus
    text, matches = TEXTS.get(criterion.field), _text_test(criterion)
    if text is None:
        return lambda _offer: False
    return lambda offer: matches(text(offer))


def _is_well_formed(criterion: Criterion) -> bool:
    count = len(criterion.values)
    if criterion.operator in _ONE_VALUE:
        return count == 1
    return count == _RANGE if criterion.operator is Operator.BETWEEN else count >= 1


def _number_test(number: Number, criterion: Criterion) -> Callable[[Offer], bool]:
    try:
        values = [numbers.decimal(value.strip()) for value in criterion.values]
    except ValueError:
        return lambda _offer: False
    if criterion.operator is Operator.BETWEEN:
        low, high = values
        return lambda offer: low <= number(offer) <= high
    if criterion.operator is Operator.IN:
        wanted = frozenset(values)
        return lambda offer: number(offer) in wanted
    compare = _ORDER.get(criterion.operator)
    if compare is None:
        return lambda _offer: False
    return lambda offer: compare(number(offer), values[0])


def _text_test(criterion: Criterion) -> Callable[[str], bool]:
    values = [value.casefold() for value in criterion.values]
    operator = criterion.operator
    if operator in {Operator.EQUAL, Operator.NOT_EQUAL, Operator.IN}:
        is_in = _one_of(values)
        found = operator is not Operator.NOT_EQUAL
        return lambda text: is_in(text.casefold()) is found
    if operator is Operator.BEGINS:
        return lambda text: wildcard.begins(text.casefold(), values[0])
    if operator is Operator.CONTAINS:
        return lambda text: wildcard.contains(text.casefold(), values[0])
    return _text_order(operator, values)


def _one_of(values: Sequence[str]) -> Callable[[str], bool]:
    """Whether a text is one of `values`; plain ones are looked up, patterns are tried."""
    plain = frozenset(value for value in values if "%" not in value)
    patterns = tuple({value for value in values if "%" in value})
    return lambda text: text in plain or any(wildcard.equals(text, pattern) for pattern in patterns)


def _text_order(operator: Operator, values: Sequence[str]) -> Callable[[str], bool]:
    if operator is Operator.BETWEEN:
        return lambda text: values[0] <= text.casefold() <= values[1]
    signs: Mapping[Operator, Callable[[str, str], bool]] = {
        Operator.BELOW: lambda left, right: left < right,
        Operator.ABOVE: lambda left, right: left > right,
        Operator.AT_MOST: lambda left, right: left <= right,
        Operator.AT_LEAST: lambda left, right: left >= right,
    }
    compare = signs[operator]
    return lambda text: compare(text.casefold(), values[0])
