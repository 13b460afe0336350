"""Concluding: what an order still has of contracts that were ended before their time."""

from collections.abc import Sequence

from engine.contracts.contract import Contract
from engine.contracts.ended import Ended, ended, has_run
from engine.contracts.instruction import Action
from engine.contracts.plan import Plan
from engine.orders.changing import is_contract
from engine.orders.order import Order
from engine.pricing.snapshot import Snapshot
from engine.quotes.version import QuoteLine
from engine.services import drafting
from engine.services.contracting import rounding_for
from engine.store.unit_of_work import Reading


def billed_of_ended(
    reading: Reading, data: Snapshot, order: Order, lines: Sequence[QuoteLine]
) -> dict[str, Ended]:
    """What is billed of the lines whose contracts were ended, by the lines' ids."""
    nets = {each.id: each.price.net_total for each in lines}
    found: dict[str, Ended] = {}
    for contract_id in reading.contracts.of_order(order.id):
        contract = reading.contracts.get(contract_id)
        if contract.terminated_on is None:
            continue
        plans = _plans(reading, contract_id)
        found |= ended(contract, plans, nets, rounding_for(data, contract))
    return found


def orders_of(reading: Reading, contract_id: str) -> tuple[str, ...]:
    """The ids of the orders that made or changed a contract, in order."""
    told = (each.details.get("order") for each in reading.contracts.history(contract_id))
    return tuple(dict.fromkeys(str(each) for each in told if each))


def never_served(reading: Reading, order: Order) -> frozenset[str]:
    """The ids of the order's lines that never are: their contract was ended before it began.

    So it is with what was settled about such a contract. A line with which something came back of
    another contract stays.
    """
    contracts = [reading.contracts.get(each) for each in reading.contracts.of_order(order.id)]
    gone = [each for each in contracts if not has_run(each)]
    if not gone:
        return frozenset()
    mine = [each for each in order.fulfilled if is_contract(each)]
    plan = reading.contracts.planned(order.quote_id)
    if plan is not None and plan.action is Action.TERMINATE:
        return frozenset()
    if plan is not None and not any(each.line for each in plan.startings):
        return frozenset(each.id for each in mine)
    offered = drafting.get(reading, order.quote_id).version.offered.lines
    refs = {each.origin_key or each.id for each in offered if _is_of(each, gone)}
    return frozenset(each.id for each in mine if each.line_ref in refs)


def _is_of(line: QuoteLine, contracts: Sequence[Contract]) -> bool:
    """Whether a line is of one of the contracts, and settles nothing of any other."""
    carried = line.price.ask.carried
    replaced = set() if carried is None else {charge for charge, _ in carried.sources}
    return any(
        any(each.line_id == line.id for each in contract.charges)
        and replaced <= {each.id for each in contract.charges}
        for contract in contracts
    )


def _plans(reading: Reading, contract_id: str) -> list[Plan]:
    """What was done to a contract by orders, in order."""
    quotes = (reading.orders.get(each).quote_id for each in orders_of(reading, contract_id))
    plans = (reading.contracts.planned(each) for each in quotes)
    return [each for each in plans if each is not None]
