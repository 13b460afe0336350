"""What lines come to in the end: shares, taxes, costs, margins, and the totals of all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.catalog.charge import Charge, ChargePeriod, ChargeType
from engine.catalog.settings import PricingPolicy
from engine.kernel.finding import Finding
from engine.pricing.figures import share
from engine.pricing.line import Ask, LineBar, SaleLine
from engine.pricing.net import times
from engine.pricing.rounding import EXACT, Rounding, unit_price
from engine.pricing.taxes import Tax, Taxable, taxes_of
from engine.pricing.waterfall import Adjustment, AdjustmentKind, Bar, StepCode

_ZERO = Decimal(0)
_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """A line with everything that is known about its price, and nothing that may change later.

    `floor` is the unit price below which somebody has to agree, or None. `cost_total` is None
    where the cost is not known; `margin_percent` where there is no net.
    """

    ask: Ask
    name: str
    unit: str
    charge: Charge
    bars: tuple[LineBar, ...]
    list_unit_price: Decimal
    net_unit_price: Decimal
    list_total: Decimal
    net_total: Decimal
    tax: Tax
    floor: Decimal | None
    cost_total: Decimal | None
    findings: tuple[Finding, ...]

    @property
    def options_total(self) -> Decimal:
        """What the options of its build add to the list total."""
        if not self.ask.options:
            return _ZERO
        bars = (each for each in self.bars if each.bar.code is StepCode.OPTIONS)
        return _sum(each.delta_total for each in bars)

    @property
    def full_total(self) -> Decimal:
        """What the line comes to before anything came back of a contract."""
        return self.net_total + self.ask.credit

    @property
    def full_unit_price(self) -> Decimal:
        """What a unit costs for a period, before a credit and a share of what is off the whole."""
        floor = next(
            place for place, each in enumerate(self.bars) if each.bar.code is StepCode.FLOOR
        )
        has_credit = bool(self.ask.credit) and not self.ask.is_wished
        return self.bars[floor - has_credit].bar.before

    @property
    def discount_total(self) -> Decimal:
        """What is off the list price with its options."""
        return self.list_total + self.options_total - self.net_total

    @property
    def discount_percent(self) -> Decimal:
        return share(self.discount_total, self.list_total + self.options_total)

    @property
    def margin_amount(self) -> Decimal | None:
        return None if self.cost_total is None else self.net_total - self.cost_total

    @property
    def margin_percent(self) -> Decimal | None:
        return _percent(self.margin_amount, self.net_total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over lines. `total` is what is to be paid; `recurring` the net of one period each.

    `tcv` is the value of the whole term, `acv` that of one year of what recurs. Cost and margin
    are None where the cost of any line is not known.
    """

    list: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    cost: Decimal | None
    one_time: Decimal
    recurring: tuple[tuple[ChargePeriod, Decimal], ...]
    tcv: Decimal
    acv: Decimal

    @property
    def discount_percent(self) -> Decimal:
        return share(self.discount, self.net + self.discount)

    @property
    def margin_amount(self) -> Decimal | None:
        return None if self.cost is None else self.net - self.cost

    @property
    def margin_percent(self) -> Decimal | None:
        return _percent(self.margin_amount, self.net)


NOTHING = Totals(
    list=_ZERO,
    discount=_ZERO,
    net=_ZERO,
    tax=_ZERO,
    total=_ZERO,
    cost=_ZERO,
    one_time=_ZERO,
    recurring=(),
    tcv=_ZERO,
    acv=_ZERO,
)
"""The totals of no lines at all."""


def priced_lines(  # noqa: PLR0913, PLR0917 (as below)
    lines: Sequence[SaleLine],
    nets: Sequence[Decimal],
    shares: Sequence[Decimal],
    rounding: Rounding,
    policy: PricingPolicy,
    fixed: Sequence[Decimal] | None = None,
) -> tuple[PricedLine, ...]:
    """The lines with their share of what is off the whole, their taxes and costs.

    `fixed` are the lines' parts of a total that a person fixed, which are what is taxed then.
    """
    parts = [None] * len(lines) if fixed is None else list(fixed)
    asked = list(zip(lines, nets, shares, parts, strict=True))
    taxable = [
        _taxable(line, net - off if part is None else part) for line, net, off, part in asked
    ]
    taxes = taxes_of(taxable, rounding, policy)
    return tuple(
        _priced(line, net, off, part, tax, rounding)
        for (line, net, off, part), tax in zip(asked, taxes, strict=True)
    )


