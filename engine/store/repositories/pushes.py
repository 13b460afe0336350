"""What one tenant owes to its own systems, searched: rows of effects, never written here."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from engine.events.effect import Effect, EffectSearch
from engine.ports.effects import PUSHES
from engine.store.repositories.effects import EFFECTS, effect_of


class Pushes:
    """The effects of one tenant that hand something to its systems."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find(self, effect_id: str) -> Effect | None:
        """The push of that id, if there is one."""
        mine = select(EFFECTS).where(*self._mine(EffectSearch()), EFFECTS.c.id == effect_id)
        row = self._session.connection().execute(mine).one_or_none()
        return None if row is None else effect_of(row)

    def search(self, wanted: EffectSearch, limit: int, before: str | None = None) -> list[Effect]:
        """At most `limit` pushes, the newest first, older than the one called `before`."""
        mine = select(EFFECTS).where(*self._mine(wanted))
        if before is not None:
            mine = mine.where(EFFECTS.c.id < before)
        mine = mine.order_by(EFFECTS.c.id.desc()).limit(limit)
        return [effect_of(row) for row in self._session.connection().execute(mine)]

    def standing(self, target: str) -> Mapping[tuple[str, bool], int]:
        """How many pushes to a target there are, by status and whether they may be tried."""
        found = select(EFFECTS.c.status, EFFECTS.c.is_open, func.count().label("number"))
        mine = found.where(*self._mine(EffectSearch(target=target)))
        grouped = mine.group_by(EFFECTS.c.status, EFFECTS.c.is_open)
        rows = self._session.connection().execute(grouped)
        return {(row.status, row.is_open): row.number for row in rows}

    def _mine(self, wanted: EffectSearch) -> list[ColumnElement[bool]]:
        asked: list[ColumnElement[bool]] = [
            EFFECTS.c.tenant_id == self._tenant_id,
            EFFECTS.c.kind.in_([each.value for each in PUSHES]),
        ]
        if wanted.kind is not None:
            asked.append(EFFECTS.c.kind == wanted.kind)
        if wanted.statuses is not None:
            asked.append(EFFECTS.c.status.in_([each.value for each in wanted.statuses]))
        if wanted.target is not None:
            asked.append(EFFECTS.c.target == wanted.target)
        if wanted.subjects is not None:
            asked.append(EFFECTS.c.subject.in_(wanted.subjects))
        return asked
