"""The promotion step: which promotions apply, which of them win, and what they give."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from engine.catalog.settings import Preference, PromotionStacking
from engine.pricing.book import PriceBook
from engine.pricing.circumstances import Circumstances
from engine.pricing.promotion import Benefit, Promotion, Stacking
from engine.pricing.rounding import EXACT, unit_price
from engine.pricing.selection import Candidate, select
from engine.pricing.waterfall import Adjustment, AdjustmentKind, StepCode, Waterfall

_ZERO = Decimal(0)
_KINDS = {
    Benefit.PERCENT: AdjustmentKind.PERCENT,
    Benefit.AMOUNT: AdjustmentKind.AMOUNT,
    Benefit.UNIT_PRICE: AdjustmentKind.OVERRIDE,
}


def promoted(book: PriceBook, circumstances: Circumstances, price: Waterfall) -> Waterfall:
    """Every promotion that applies has a bar: those that lowered the price, and those that lost.

    Several are combined only where none of them is exclusive.
    """
    if not book.promotions:
        return price.skip(StepCode.PROMOTION, "no_promotion")
    if price.is_final:
        return price.skip(StepCode.PROMOTION, "agreed_price_is_final")
    applying = _stacked(_applying(book.promotions, circumstances, price), book.policy.stacking)
    if not applying:
        return price.skip(StepCode.PROMOTION, "no_promotion_applies")
    if any(each.stacking is Stacking.EXCLUSIVE for each in applying):
        return _best(applying, price, book.policy.preference)
    return _combined(applying, price)


def rivals(
    book: PriceBook, circumstances: Circumstances, price: Waterfall
) -> tuple[Promotion, ...]:
    """The exclusive promotions that apply and that neither priority nor narrowness sets apart."""
    applying = _applying(book.promotions, circumstances, price)
    exclusive = [
        each
        for each in _stacked(applying, book.policy.stacking)
        if each.stacking is Stacking.EXCLUSIVE
    ]
    if not exclusive or price.is_final:
        return ()
    first = exclusive[0]
    equal = [
        each
        for each in exclusive
        if (each.priority, each.narrowness) == (first.priority, first.narrowness)
    ]
    return tuple(equal) if len(equal) > 1 else ()


def _stacked(promotions: list[Promotion], stacking: PromotionStacking) -> list[Promotion]:
    """The promotions as the tenant has them all stack, or as each says itself."""
    if stacking is PromotionStacking.OWN:
        return promotions
    return [replace(each, stacking=Stacking(stacking.value)) for each in promotions]


def _applying(
    promotions: Sequence[Promotion], circumstances: Circumstances, price: Waterfall
) -> list[Promotion]:
    quantities = circumstances.promoted or (_ZERO,) * len(promotions)
    return [
        each
        for each, quantity in zip(promotions, quantities, strict=True)
        if (each.code is None or each.code in circumstances.codes)
        and quantity >= each.min_quantity
        and circumstances.quote_amount >= each.min_quote_amount
        and price.amount >= each.min_amount
    ]


def _best(applying: Sequence[Promotion], price: Waterfall, preference: Preference) -> Waterfall:
    """The one that wins; the first of `applying` are those that speak most narrowly."""
    chosen = select(
        [
            Candidate(
                id=each.id,
                priority=each.priority,
                narrowness=each.narrowness,
                net=_given(each, price, price).amount,
            )
            for each in applying
        ],
        preference,
    )
    winner = next(each for each in applying if each.id == chosen.id)
    result = _given(winner, price, price)
    for each in applying:
        if each is not winner:
            result = result.skip(StepCode.PROMOTION, "another_promotion_won", each.ref)
    return result


def _combined(applying: Sequence[Promotion], price: Waterfall) -> Waterfall:
    """Additive ones all off the same price, then compound ones one off the other."""
    base = price
    for each in sorted(applying, key=lambda each: each.stacking is Stacking.COMPOUND):
        if price.amount < each.min_amount:
            price = price.skip(StepCode.PROMOTION, "condition_no_longer_met", each.ref)
        else:
            additive = each.stacking is Stacking.ADDITIVE
            price = _given(each, price, base if additive else price)
    return price


def _given(promotion: Promotion, price: Waterfall, base: Waterfall) -> Waterfall:
    """`price` with the promotion taken off; percentages are of `base`."""
    adjustment = Adjustment(_KINDS[promotion.benefit], promotion.value)
    unit = price.unit
    if promotion.benefit is Benefit.PERCENT:
        rate = EXACT.divide(promotion.value, Decimal(100))
        off = EXACT.multiply(base.amount, rate)
        amount = max(EXACT.subtract(price.amount, off), min(price.amount, _ZERO))
        left = EXACT.subtract(unit, EXACT.multiply(base.unit, rate))
        unit = unit_price(max(left, min(unit, _ZERO)))
        return price.then(
            StepCode.PROMOTION, unit, amount=amount, rule=promotion.ref, adjustment=adjustment
        )
    if promotion.benefit is Benefit.AMOUNT:
        unit = max(unit - promotion.value, min(unit, _ZERO))
    else:
        unit = min(unit, promotion.value)
    if unit == price.unit:
        return price.skip(StepCode.PROMOTION, "price_is_lower", promotion.ref)
    return price.then(
        StepCode.PROMOTION, unit_price(unit), rule=promotion.ref, adjustment=adjustment
    )
