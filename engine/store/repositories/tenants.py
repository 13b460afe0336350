"""Tenants, to rows and back."""

from dataclasses import replace

from sqlalchemy import update
from sqlmodel import Session, col, select

from engine.kernel.errors import NotFound
from engine.store.tables.tenants import TenantRow
from engine.tenants.tenant import SignIn, Tenant


class Tenants:
    """All tenants of the hub."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, tenant_id: str, *, lock: bool = False) -> Tenant | None:
        """The tenant called `tenant_id`, if there is one; with `lock`, nobody else changes it."""
        named = select(TenantRow).where(TenantRow.tenant_id == tenant_id)
        if lock:
            named = named.with_for_update(key_share=True)
        row = self._session.exec(named, execution_options={"populate_existing": True}).one_or_none()
        return None if row is None else _tenant(row)

    def get(self, tenant_id: str) -> Tenant:
        """The tenant called `tenant_id`; `NotFound` when there is none."""
        tenant = self.find(tenant_id)
        if tenant is None:
            raise NotFound(f"there is no tenant {tenant_id}")
        return tenant

    def all(self) -> tuple[Tenant, ...]:
        """Every tenant, by id."""
        return tuple(
            sorted(map(_tenant, self._session.exec(select(TenantRow))), key=lambda t: t.id)
        )

    def add(self, tenant: Tenant) -> None:
        """Keep a new tenant; `Conflict` when the id is taken, after which the work goes on."""
        with self._session.begin_nested():
            self._session.add(_row(tenant))
            self._session.flush()

    def save(self, tenant: Tenant) -> Tenant:
        """Keep what changed, and return what is kept now.

        The versions are the store's own: `credentials_version` moves when the mode, the
        secret or `disabled` changes, `revision` when anything does.
        """
        kept = self.find(tenant.id, lock=True)
        if kept is None:
            raise NotFound(f"there is no tenant {tenant.id}")
        unmoved = replace(
            tenant, credentials_version=kept.credentials_version, revision=kept.revision
        )
        if unmoved == kept:
            return kept
        rekeyed = (kept.sign_in, kept.sealed_secret, kept.disabled) != (
            tenant.sign_in,
            tenant.sealed_secret,
            tenant.disabled,
        )
        saved = replace(
            unmoved,
            credentials_version=kept.credentials_version + rekeyed,
            revision=kept.revision + 1,
        )
        self._session.merge(_row(saved))
        self._session.flush()
        return saved

    def rekey(self, tenant_id: str) -> None:
        """What callers have proven so far holds no longer."""
        mine = update(TenantRow).where(col(TenantRow.tenant_id) == tenant_id)
        moved = mine.values(credentials_version=col(TenantRow.credentials_version) + 1)
        self._session.connection().execute(moved)


def _row(tenant: Tenant) -> TenantRow:
    return TenantRow(
        tenant_id=tenant.id,
        name=tenant.name,
        sign_in=tenant.sign_in.value,
        sealed_secret=tenant.sealed_secret,
        disabled=tenant.disabled,
        credentials_version=tenant.credentials_version,
        revision=tenant.revision,
    )


def _tenant(row: TenantRow) -> Tenant:
    return Tenant(
        id=row.tenant_id,
        name=row.name,
        sign_in=SignIn(row.sign_in),
        sealed_secret=row.sealed_secret,
        disabled=row.disabled,
        credentials_version=row.credentials_version,
        revision=row.revision,
    )
