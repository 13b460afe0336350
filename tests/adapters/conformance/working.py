"""Drives an adapter as the hub's worker does: look it up, make it, bring it on."""

from engine.ports.erp import Erp, OrderDocument, OrderState, Receipt, Stage
from engine.ports.outcomes import Postponed, PushError, Uncertain

TRIES = 6
CONFIRMED = frozenset(Stage) - {Stage.DRAFT, Stage.CANCELLED, Stage.TROUBLED}


class TakenOverError(Exception):
    """Somebody else goes on with this push."""


class MemorySteps:
    """Steps that are kept in memory; of which only the first `most` can be kept."""

    def __init__(self, most: int | None = None) -> None:
        self.kept: dict[str, str] = {}
        self.times = 0
        self._most = most

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def keep(self, **reached: str) -> None:
        if self.times == self._most:
            raise TakenOverError
        self.times += 1
        self.kept |= reached


def key_of(document: OrderDocument) -> str:
    return f"eff_{document.order_id}"


def push(
    erp: Erp, document: OrderDocument, steps: MemorySteps | None = None
) -> tuple[Receipt, OrderState]:
    """The order there, after as many tries as it takes."""
    steps = MemorySteps() if steps is None else steps
    last: PushError | None = None
    for _ in range(TRIES):
        try:
            key = key_of(document)
            receipt = erp.find(document, key) or erp.create(document, key, steps)
            return receipt, erp.advance(receipt, Stage.CONFIRMED, steps)
        except (Postponed, Uncertain) as error:
            last = error
    raise AssertionError(f"{document.order_number} did not arrive: {last}") from last
