"""Crediting: what comes back of old charges is taken off the lines that take their place.

Each line has the credit of its own charge. What that is more than the line comes to is taken off
other lines; and where none of them has room for it, it stays where it came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Sources = tuple[tuple[str, Decimal], ...]
"""Which charges a credit comes from, with what comes of each."""

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line that comes to `price`, in place of a charge of which `credit` comes back."""

    charge: str
    price: Decimal
    credit: Decimal


def shared(places: Sequence[Place]) -> list[Sources]:
    """The credits of each place, its own first."""
    found: list[dict[str, Decimal]] = []
    for each in places:
        own = min(each.credit, max(each.price, _ZERO))
        found.append({each.charge: own} if own else {})
    for giver, one in enumerate(places):
        left = one.credit - found[giver].get(one.charge, _ZERO)
        for credits_, each in zip(found, places, strict=True):
            part = min(left, each.price - sum(credits_.values(), _ZERO))
            if part > 0:
                credits_[one.charge] = credits_.get(one.charge, _ZERO) + part
                left -= part
        if left:
            found[giver][one.charge] = found[giver].get(one.charge, _ZERO) + left
    return [tuple(each.items()) for each in found]


def total_of(sources: Sources) -> Decimal:
    """What a credit comes to."""
    return sum((amount for _, amount in sources), _ZERO)
