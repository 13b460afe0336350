"""A line priced whole: what the rules make of a unit, what a person decided, what it comes to.

All amounts are in the currency of the line's offer. Every bar says what it moved the unit
price by and what the line's total; both add up from the list price to the net, to the last
digit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.catalog.charge import ONCE, Charge, Factor
from engine.catalog.settings import RoundingLevel
from engine.kernel.finding import Finding, Severity
from engine.pricing.carried import Carried
from engine.pricing.listing import Listed
from engine.pricing.net import net_of, percent_off, times
from engine.pricing.offer import Offer
from engine.pricing.option import ChosenOption
from engine.pricing.rounding import EXACT, Rounding, plain, unit_price
from engine.pricing.rule import RuleRef
from engine.pricing.waterfall import Adjustment, AdjustmentKind, Bar, StepCode, Waterfall

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One line as it is asked for.

    `unit` is what `quantity` counts, the product's own unit where it is empty. `unit_price` is a
    price typed in place of what the rules say; `discount_percent` (0..100) and then
    `discount_amount`, which is for the whole line and term, are taken off it. `total` is what the
    line shall come to instead, `target_margin` (below 100) the margin it shall have in percent.
    The term is `term_months`, or from `start_date` to `end_date`, which belongs to it.
    `quantity_before` is what was bought earlier of what cumulative tiers count. `configuration`
    are the options that were chosen (by variable), `options` those of the whole build. `carried`
    is what the line brings from a contract; its credit is taken off last, but not off a `total`.
    """

    sku: str
    quantity: Decimal
    unit: str = ""
    unit_price: Decimal | None = None
    discount_percent: Decimal = _ZERO
    discount_amount: Decimal = _ZERO
    total: Decimal | None = None
    target_margin: Decimal | None = None
    term_months: Decimal | None = None
    start_date: date | None = None
    end_date: date | None = None
    quantity_before: Decimal = _ZERO
    configuration: tuple[tuple[str, str], ...] = ()
    options: tuple[ChosenOption, ...] = ()
    carried: Carried | None = None

    @property
    def credit(self) -> Decimal:
        """What comes back of what the line takes the place of; no discount."""
        return _ZERO if self.carried is None else self.carried.credit

    @property
    def is_as_carried(self) -> bool:
        """Whether it is for what a contract has prices of."""
        return self.carried is not None and (self.unit, self.configuration) == (
            self.carried.unit,
            self.carried.configuration,
        )

    @property
    def is_wished(self) -> bool:
        """Whether it is said what the line shall come to, in place of what is off it."""
        return self.total is not None or self.target_margin is not None

    @property
    def is_typed(self) -> bool:
        """Whether a person typed the unit price, so that it follows from no contract."""
        if self.unit_price is None:
            return False
        known = None if self.carried is None else self.carried.unit_price
        return self.unit_price != known or not self.is_as_carried

    @property
    def is_manual(self) -> bool:
        """Whether a person decided anything about the price."""
        typed = (self.unit_price, self.total, self.target_margin)
        return bool(self.discount_percent or self.discount_amount) or any(
            each is not None for each in typed
        )


@dataclass(frozen=True, slots=True)
class LineBar:
    """A bar with what it moved the whole line by, in whole minor units."""

    bar: Bar
    delta_total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """A line priced, before what the whole quote takes off.

    `net_total` is in whole minor units; `exact` is the same before it was rounded.
    """

    ask: Ask
    listed: Listed
    charge: Charge
    bars: tuple[LineBar, ...]
    list_total: Decimal
    net_total: Decimal
    exact: Decimal
    net_unit_price: Decimal
    findings: tuple[Finding, ...] = ()

    @property
    def offer(self) -> Offer:
        return self.listed.offer

    @property
    def list_unit_price(self) -> Decimal:
        return self.bars[0].bar.before


def price_sale_line(
    ask: Ask, listed: Listed, charge: Charge, price: Waterfall, rounding: Rounding
) -> SaleLine:
    """The line that `price`, which has been through the pipeline, leads to."""
    factor = charge.factor
    decided = _manual(ask, price)
    list_total = rounding.money(times(decided.bars[0].amount, factor))
    rate = percent_off(decided)
    before_amount = net_of(decided, rate, factor, list_total, rounding)
    wanted = _wanted(ask, listed.offer, factor, rounding)
    off = rounding.money(ask.discount_amount) if wanted is None else before_amount - wanted
    credit = ask.credit if wanted is None else _ZERO
    findings = []
    if off + credit > before_amount:
        findings.append(Finding(Severity.ERROR, "discount_exceeds_price", where="discount_amount"))
    if ask.target_margin is not None and wanted is None:
        findings.append(Finding(Severity.ERROR, "no_cost", where="target_margin_percent"))
    bars = list(_extended(decided, factor, rounding))
    net_total = before_amount - off - credit
    units = times(decided.quantity, factor)
    if off:
        bars.append(_amount_bar(decided.unit, decided.amount, off, units, wanted))
    elif not ask.is_manual and not credit:
        bars.append(_skipped(decided.unit, StepCode.MANUAL, "not_asked_for"))
    full = bars[-1].bar.after
    if credit:
        bars.append(_amount_bar(full, decided.amount, credit, units))
    unit = bars[-1].bar.after
    floor_bar, below = _floor(listed.offer, unit, full)
    bars += [floor_bar, _term(unit, factor)]
    rounded = rounding.money(unit) if rounding.level is RoundingLevel.UNIT else unit
    rest = net_total - list_total - sum((bar.delta_total for bar in bars), _ZERO)
    bars.append(_rounded(unit, rounded, rest))
    findings += below
    if listed.converted_at is not None:
        findings.append(_converted(listed, price))
    exact = EXACT.subtract(
        times(decided.amount, factor), ask.discount_amount + credit if wanted is None else off
    )
    return SaleLine(
        ask=ask,
        listed=listed,
        charge=charge,
        bars=tuple(bars),
        list_total=list_total,
        net_total=net_total,
        exact=exact,
        net_unit_price=rounded,
        findings=tuple(findings),
    )


