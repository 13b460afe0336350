"""Rows: one SQLModel class per table. Every key begins with the tenant.

Import this package, not its modules alone, to see the whole schema.
"""

from engine.store.tables import (
    api_keys,
    billing,
    catalog,
    connections,
    contracts,
    crm,
    customers,
    events,
    history,
    idempotency,
    numbers,
    order_changes,
    orders,
    proposals,
    quotes,
    rules,
    signatures,
    tenants,
    users,
)

__all__ = [
    "api_keys",
    "billing",
    "catalog",
    "connections",
    "contracts",
    "crm",
    "customers",
    "events",
    "history",
    "idempotency",
    "numbers",
    "order_changes",
    "orders",
    "proposals",
    "quotes",
    "rules",
    "signatures",
    "tenants",
    "users",
]
