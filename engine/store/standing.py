"""A tenant's standing, asked before every answer: one row, one statement, no ceremony.

The statement goes through a bare driver connection outside any transaction, so it sees
what any process has just committed.
"""

from typing import Any

from sqlalchemy import bindparam, select

from engine.store import failures
from engine.store.database import Database
from engine.store.tables.row import table
from engine.store.tables.tenants import TenantRow
from engine.tenants.tenant import TENANT_ID, SignIn, Tenant

_TENANTS = table(TenantRow)


class Standing:
    """Asks one database how its tenants stand. Threads share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        statement = select(
            _TENANTS.c.name,
            _TENANTS.c.sign_in,
            _TENANTS.c.sealed_secret,
            _TENANTS.c.disabled,
            _TENANTS.c.credentials_version,
            _TENANTS.c.revision,
        ).where(_TENANTS.c.tenant_id == bindparam("tenant_id"))
        compiled = statement.compile(database.bare)
        self._statement = str(compiled)
        self._by_position = compiled.positional

    def of(self, tenant_id: str) -> Tenant | None:
        """How the tenant stands now; None when there is none. `Unavailable` as everywhere."""
        if not TENANT_ID.match(tenant_id):
            return None
        try:
            row = self._answer(tenant_id, again=True)
        except failures.DRIVER_ERRORS as error:
            meaning = failures.meaning(error)
            if meaning is None:
                raise
            raise meaning from error
        return None if row is None else _tenant(tenant_id, row)

    def _answer(self, tenant_id: str, *, again: bool) -> tuple[Any, ...] | None:
        connection = self._database.ask()
        try:
            cursor = connection.cursor()
            cursor.execute(self._statement, self._parameters(tenant_id))
            rows = cursor.fetchall()
            cursor.close()
        except failures.DRIVER_ERRORS:
            cut = getattr(connection.dbapi_connection, "closed", False)
            connection.invalidate()
            if not (cut and again):
                raise
            self._database.bare.dispose()  # a server that was restarted has cut them all
            return self._answer(tenant_id, again=False)
        connection.close()
        return rows[0] if rows else None

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
