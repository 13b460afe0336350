"""The hub: clock, ids and store assembled, and the doors that lead to them."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.kernel.clock import Clock
from engine.kernel.errors import NotFound
from engine.kernel.failpoints import failpoint
from engine.kernel.ids import Ids, TimeOrderedIds
from engine.ports.ports import NO_PORTS, Ports
from engine.pricing.snapshot import Snapshot
from engine.store import schema
from engine.store.database import Database
from engine.store.snapshots import Snapshots
from engine.store.standing import Standing
from engine.store.unit_of_work import Administration, Reading, UnitOfWork
from engine.tenants.api_key import ApiKey
from engine.tenants.secrets import KeyRing
from engine.tenants.tenant import TENANT_ID, Tenant
from engine.tenants.user import User

_MOST_OLDER = 8
"""Older states that are kept in memory; they are read rarely."""


class Hub:
    """One database, served by this process; threads share the hub.

    `database_url` names a PostgreSQL server or an SQLite file (ValueError otherwise);
    `pool_size` bounds the connections each door keeps. Whenever the database is away, locked
    or too slow, every door raises `Unavailable`; what its rules forbid is a `Conflict`.
    """

    def __init__(  # noqa: PLR0913 (what it is assembled of)
        self,
        database_url: str,
        *,
        clock: Clock,
        ids: Ids | None = None,
        pool_size: int = 10,
        keyring: KeyRing | None = None,
        ports: Ports = NO_PORTS,
    ) -> None:
        self.clock = clock
        self.ports = ports
        self._keyring = keyring
        self.ids = ids or TimeOrderedIds(clock)
        self._database = Database(database_url, pool_size)
        self._standing = Standing(self._database)
        self._snapshots = Snapshots(self._newest_snapshot)
        self._older: dict[tuple[str, int], Snapshot] = {}

    @property
    def keyring(self) -> KeyRing:
        """The keys that seal secrets; LookupError where the hub was given none."""
        if self._keyring is None:
            raise LookupError("this hub was given no keys")
        return self._keyring

    @property
    def keyring_if_any(self) -> KeyRing | None:
        """As above; None where the hub was given none."""
        return self._keyring

    def standing(self, tenant_id: str) -> Tenant | None:
        """The tenant as it is kept at this moment, or None: one row, read anew each time."""
        return self._standing.of(tenant_id)

    def api_key(self, tenant_id: str, key_id: str) -> ApiKey | None:
        """The tenant's key of that id, revoked or not."""
        if not TENANT_ID.match(tenant_id):
            return None
        with self.administration(reading=True) as administration:
            return administration.api_keys.find(tenant_id, key_id)

    def user(self, tenant_id: str, username: str) -> User | None:
        """The tenant's user of that name, disabled or not."""
        with self.reading(tenant_id) as view:
            return view.users.named(username)

    def snapshot(self, tenant_id: str, revision: int) -> Snapshot:
        """The tenant's data at `revision` or newer; `NotFound` when there is no such tenant."""
        return self._snapshots.at(tenant_id, revision)

    def snapshot_at(self, tenant_id: str, revision: int) -> Snapshot:
        """The tenant's data as they were at `revision`; `NotFound` where it has not been yet."""
        newest = self._snapshots.kept(tenant_id)
        if newest is not None and newest.revision == revision:
            return newest
        kept = self._older.get((tenant_id, revision))
        if kept is None:
            kept = self._read_at(tenant_id, revision)
            if len(self._older) >= _MOST_OLDER:
                self._older.clear()
            self._older[tenant_id, revision] = kept
        return kept

    @contextmanager
    def unit_of_work(self, tenant_id: str) -> Iterator[UnitOfWork]:
        """A transaction that writes: commits on a clean exit, rolls back on an exception.

        Never open a second one inside it: on SQLite the second would wait for the first.
        """
        with self._database.writing() as session:
            uow = UnitOfWork(session, tenant_id, self.clock, self.ids)
            yield uow
            uow.seal()
            failpoint("before_commit")
        failpoint("after_commit")

    @contextmanager
    def reading(self, tenant_id: str) -> Iterator[Reading]:
        """One consistent view that cannot write, and waits for no writer."""
        with self._database.reading() as session:
            yield Reading(session, tenant_id, self.clock, self.ids)

    @contextmanager
    def administration(self, *, reading: bool = False) -> Iterator[Administration]:
        """A transaction on the tenants themselves; `reading` it waits for no writer."""
        door = self._database.reading if reading else self._database.writing
        with door() as session:
            yield Administration(session)

    def migrate(self) -> None:
        """Bring the schema to its newest form; processes that start together take turns."""
        schema.migrate(self._database)

    def ready(self) -> bool:
        """Whether the database answers and its schema is the newest."""
        return schema.is_newest(self._database)

    def close(self) -> None:
        """Give every connection back; the hub may be used again and opens new ones."""
        self._database.close()

    def _read_at(self, tenant_id: str, revision: int) -> Snapshot:
        with self.reading(tenant_id) as view:
            newest = view.catalogues.revision()
            if not 0 <= revision <= newest:
                raise NotFound(f"{tenant_id} is at revision {newest}")
            at = None if revision == newest else revision
            return Snapshot(tenant_id, revision, view.catalogues.load(at))

    def _newest_snapshot(self, tenant_id: str) -> Snapshot:
        with self.reading(tenant_id) as view:
            return Snapshot(tenant_id, view.catalogues.revision(), view.catalogues.load())
