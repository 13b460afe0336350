"""Terminating: what is still owed when a contract ends before its time, and what comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from engine.catalog.charge import Factor
from engine.catalog.service_policy import ServicePolicy
from engine.contracts.billing import true_up
from engine.contracts.change import prorated
from engine.contracts.charge import BillingTime
from engine.contracts.contract import Contract, Item, term_end
from engine.contracts.instruction import Instruction, Op
from engine.contracts.prorating import Proration, prorate
from engine.contracts.schedule import Due, schedule
from engine.contracts.splitting import Split
from engine.kernel import calendar
from engine.pricing.rounding import EXACT, Rounding

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_DAY = timedelta(days=1)


class FeeCode(StrEnum):
    """What a row of a termination fee is for."""

    COMMITMENT = "commitment"
    """a part of what is committed and was not billed yet"""
    CAP = "cap"
    """what is above the most that may be asked"""
    WAIVER = "waiver"
    """it is not asked for in such a case"""
    NOTICE = "notice"
    """the days to the end of the notice, where a contract without an end ends before it"""
    UNPAID = "unpaid"
    """what was used and not billed yet"""
    UNUSED_CREDIT = "unused_credit"
    """what was billed and will not be used"""
    PAID_BACK = "paid_back"
    """what comes back beyond the fee"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """One part of the fee; what lowers it is negative. `charge` names the charge it is of."""

    code: FeeCode
    amount: Decimal
    charge: str = ""
    proration: Proration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminationFee:
    """What ending a contract costs: the sum of its rows, never below 0.

    `billed` is what will have been billed by then, `percent` the part of what remains of the
    commitment that is due.
    """

    amount: Decimal
    currency: str
    remaining_commitment: Decimal
    percent: Decimal
    billed: Decimal
    rows: tuple[FeeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How an item stands on the day it ends: what was billed, and what is open either way."""

    item: Item
    billed: Decimal
    unpaid: Decimal
    unused: Decimal
    proration: Proration | None


def termination_fee(
    contract: Contract, on: date, today: date, reason: str, rounding: Rounding
) -> TerminationFee:
    """The fee for ending `contract` with `on` its first day without it, noticed `today`."""
    standings = _standings(contract, on, rounding)
    billed = sum((each.billed for each in standings), _ZERO)
    unpaid = sum((each.unpaid for each in standings), _ZERO)
    left = true_up(contract.commitment, [billed, unpaid])
    percent = percent_due(contract.policy, months_left(contract, on))
    rows = [
        *_commitment_rows(contract, left, percent, reason, rounding),
        *_notice_rows(contract, on, today, rounding),
        *_open_rows(standings),
    ]
    amount = sum((each.amount for each in rows), _ZERO)
    if amount < 0:
        rows.append(FeeRow(code=FeeCode.PAID_BACK, amount=-amount))
    return TerminationFee(
        amount=max(amount, _ZERO),
        currency=contract.currency,
        remaining_commitment=left,
        percent=percent,
        billed=billed,
        rows=tuple(rows),
    )


def terminations(contract: Contract, on: date, rounding: Rounding) -> tuple[Instruction, ...]:
    """What ends, with what comes back of it or is still to be billed."""
    return tuple(
        Instruction(
            op=Op.TERMINATE,
            sku=each.item.charge.sku,
            name=each.item.charge.name,
            quantity_delta=-each.item.charge.quantity,
            effective_date=max(on, each.item.charge.start_date),
            unit_price=each.item.unit_price,
            amount=each.unpaid - each.unused,
            proration=each.proration,
            charge=each.item.charge.id,
        )
        for each in _standings(contract, on, rounding)
        if each.item.lasts_beyond(on)
    )


def months_left(contract: Contract, on: date) -> int:
    """The months from a day to the end of the commitment, a begun one counting whole."""
    end = committed_until(contract)
    return calendar.months_begun(on, end) if end is not None and on < end else 0


def committed_until(contract: Contract) -> date | None:
    """The first day that nothing is committed for; None where nothing ever was."""
    if contract.end_date is not None or contract.term_months is None:
        return contract.end_date
    return term_end(contract.start_date, contract.term_months)


def percent_due(policy: ServicePolicy, months: int) -> Decimal:
    """How many percent of the remaining commitment are due with so many months left."""
    if not policy.fee_steps:
        return _HUNDRED
    reached = [each for each in policy.fee_steps if each.months_left <= months]
    return max(reached, key=lambda each: each.months_left).percent if reached else _ZERO


