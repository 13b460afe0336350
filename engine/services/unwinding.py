"""Unwinding: what recurs of an order, when it is cancelled before it has begun."""

from collections.abc import Collection
from dataclasses import replace

from engine.contracts.contract import ContractStatus, status_on
from engine.contracts.history import ContractEvent
from engine.orders.order import Order
from engine.pricing.snapshot import Snapshot
from engine.quotes.version import QuoteLine
from engine.services.contracting import note, rounding_for, with_items
from engine.store.unit_of_work import Reading, UnitOfWork

_RUNNING = frozenset({ContractStatus.PENDING, ContractStatus.ACTIVE})


def begun(
    reading: Reading,
    data: Snapshot,
    order: Order,
    sold: Collection[QuoteLine],
    *,
    lock: bool = True,
) -> frozenset[str]:
    """The ids of the order's lines that are not undone with it; their contracts stay locked.

    Where nobody acts on it, nothing has to be: without `lock`.
    Their contracts have begun before today, or are over; on its first day nothing of one is used
    up. What amended or renewed a contract was agreed about it, and what was amended since is no
    longer as it was ordered.
    """
    if reading.contracts.planned(order.quote_id) is not None:
        return frozenset(each.id for each in order.lines)
    today = data.today(reading.clock)
    served: dict[str, bool] = {}
    for contract_id in reading.contracts.of_order(order.id):
        contract = reading.contracts.get(contract_id, lock=lock)
        is_over = contract.start_date < today or status_on(contract, today) not in _RUNNING
        replaced = {each.replaces for each in contract.items}
        for each in contract.items:
            is_old = is_over or each.charge.id in replaced
            served[each.charge.line_id] = served.get(each.charge.line_id, False) or is_old
    refs = {_ref(each) for each in sold if served.get(each.id)}
    return frozenset(each.id for each in order.lines if each.line_ref in refs)


def cancel_lines(  # noqa: PLR0913, PLR0917 (an end has an order, lines, an author and a reason)
    uow: UnitOfWork,
    data: Snapshot,
    order: Order,
    line_ids: Collection[str],
    sold: Collection[QuoteLine],
    by: str,
    reason: str,
) -> None:
    """End what lines of an order have begun to owe; contracts nothing is left of never ran."""
    refs = {each.line_ref for each in order.lines if each.id in line_ids}
    today = data.today(uow.clock)
    ended = {each.id for each in sold if _ref(each) in refs}
    for contract_id in uow.contracts.of_order(order.id) if ended else ():
        contract = uow.contracts.get(contract_id, lock=True)
        left = [each for each in contract.items if each.charge.line_id not in ended]
        if len(left) == len(contract.items):
            continue
        told = replace(contract, updated_at=uow.clock.now())
        if left:
            saved = uow.contracts.save(with_items(told, left, rounding_for(data, told)))
            note(uow, today, saved, ContractEvent.AMENDED, by, order=order.id)
            continue
        over = replace(told, noticed_on=today, terminated_on=told.start_date, reason=reason)
        saved = uow.contracts.save(over)
        note(uow, today, saved, ContractEvent.TERMINATED, by, order=order.id)


def _ref(line: QuoteLine) -> str:
    """What an order calls the line it was sold as."""
    return line.origin_key or line.id
