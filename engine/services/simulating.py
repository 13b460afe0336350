"""Simulating: what ending, amending or renewing a contract would cost, day by day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from engine.catalog.charge import Charge, ChargeType
from engine.contracts.amendment import Difference, Wanted, difference
from engine.contracts.contract import Contract
from engine.contracts.instruction import Action
from engine.contracts.termination import termination_fee
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.services import contracting
from engine.services.amending import Amend, differences_of, effective_day
from engine.services.renewing import Renew, continued
from engine.store.unit_of_work import Reading

MOST_DAYS = 800
_USUAL_DAYS = 366
_ZERO = Decimal(0)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days that are looked at, `first` to `last`; today to the end of the term without them."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What an act costs with `on` its first day. `percent` and `remaining` are of terminations."""

    on: date
    amount: Decimal
    percent: Decimal | None = None
    remaining: Decimal | None = None

    @property
    def step(self) -> tuple[Decimal | None, ...]:
        """What tells one step of the function from the next one."""
        return (self.amount,) if self.percent is None else (self.percent, self.remaining)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A day on which it costs something else than on the day before."""

    on: date
    before: Point
    after: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """An act's cost as a function of its first day."""

    contract: Contract
    action: Action
    points: tuple[Point, ...]

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The days on which it changes."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return tuple(
            Turn(on=after.on, before=before, after=after)
            for before, after in pairs
            if before.step != after.step
        )


def terminations(
    reading: Reading, data: Snapshot, contract_id: str, span: Span, reason: str = ""
) -> Simulation:
    """The fee for ending a contract, by its first day without it."""
    contract = contracting.seen(reading, data, contract_id)
    today, rounding = data.today(reading.clock), contracting.rounding_for(data, contract)

    def point(day: date) -> Point:
        fee = termination_fee(contract, day, today, reason, rounding)
        return Point(
            on=day,
            amount=fee.amount,
            percent=fee.percent,
            remaining=fee.remaining_commitment,
        )

    return _simulated(contract, Action.TERMINATE, today, span, point)


def amendments(
    reading: Reading, data: Snapshot, book: Snapshot, command: Amend, span: Span
) -> Simulation:
    """What an amendment comes to, by its first day."""
    contract = contracting.seen(reading, data, command.contract_id)
    today, rounding = data.today(reading.clock), contracting.rounding_for(data, contract)
    first = _first(contract, today, span)
    base = differences_of(reading, data, book, contract, replace(command, effective=first))

    def point(day: date) -> Point:
        found = (_again(contract, each, day, rounding) for each in base)
        return Point(on=day, amount=sum((each.net for each in found if each), _ZERO))

    return _simulated(contract, Action.AMEND, today, span, point)


def renewals(reading: Reading, data: Snapshot, command: Renew, span: Span) -> Simulation:
    """What a renewal comes to, by the day it begins."""
    contract = contracting.seen(reading, data, command.contract_id)

    def point(day: date) -> Point:
        found = continued(reading, data, [contract], replace(command, effective=day))
        net = sum((each.new.charge.total - each.credit for each in found), _ZERO)
        return Point(on=day, amount=net)

    return _simulated(contract, Action.RENEW, data.today(reading.clock), span, point)


def _simulated(
    contract: Contract,
    action: Action,
    today: date,
    span: Span,
    point: Callable[[date], Point],
) -> Simulation:
    points = tuple(map(point, _days(contract, today, span)))
    return Simulation(contract=contract, action=action, points=points)


def _days(contract: Contract, today: date, span: Span) -> Iterator[date]:
    first = _first(contract, today, span)
    usual = first + timedelta(days=_USUAL_DAYS)
    last = min(contract.end_date or usual, usual) if span.last is None else span.last
    if last < first or (contract.end_date is not None and last > contract.end_date):
        raise _invalid("effective_date_outside_term", "to")
    if (last - first).days >= MOST_DAYS:
        raise _invalid("too_many_days", "to", most=MOST_DAYS)
    day = first
    while day <= last:
        yield day
        day += _DAY


def _first(contract: Contract, today: date, span: Span) -> date:
    return effective_day(contract, today, span.first, "from")


def _again(
    contract: Contract, each: Difference, day: date, rounding: Rounding
) -> Difference | None:
    """The same difference from another day on; None where no day is left for it."""
    new, charge = each.new, each.new.charge
    if not each.old.lasts_beyond(day):
        return None
    wanted = Wanted(
        sku=charge.sku,
        name=charge.name,
        unit=new.unit,
        quantity=charge.quantity,
        chosen=new.chosen,
        build=new.build,
        charging=Charge(type=ChargeType.RECURRING, period=charge.period),
        unit_price=new.unit_price,
        list_unit_price=new.list_unit_price,
    )
    return difference(contract, each.old, wanted, day, rounding, charge_id=charge.id)


def _invalid(code: str, where: str, **params: object) -> Invalid:
    finding = Finding(Severity.ERROR, code, params, where)
    return Invalid("the days cannot be looked at", [finding])
