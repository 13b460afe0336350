"""Served: what systems cannot say of a line, since a contract goes on until it is ended itself."""

from engine.catalog.routing import CONTRACTS
from engine.orders.changing import is_contract, standing
from engine.orders.lifecycle import LOST
from engine.orders.order import LineStatus, OrderLine

_GIVEN_UP = LOST | {LineStatus.CANCEL_REQUESTED}


def would_end(line: OrderLine, status: LineStatus) -> bool:
    """Whether a status gives up a line whose contract would go on all the same.

    A system outside may fail to provide what recurs; contracts themselves do not fail.
    """
    if not is_contract(line) or not standing(line):
        return False
    return status in _GIVEN_UP or (status is LineStatus.FAILED and line.system == CONTRACTS)
