"""Foreseeing: what a push would hand over, looked at before anything is sent."""

from engine.events.effect import Effect
from engine.kernel.errors import NotFound
from engine.ports.connections import Access
from engine.ports.effects import EffectKind
from engine.ports.erp import OrderDocument
from engine.pricing.snapshot import Snapshot
from engine.services.connecting import access_of
from engine.services.handing_over import order_document
from engine.store.unit_of_work import Reading
from engine.tenants.secrets import KeyRing


def foreseen(
    reading: Reading, data: Snapshot, keyring: KeyRing, system: str, order: str
) -> tuple[OrderDocument, Access]:
    """A system's part of an order, by id or number, and how the system is reached.

    NotFound where there is no such order, or the system is not connected.
    """
    found = reading.orders.find_by_number(order) or reading.orders.get(order)
    connection = reading.connections.find(system)
    if connection is None:
        raise NotFound(f"{system} is not connected")
    now = reading.clock.now()
    effect = Effect(
        id="",
        kind=EffectKind.ERP.value,
        target=system,
        subject=found.id,
        created_at=now,
        due_at=now,
    )
    access = access_of(connection, reading.tenant_id, keyring)
    return order_document(reading, data, effect), access
