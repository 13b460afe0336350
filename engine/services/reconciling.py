"""Reconciling: what a billing system has is compared with what was handed over, to the cent.

What differs is told once for each way it does, and once more when it no longer does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.contracts.billing_push import BillingPush
from engine.contracts.history import ContractEvent
from engine.events.event import Event, EventSearch
from engine.events.types import EventType
from engine.orders.history import OrderHappening
from engine.orders.order import OrderStatus
from engine.ports.billing import BillingDocument, BillingState
from engine.store.unit_of_work import Reading, UnitOfWork

ENDED = "it was called off here before its time, and is not compared"
_ANY = "billing.*"
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A push beside what its system has of it.

    `reasons` is how that is not what was handed over, `notes` what people should know beside.
    Where nothing differs it is only known to agree if it `is_told`.
    """

    push: BillingPush
    total_there: Decimal | None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_told: bool = True


def taken(reading: Reading, system: str, limit: int, after: str = "") -> tuple[str, ...]:
    """The ids of at most `limit` pushes that a system has taken, in order, after one of them."""
    return reading.billing_pushes.taken(system, limit, after)


def count_taken(reading: Reading, system: str) -> int:
    """How many pushes a system has taken."""
    return reading.billing_pushes.count_taken(system)


def hear(uow: UnitOfWork, push_id: str, said: BillingState | str) -> Compared:
    """Compare what a system says of a push, or why it does not have it, and tell what is news."""
    push = uow.billing_pushes.get(push_id, lock=True)
    total, reasons = None, tuple(_reasons(push.document, said))
    if isinstance(said, BillingState) and said.currency in {"", push.document.currency}:
        total = said.total
    notes = notes_of(uow, push_id)
    if reasons and _is_ended(uow, push):
        return Compared(push=push, total_there=total, notes=(*notes, ENDED), is_told=False)
    found = Compared(
        push=push, total_there=total, reasons=reasons, notes=notes, is_told=total is not None
    )
    _tell(uow, found)
    return found


def notes_of(reading: Reading, push_id: str) -> tuple[str, ...]:
    """What the system wanted people to know when it took a push."""
    told = _last(reading, push_id, EventType.BILLING_PUSHED.value)
    notes: Any = () if told is None else told.data.get("notes", ())
    return tuple(map(str, notes))


def notes_of_order(reading: Reading, order_id: str, system: str) -> tuple[str, ...]:
    """As above, of an order and the system that took its lines over."""
    notes: list[Any] = []
    for each in reading.order_history.of(order_id):
        if each.what is OrderHappening.PUSHED and each.details.get("system") == system:
            told: Any = each.details.get("notes", ())
            notes += told
    return tuple(map(str, notes))


def reasons_of(reading: Reading, push_id: str) -> tuple[str, ...]:
    """How a push was found to differ when that was told last; none where it no longer does."""
    told = _last(reading, push_id, _ANY)
    if told is None or told.type != EventType.BILLING_DIFFERS:
        return ()
    reasons: Any = told.data["reasons"]
    return tuple(map(str, reasons))


def _reasons(document: BillingDocument, said: BillingState | str) -> Iterator[str]:
    if isinstance(said, str):
        yield _plain(said)
        return
    number, code = document.trace.quote_number, document.currency
    if said.key != number:
        yield f"{number} stands there as {_plain(said.key) or 'nothing'}"
    elif said.quote_id not in {"", document.trace.quote_id}:
        yield f"it is there for the quote {_plain(said.quote_id)}, not {document.trace.quote_id}"
    if not said.is_alive:
        yield f"it is {_plain(said.state)} there"
    yield from map(_plain, said.troubles)
    if said.currency not in {"", code}:
        yield f"it is in {_plain(said.currency)} there, not in {code}"
    elif said.total is not None and said.total != document.total:
        yield f"it comes to {said.total:f} there, not to {document.total:f}"


def _is_ended(reading: Reading, push: BillingPush) -> bool:
    """Whether what was handed over was called off here since: people tell the system so."""
    order = reading.orders.find_by_quote(push.quote_id)
    if order is None:
        return False
    if order.status is OrderStatus.CANCELLED:
        return any(each.line_id for each in push.document.charges)  # and not its fees alone
    return any(
        each.what is ContractEvent.TERMINATED and each.at > push.created_at
        for contract_id in reading.contracts.of_order(order.id)
        for each in reading.contracts.history(contract_id)
    )


def _tell(uow: UnitOfWork, found: Compared) -> None:
    push = found.push
    before = reasons_of(uow, push.id)
    told = {
        "quote_id": push.quote_id,
        "system": push.system,
        "currency": push.document.currency,
        "total": push.document.total,
        "total_there": found.total_there,
    }
    if found.reasons and found.reasons != before:
        reasons = {"reasons": list(found.reasons)}
        uow.emit(EventType.BILLING_DIFFERS, push.id, told | reasons)
    elif before and not found.reasons and found.is_told:
        uow.emit(EventType.BILLING_AGREES, push.id, told)


def _last(reading: Reading, push_id: str, kind: str) -> Event | None:
    found = reading.events.search(EventSearch(type=kind, subject=push_id), 1)
    return found[0] if found else None


def _plain(text: str) -> str:
    """What another system says, so that it can be kept and shown."""
    return "".join(each if each.isprintable() else " " for each in text[:_LONGEST]).strip()
