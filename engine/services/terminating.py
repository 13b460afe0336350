"""Terminating: a contract ends before its time, and what that costs is ordered at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.catalog.routing import CONTRACTS
from engine.contracts.amendment import rest_of
from engine.contracts.contract import Contract
from engine.contracts.instruction import Action, Instruction
from engine.contracts.plan import Ending, Plan
from engine.contracts.termination import FeeCode, TerminationFee, termination_fee, terminations
from engine.orders.order import LineStatus, Order
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.services import concluding, contracting, settling
from engine.services.amending import effective_day
from engine.services.drafting import Quoted
from engine.services.progressing import Word, given_up
from engine.services.settling import Due
from engine.store.unit_of_work import Reading, UnitOfWork

_ZERO = Decimal(0)
_OF_CONTRACT = frozenset({FeeCode.COMMITMENT, FeeCode.CAP, FeeCode.WAIVER, FeeCode.NOTICE})
"""Rows of the fee that are asked for the contract; the others are of what was used of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminate:
    """End a contract with `effective` its first day without it.

    Without one that is the day after the notice the contract asks for, its end at the latest.
    """

    contract_id: str
    by: str
    effective: date | None = None
    reason: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminated:
    """What a termination does, what it costs, and the order that was made of it."""

    contract: Contract
    instructions: tuple[Instruction, ...]
    fee: TerminationFee
    quote: Quoted | None = None
    order: Order | None = None
    applied: bool = False


def terminate(uow: UnitOfWork, data: Snapshot, command: Terminate) -> Terminated:
    """End the contract. Invalid where the day is outside of its term or too far back."""
    orders = _orders(uow, command.contract_id)
    contract = contracting.taken(uow, data, command.contract_id, command.revision)
    on, today = _day(contract, data.today(uow.clock), command), data.today(uow.clock)
    rounding = contracting.rounding_for(data, contract)
    told = _told(contract, on, today, command.reason, rounding)
    title = f"Termination of {contract.number}"
    plan = _plan(contract, on, command, rounding)
    quote, order = settling.settle(uow, data, contract, title, _dues(told, on), plan)
    _give_up(uow, orders, command)
    return Terminated(
        contract=uow.contracts.get(contract.id),
        instructions=told.instructions,
        fee=told.fee,
        quote=quote,
        order=order,
        applied=True,
    )


def preview(reading: Reading, data: Snapshot, command: Terminate) -> Terminated:
    """What `terminate` would do; nothing is written."""
    contract = contracting.seen(reading, data, command.contract_id, command.revision)
    today = data.today(reading.clock)
    rounding = contracting.rounding_for(data, contract)
    return _told(contract, _day(contract, today, command), today, command.reason, rounding)


def _orders(uow: UnitOfWork, contract_id: str) -> list[str]:
    """The orders of a contract; locked before it is, as by those who change them."""
    orders = sorted(concluding.orders_of(uow, contract_id))
    for each in orders:
        uow.orders.get(each, lock=True)
    return orders


def _give_up(uow: UnitOfWork, orders: Sequence[str], command: Terminate) -> None:
    """What is never served is not waited for any more."""
    word = Word(system=CONTRACTS, status=LineStatus.CANCELLED, by=command.by, reason=command.reason)
    for each in orders:
        order = uow.orders.get(each)
        given_up(uow, order, word, concluding.never_served(uow, order))


def _day(contract: Contract, today: date, command: Terminate) -> date:
    """The first day without the contract."""
    asked = command.effective
    if asked is None:
        after = today + timedelta(days=contract.policy.notice_days)
        asked = max(contract.start_date, min(after, contract.end_date or after))
    return effective_day(contract, today, asked, "effective_date")


def _told(contract: Contract, on: date, today: date, reason: str, rounding: Rounding) -> Terminated:
    return Terminated(
        contract=contract,
        instructions=terminations(contract, on, rounding),
        fee=termination_fee(contract, on, today, reason, rounding),
    )


def _dues(told: Terminated, on: date) -> list[Due]:
    """What comes back or is still to be billed of each charge, then the fee for all of them."""
    dues = [
        Due(
            sku=each.sku,
            name=each.name,
            quantity=-each.quantity_delta,
            amount=each.amount,
            on=on,
        )
        for each in told.instructions
    ]
    rows = (each.amount for each in told.fee.rows if each.code in _OF_CONTRACT)
    fee = sum(rows, _ZERO)
    if fee or not dues:
        sku = dues[0].sku if dues else told.contract.charges[0].sku
        dues.append(Due(sku=sku, name="Termination fee", quantity=Decimal(1), amount=fee, on=on))
    return dues


def _plan(contract: Contract, on: date, command: Terminate, rounding: Rounding) -> Plan:
    endings = tuple(
        Ending(
            contract=contract.id,
            charge=each.charge.id,
            on=max(on, each.charge.start_date),
            until=each.charge.end_date,
            credit=rest_of(
                each, max(on, each.charge.start_date), contract.policy.dialect, rounding
            )[1]
            if each.recurs and each.charge.end_date is not None
            else _ZERO,
        )
        for each in contract.items_from(on)
    )
    return Plan(
        action=Action.TERMINATE,
        contracts=(contract.id,),
        on=on,
        by=command.by,
        endings=endings,
        reason=command.reason,
    )
