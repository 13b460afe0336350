"""How Vayu prices a charge, so that what it invoices is what was sold, to the last cent.

A recurring charge whose periods are whole and alike is a subscription. Every other amount that is
known is told as contract terms: one instalment for each amount that falls due, with its day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.kernel import calendar
from engine.kernel.calendar import MONTHLY, Step
from engine.ports.billing import BilledCharge, BillingDocument, ScheduledAmount

Json = dict[str, object]
MOST_UNITS = 1000
"""Of days or months that a product may last."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_USUAL_USAGE_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Term:
    """The first day of a contract, which is that of what recurs, and the day after its last one."""

    start: date
    end: date | None

    @classmethod
    def of(cls, document: BillingDocument) -> "Term":
        ends = [each.end_date for each in document.charges if each.end_date is not None]
        recurring = [each for each in document.charges if each.type == "recurring"]
        start = min(each.start_date for each in recurring or document.charges)
        return cls(start, max(ends) if ends else None)


def dues_of(document: BillingDocument, charge: BilledCharge) -> tuple[ScheduledAmount, ...]:
    """What falls due of a charge, by day."""
    return tuple(each for each in document.schedule if each.charge == charge.id)


def is_subscription(charge: BilledCharge, dues: Sequence[ScheduledAmount], starts: date) -> bool:
    """Whether it is the same amount for so many whole periods from the contract's first day on."""
    if charge.type != "recurring" or charge.start_date != starts:
        return False
    months, count = _months(charge), _periods(charge)
    if not months or not count or months * count > MOST_UNITS:
        return False
    if charge.amount == charge.total == 0:
        return True
    late = 1 if charge.time == "in_arrears" else 0
    days = [
        calendar.plus_months(charge.start_date, months * (place + late)) for place in range(count)
    ]
    return [(each.day, each.amount) for each in dues] == [(day, charge.amount) for day in days]


def is_once(charge: BilledCharge, starts: date) -> bool:
    """Whether it is invoiced with the first invoice."""
    return charge.type == "one_time" and charge.start_date <= starts


def is_instalments(charge: BilledCharge, dues: Sequence[ScheduledAmount], starts: date) -> bool:
    """Whether each of its amounts is told with its day."""
    told_otherwise = charge.type == "usage" or is_once(charge, starts)
    return not told_otherwise and not is_subscription(charge, dues, starts)


def pricing_of(charge: BilledCharge, dues: Sequence[ScheduledAmount], term: Term) -> Json:
    """The price of a charge, without what is shown as off it."""
    if charge.type == "usage":
        return _usage(charge)
    if is_once(charge, term.start):
        return {"type": "ONE_TIME", "price": charge.amount}
    if is_subscription(charge, dues, term.start):
        months = _months(charge)
        years, rest = divmod(months, 12)
        unit, value = ("MONTH", months) if rest else ("YEAR", years)
        cadence = {"unit": unit, "value": value}
        return {"type": "SUBSCRIPTION", "price": charge.amount, "subscriptionCadence": cadence}
    return {
        "type": "CONTRACT_TERMS",
        "price": charge.total,
        "installments": [
            {"installmentDate": f"{each.day.isoformat()}T12:00:00Z", "amount": each.amount}
            for each in dues
        ],
    }


def scheduling_of(charge: BilledCharge, dues: Sequence[ScheduledAmount], term: Term) -> Json:
    """How long a charge lasts and on which day of the month it is billed."""
    found: Json = {"duration": _duration(charge, dues, term)}
    if charge.billing_day is not None:
        found["billingDay"] = charge.billing_day
    elif charge.type != "one_time":
        found["billingDay"] = charge.start_date.day
    return found


def payment_term(charge: BilledCharge) -> str | None:
    """Whether a period is paid before or after it; None of what is paid once."""
    if charge.type == "one_time":
        return None
    late = charge.type == "usage" or charge.time == "in_arrears"
    return "Postpayment" if late else "Prepayment"


def price_of(charge: BilledCharge) -> Decimal:
    """What a unit of usage costs; a share of what is off the whole may have it below zero."""
    return max(charge.amount, Decimal(0))


def tells_tiers(charge: BilledCharge) -> bool:
    """Whether the tiers of a charge can be told: those that price each unit by its own tier."""
    return bool(charge.tiers) and charge.tier_kind == "graduated"


def _usage(charge: BilledCharge) -> Json:
    found: Json
    if tells_tiers(charge):
        found = {
            "type": "TIERED",
            "tiers": [_tier(charge, place) for place in range(len(charge.tiers))],
        }
    else:
        found = {"type": "PER_UNIT", "price": price_of(charge)}
    if charge.minimum is not None:
        found["baseAmount"] = charge.minimum
    return found


def _tier(charge: BilledCharge, place: int) -> Json:
    tier = charge.tiers[place]
    found: Json = {"fromInclusive": tier.starts_at, "rate": tier.unit_price}
    if tier.ends_at is not None:
        found["toExclusive"] = tier.ends_at
    if tier.flat:
        found["flatFee"] = tier.flat
    return found


def _duration(charge: BilledCharge, dues: Sequence[ScheduledAmount], term: Term) -> Json:
    if charge.type == "usage":
        end = charge.end_date or term.end
        if end is None:
            return {"unit": "MONTH", "value": _USUAL_USAGE_MONTHS}
        return _between(charge.start_date, end)
    if is_instalments(charge, dues, term.start):
        last = max([each.day for each in dues], default=charge.start_date)
        months = calendar.months_begun(term.start, max(last, charge.end_date or last))
        return {"unit": "MONTH", "value": min(max(months, 1), MOST_UNITS)}
    if charge.end_date is None:
        return {"unit": "DAY", "value": 1}
    return _between(charge.start_date, charge.end_date)


def _between(start: date, end: date) -> Json:
    """The time between two days: in months where they are whole, else in days if those do."""
    months = calendar.whole_steps(start, end, MONTHLY)
    if calendar.plus_months(start, months) == end and months:
        return {"unit": "MONTH", "value": min(months, MOST_UNITS)}
    days = (end - start).days
    if days <= MOST_UNITS:
        return {"unit": "DAY", "value": max(days, 1)}
    return {"unit": "MONTH", "value": min(months + 1, MOST_UNITS)}


def _months(charge: BilledCharge) -> int:
    return _MONTHS.get(charge.period or "", 0)


def _periods(charge: BilledCharge) -> int:
    """How many whole periods it lasts; 0 where there is a part of one, or no end."""
    months = _months(charge)
    if charge.end_date is None or not months:
        return 0
    count = calendar.whole_steps(charge.start_date, charge.end_date, Step(months=months))
    whole = calendar.plus_months(charge.start_date, months * count) == charge.end_date
    return count if whole else 0


def estimate(charge: BilledCharge) -> Decimal:
    """What the quantity of a usage charge comes to at what is told of its price, unrounded."""
    if not tells_tiers(charge):
        worth = price_of(charge) * charge.quantity
    else:
        worth = Decimal(0)
        for each in charge.tiers:
            if charge.quantity > each.starts_at:
                until = charge.quantity if each.ends_at is None else each.ends_at
                units = min(charge.quantity, until) - each.starts_at
                worth += units * each.unit_price + each.flat
    return max(worth, charge.minimum or Decimal(0))