def _manual(ask: Ask, price: Waterfall) -> Waterfall:
    """A typed unit price, then a typed percentage."""
    if ask.unit_price is not None:
        adjustment = Adjustment(AdjustmentKind.OVERRIDE, ask.unit_price)
        price = price.then(StepCode.MANUAL, unit_price(ask.unit_price), adjustment=adjustment)
    if ask.discount_percent:
        price = price.less(StepCode.MANUAL, None, ask.discount_percent)
    return price


def _extended(price: Waterfall, factor: Factor, rounding: Rounding) -> Iterator[LineBar]:
    """The bars with what each moved the rounded total by."""
    before = rounding.money(times(price.bars[0].amount, factor))
    for bar in price.bars:
        if bar.skipped_because is not None:
            yield LineBar(bar, _ZERO)
            continue
        after = rounding.money(times(bar.amount, factor))
        yield LineBar(bar, after - before)
        before = after


def _wanted(ask: Ask, offer: Offer, factor: Factor, rounding: Rounding) -> Decimal | None:
    """What a person wants the line to come to, if anybody said so.

    A margin is wanted where the cost is known: cost / (1 - margin / 100).
    """
    if ask.total is not None:
        return rounding.money(ask.total)
    cost = offer.entry.cost
    if ask.target_margin is None or cost is None:
        return None
    due = EXACT.multiply(cost, times(ask.quantity, factor))
    return rounding.money(EXACT.divide(EXACT.multiply(due, _HUNDRED), _HUNDRED - ask.target_margin))


def _amount_bar(
    unit: Decimal, amount: Decimal, off: Decimal, units: Decimal, wanted: Decimal | None = None
) -> LineBar:
    """An amount off the whole line, or what it is `wanted` to come to."""
    each = EXACT.divide(off, units) if units else _ZERO
    after = unit_price(EXACT.subtract(unit, each))
    adjustment = (
        Adjustment(AdjustmentKind.AMOUNT, off)
        if wanted is None
        else Adjustment(AdjustmentKind.OVERRIDE, wanted)
    )
    bar = Bar(StepCode.MANUAL, unit, after, amount, adjustment=adjustment)
    return LineBar(bar, -off)


def _floor(offer: Offer, unit: Decimal, full: Decimal) -> tuple[LineBar, list[Finding]]:
    """The floor changes no price; below it the bar is not skipped and a finding says so.

    `full` is what a unit costs before anything came back of a contract.
    """
    floor = offer.entry.minimum_price
    if not floor:
        return _skipped(unit, StepCode.FLOOR, "no_floor"), []
    if full >= floor:
        return _skipped(unit, StepCode.FLOOR, "not_below_floor"), []
    rule = RuleRef(offer.price_list.key, 1, offer.price_list.name)
    told = {"price": full, "minimum": floor, "currency": offer.price_list.currency.code}
    return (
        LineBar(Bar(StepCode.FLOOR, unit, unit, _ZERO, rule), _ZERO),
        [Finding(Severity.WARNING, "below_floor", told)],
    )


def _term(unit: Decimal, factor: Factor) -> LineBar:
    if factor == ONCE:
        return _skipped(unit, StepCode.TERM, "due_once")
    value = unit_price(EXACT.divide(factor.due, factor.whole))
    adjustment = Adjustment(AdjustmentKind.FACTOR, value)
    return LineBar(Bar(StepCode.TERM, unit, unit, _ZERO, adjustment=adjustment), _ZERO)


def _rounded(unit: Decimal, rounded: Decimal, rest: Decimal) -> LineBar:
    if unit == rounded and not rest:
        return _skipped(unit, StepCode.ROUND, "nothing_to_round")
    return LineBar(Bar(StepCode.ROUND, unit, rounded, _ZERO), rest)


def _skipped(unit: Decimal, code: StepCode, because: str) -> LineBar:
    return LineBar(Bar(code, unit, unit, _ZERO, skipped_because=because), _ZERO)


def _converted(listed: Listed, price: Waterfall) -> Finding:
    rule = listed.converted_at
    told = {
        "rate": None if rule is None else plain(rule.rate),
        "source": "" if rule is None else rule.source,
        "currency": price.currency.code,
    }
    return Finding(Severity.INFO, "price_converted", told)
