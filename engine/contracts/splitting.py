"""Splitting: the lines of a quote become charges, one each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.catalog.charge import ONCE, ChargeType, Factor
from engine.contracts.charge import BillingTime, Charge
from engine.kernel import calendar
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.kernel.period import Period
from engine.pricing.rounding import EXACT, Rounding, ceiling, floor
from engine.quotes.version import QuoteLine

_ONE = Decimal(1)
_DAY = timedelta(days=1)
_CALENDAR = Period(date(1900, 1, 1), date(9000, 1, 1))
"""Terms outside of it are a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A charge, and how many of its periods were sold.

    They are counted from `anchor`; without one, billed from its billing day on.
    """

    charge: Charge
    factor: Factor = ONCE
    anchor: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """How recurring charges are billed: when, and from which day of the month on."""

    time: BillingTime = BillingTime.IN_ADVANCE
    billing_day: int | None = None


def split(
    lines: Sequence[QuoteLine],
    starts: date,
    custom: Custom,
    rounding: Rounding,
    once: date | None = None,
) -> tuple[Split, ...]:
    """The charges of `lines`, in their order; `starts` is the first day of those that name none.

    `once` is that of what is charged once, where that is another day.
    What they come to is what the lines do, so that their totals add up to the net of all lines.
    Invalid where a term is not within the years 1900 to 8999.
    """
    charges, findings = [], list[Finding]()
    for place, line in enumerate(lines):
        usual = once or starts if line.price.charge.type is ChargeType.ONE_TIME else starts
        try:
            charges.append(_split(line, line.price.ask.start_date or usual, custom, rounding))
        except (ValueError, OverflowError):
            where = f"lines/{place}/start_date"
            findings.append(Finding(Severity.ERROR, "term_beyond_calendar", where=where))
    if findings:
        raise Invalid("some lines cannot be billed", findings)
    return tuple(charges)


def _split(line: QuoteLine, start: date, custom: Custom, rounding: Rounding) -> Split:
    price = line.price
    sold, factor = price.charge, price.charge.factor
    end = _end(line, start)
    if start not in _CALENDAR or (end or start) not in _CALENDAR:
        raise ValueError("the term is beyond the calendar")
    recurs = sold.type is ChargeType.RECURRING
    if recurs:
        per_period = EXACT.divide(EXACT.multiply(price.net_total, factor.whole), factor.due)
        amount = rounding.money(per_period)
    else:
        amount = price.net_total
    charge = Charge(
        id="chg_" + line.id.removeprefix("qln_"),
        sku=price.ask.sku,
        name=price.name,
        type=sold.type,
        amount=price.net_unit_price if sold.type is ChargeType.USAGE else amount,
        quantity=price.ask.quantity,
        start_date=start,
        total=price.net_total,
        period=sold.period,
        end_date=end,
        billing_day=custom.billing_day if recurs else None,
        time=custom.time if recurs else BillingTime.IN_ADVANCE,
        line_id=line.id,
    )
    return Split(charge=charge, factor=factor)


def _end(line: QuoteLine, start: date) -> date | None:
    """The first day after the term; a begun day of a part of a month counts."""
    ask, months = line.price.ask, line.price.charge.term_months
    if ask.end_date is not None:
        return ask.end_date + _DAY
    if months is None:
        return None
    whole = floor(months, _ONE)
    end = calendar.plus_months(start, int(whole))
    if months == whole:
        return end
    days = (calendar.plus_months(start, int(whole) + 1) - end).days
    part = EXACT.multiply(EXACT.subtract(months, whole), Decimal(days))
    return end + int(ceiling(part, _ONE)) * _DAY
