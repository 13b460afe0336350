"""How far a line, a system's part of an order and the order itself are, counted in units."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.orders.lifecycle import ARRIVED, LOST, MAIN, RANK, WITH_CUSTOMER
from engine.orders.order import LineStatus, Order, OrderLine, OrderStatus

_L = LineStatus
_FIRST = (_L.FAILED, _L.REJECTED, _L.CANCEL_REQUESTED, _L.HELD, _L.BACKORDERED)
"""What of a line is told before everything else about it."""
_WRONG = frozenset({_L.FAILED, _L.REJECTED})
_UNTOUCHED = frozenset({_L.PENDING, _L.ACKNOWLEDGED})
_PARTLY = "partially_shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfillment:
    """One system's part of an order; `status` is a line's status, or tells of a mixture."""

    system: str
    status: str
    lines: tuple[OrderLine, ...]
    quantity_by_status: tuple[tuple[str, Decimal], ...]

    @property
    def lines_by_status(self) -> dict[str, int]:
        """How many lines are in each status."""
        counted: dict[str, int] = {}
        for line in self.lines:
            status = line_status(line).value
            counted[status] = counted.get(status, 0) + 1
        return counted

    @property
    def tracking(self) -> tuple[str, ...]:
        """Every tracking number, each once."""
        return tuple(dict.fromkeys(each for line in self.lines for each in line.progress.tracking))


def line_status(line: OrderLine) -> LineStatus:
    """A line's status: what is wrong with any unit, else the least advanced of them.

    Units that will not come count only where there are no others.
    """
    return _least(_statuses([line]))


def shown_status(order: Order, line: OrderLine) -> LineStatus:
    """As `line_status`; that of a bundle is what its components, all together, have."""
    if not line.is_bundle:
        return line_status(line)
    return _least(_statuses(each for each in order.lines if each.parent == line.id))


def _least(found: frozenset[LineStatus]) -> LineStatus:
    for status in _FIRST:
        if status in found and (status not in LOST or found <= LOST):
            return status
    on_the_way = [each for each in MAIN if each in found]
    if on_the_way:
        return on_the_way[0]
    return next(each for each in (_L.CANCELLED, _L.REJECTED, _L.RETURNED) if each in found)


def fulfillments(order: Order) -> tuple[Fulfillment, ...]:
    """The parts of an order, by the system that fulfils them."""
    return tuple(
        _fulfillment(system, tuple(each for each in order.fulfilled if each.system == system))
        for system in order.systems
    )


def order_status(lines: Iterable[OrderLine]) -> OrderStatus:
    """Where an order with these lines is; an order without any is as it was placed."""
    found = _statuses(each for each in lines if not each.is_bundle)
    if not found or (found & _UNTOUCHED and found <= _UNTOUCHED | {_L.CANCELLED}):
        return OrderStatus.PLACED
    if found <= {_L.CANCELLED}:
        return OrderStatus.CANCELLED
    if found & _WRONG:
        return OrderStatus.ATTENTION
    if found <= ARRIVED | LOST:
        return OrderStatus.COMPLETED if found <= ARRIVED else OrderStatus.COMPLETED_PARTIALLY
    if found & WITH_CUSTOMER and not found <= WITH_CUSTOMER | LOST:
        return OrderStatus.PARTIALLY_SHIPPED
    return OrderStatus.IN_PROGRESS


def _fulfillment(system: str, lines: tuple[OrderLine, ...]) -> Fulfillment:
    counted: dict[str, Decimal] = {}
    for line in lines:
        for status, units in line.progress.quantities.items():
            counted[status] = counted.get(status, Decimal(0)) + units
    return Fulfillment(
        system=system,
        status=_mixed(_statuses(lines)),
        lines=lines,
        quantity_by_status=tuple(sorted(counted.items(), key=lambda each: _place(each[0]))),
    )


def _mixed(found: Collection[LineStatus]) -> str:
    """One word for units in several statuses."""
    statuses = frozenset(found)
    if len(statuses) == 1:
        return next(iter(statuses)).value
    if statuses & _WRONG:
        return OrderStatus.ATTENTION.value
    if statuses <= ARRIVED | LOST and not statuses <= ARRIVED:
        return OrderStatus.COMPLETED_PARTIALLY.value
    coming = statuses - LOST
    if coming & WITH_CUSTOMER and not coming <= WITH_CUSTOMER:
        return _PARTLY
    waiting = [each for each in _FIRST if each in coming]
    if waiting:
        return waiting[0].value
    return min(coming, key=lambda each: RANK[each]).value


def _statuses(lines: Iterable[OrderLine]) -> frozenset[LineStatus]:
    return frozenset(LineStatus(each) for line in lines for each in line.progress.quantities)


def _place(status: str) -> int:
    return list(LineStatus).index(LineStatus(status))
