"""Charging: what was accepted is split into charges and handed to a billing system, once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from engine.connections.connection import ConnectionKind
from engine.contracts.billing_document import Billable, BillingTarget, document_of, fee_charge
from engine.contracts.billing_push import BillingPush, PushStatus
from engine.events.types import EventType
from engine.kernel.errors import IllegalTransition, Invalid, OrderChanged
from engine.kernel.failpoints import failpoint
from engine.kernel.finding import Finding, Severity
from engine.orders.billable import billable, is_unsettled
from engine.orders.order import Order, OrderStatus
from engine.ports.billing import Billing, BillingDocument, BillingReceipt, Loss
from engine.ports.effects import EffectKind
from engine.ports.ports import Ports
from engine.pricing.snapshot import Snapshot
from engine.quotes.history import Happening
from engine.quotes.quote import QuoteStatus
from engine.services import connecting, drafting
from engine.services.billing_facts import details_of
from engine.services.concluding import billed_of_ended
from engine.services.contracting import first_day, policy_for, rounding_of
from engine.services.drafting import Quoted
from engine.store.unit_of_work import Reading, UnitOfWork
from engine.tenants.secrets import KeyRing

SIMULATED = "simulated"
_SOLD = frozenset({QuoteStatus.ACCEPTED, QuoteStatus.ORDERED})
_SELLING = frozenset({Happening.ACCEPTED, Happening.ORDERED})


@dataclass(frozen=True, slots=True)
class Systems:
    """The billing systems there are: those of the hub, and those a tenant has connected."""

    ports: Ports
    keyring: KeyRing | None = None

    def find(self, reading: Reading, name: str) -> Billing | None:
        """The system of that name, if there is one; nothing is asked of it."""
        connection = reading.connections.find(name)
        if connection is None:
            return self.ports.billing.get(name)
        if connection.kind is not ConnectionKind.BILLING or self.keyring is None:
            return None
        access = connecting.access_of(connection, reading.tenant_id, self.keyring)
        return connecting.adapters_of(self.ports).billing(access)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Have the charges of a quote taken by a billing system."""

    quote_id: str
    system: str = SIMULATED


@dataclass(frozen=True, slots=True)
class Billed:
    """A push, and whether it was begun just now."""

    push: BillingPush
    is_begun: bool


@dataclass(frozen=True, slots=True)
class _Sold:
    """A quote that was accepted, and its order where it was ordered."""

    quoted: Quoted
    order: Order | None


def bill(uow: UnitOfWork, data: Snapshot, systems: Systems, command: Bill) -> Billed:
    """Owe the charges of a quote to a system: begun now, or as it was begun before.

    A push that failed is tried again with what it held. IllegalTransition unless the quote was
    accepted and something is left to bill, OrderChanged where that is not settled yet or no longer
    what failed; Invalid where there is no such system, or where money would be lost there.
    """
    system = _system(uow, systems, command)
    uow.quotes.get(command.quote_id, lock=True)
    found = _accepted(uow, command.quote_id)
    known = _known(uow, command)
    if known is not None and known.status is not PushStatus.FAILED:
        return Billed(known, is_begun=False)
    sold = _Sold(found, uow.orders.find_by_quote(found.quote.id, lock=True))
    _guard_order(sold)
    drafted = _drafted(uow, data, system, command, sold)
    if known is None:
        push = replace(drafted, id=uow.ids.new("bil"))
        _guard_money(push.losses)
        uow.billing_pushes.add(push)
    else:
        _guard_failed(sold, known.document, drafted.document)
        push = replace(known, status=PushStatus.PENDING, reason="", updated_at=uow.clock.now())
        uow.billing_pushes.save(push)
    _owe(uow, push)
    failpoint("charges_owed")
    return Billed(push, is_begun=True)


def _owe(uow: UnitOfWork, push: BillingPush) -> None:
    """Owe a push, once: the system may have taken it in a try before, under the same key."""
    owed = uow.effects.of_subjects([push.id]).get(push.id)
    if owed:
        uow.effects.again([each.id for each in owed], uow.clock.now())
    else:
        uow.effects.owe(EffectKind.BILLING, push.system, push.id)


def preview(reading: Reading, data: Snapshot, systems: Systems, command: Bill) -> BillingPush:
    """What `bill` would hand over, or has handed over; nothing is written or sent."""
    system = _system(reading, systems, command)
    found = _accepted(reading, command.quote_id)
    known = _known(reading, command)
    if known is not None:
        return known
    sold = _Sold(found, reading.orders.find_by_quote(found.quote.id))
    _guard_order(sold)
    return _drafted(reading, data, system, command, sold)


def get(reading: Reading, push_id: str) -> BillingPush:
    """A push. NotFound where there is none."""
    return reading.billing_pushes.get(push_id)


def of_quote(reading: Reading, quote_id: str) -> tuple[BillingPush, ...]:
    """The pushes of a quote, the newest first. NotFound where there is no such quote."""
    return reading.billing_pushes.of_quote(drafting.get(reading, quote_id).quote.id)


def payload(reading: Reading, push_id: str) -> BillingDocument:
    """What is to be handed over."""
    return reading.billing_pushes.get(push_id).document


