"""Changing: what a change asks of each line of an order, and whether that can still be had.

What is taken away comes from the earliest stage first: that is the cheapest for the customer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from engine.catalog.change_fee import ChangeKind
from engine.catalog.charge import ChargeType
from engine.catalog.routing import CONTRACTS
from engine.kernel.errors import IllegalTransition, Invalid, NotChangeable
from engine.kernel.finding import Finding, Severity
from engine.kernel.numbers import LIMIT
from engine.orders.amounts import ratio
from engine.orders.lifecycle import WITH_CUSTOMER
from engine.orders.order import LineStatus, Order, OrderLine, OrderStatus
from engine.orders.order_change import ChangeType
from engine.pricing.rounding import kept, plain

_L = LineStatus
_ZERO = Decimal(0)
MOST_UNITS = Decimal(10) ** 9

EARLIEST_FIRST = (
    *(_L.FAILED, _L.PENDING, _L.ACKNOWLEDGED, _L.BACKORDERED, _L.HELD),
    *(_L.IN_PROGRESS, _L.READY),
)
"""The statuses of what may be changed, in the order in which it is taken away."""
_NOT_BEGUN = frozenset({_L.FAILED, _L.PENDING, _L.ACKNOWLEDGED})
_GONE = (_L.CANCEL_REQUESTED, _L.CANCELLED, _L.REJECTED, _L.RETURNED)
_OVER = frozenset(
    {OrderStatus.COMPLETED, OrderStatus.COMPLETED_PARTIALLY, OrderStatus.CANCELLED},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """What is asked of one line; None leaves a member as it is.

    `quantity` is how much a cancellation takes away, and how much a revision leaves.
    """

    line_id: str
    quantity: Decimal | None = None
    configuration: tuple[tuple[str, str], ...] | None = None
    requested_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is asked of an order; without `lines`, of the whole of it."""

    type: ChangeType
    lines: tuple[LineChange, ...] | None = None
    waive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a change does to one line: `taken` says how much goes out of each status.

    `where` is the member that asked for it. Components of a bundle go with it and have no price.
    """

    line: OrderLine
    where: str
    kind: ChangeKind = ChangeKind.CANCEL
    taken: Mapping[LineStatus, Decimal] = field(default_factory=dict)
    added: Decimal = _ZERO
    configuration: tuple[tuple[str, str], ...] | None = None
    requested_date: date | None = None

    @property
    def out(self) -> Decimal:
        """How much is taken away in all."""
        return sum(self.taken.values(), _ZERO)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change does; `kept` are the ids of lines of contracts that go on."""

    moves: tuple[Move, ...]
    kept: tuple[str, ...] = ()


def planned(order: Order, change: Change, today: date, begun: frozenset[str]) -> Plan:
    """What `change` does to `order`; `begun` are the ids of lines whose contracts have begun.

    Invalid names what is wrong with the change, NotChangeable what comes too late.
    """
    if order.status in _OVER:
        raise IllegalTransition(f"order {order.number} is {order.status.value}")
    if change.type is ChangeType.CANCEL and change.lines is None:
        return _whole(order, begun)
    asked = change.lines or ()
    _check(order, asked, change.type, today)
    lines = {each.id: each for each in order.lines}
    moves, late = list[Move](), list[Finding]()
    for place, each in enumerate(asked):
        move = _move(order, lines[each.line_id], each, change.type, f"lines/{place}")
        late += _too_late(order, move, each, begun)
        moves += [move, *_components(order, move)]
    if late:
        raise NotChangeable("some of it can no longer be changed", late)
    return Plan(tuple(moves))


def open_units(order: Order, line: OrderLine) -> dict[LineStatus, Decimal]:
    """How many units may still be changed, by status, the earliest first.

    A unit of a bundle is as far as the furthest of its components.
    """
    if not line.is_bundle:
        found = line.progress.quantities
        return {each: found[each] for each in EARLIEST_FIRST if found.get(each)}
    parts = [(part, open_units(order, part)) for part in order.lines if part.parent == line.id]
    units = [
        _share(sum(found.values(), _ZERO), line.quantity, part.quantity) for part, found in parts
    ]
    whole = min([*units, standing(line)])
    stages = {at for _, found in parts for at in found}
    return {max(stages, key=EARLIEST_FIRST.index): whole} if whole > 0 else {}


def standing(line: OrderLine) -> Decimal:
    """How many units of a line there are, without those that are given up."""
    return line.quantity - line.units(*_GONE)


def _whole(order: Order, begun: frozenset[str]) -> Plan:
    """Everything goes, but for contracts that have begun."""
    moves, kept, late = list[Move](), list[str](), list[Finding]()
    for line in order.lines:
        if line.parent is not None or not standing(line):
            continue
        if _has_begun(line, begun):
            kept.append(line.id)
            continue
        move = Move(line=line, where="", taken=open_units(order, line))
        if move.out < standing(line):
            late.append(_shipped(line, move.out, ""))
        moves += [move, *_components(order, move)]
    if not moves:
        late.append(_error("contract_line" if kept else "nothing_changes", ""))
    if late:
        raise NotChangeable("it can no longer be cancelled as a whole", late)
    return Plan(tuple(moves), tuple(kept))


