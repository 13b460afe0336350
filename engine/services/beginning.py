"""Beginning: what contracts serve is provided once their first day is over."""

from collections.abc import Sequence

from engine.services import progressing
from engine.store.unit_of_work import Reading, UnitOfWork


def begun(reading: Reading, most: int) -> Sequence[str]:
    """At most `most` orders of which only begun contracts are open."""
    return reading.orders.provided_by(reading.clock.now(), most)


def provide(uow: UnitOfWork, order_id: str) -> bool:
    """Complete one of them; whether anything was left to do."""
    order = uow.orders.get(order_id, lock=True)
    return progressing.provided(uow, order) is not order
