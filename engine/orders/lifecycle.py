"""The life of a unit of an order line: what may follow what.

The main way leads from pending to completed and may be taken in leaps. Side states leave it and,
but for the last ones, lead back.
"""

from collections.abc import Mapping

from engine.orders.order import LineStatus

_L = LineStatus

MAIN = (
    *(_L.PENDING, _L.ACKNOWLEDGED, _L.IN_PROGRESS, _L.READY),
    *(_L.SHIPPED, _L.DELIVERED, _L.COMPLETED),
)
"""The main way, in order."""
RANK: Mapping[LineStatus, int] = {status: rank for rank, status in enumerate(MAIN)}

BEFORE_SHIPPING = MAIN[: RANK[_L.SHIPPED]]
WITH_CUSTOMER = frozenset(MAIN[RANK[_L.SHIPPED] :])
"""It has left the house."""
ARRIVED = frozenset({_L.DELIVERED, _L.COMPLETED})
LOST = frozenset({_L.CANCELLED, _L.REJECTED, _L.RETURNED})
"""It will not come any more, or came back."""
TERMINAL = frozenset({_L.COMPLETED}) | LOST
WAITING = frozenset({_L.HELD, _L.BACKORDERED})

_STOPPED = (_L.HELD, _L.BACKORDERED, _L.FAILED, _L.CANCEL_REQUESTED)
_ASIDE = (_L.CANCEL_REQUESTED, *MAIN, _L.HELD, _L.BACKORDERED, _L.FAILED)
"""Which units go aside first: what is cancelled are those that were asked to be."""
_SIDE: Mapping[LineStatus, frozenset[LineStatus]] = {
    _L.HELD: frozenset({*BEFORE_SHIPPING, _L.BACKORDERED}),
    _L.BACKORDERED: frozenset({*BEFORE_SHIPPING, _L.HELD}),
    _L.FAILED: frozenset({*BEFORE_SHIPPING, _L.SHIPPED, *WAITING}),
    _L.REJECTED: frozenset({_L.PENDING, _L.ACKNOWLEDGED, *WAITING}),
    _L.CANCEL_REQUESTED: frozenset({*BEFORE_SHIPPING, *WAITING, _L.FAILED}),
    _L.CANCELLED: frozenset({*BEFORE_SHIPPING, *_STOPPED}),
    _L.RETURNED: WITH_CUSTOMER,
}
"""What a side state may follow."""


def sources(status: LineStatus) -> tuple[LineStatus, ...]:
    """The statuses that `status` may follow, those nearest to it first."""
    rank = RANK.get(status)
    if rank is None:
        before = _SIDE[status]
        return tuple(each for each in _ASIDE if each in before)
    if not rank:
        return ()
    return (*reversed(MAIN[:rank]), *_STOPPED)
