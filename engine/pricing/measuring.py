"""What approvals look at, measured on a priced transaction.

What a line brings from a contract is left out: what comes back of it is no discount and no lost
margin, and a price that was agreed to with it is not judged again.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from engine.pricing.approval import Approval, Measured, Trigger, needed
from engine.pricing.figures import share
from engine.pricing.net import times
from engine.pricing.rounding import EXACT
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import PricedLine, Totals
from engine.pricing.waterfall import StepCode

_ZERO = Decimal(0)
_SHARES = frozenset({StepCode.QUOTE_DISCOUNT, StepCode.MANUAL_TOTAL})


def approvals_of(
    snapshot: Snapshot, on: date, currency: str, lines: Sequence[PricedLine], totals: Totals
) -> tuple[Approval, ...]:
    """The approvals the tenant's rules ask for on that day, of prices in `currency`."""
    rules = [
        rule
        for rule in snapshot.data.approval_rules
        if on in rule.validity and rule.currency in {None, currency}
    ]
    return needed(rules, [*_of_lines(lines), *_of_whole(lines, totals)])


def _of_lines(lines: Sequence[PricedLine]) -> Iterator[Measured]:
    for number, line in enumerate(lines, 1):
        if not _is_agreed(line):
            yield from _of_price(number, line)
        if line.ask.is_typed:
            yield Measured(Trigger.PRICE_OVERRIDE, Decimal(1), number)
        if line.charge.term_months is not None:
            yield Measured(Trigger.TERM_MONTHS, line.charge.term_months, number)


def _of_price(number: int, line: PricedLine) -> Iterator[Measured]:
    if line.floor:
        units = times(line.ask.quantity, line.charge.factor)
        due = EXACT.multiply(line.floor, units)
        short = EXACT.subtract(due, line.full_total)
        yield Measured(Trigger.BELOW_FLOOR, share(short, due), number)
    listed = line.list_total + line.options_total
    yield Measured(Trigger.LINE_DISCOUNT, share(_discount(line), listed), number)


def _is_agreed(line: PricedLine) -> bool:
    """Whether the line's price was agreed to with a contract, and nobody took anything off it."""
    carried = line.ask.carried
    if carried is None or carried.agreed_price is None or not line.ask.is_as_carried:
        return False
    is_shared = any(each.delta_total for each in line.bars if each.bar.code in _SHARES)
    return not is_shared and line.full_unit_price >= carried.agreed_price


def _discount(line: PricedLine) -> Decimal:
    """What is off the list price; what comes back of a contract is no discount."""
    return line.discount_total - line.ask.credit


def _of_whole(lines: Sequence[PricedLine], totals: Totals) -> Iterator[Measured]:
    off = sum((_discount(line) for line in lines if not _is_agreed(line)), _ZERO)
    full = sum((line.full_total for line in lines), _ZERO)
    yield Measured(Trigger.QUOTE_DISCOUNT, share(off, full + off))
    yield Measured(Trigger.TOTAL, totals.net)
    if totals.cost is not None and full:
        yield Measured(Trigger.MARGIN, share(full - totals.cost, full))
