"""The pipeline: the steps a unit price goes through, in order, each adding one bar."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.pricing.agreement import TermKind
from engine.pricing.book import PriceBook, reached
from engine.pricing.rounding import EXACT, percent, plain
from engine.pricing.waterfall import Adjustment, AdjustmentKind, RuleRef, StepCode, Waterfall

_HUNDRED = Decimal(100)

Step = Callable[[PriceBook, Decimal, Waterfall], Waterfall]


def list_price(book: PriceBook, _quantity: Decimal, price: Waterfall) -> Waterfall:
    """The price list's entry, or the list price that stands on the line instead."""
    source = book.offer.price_list
    return price.then(StepCode.LIST, price.list_price, rule=RuleRef(source.key, 1, source.name))


def agreement(book: PriceBook, _quantity: Decimal, price: Waterfall) -> Waterfall:
    """What was agreed with the account: a fixed unit price, which is final, or percent off."""
    if book.agreement is None or book.term is None:
        return price.skip(StepCode.AGREEMENT, "no_agreement")
    rule = RuleRef(book.agreement.id, book.agreement.version, book.agreement.name)
    value = book.term.value
    if book.term.kind is TermKind.PERCENT:
        adjustment = Adjustment(AdjustmentKind.PERCENT, value)
        return price.then(
            StepCode.AGREEMENT, _less(price.unit, value), rule=rule, adjustment=adjustment
        )
    if value > price.unit:
        return price.skip(StepCode.AGREEMENT, "list_price_is_lower")
    adjustment = Adjustment(AdjustmentKind.OVERRIDE, value)
    return price.then(StepCode.AGREEMENT, value, rule=rule, adjustment=adjustment, is_final=True)


def volume(book: PriceBook, quantity: Decimal, price: Waterfall) -> Waterfall:
    """Volume pricing: the tier that the quantity reaches prices every unit."""
    if price.is_final:
        return price.skip(StepCode.VOLUME, "agreed_price_is_final")
    tier = reached(book.ladder, quantity) if book.ladder else None
    if book.ladder is None or tier is None:
        return price.skip(StepCode.VOLUME, "no_tier_reached" if book.ladder else "no_ladder")
    return price.then(
        StepCode.VOLUME,
        _less(price.unit, tier.percent),
        rule=RuleRef(book.ladder.id, book.ladder.version, book.ladder.name),
        adjustment=Adjustment(AdjustmentKind.PERCENT, tier.percent),
        starts_at=tier.starts_at,
    )


STEPS: tuple[Step, ...] = (list_price, agreement, volume)


@dataclass(frozen=True, slots=True, eq=False)
class UnitPrice:
    """What the book makes of one unit.

    `suggested_percent` is the discount off the list price that the rules amount to;
    `agreed` the unit price an agreement fixed instead; both are None where no rule speaks
    of the product, at whatever quantity.
    """

    waterfall: Waterfall
    suggested_percent: Decimal | None = None
    agreed: Decimal | None = None


def price_unit(book: PriceBook, quantity: Decimal, unit_list_price: Decimal) -> UnitPrice:
    """The price of one unit, `quantity` of which are bought at `unit_list_price`."""
    price = Waterfall(unit_list_price, book.offer.price_list.currency)
    for step in STEPS:
        price = step(book, quantity, price)
    if not book.has_rules:
        return UnitPrice(price)
    if price.is_final:
        return UnitPrice(price, agreed=price.unit)
    return UnitPrice(price, _discount(price))


def _discount(price: Waterfall) -> Decimal:
    """The percentages of all bars, one off the other, as one percentage."""
    kept = _HUNDRED
    for bar in price.bars:
        if bar.adjustment:
            kept = _less(kept, bar.adjustment.value)
    return percent(_HUNDRED - kept)


def _less(price: Decimal, rate: Decimal) -> Decimal:
    return plain(EXACT.divide(EXACT.multiply(price, _HUNDRED - rate), _HUNDRED))
