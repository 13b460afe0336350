"""The pipeline: the steps a unit price goes through, each adding one bar or more.

These steps look at the tenant's rules only. What a person decides about a line (a manual
price) and what closes it (floor, term, rounding) comes after them, in `line.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.kernel.finding import Finding, Severity
from engine.pricing.agreement import TermKind
from engine.pricing.book import PriceBook
from engine.pricing.circumstances import Circumstances
from engine.pricing.net import percent_off
from engine.pricing.option import ChosenOption
from engine.pricing.promotion import Promotion
from engine.pricing.promotions import promoted, rivals
from engine.pricing.rounding import unit_price
from engine.pricing.rule import RuleRef
from engine.pricing.volume import oddities, volume
from engine.pricing.waterfall import Adjustment, AdjustmentKind, StepCode, Waterfall

Step = Callable[[PriceBook, Circumstances, Waterfall], Waterfall]


@dataclass(frozen=True, slots=True, eq=False)
class UnitPrice:
    """What the rules make of one unit, and why.

    `has_rules` says whether any rule speaks of the product, at whatever quantity; where none
    does, a discount suggested elsewhere stands. `rate` is the discount in percent, None where
    a price was set.
    """

    waterfall: Waterfall
    has_rules: bool
    rate: Decimal | None
    findings: tuple[Finding, ...] = ()
    """Promotions that only the price could decide between, and tiers that are odd."""


def price_unit(book: PriceBook, circumstances: Circumstances, price: Waterfall) -> UnitPrice:
    """The price of one unit, from `price` (which has no bars yet) through every step."""
    price = optioned(circumstances.options, list_price(book, price))
    findings: list[Finding] = []
    for code in book.policy.steps:
        if code == StepCode.PROMOTION and book.promotions:
            findings += _conflict(rivals(book, circumstances, price))
        if code == StepCode.VOLUME:
            findings += oddities(book, circumstances, price)
        price = _STEPS[code](book, circumstances, price)
    return UnitPrice(price, book.has_rules, percent_off(price), tuple(findings))


def _conflict(tied: Sequence[Promotion]) -> list[Finding]:
    told = {"rules": ", ".join(each.id for each in tied)}
    return [Finding(Severity.WARNING, "rule_conflict", told)] if tied else []


def list_price(book: PriceBook, price: Waterfall) -> Waterfall:
    """The price list's entry, or the list price that stands on the line instead."""
    source = book.offer.price_list
    return price.then(StepCode.LIST, price.list_price, rule=RuleRef(source.key, 1, source.name))


def optioned(options: Sequence[ChosenOption], price: Waterfall) -> Waterfall:
    """What the options of a build add, one bar for each that has a price."""
    if not options:
        return price.skip(StepCode.OPTIONS, "not_configured")
    priced = [each for each in options if each.price]
    if not priced:
        return price.skip(StepCode.OPTIONS, "options_are_included")
    for each in priced:
        rule = RuleRef(each.configurator, each.version, f"{each.variable}: {each.value}")
        price = price.then(StepCode.OPTIONS, unit_price(price.unit + each.price), rule=rule)
    return price


def agreement(book: PriceBook, _: Circumstances, price: Waterfall) -> Waterfall:
    """What was agreed with the account: a fixed unit price, which is final, or percent off."""
    if book.agreement is None or book.term is None:
        return price.skip(StepCode.AGREEMENT, "no_agreement")
    rule, value = book.agreement.ref, book.term.value
    if book.term.kind is TermKind.TIERS:
        return price.skip(StepCode.AGREEMENT, "agreed_as_tiers", rule)
    if book.term.kind is TermKind.PERCENT:
        return price.less(StepCode.AGREEMENT, rule, value)
    if value > price.unit:
        return price.skip(StepCode.AGREEMENT, "list_price_is_lower", rule)
    adjustment = Adjustment(AdjustmentKind.OVERRIDE, value)
    final = not book.agreement.stacks
    return price.then(StepCode.AGREEMENT, value, rule=rule, adjustment=adjustment, is_final=final)


def channel(book: PriceBook, _: Circumstances, price: Waterfall) -> Waterfall:
    """The partner's and the distributor's part, one off what the other left."""
    if not book.channel:
        return price.skip(StepCode.CHANNEL, "no_channel")
    if price.is_final:
        return price.skip(StepCode.CHANNEL, "agreed_price_is_final")
    for discount in book.channel:
        price = price.less(StepCode.CHANNEL, discount.ref, discount.percent)
    return price


_STEPS: Mapping[str, Step] = {
    StepCode.AGREEMENT: agreement,
    StepCode.VOLUME: volume,
    StepCode.PROMOTION: promoted,
    StepCode.CHANNEL: channel,
}
