"""From when to when a subscription runs, in the words of Stripe."""

from datetime import UTC, date, datetime, time

from adapters.billing.stripe.parts import Subscription
from engine.kernel import calendar
from engine.kernel.calendar import Step

_MOST_BOUNDARIES = 1200


def span_of(wanted: Subscription, now: datetime, *, is_plans: bool) -> dict[str, object]:
    """From when to when it runs: what lies behind is charged, what lies ahead is waited for."""
    start = noon(wanted.start)
    if start > now:
        if is_plans:
            return {"trial_end": stamp(start)}
        span: dict[str, object] = {
            "billing_cycle_anchor": stamp(start),
            "proration_behavior": "none",
        }
    elif is_plans:
        return {"backdate_start_date": stamp(start)}
    else:
        anchor = stamp(_next(wanted, now))
        span = {"backdate_start_date": stamp(start), "billing_cycle_anchor": anchor}
    if wanted.end is not None:
        span["cancel_at"] = stamp(noon(wanted.end))
    return span


def _next(wanted: Subscription, now: datetime) -> datetime:
    """When the next period begins."""
    step = Step(months=wanted.months)
    days = (calendar.after(wanted.start, step, count) for count in range(1, _MOST_BOUNDARIES))
    return next(moment for moment in map(noon, days) if moment > now)


def noon(day: date) -> datetime:
    """An instant that is on that day nearly everywhere."""
    return datetime.combine(day, time(12), UTC)


def stamp(moment: datetime) -> int:
    """An instant in seconds."""
    return int(moment.timestamp())
