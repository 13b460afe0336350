"""What every tenant owes to systems outside: claimed for a while, fairly, and settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    func,
    insert,
    literal,
    select,
    tuple_,
    union_all,
    update,
)
from sqlmodel import Session

from engine.events.effect import TRUSTED, Attempt, Claimed, EffectStatus, Suspected, Waiting
from engine.ports.effects import EffectKind
from engine.store.columns import utc
from engine.store.repositories.effects import ATTEMPTS, EFFECTS, attempt_values, effect_of
from engine.store.tables.row import table
from engine.store.tables.tenants import TenantRow

_TENANTS = table(TenantRow)
_TRUSTED = literal(TRUSTED, literal_execute=True)
"""Said in the query itself: SQLite takes an index for part of a table only so."""
_IS_SUSPECT = EFFECTS.c.is_open & (EFFECTS.c.unheard >= _TRUSTED)
_IS_TRUSTED = EFFECTS.c.is_open & (EFFECTS.c.unheard < _TRUSTED)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many effects are due, for how long the oldest has been, and how many were given up."""

    due: int
    age: timedelta
    dead: int


class Outbox:
    """The effects of all tenants, for whoever carries them out."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self, now: datetime) -> list[Waiting]:
        """The targets that something is due for, who has waited longest first; no suspects."""
        owed = select(_TENANTS.c.tenant_id, _next_target(_TENANTS.c.tenant_id).label("target"))
        targets = owed.cte("targets", recursive=True)  # each is found by one look at the index
        further = _next_target(targets.c.tenant_id, after=targets.c.target)
        targets = targets.union_all(
            select(targets.c.tenant_id, further).where(targets.c.target.is_not(None))
        )
        mine = (
            EFFECTS.c.tenant_id == targets.c.tenant_id,
            EFFECTS.c.target == targets.c.target,
            _IS_TRUSTED,
        )
        since = select(func.min(EFFECTS.c.due_at)).where(*mine).scalar_subquery()
        kind = select(EFFECTS.c.kind).where(*mine).limit(1).scalar_subquery()
        found = select(targets, since.label("since"), kind.label("kind")).subquery()
        due = select(found).where(found.c.since <= now).order_by(found.c.since)
        return [
            Waiting(row.tenant_id, row.target, utc(row.since), row.kind != EffectKind.WEBHOOK)
            for row in self._session.connection().execute(due)
        ]

    def suspected(self, now: datetime) -> list[Suspected]:
        """The targets that suspects are due for."""
        place = (EFFECTS.c.tenant_id, EFFECTS.c.target)
        due = select(*place, func.min(EFFECTS.c.tries).label("tries"))
        due = due.where(_IS_SUSPECT, EFFECTS.c.due_at <= now).group_by(*place).order_by(*place)
        rows = self._session.connection().execute(due)
        return [Suspected(row.tenant_id, row.target, row.tries) for row in rows]

    def backlog(self, now: datetime) -> Backlog:
        """What is owed and what was given up, over all tenants."""
        connection = self._session.connection()
        count, oldest = 0, now
        for each in (_IS_TRUSTED, _IS_SUSPECT):  # either has its own index
            some = select(func.count(), func.min(EFFECTS.c.due_at)).where(
                each, EFFECTS.c.due_at <= now
            )
            found, since = connection.execute(some).one()
            count, oldest = count + found, oldest if since is None else min(oldest, utc(since))
        dead = select(func.count()).where(EFFECTS.c.status == EffectStatus.DEAD.value)
        return Backlog(due=count, age=now - oldest, dead=connection.scalar(dead) or 0)

    def claim(
        self,
        room: Mapping[tuple[str, str], int],
        now: datetime,
        lease: timedelta,
        *,
        suspects: bool = False,
    ) -> list[Claimed]:
        """Claim what is due, at most so many effects of each tenant and target as `room` says.

        Either of what is trusted, who has waited longest first, or of suspects, the least tried
        first. What is claimed stays due nowhere until the lease is over; then somebody else may
        claim it. Several may claim at once and never get the same.
        """
        connection = self._session.connection()
        wanted = _IS_SUSPECT if suspects else _IS_TRUSTED
        order = (EFFECTS.c.tries, EFFECTS.c.id) if suspects else (EFFECTS.c.due_at,)
        claimed: list[Claimed] = []
        for tenant_id in dict.fromkeys(tenant for tenant, _ in room):
            mine = EFFECTS.c.tenant_id == tenant_id
            due = [
                select(EFFECTS.c.id)
                .where(mine, EFFECTS.c.target == target, wanted, EFFECTS.c.due_at <= now)
                .order_by(*order)
                .limit(most)
                .with_for_update(skip_locked=True)
                .subquery()
                for (tenant, target), most in room.items()
                if tenant == tenant_id
            ]
            every = union_all(*(select(each.c.id) for each in due))
            found = every.cte("due").prefix_with(
                "MATERIALIZED"
            )  # looked for once, whatever is joined
            taken = (
                update(EFFECTS)
                .where(mine, EFFECTS.c.id.in_(select(found.c.id)))
                .values(
                    due_at=now + lease,
                    generation=EFFECTS.c.generation + 1,
                    unheard=EFFECTS.c.unheard + 1,
                )
                .returning(EFFECTS)
            )
            rows = sorted(connection.execute(taken), key=lambda row: row.id)
            for row in rows:
                effect = effect_of(row)
                mine_now = replace(effect, tries=effect.tries + 1)
                claimed.append(Claimed(tenant=tenant_id, effect=mine_now))
        return claimed

    def renew(self, claimed: Sequence[Claimed], until: datetime) -> None:
        """Have claimed effects `until` then; what somebody else has claimed since stays theirs."""
        named = [(each.tenant, each.effect.id, each.effect.generation) for each in claimed]
        key = tuple_(EFFECTS.c.tenant_id, EFFECTS.c.id, EFFECTS.c.generation)
        mine = update(EFFECTS).where(key.in_(named), EFFECTS.c.is_open, EFFECTS.c.unheard > 0)
        self._session.connection().execute(mine.values(due_at=until))

    def succeeded(self, done: Sequence[tuple[Claimed, Attempt]]) -> list[Claimed]:
        """Settle claimed effects that succeeded; those that somebody else has claimed since."""
        connection = self._session.connection()
        named = [(each.tenant, each.effect.id, each.effect.generation) for each, _ in done]
        key = tuple_(EFFECTS.c.tenant_id, EFFECTS.c.id, EFFECTS.c.generation)
        after = {"status": EffectStatus.SUCCEEDED.value, "is_open": False, "unheard": 0}
        settled = update(EFFECTS).where(key.in_(named)).values(after)
        columns = (EFFECTS.c.tenant_id, EFFECTS.c.id, EFFECTS.c.generation)
        kept = {tuple(row) for row in connection.execute(settled.returning(*columns))}
        mine = [pair for pair, name in zip(done, named, strict=True) if name in kept]
        if mine:
            values = [attempt_values(each.tenant, each.effect, attempt) for each, attempt in mine]
            connection.execute(insert(ATTEMPTS), values)
        return [each for (each, _), name in zip(done, named, strict=True) if name not in kept]


def _next_target(
    tenant_id: ColumnElement[str], after: ColumnElement[str] | None = None
) -> ScalarSelect[str]:
    """The first target of a tenant that something is owed to, or the first behind another."""
    mine = select(func.min(EFFECTS.c.target)).where(EFFECTS.c.tenant_id == tenant_id, _IS_TRUSTED)
    return (mine if after is None else mine.where(EFFECTS.c.target > after)).scalar_subquery()
