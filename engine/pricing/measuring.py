"""What approvals look at, measured on a priced transaction."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from engine.pricing.approval import Approval, Measured, Trigger, needed
from engine.pricing.figures import share
from engine.pricing.net import times
from engine.pricing.rounding import EXACT
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import PricedLine, Totals


def approvals_of(
    snapshot: Snapshot, on: date, currency: str, lines: Sequence[PricedLine], totals: Totals
) -> tuple[Approval, ...]:
    """The approvals the tenant's rules ask for on that day, of prices in `currency`."""
    rules = [
        rule
        for rule in snapshot.data.approval_rules
        if on in rule.validity and rule.currency in {None, currency}
    ]
    return needed(rules, [*_of_lines(lines), *_of_whole(totals)])


def _of_lines(lines: Sequence[PricedLine]) -> Iterator[Measured]:
    for number, line in enumerate(lines, 1):
        if line.floor:
            units = times(line.ask.quantity, line.charge.factor)
            due = EXACT.multiply(line.floor, units)
            short = EXACT.subtract(due, line.net_total)
            yield Measured(Trigger.BELOW_FLOOR, share(short, due), number)
        yield Measured(Trigger.LINE_DISCOUNT, line.discount_percent, number)
        if line.ask.unit_price is not None:
            yield Measured(Trigger.PRICE_OVERRIDE, Decimal(1), number)
        if line.charge.term_months is not None:
            yield Measured(Trigger.TERM_MONTHS, line.charge.term_months, number)


def _of_whole(totals: Totals) -> Iterator[Measured]:
    yield Measured(Trigger.QUOTE_DISCOUNT, totals.discount_percent)
    yield Measured(Trigger.TOTAL, totals.net)
    if totals.margin_percent is not None:
        yield Measured(Trigger.MARGIN, totals.margin_percent)