def _check(order: Order, asked: tuple[LineChange, ...], kind: ChangeType, today: date) -> None:
    """Raise Invalid with everything that is wrong with a change."""
    lines = {each.id: each for each in order.lines}
    findings = [] if asked else [_error("no_lines", "lines")]
    seen = set[str]()
    for place, each in enumerate(asked):
        line = lines.get(each.line_id)
        if line is None:
            wrong = [("unknown_order_line", "/line_id")]
        elif each.line_id in seen:
            wrong = [("line_twice", "/line_id")]
        else:
            of_kind = _wrong_cancel if kind is ChangeType.CANCEL else _wrong_revision
            wrong = [*_wrong(line, each), *of_kind(line, each, today)]
        findings += [_error(code, f"lines/{place}{member}") for code, member in wrong]
        seen.add(each.line_id)
    if findings:
        raise Invalid("the order cannot be changed so", findings)


def _wrong(line: OrderLine, asked: LineChange) -> Iterator[tuple[str, str]]:
    if line.parent is not None:
        yield "component_line", "/line_id"
    if asked.quantity is not None and asked.quantity <= 0:
        yield "quantity_out_of_range", "/quantity"


def _wrong_cancel(line: OrderLine, asked: LineChange, _today: date) -> Iterator[tuple[str, str]]:
    if asked.configuration is not None:
        yield "only_of_a_revision", "/configuration"
    if asked.requested_date is not None:
        yield "only_of_a_revision", "/requested_date"
    if not standing(line):
        yield "nothing_changes", ""
    elif (asked.quantity or _ZERO) > standing(line):
        yield "quantity_above_ordered", "/quantity"


def _wrong_revision(line: OrderLine, asked: LineChange, today: date) -> Iterator[tuple[str, str]]:
    grown = (asked.quantity or _ZERO) - standing(line)
    if 0 < grown and line.quantity + grown > MOST_UNITS:
        yield "quantity_out_of_range", "/quantity"
    elif 0 < grown and ratio(line.total, line.quantity + grown, line.quantity) >= LIMIT:
        yield "amount_out_of_range", "/quantity"
    if asked.requested_date is not None and asked.requested_date < today:
        yield "day_is_over", "/requested_date"
    if (
        asked.quantity in {None, standing(line)}
        and asked.configuration in {None, line.configuration}
        and asked.requested_date in {None, line.requested_date}
    ):
        yield "nothing_changes", ""


def _move(order: Order, line: OrderLine, asked: LineChange, kind: ChangeType, where: str) -> Move:
    there = standing(line)
    if kind is ChangeType.CANCEL:
        out = there if asked.quantity is None else asked.quantity
        return Move(line=line, where=where, taken=_taken(open_units(order, line), out))
    wanted = there if asked.quantity is None else asked.quantity
    new_build = asked.configuration if asked.configuration != line.configuration else None
    new_day = asked.requested_date if asked.requested_date != line.requested_date else None
    return Move(
        line=line,
        where=where,
        kind=ChangeKind.QUANTITY,
        taken=_taken(open_units(order, line), max(there - wanted, _ZERO)),
        added=max(wanted - there, _ZERO),
        configuration=new_build,
        requested_date=new_day,
    )


def _taken(there: Mapping[LineStatus, Decimal], out: Decimal) -> dict[LineStatus, Decimal]:
    """`out` units from what is there, or as many as there are."""
    taken = dict[LineStatus, Decimal]()
    for status, units in there.items():
        if out <= 0:
            break
        taken[status] = min(units, out)
        out -= taken[status]
    return taken


def _components(order: Order, move: Move) -> Iterator[Move]:
    """The components of a bundle go the way the bundle goes."""
    whole = move.line
    for part in order.lines:
        if part.parent == whole.id and (move.out or move.added or move.requested_date):
            out, added = (
                _share(units, part.quantity, whole.quantity) for units in (move.out, move.added)
            )
            taken = _taken(open_units(order, part), out)
            yield replace(move, line=part, taken=taken, added=added, configuration=None)


def _too_late(
    order: Order, move: Move, asked: LineChange, begun: frozenset[str]
) -> Iterator[Finding]:
    line, where = move.line, move.where
    if is_contract(line):
        if _has_begun(line, begun) or move.out < standing(line):
            yield _error("contract_line", where)
        return
    there = open_units(order, line)
    wanted = standing(line) if asked.quantity is None else asked.quantity
    if move.kind is ChangeKind.QUANTITY:
        wanted = max(standing(line) - wanted, _ZERO)
    if move.out < wanted:
        yield _shipped(line, move.out, f"{where}/quantity")
    if move.configuration is not None and line.units(*WITH_CUSTOMER):
        yield _shipped(line, sum(there.values(), _ZERO), f"{where}/configuration")
    if move.requested_date is not None and not there:
        yield _shipped(line, _ZERO, f"{where}/requested_date")


def is_contract(line: OrderLine) -> bool:
    """Whether the line is served under a contract, which has changes of its own."""
    return line.system == CONTRACTS or line.charge.type is not ChargeType.ONE_TIME


def _has_begun(line: OrderLine, begun: frozenset[str]) -> bool:
    """What is charged once under a contract settles a change of it, which was made."""
    if not is_contract(line):
        return False
    if line.id in begun or line.charge.type is ChargeType.ONE_TIME:
        return True
    statuses = {LineStatus(each) for each in line.progress.quantities}
    return not statuses <= _NOT_BEGUN | frozenset(_GONE)


def _share(units: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    return kept(ratio(units, part, whole))


def _shipped(line: OrderLine, left: Decimal, where: str) -> Finding:
    told = {"name": line.name, "left": plain(left)}
    return Finding(Severity.ERROR, "already_shipped", told, where)


def _error(code: str, where: str) -> Finding:
    return Finding(Severity.ERROR, code, where=where)
