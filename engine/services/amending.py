"""Amending: a contract becomes otherwise from a day on.

What costs more, or the same, is offered as a quote; ordering it changes the contract. What costs
less is ordered at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from engine.contracts.amendment import Difference, keeps_price
from engine.contracts.contract import Contract, ContractStatus, status_on
from engine.contracts.crediting import Place, shared, total_of
from engine.contracts.instruction import Action, Instruction
from engine.contracts.plan import Ending, Plan, Starting
from engine.kernel import calendar
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.orders.order import Order
from engine.pricing.rounding import EXACT, Rounding
from engine.pricing.snapshot import Snapshot
from engine.services import contracting, drafting, settling, terms
from engine.services.drafting import NewQuote, Quoted
from engine.services.offering import Offering, offered, pricings
from engine.services.settling import Due
from engine.services.wanting import Changes, differences
from engine.store.unit_of_work import Reading, UnitOfWork

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_LAST_DAY = date(8999, 12, 31)
"""Beyond it calendars are a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Change attributes of a contract from `effective` on, which is today unless one is named.

    `changes` are options by variable, a `quantity` or another `sku`, or terms of the contract; with
    `charge` they concern that charge alone. `revision` is the one that was seen, if any was.
    """

    contract_id: str
    changes: Mapping[str, Decimal | str]
    by: str
    effective: date | None = None
    charge: str | None = None
    reason: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """What an amendment does, and what came of it; `applied` where something was kept."""

    contract: Contract
    instructions: tuple[Instruction, ...]
    quote: Quoted | None = None
    order: Order | None = None
    applied: bool = False


def amend(uow: UnitOfWork, data: Snapshot, book: Snapshot, command: Amend) -> Amended:
    """Change the contract, or offer that; `book` is what it was sold from.

    Invalid names every change that is not possible; a change that changes nothing keeps nothing.
    """
    contract = contracting.taken(uow, data, command.contract_id, command.revision)
    if terms.TERMS & set(command.changes):
        after = _under_terms(contract, command)
        after = terms.keep(uow, data, after, command.changes, command.by)
        return Amended(contract=after, instructions=(), applied=True)
    found = differences_of(uow, data, book, contract, command)
    told = Amended(contract=contract, instructions=_instructions(found))
    real = [each for each in found if not each.is_idle]
    if not real:
        return told
    if sum((each.net for each in real), _ZERO) < 0:
        return _settled(uow, data, told, real, command)
    return _offered(uow, data, book, told, real, command)


def preview(reading: Reading, data: Snapshot, book: Snapshot, command: Amend) -> Amended:
    """What `amend` would do; nothing is written."""
    contract = contracting.seen(reading, data, command.contract_id, command.revision)
    if terms.TERMS & set(command.changes):
        _under_terms(contract, command)
        return Amended(contract=contract, instructions=())
    found = differences_of(reading, data, book, contract, command)
    real = [each for each in found if not each.is_idle]
    if real and sum((each.net for each in real), _ZERO) >= 0:
        offered(
            contract,
            pricings(contract, data, book, data.today(reading.clock)),
            _offerings(contract, real),
        )
    return Amended(contract=contract, instructions=_instructions(found))


def _under_terms(contract: Contract, command: Amend) -> Contract:
    """The contract under other terms of its renewal, which hold from now on."""
    if command.effective is not None:
        raise _invalid("not_with_terms", "effective_date", name="effective_date")
    return terms.changed(contract, command.changes, command.charge)


def effective_day(contract: Contract, today: date, asked: date | None, where: str) -> date:
    """The first day something holds: the one asked for, else today, or the first of the term.

    Invalid outside of the term, and before the time that is still open.
    """
    day = max(today, contract.start_date) if asked is None else asked
    last = _LAST_DAY if contract.end_date is None else contract.end_date
    if not contract.start_date <= day <= last:
        raise _invalid("effective_date_outside_term", where)
    if day < min(earliest(contract, today), today):
        raise _invalid("backdating_not_allowed", where, days=contract.policy.backdating_days)
    return day


def earliest(contract: Contract, today: date) -> date:
    """The first day that may still be changed: of the open period, and not too far back."""
    if status_on(contract, today) is ContractStatus.PENDING:
        return contract.start_date
    running = contract.items_on(today)
    opened = [calendar.period_of(each.anchor, each.grid.step, today)[0] for each in running]
    return max([today - timedelta(days=contract.policy.backdating_days), *opened])


def differences_of(
    reading: Reading, data: Snapshot, book: Snapshot, contract: Contract, command: Amend
) -> list[Difference]:
    """What is different about every charge the changes concern. Invalid where that cannot be."""
    today, rounding = data.today(reading.clock), contracting.rounding_for(data, contract)
    on = effective_day(contract, today, command.effective, "effective_date")
    found = differences(
        contract,
        pricings(contract, data, book, today),
        Changes(values=command.changes, charge=command.charge),
        on,
        rounding,
        new_id=lambda: reading.ids.new("chg"),
    )
    _check_minimum(contract, found, rounding)
    return found


def _check_minimum(contract: Contract, found: Sequence[Difference], rounding: Rounding) -> None:
    """What was promised at least stays promised."""
    percent = contract.policy.minimum_percent
    least = rounding.money(EXACT.divide(EXACT.multiply(contract.first_value, percent), _HUNDRED))
    net = sum((each.net for each in found), _ZERO)
    if net < 0 and contract.value + net < least:
        told = {"minimum": least, "value": contract.value + net, "currency": contract.currency}
        raise _invalid("below_minimum_commitment", "changes", **told)


def _offered(  # noqa: PLR0913, PLR0917 (an offer is made of these)
    uow: UnitOfWork,
    data: Snapshot,
    book: Snapshot,
    told: Amended,
    found: Sequence[Difference],
    command: Amend,
) -> Amended:
    contract = told.contract
    offerings = _offerings(contract, found)
    ways = pricings(contract, data, book, data.today(uow.clock))
    way, basket = offered(contract, ways, offerings)
    title = f"Amendment of {contract.number}"
    quote = drafting.create(uow, way.data, NewQuote(basket=basket, made_by=command.by, title=title))
    lines = quote.version.offered.lines
    startings = tuple(
        Starting(item=each.new, line=line.id, credit=offering.credit)
        for each, offering, line in zip(found, offerings, lines, strict=True)
    )
    uow.contracts.plan(quote.quote.id, _plan(contract, found, startings, command))
    return replace(told, quote=quote, applied=True)


def _offerings(contract: Contract, found: Sequence[Difference]) -> list[Offering]:
    """The new items, each with the credit of the one it takes the place of.

    What that is more than the new one costs is taken off the others.
    """
    places = [
        Place(charge=each.old.charge.id, price=each.charge, credit=each.credit) for each in found
    ]
    offerings = []
    for each, sources in zip(found, shared(places), strict=True):
        months = EXACT.multiply(each.come.factor, Decimal(each.new.grid.months))
        is_kept = keeps_price(contract, each.old.charge.sku, each.new.charge.sku)
        offerings.append(
            Offering(
                item=each.new,
                months=months,
                sources=sources,
                total=each.charge - total_of(sources),
                agreed_price=each.new.unit_price if is_kept else None,
            )
        )
    return offerings


def _settled(
    uow: UnitOfWork,
    data: Snapshot,
    told: Amended,
    found: Sequence[Difference],
    command: Amend,
) -> Amended:
    contract = told.contract
    startings = tuple(Starting(item=each.new) for each in found)
    dues = [
        Due(
            sku=each.sku,
            name=each.name,
            quantity=abs(each.quantity_delta),
            amount=each.amount,
            on=each.effective_date,
        )
        for each in _instructions(found)
    ]
    quote, order = settling.settle(
        uow,
        data,
        contract,
        f"Amendment of {contract.number}",
        dues,
        _plan(contract, found, startings, command),
    )
    after = uow.contracts.get(contract.id)
    return replace(told, contract=after, quote=quote, order=order, applied=True)


def _plan(
    contract: Contract,
    found: Sequence[Difference],
    startings: tuple[Starting, ...],
    command: Amend,
) -> Plan:
    endings = tuple(
        Ending(
            contract=contract.id,
            charge=each.old.charge.id,
            on=each.on,
            until=each.old.charge.end_date,
            credit=each.credit,
        )
        for each in found
    )
    return Plan(
        action=Action.AMEND,
        contracts=(contract.id,),
        on=min(each.on for each in found),
        by=command.by,
        endings=endings,
        startings=startings,
        reason=command.reason,
    )


def _instructions(found: Sequence[Difference]) -> tuple[Instruction, ...]:
    return tuple(one for each in found for one in each.instructions())


def _invalid(code: str, where: str, **params: object) -> Invalid:
    finding = Finding(Severity.ERROR, code, params, where)
    return Invalid("the contract cannot be amended so", [finding])
