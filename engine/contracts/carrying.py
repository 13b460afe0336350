"""Carrying out: items end and begin as it was planned. What was stays as it was."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.contracts.contract import Contract, Item
from engine.contracts.crediting import total_of
from engine.contracts.opening import item_of
from engine.contracts.plan import Ending, Plan, Seen, Starting
from engine.kernel.errors import IllegalTransition
from engine.pricing.rounding import Rounding
from engine.quotes.version import QuoteLine


def agreed(plan: Plan, lines: Sequence[QuoteLine], rounding: Rounding) -> tuple[Item, ...]:
    """The items that begin: of the plan, as the lines that stand for them were ordered."""
    sold = matched(plan, lines)
    return tuple(
        _begun(each, line, rounding)
        for each, line in zip(plan.startings, sold, strict=True)
        if line is not None or not each.line
    )


def matched(plan: Plan, lines: Sequence[QuoteLine]) -> tuple[QuoteLine | None, ...]:
    """The line that stands for each of the plan's items; None where it was taken off.

    In a copy of the alternative that was planned, lines have other ids: then it is the one that
    takes the place of the same charge, where that was kept; else the first of the same product
    that brings anything from a contract.
    """
    named = {each.line for each in plan.startings}
    by_id = {each.id: each for each in lines}
    others = [each for each in lines if each.id not in named and each.price.ask.carried]
    found: list[QuoteLine | None] = []
    for each in plan.startings:
        line = by_id.get(each.line)
        if line is None and each.line:
            line = next((one for one in others if _stands_for(one, each)), None)
            if line is not None:
                others.remove(line)
        found.append(line)
    return tuple(found)


def _stands_for(line: QuoteLine, planned: Starting) -> bool:
    ask = line.price.ask
    if ask.carried is not None and ask.carried.charge:
        return ask.carried.charge == planned.item.replaces
    return ask.sku == planned.item.charge.sku


def kept(contract: Contract, plan: Plan, begun: Iterable[Item]) -> tuple[Item, ...]:
    """The contract's items, those that end ended.

    A charge that another was to take the place of goes on where that one was not ordered.
    IllegalTransition where one is not as it was when that was planned.
    """
    if plan.seen and set(seen([contract])) != {
        each for each in plan.seen if each.contract == contract.id
    }:
        raise _changed(contract)
    planned = {each.item.replaces for each in plan.startings}
    replaced = {each.replaces for each in begun}
    endings = {
        each.charge: each
        for each in plan.endings
        if each.contract == contract.id and (each.charge in replaced or each.charge not in planned)
    }
    charges = {each.charge.id for each in contract.items}
    if not charges >= set(endings):
        raise _changed(contract)
    return tuple(_ended(contract, each, endings.get(each.charge.id)) for each in contract.items)


def seen(contracts: Iterable[Contract]) -> tuple[Seen, ...]:
    """The charges that contracts have, and when each of them ends."""
    return tuple(
        Seen(contract=contract.id, charge=each.id, until=each.end_date)
        for contract in contracts
        for each in contract.charges
    )


def unplanned(plan: Plan, lines: Sequence[QuoteLine]) -> tuple[QuoteLine, ...]:
    """The lines that were added to the quote after it was made."""
    planned = {each.id for each in matched(plan, lines) if each is not None}
    return tuple(each for each in lines if each.id not in planned)


def _begun(planned: Starting, line: QuoteLine | None, rounding: Rounding) -> Item:
    """The item of a line; where it was changed since it was planned, at what it costs now."""
    if line is None:
        return planned.item
    ask, credit = line.price.ask, planned.credit
    if ask.carried is not None and ask.carried.charge:
        credit = total_of(ask.carried.sources)
    total = line.price.net_total + credit
    charge = replace(planned.item.charge, line_id=line.id)
    if (charge.quantity, charge.total, planned.item.chosen) == (
        *(ask.quantity, total),
        ask.configuration,
    ):
        return replace(planned.item, charge=charge)
    changed = replace(charge, quantity=ask.quantity, total=total)
    item = item_of(line.price, changed, credit)
    return replace(
        item,
        charge=replace(changed, amount=rounding.money(item.amount)),
        anchor=planned.item.anchor,
        uplift_percent=planned.item.uplift_percent,
        replaces=planned.item.replaces,
    )


def _ended(contract: Contract, item: Item, ending: Ending | None) -> Item:
    if ending is None:
        return item
    charge = item.charge
    if charge.end_date != ending.until:
        raise _changed(contract)
    last = max(ending.on, charge.start_date)
    return replace(item, charge=replace(charge, end_date=last, total=charge.total - ending.credit))


def _changed(contract: Contract) -> IllegalTransition:
    return IllegalTransition(f"contract {contract.number} was changed since the quote was made")