def _commitment_rows(
    contract: Contract, left: Decimal, percent: Decimal, reason: str, rounding: Rounding
) -> Iterator[FeeRow]:
    fee = rounding.money(EXACT.divide(EXACT.multiply(left, percent), _HUNDRED))
    yield FeeRow(code=FeeCode.COMMITMENT, amount=fee)
    policy = contract.policy
    if policy.fee_cap_percent is not None:
        most = EXACT.divide(EXACT.multiply(contract.commitment, policy.fee_cap_percent), _HUNDRED)
        over = fee - min(fee, rounding.money(most))
        if over:
            fee -= over
            yield FeeRow(code=FeeCode.CAP, amount=-over)
    if fee and reason.strip().casefold() in {each.casefold() for each in policy.waived_reasons}:
        yield FeeRow(code=FeeCode.WAIVER, amount=-fee)


def _notice_rows(contract: Contract, on: date, today: date, rounding: Rounding) -> Iterator[FeeRow]:
    until = today + timedelta(days=contract.policy.notice_days)
    if contract.end_date is not None or on >= until:
        return
    for item in contract.items_from(on):
        if item.recurs:
            missing = prorate(contract.policy.dialect, item.grid, on, until)
            amount = prorated(item.amount, missing.factor, rounding)
            yield FeeRow(
                code=FeeCode.NOTICE, amount=amount, charge=item.charge.id, proration=missing
            )


def _open_rows(standings: Sequence[_Standing]) -> Iterator[FeeRow]:
    for each in standings:
        charge, proration = each.item.charge.id, each.proration
        if each.unpaid:
            yield FeeRow(
                code=FeeCode.UNPAID, amount=each.unpaid, charge=charge, proration=proration
            )
        if each.unused:
            yield FeeRow(
                code=FeeCode.UNUSED_CREDIT, amount=-each.unused, charge=charge, proration=proration
            )


def _standings(contract: Contract, on: date, rounding: Rounding) -> list[_Standing]:
    return [_standing(contract, each, on, rounding) for each in contract.items if each.recurs]


def _standing(contract: Contract, item: Item, on: date, rounding: Rounding) -> _Standing:
    """What was billed of an item before `on`, and how far that is from what was used by then."""
    dialect, charge = contract.policy.dialect, item.charge
    begun = max(on, charge.start_date)
    opens, closes = calendar.period_of(item.anchor, item.grid.step, begun)
    nothing = prorate(dialect, item.grid, begun, begun)
    if not item.lasts_beyond(on):
        return _Standing(
            item=item, billed=charge.total, unpaid=_ZERO, unused=_ZERO, proration=nothing
        )
    billed = _billed(contract, item, on, rounding)
    if on <= charge.start_date:
        return _Standing(item=item, billed=billed, unpaid=_ZERO, unused=_ZERO, proration=nothing)
    grid = item.grid
    if _is_apart(item):
        return _apart(item, billed, prorate(dialect, grid, charge.start_date, on), rounding)
    if charge.time is BillingTime.IN_ARREARS:
        opened, _ = calendar.period_of(grid.anchor, grid.step, on - _DAY)
        part = prorate(dialect, grid, max(opened, charge.start_date), on)
    else:
        until = closes if charge.end_date is None else min(closes, charge.end_date)
        part = prorate(dialect, grid, on, until) if max(opens, charge.start_date) < on else nothing
    amount = prorated(item.amount, part.factor, rounding)
    if charge.time is BillingTime.IN_ARREARS:
        return _Standing(item=item, billed=billed, unpaid=amount, unused=_ZERO, proration=part)
    return _Standing(item=item, billed=billed, unpaid=_ZERO, unused=amount, proration=part)


def _is_apart(item: Item) -> bool:
    """Whether an item is billed for other periods than it is reckoned in."""
    return item.charge.billing_day not in {None, item.anchor.day}


def _apart(item: Item, billed: Decimal, used: Proration, rounding: Rounding) -> _Standing:
    """An item that is billed for other periods: reckoned by what was used in all."""
    over = billed - prorated(item.amount, used.factor, rounding)
    return _Standing(
        item=item,
        billed=billed,
        unpaid=max(-over, _ZERO),
        unused=max(over, _ZERO),
        proration=None,
    )


def _billed(contract: Contract, item: Item, on: date, rounding: Rounding) -> Decimal:
    """What falls due of an item before a day, in all."""
    return sum((each.amount for each in dues_before(contract, item, on, rounding)), _ZERO)


def dues_before(contract: Contract, item: Item, on: date, rounding: Rounding) -> tuple[Due, ...]:
    """What falls due of an item before a day. What has no days falls due whatever day it is."""
    charge = item.charge
    if charge.end_date is None:
        charge = replace(charge, end_date=committed_until(contract))
    if charge.end_date is None or charge.end_date <= charge.start_date:
        return (Due(day=charge.start_date, amount=charge.total, charge=charge.id),)
    whole = prorate(contract.policy.dialect, item.grid, charge.start_date, charge.end_date).part
    split = Split(
        charge=charge,
        factor=Factor(Decimal(whole.days), Decimal(whole.of)),
        anchor=None if _is_apart(item) else item.anchor,
    )
    dues = schedule([split], contract.policy.dialect, rounding)
    return tuple(each for each in dues if each.day < on)
