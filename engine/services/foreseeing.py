"""Foreseeing: what a push would hand over, looked at before anything is sent."""

from engine.events.effect import Effect
from engine.orders.order import Order
from engine.ports.effects import EffectKind
from engine.ports.erp import OrderDocument
from engine.pricing.snapshot import Snapshot
from engine.services.order_documents import order_document
from engine.store.unit_of_work import Reading


def part_of(reading: Reading, data: Snapshot, order: Order, system: str) -> OrderDocument:
    """What a system would be handed of an order now."""
    now = reading.clock.now()
    effect = Effect(
        id="",
        kind=EffectKind.ERP.value,
        target=system,
        subject=order.id,
        created_at=now,
        due_at=now,
    )
    return order_document(reading, data, effect)
