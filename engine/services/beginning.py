"""Beginning: what contracts serve is provided once their first day is over."""

from engine.services import progressing
from engine.store.unit_of_work import UnitOfWork

MOST_AT_ONCE = 100


def begun_contracts(uow: UnitOfWork) -> int:
    """Complete the orders of which only begun contracts are open.

    Returns how many there were: a hundred, and there may be others left.
    """
    due = uow.orders.provided_by(uow.clock.now(), MOST_AT_ONCE)
    for order_id in due:
        progressing.provided(uow, uow.orders.get(order_id, lock=True))
    return len(due)
