"""Which of several rules wins: priority, then how narrowly it speaks, then the price it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.catalog.settings import Preference


class TiedError(ValueError):
    """Several rules with nothing to decide between them; `ids` names them."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"{', '.join(ids)} speak equally narrowly")
        self.ids = tuple(ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rule that speaks of the sale; `narrowness` is compared as it stands."""

    id: str
    priority: int = 0
    narrowness: tuple[int, ...] = ()
    net: Decimal | None = None


def select(candidates: Sequence[Candidate], preference: Preference | None = None) -> Candidate:
    """The winner; where rules tie, their prices decide by `preference`, then their ids.

    TiedError where they tie and there is no preference; ValueError when there are none.
    """
    best = max((each.priority, each.narrowness) for each in candidates)
    tied = [each for each in candidates if (each.priority, each.narrowness) == best]
    if len(tied) == 1:
        return tied[0]
    if preference is None:
        raise TiedError([each.id for each in tied])
    sign = 1 if preference is Preference.LOWEST_NET else -1
    return min(tied, key=lambda each: (sign * (each.net or Decimal(0)), each.id))
