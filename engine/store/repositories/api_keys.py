"""API keys, to rows and back."""

from sqlmodel import Session, col, select

from engine.store.columns import utc
from engine.store.tables.api_keys import ApiKeyRow
from engine.tenants.api_key import ApiKey


class ApiKeys:
    """The keys of all tenants."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, tenant: str, key_id: str) -> ApiKey | None:
        """The key of that id, if the tenant has one."""
        row = self._session.get(ApiKeyRow, (tenant, key_id))
        return None if row is None else _key(row)

    def all(self, tenant: str) -> tuple[ApiKey, ...]:
        """Every key of the tenant, the oldest first."""
        rows = self._session.exec(select(ApiKeyRow).where(ApiKeyRow.tenant_id == tenant))
        return tuple(sorted(map(_key, rows), key=lambda key: (key.created_at, key.id)))

    def has_system(self, tenant: str, system: str) -> bool:
        """Whether any key that holds is that fulfilment system's."""
        mine = select(ApiKeyRow).where(
            ApiKeyRow.tenant_id == tenant,
            ApiKeyRow.system == system,
            col(ApiKeyRow.revoked_at).is_(None),
        )
        return self._session.exec(mine).first() is not None

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        self._session.add(_row(key))
        self._session.flush()

    def save(self, key: ApiKey) -> None:
        """Keep what changed about a key."""
        self._session.merge(_row(key))
        self._session.flush()


def _row(key: ApiKey) -> ApiKeyRow:
    return ApiKeyRow(
        tenant_id=key.tenant,
        id=key.id,
        name=key.name,
        digest=key.digest,
        created_at=key.created_at,
        revoked_at=key.revoked_at,
        system=key.system,
    )


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        tenant=row.tenant_id,
        name=row.name,
        digest=row.digest,
        created_at=utc(row.created_at),
        revoked_at=None if row.revoked_at is None else utc(row.revoked_at),
        system=row.system,
    )
