"""Ended: what is billed of the lines of a contract that was ended before its time.

Of each charge that is what falls due before the contract's end, as it was sold: what of it is not
used comes back with the termination, and what was used and not billed is billed with it. Where a
charge took the place of another, the bill of the other goes on until then, so only what both come
to together is left for the later line. What was settled at once, without a line, is billed apart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.contracts.contract import Contract, Item
from engine.contracts.instruction import Action
from engine.contracts.plan import Ending, Plan
from engine.contracts.schedule import Due
from engine.contracts.termination import dues_before
from engine.pricing.rounding import EXACT, Rounding

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What is billed of a line: what falls `dues`, for the time to `until`."""

    until: date
    dues: tuple[Due, ...]

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.dues), _ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Charged:
    """A charge of an ended contract.

    It was `sold` for so much, `dues` of it fall due as long as the contract lasts, `held` is what
    the termination took for billed. `credit` came back of the charge whose place it took.
    """

    item: Item
    sold: Decimal
    credit: Decimal
    dues: tuple[Due, ...]
    held: Decimal

    @property
    def line(self) -> str:
        return self.item.charge.line_id

    @property
    def due(self) -> Decimal:
        return sum((each.amount for each in self.dues), _ZERO)


def has_run(contract: Contract) -> bool:
    """Whether a contract had a day, or may have one yet."""
    return contract.terminated_on is None or contract.terminated_on > contract.start_date


def ended(
    contract: Contract, plans: Sequence[Plan], nets: Mapping[str, Decimal], rounding: Rounding
) -> dict[str, Ended]:
    """What is billed of the lines of a contract, by their ids; nothing where it was not ended.

    `plans` are what was done to it, in order; `nets` what lines that are asked about come to.
    """
    on = contract.terminated_on
    if on is None:
        return {}
    found: dict[str, Ended] = {}
    for chain in _chains(contract, plans, on, rounding):
        found |= dict(_of_chain(contract, chain, on, nets, rounding))
    for item in contract.items:
        if not item.recurs:
            day = max(on, item.charge.start_date)
            total = item.charge.total if has_run(contract) else _ZERO
            due = Due(day=day, amount=total, charge=item.charge.id, estimated=True)
            found[item.charge.line_id] = Ended(until=on, dues=(due,) if total else ())
    return {line: each for line, each in found.items() if line in nets}


def _chains(
    contract: Contract, plans: Sequence[Plan], on: date, rounding: Rounding
) -> Iterable[list[_Charged]]:
    """The charges that recur, each with all that took its place since, in the order agreed."""
    chains: dict[str, list[_Charged]] = {}
    firsts: dict[str, str] = {}
    for item in contract.items:
        if item.recurs:
            first = firsts.get(item.replaces, item.charge.id)
            firsts[item.charge.id] = first
            found = _charged(contract, plans, item, on, rounding)
            chains.setdefault(first, []).append(found)
    return chains.values()


def _charged(
    contract: Contract, plans: Sequence[Plan], item: Item, on: date, rounding: Rounding
) -> _Charged:
    endings = list(_endings(contract, plans, item))
    sold = _before(item, [each for _, each in endings])
    held = item.charge.total
    if endings and endings[-1][0] is Action.TERMINATE:
        standing = _before(item, [endings[-1][1]])
        held = sum((each.amount for each in dues_before(contract, standing, on, rounding)), _ZERO)
    return _Charged(
        item=item,
        sold=sold.charge.total,
        credit=_credit(contract, plans, item),
        dues=dues_before(contract, sold, on, rounding),
        held=held,
    )


def _credit(contract: Contract, plans: Sequence[Plan], item: Item) -> Decimal:
    """What came back of the charge whose place an item took."""
    for plan in plans:
        if any(each.item.charge.id == item.charge.id for each in plan.startings):
            gone = (contract.id, item.replaces)
            found = (each.credit for each in plan.endings if (each.contract, each.charge) == gone)
            return sum(found, _ZERO)
    return _ZERO


def _endings(
    contract: Contract, plans: Sequence[Plan], item: Item
) -> Iterator[tuple[Action, Ending]]:
    """What ended a charge; a plan does not where what was to take its place was not ordered."""
    ids = {each.charge.id for each in contract.items}
    for plan in plans:
        gone = {each.item.replaces for each in plan.startings if each.item.charge.id not in ids}
        for each in plan.endings:
            ends = (each.contract, each.charge) == (contract.id, item.charge.id)
            if ends and each.charge not in gone:
                yield plan.action, each


def _before(item: Item, endings: Sequence[Ending]) -> Item:
    """The item as it was before it was ended so."""
    if not endings:
        return item
    total = item.charge.total + sum((each.credit for each in endings), _ZERO)
    return replace(item, charge=replace(item.charge, end_date=endings[0].until, total=total))


def _of_chain(
    contract: Contract,
    chain: Sequence[_Charged],
    on: date,
    nets: Mapping[str, Decimal],
    rounding: Rounding,
) -> Iterator[tuple[str, Ended]]:
    """What each line of a chain has, so that all of them come to what was taken for billed."""
    first, runs = chain[0], has_run(contract)
    lines = [place for place, each in enumerate(chain) if each.line]
    # What is billed with other lines, or came back of another contract with the first one.
    reached = first.sold - nets.get(first.line, first.sold)
    for place, until in zip(lines, [*lines[1:], len(chain)], strict=True):
        each = chain[place]
        part = each.due if until < len(chain) else _held(chain[place:])
        so_far = _held(chain[:place]) + part
        settled = _settled(chain[place:until]) if runs else _ZERO
        yield each.line, _billed(each, so_far - reached - settled, on, rounding)
        reached = so_far


def _held(charged: Sequence[_Charged]) -> Decimal:
    return sum((each.held for each in charged), _ZERO)


def _settled(charged: Sequence[_Charged]) -> Decimal:
    """What was billed at once, without a line, when charges took the place of others."""
    return sum((each.sold - each.credit for each in charged if not each.line), _ZERO)


def _billed(charged: _Charged, amount: Decimal, on: date, rounding: Rounding) -> Ended:
    """An amount, due as it would have been; where it is another one, in the same proportions."""
    dues, whole = charged.dues, charged.due
    if amount != whole and not whole:
        dues = (Due(day=on, amount=amount, charge=charged.item.charge.id),)
    elif amount != whole:
        dues = tuple(_shared(dues, EXACT.divide(amount, whole), rounding))
    closed = [each.closes for each in dues if each.closes is not None]
    return Ended(until=max(closed, default=on), dues=tuple(each for each in dues if each.amount))


def _shared(dues: Sequence[Due], part: Decimal, rounding: Rounding) -> Iterator[Due]:
    reached, billed = _ZERO, _ZERO
    for each in dues:
        reached += each.amount
        due = rounding.money(EXACT.multiply(reached, part))
        yield replace(each, amount=due - billed)
        billed = due
