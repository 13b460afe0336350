"""Rows: one SQLModel class per table. Every key begins with the tenant.

Import this package, not its modules alone, to see the whole schema.
"""

from engine.store.tables import (
    api_keys,
    catalog,
    customers,
    history,
    idempotency,
    numbers,
    orders,
    quotes,
    rules,
    tenants,
)

__all__ = [
    "api_keys",
    "catalog",
    "customers",
    "history",
    "idempotency",
    "numbers",
    "orders",
    "quotes",
    "rules",
    "tenants",
]