def settled(uow: UnitOfWork, push_id: str, receipt: BillingReceipt) -> None:
    """The system has taken the charges over; said again, it changes nothing."""
    push = uow.billing_pushes.get(push_id, lock=True)
    if push.status is PushStatus.PUSHED:
        return
    pushed = replace(
        push,
        status=PushStatus.PUSHED,
        external_ids=dict(receipt.external_ids),
        reason="",
        updated_at=uow.clock.now(),
    )
    uow.billing_pushes.save(pushed)
    told = {"currency": push.document.currency, "total": push.document.total}
    there = {"total_there": receipt.total, "notes": list(receipt.notes)}
    ids = {"external_ids": dict(receipt.external_ids)}
    uow.emit(EventType.BILLING_PUSHED, push.id, _about(push) | told | ids | there)


def failed(uow: UnitOfWork, push_id: str, reason: str) -> None:
    """The system does not take the charges over; what it has taken stays so."""
    push = uow.billing_pushes.get(push_id, lock=True)
    if push.status is not PushStatus.PENDING:
        return
    now = uow.clock.now()
    uow.billing_pushes.save(replace(push, status=PushStatus.FAILED, reason=reason, updated_at=now))
    uow.emit(EventType.BILLING_FAILED, push.id, _about(push) | {"reason": reason})


def _about(push: BillingPush) -> dict[str, object]:
    return {"quote_id": push.quote_id, "system": push.system}


def _system(reading: Reading, systems: Systems, command: Bill) -> Billing:
    found = systems.find(reading, command.system)
    if found is None:
        finding = Finding(Severity.ERROR, "unknown_system", where="system")
        raise Invalid("there is no such billing system", [finding])
    return found


def _known(reading: Reading, command: Bill) -> BillingPush | None:
    pushes = reading.billing_pushes.of_quote(command.quote_id)
    return next((each for each in pushes if each.system == command.system), None)


def _accepted(reading: Reading, quote_id: str) -> Quoted:
    found = drafting.get(reading, quote_id)
    if found.quote.status not in _SOLD:
        status = found.quote.status.value
        raise IllegalTransition(f"quote {found.quote.number} is {status}: accept it to bill it")
    return found


def _guard_order(sold: _Sold) -> None:
    """Raise where nothing of an order is left to bill, or where that is still open."""
    order = sold.order
    if order is None:
        return
    if is_unsettled(order):
        raise OrderChanged(f"units of order {order.number} wait to be cancelled")
    if order.status is OrderStatus.CANCELLED and not order.fees:
        raise IllegalTransition(f"order {order.number} is cancelled: there is nothing to bill")


def _guard_failed(sold: _Sold, before: BillingDocument, now: BillingDocument) -> None:
    """Raise where what failed, and may have been taken in part, is no longer what is due."""
    if _amounts(before) != _amounts(now):
        number = sold.quoted.quote.number if sold.order is None else sold.order.number
        raise OrderChanged(f"{number} is no longer what was to be billed")


def _amounts(document: BillingDocument) -> list[tuple[str, Decimal]]:
    return [(each.id, each.total) for each in document.charges]


def _drafted(
    reading: Reading, data: Snapshot, system: Billing, command: Bill, sold: _Sold
) -> BillingPush:
    now, found = reading.clock.now(), sold.quoted
    due = _due(reading, data, sold)
    document = document_of(
        BillingTarget(tenant=data.tenant, system=command.system),
        found.quote,
        found.version,
        due,
        policy_for(data, found.version.terms.account, due.served),
        details=details_of(reading, data, found, sold.order),
    )
    return BillingPush(
        id="",
        quote_id=found.quote.id,
        system=command.system,
        status=PushStatus.PENDING,
        document=document,
        losses=system.losses(document),
        created_at=now,
        updated_at=now,
    )


def _due(reading: Reading, data: Snapshot, sold: _Sold) -> Billable:
    """What was accepted and still stands, and the fees of what was changed.

    What is charged once is from the day of acceptance; what is served, as its contract is.
    """
    version, order = sold.quoted.version, sold.order
    once, lines = _accepted_on(reading, data, sold.quoted), version.offered.lines
    if order is None:
        return Billable(lines=lines, once=once, served=once)
    plan = reading.contracts.planned(order.quote_id)
    ordered_on = order.placed_at.astimezone(data.zone).date()
    left = billable(order, lines, rounding_of(version.terms))
    ended = billed_of_ended(reading, data, order, left)
    standing = tuple(each for each in left if each.id not in ended or ended[each.id].dues)
    if left and not standing and not order.fees:
        raise IllegalTransition(f"the contracts of order {order.number} ended: nothing is due")
    return Billable(
        lines=standing,
        ended=ended,
        once=once,
        served=first_day(plan, order.requested_date, ordered_on),
        fees=tuple(
            fee_charge(number, each, each.at.astimezone(data.zone).date())
            for number, each in enumerate(order.fees, 1)
        ),
    )


def _accepted_on(reading: Reading, data: Snapshot, found: Quoted) -> date:
    """The day the quote was accepted, where the tenant is."""
    moments = [
        each.at
        for each in drafting.history(reading, found.quote.id)
        if each.what in _SELLING and each.version == found.quote.version
    ]
    moment: datetime = min(moments, default=found.quote.updated_at)
    return moment.astimezone(data.zone).date()


def _guard_money(losses: Iterable[Loss]) -> None:
    findings = [
        Finding(
            Severity.ERROR,
            "money_at_stake",
            {"path": each.path, "message": each.message, "amount": each.amount},
            "system",
        )
        for each in losses
        if each.amount is not None
    ]
    if findings:
        raise Invalid("the system cannot express all of it", findings)
