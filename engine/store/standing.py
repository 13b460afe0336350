"""A tenant's standing, asked before every answer: one row, one statement, no ceremony.

The statement goes through a bare driver connection outside any transaction, so it sees
what any process has just committed.
"""

from typing import Any

from sqlalchemy import bindparam, select

from engine.store.database import Database
from engine.store.tables.row import table
from engine.store.tables.tenants import TenantRow
from engine.tenants.tenant import TENANT_ID, SignIn, Tenant

_TENANTS = table(TenantRow)


class Standing:
    """Asks one database how its tenants stand. Threads share it."""

    def __init__(self, database: Database) -> None:
        self._asking = database.asking
        statement = select(
            _TENANTS.c.name,
            _TENANTS.c.sign_in,
            _TENANTS.c.sealed_secret,
            _TENANTS.c.disabled,
            _TENANTS.c.credentials_version,
            _TENANTS.c.revision,
        ).where(_TENANTS.c.tenant_id == bindparam("tenant_id"))
        compiled = statement.compile(database.asking.engine)
        self._statement = str(compiled)
        self._by_position = compiled.positional

    def of(self, tenant_id: str) -> Tenant | None:
        """How the tenant stands now; None when there is none. `Unavailable` as everywhere."""
        if not TENANT_ID.match(tenant_id):
            return None
        rows = self._asking.rows(self._statement, self._parameters(tenant_id))
        return _tenant(tenant_id, rows[0]) if rows else None

    def _parameters(self, tenant_id: str) -> tuple[str] | dict[str, str]:
        return (tenant_id,) if self._by_position else {"tenant_id": tenant_id}


def _tenant(tenant_id: str, row: tuple[Any, ...]) -> Tenant:
    name, sign_in, sealed_secret, disabled, credentials_version, revision = row
    return Tenant(
        id=tenant_id,
        name=name,
        sign_in=SignIn(sign_in),
        sealed_secret=sealed_secret,
        disabled=bool(disabled),
        credentials_version=credentials_version,
        revision=revision,
    )