def totals_of(lines: Sequence[PricedLine], rounding: Rounding) -> Totals:
    """The totals of priced lines."""
    net, tax = _sum(line.net_total for line in lines), _sum(line.tax.amount for line in lines)
    costs = [line.cost_total for line in lines]
    added = _sum(line.tax.amount for line in lines if not line.tax.included)
    recurring = [line for line in lines if line.charge.type is ChargeType.RECURRING]
    return Totals(
        list=_sum(line.list_total for line in lines),
        discount=_sum(line.discount_total for line in lines),
        net=net,
        tax=tax,
        total=net + added,
        cost=None if None in costs else _sum(cost for cost in costs if cost is not None),
        one_time=net - _sum(line.net_total for line in recurring),
        recurring=tuple(_per_period(recurring, rounding)),
        tcv=net,
        acv=_sum(_per_year(line, rounding) for line in recurring),
    )


def _taxable(line: SaleLine, net: Decimal) -> Taxable:
    units = times(line.ask.quantity, line.charge.factor)
    return Taxable(line.offer, net, EXACT.divide(net, units) if units else _ZERO, units)


def _priced(  # noqa: PLR0913, PLR0917 (what a line is made of)
    line: SaleLine,
    net: Decimal,
    off: Decimal,
    part: Decimal | None,
    tax: Tax,
    rounding: Rounding,
) -> PricedLine:
    bars, units = list(line.bars), times(line.ask.quantity, line.charge.factor)
    if net != line.net_total:  # rounded for the document, not for the line
        last = bars[-1]
        bar = Bar(StepCode.ROUND, last.bar.before, last.bar.after, _ZERO)
        bars[-1] = LineBar(bar, last.delta_total + net - line.net_total)
    unit = line.net_unit_price
    bars.append(_share_bar(unit, off, units))
    left = net - off
    if part is not None:
        bars.append(_fixed_bar(bars[-1].bar.after, left, part, units))
        left = part
    product, entry = line.offer.product, line.offer.entry
    return PricedLine(
        ask=line.ask,
        name=product.name,
        unit=line.ask.unit or product.quantity_unit,
        charge=line.charge,
        bars=tuple(bars),
        list_unit_price=line.list_unit_price,
        net_unit_price=bars[-1].bar.after,
        list_total=line.list_total,
        net_total=left,
        tax=tax,
        floor=entry.minimum_price or None,
        cost_total=None
        if entry.cost is None
        else rounding.money(EXACT.multiply(entry.cost, units)),
        findings=line.findings,
    )


def _share_bar(unit: Decimal, off: Decimal, units: Decimal) -> LineBar:
    if not off:
        bar = Bar(StepCode.QUOTE_DISCOUNT, unit, unit, _ZERO, skipped_because="no_quote_discount")
        return LineBar(bar, _ZERO)
    each = EXACT.divide(off, units) if units else _ZERO
    after = unit_price(EXACT.subtract(unit, each))
    adjustment = Adjustment(AdjustmentKind.AMOUNT, off)
    return LineBar(Bar(StepCode.QUOTE_DISCOUNT, unit, after, _ZERO, None, adjustment), -off)


def _fixed_bar(unit: Decimal, left: Decimal, part: Decimal, units: Decimal) -> LineBar:
    """From what is left of the line to its part of the total that a person fixed."""
    each = EXACT.divide(part - left, units) if units else _ZERO
    after = unit_price(EXACT.add(unit, each))
    adjustment = Adjustment(AdjustmentKind.OVERRIDE, part)
    return LineBar(Bar(StepCode.MANUAL_TOTAL, unit, after, _ZERO, None, adjustment), part - left)


def _per_period(
    lines: Sequence[PricedLine], rounding: Rounding
) -> Iterable[tuple[ChargePeriod, Decimal]]:
    for period in ChargePeriod:
        nets = [
            rounding.money(_over(line.net_total, line.charge))
            for line in lines
            if line.charge.period is period
        ]
        if nets:
            yield period, _sum(nets)


def _over(net: Decimal, charge: Charge) -> Decimal:
    """The part of `net` that one period has."""
    factor = charge.factor
    return EXACT.divide(EXACT.multiply(net, factor.whole), factor.due)


def _per_year(line: PricedLine, rounding: Rounding) -> Decimal:
    months = line.charge.term_months or Decimal(_MONTHS_OF_YEAR)
    return rounding.money(EXACT.divide(EXACT.multiply(line.net_total, _YEAR), months))


def _percent(margin: Decimal | None, net: Decimal) -> Decimal | None:
    return None if margin is None or not net else share(margin, net)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, _ZERO)


_YEAR = Decimal(_MONTHS_OF_YEAR)
