"""Drives an adapter as the hub's worker does: look it up, make it, bring it on."""

from engine.ports.erp import Erp, OrderDocument, OrderState, Receipt, Stage
from engine.ports.outcomes import Postponed, PushError, Uncertain
from tests.adapters.steps import MemorySteps

TRIES = 6
CONFIRMED = frozenset(Stage) - {Stage.DRAFT, Stage.CANCELLED, Stage.TROUBLED}


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
