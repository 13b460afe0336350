"""What one tenant owes to systems outside, and every try, to rows and back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, tuple_, update
from sqlmodel import Session

from engine.events.effect import OPEN, Attempt, Effect, EffectStatus
from engine.kernel.clock import Clock
from engine.kernel.errors import Conflict
from engine.kernel.ids import Ids
from engine.ports.effects import EffectKind
from engine.store.columns import utc
from engine.store.tables.events import AttemptRow, EffectRow
from engine.store.tables.row import table

EFFECTS = table(EffectRow)
ATTEMPTS = table(AttemptRow)
_PREFIX = {EffectKind.WEBHOOK: "dlv"}


class Effects:
    """The effects of one tenant."""

    def __init__(self, session: Session, tenant_id: str, clock: Clock, ids: Ids) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._clock = clock
        self._ids = ids

    def owe(
        self,
        kind: EffectKind,
        target: str,
        subject: str,
        payload: Mapping[str, object] = MappingProxyType({}),
    ) -> Effect:
        """Owe something, once this transaction is committed."""
        [made] = self.owe_all([(kind, target, subject, payload)])
        return made

    def owe_one(
        self, kind: EffectKind, target: str, subject: str, payload: Mapping[str, object]
    ) -> None:
        """Owe something of which there is one at a time; `payload` tells this time from others.

        What is under way already gets the payload: whoever carries it out sees it at the end.
        """
        about = (EFFECTS.c.subject == subject, EFFECTS.c.kind == kind.value)
        known = select(EFFECTS).where(self._mine(), *about, EFFECTS.c.target == target)
        row = self._session.connection().execute(known.with_for_update()).one_or_none()
        if row is None:
            self.owe(kind, target, subject, payload)
            return
        self.tell(row.id, payload)
        if EffectStatus(row.status) not in OPEN:
            self.again([row.id], self._clock.now())

    def tell(self, effect_id: str, payload: Mapping[str, object]) -> None:
        """Give an effect another payload."""
        mine = update(EFFECTS).where(self._mine(), EFFECTS.c.id == effect_id)
        self._session.connection().execute(mine.values(payload=dict(payload)))

    def owe_all(
        self, owed: Iterable[tuple[EffectKind, str, str, Mapping[str, object]]]
    ) -> list[Effect]:
        """Owe several things: of each the kind, the target, the subject and the payload."""
        now = self._clock.now()
        made = [
            Effect(
                id=self._ids.new(_PREFIX.get(kind, "eff")),
                kind=kind.value,
                target=target,
                subject=subject,
                created_at=now,
                due_at=now,
                payload=payload,
            )
            for kind, target, subject, payload in owed
        ]
        if made:
            values = [self._values(each) for each in made]
            self._session.connection().execute(insert(EFFECTS), values)
        return made

    def get(self, effect_id: str) -> Effect | None:
        """The effect of that id, if there is one."""
        return next(iter(self._found(EFFECTS.c.id == effect_id)), None)

    def dead(self, most: int) -> list[Effect]:
        """At most `most` effects that were given up, the newest first."""
        mine = select(EFFECTS).where(self._mine(), EFFECTS.c.status == EffectStatus.DEAD.value)
        mine = mine.order_by(EFFECTS.c.id.desc()).limit(most)
        return [effect_of(row) for row in self._session.connection().execute(mine)]

    def of_subjects(self, subjects: Sequence[str]) -> dict[str, list[Effect]]:
        """The effects about each subject, in the order they were owed."""
        found: dict[str, list[Effect]] = {}
        for each in self._found(EFFECTS.c.subject.in_(subjects)):
            found.setdefault(each.subject, []).append(each)
        return found

    def attempts(self, effect_ids: Sequence[str]) -> dict[str, list[Attempt]]:
        """Every try of the effects, in order."""
        mine = select(ATTEMPTS).where(
            ATTEMPTS.c.tenant_id == self._tenant_id, ATTEMPTS.c.effect_id.in_(effect_ids)
        )
        found: dict[str, list[Attempt]] = {}
        ordered = mine.order_by(ATTEMPTS.c.effect_id, ATTEMPTS.c.generation)
        for row in self._session.connection().execute(ordered):
            found.setdefault(row.effect_id, []).append(_attempt(row))
        return found

    def forget_tries(self, before: datetime, most: int) -> int:
        """Forget at most `most` tries older than `before`; how many there were.

        The last try of what was given up stays: it says why.
        """
        later = ATTEMPTS.alias()
        last = select(func.max(later.c.generation)).where(
            later.c.tenant_id == ATTEMPTS.c.tenant_id, later.c.effect_id == ATTEMPTS.c.effect_id
        )
        is_reason = exists().where(
            EFFECTS.c.tenant_id == ATTEMPTS.c.tenant_id,
            EFFECTS.c.id == ATTEMPTS.c.effect_id,
            EFFECTS.c.status == EffectStatus.DEAD.value,
            ATTEMPTS.c.generation == last.scalar_subquery(),
        )
        mine = ATTEMPTS.c.tenant_id == self._tenant_id
        old = (
            select(ATTEMPTS.c.effect_id, ATTEMPTS.c.generation)
            .where(mine, ATTEMPTS.c.at < before, ~is_reason)
            .order_by(ATTEMPTS.c.effect_id, ATTEMPTS.c.generation)
            .limit(most)
        )
        key = tuple_(ATTEMPTS.c.effect_id, ATTEMPTS.c.generation)
        return (
            self._session.connection().execute(delete(ATTEMPTS).where(mine, key.in_(old))).rowcount
        )

    def handed_over(self, order_id: str) -> frozenset[str]:
        """The systems that have an order, or may have it: somebody has tried to hand it over.

        Nobody else claims what is owed to the other ones before this transaction ends.
        """
        mine = select(EFFECTS.c.target, EFFECTS.c.generation).where(
            self._mine(), EFFECTS.c.subject == order_id, EFFECTS.c.kind == EffectKind.ERP.value
        )
        rows = self._session.connection().execute(mine.with_for_update()).all()
        return frozenset(row.target for row in rows if row.generation)

    def begin(self, effect: Effect, until: datetime) -> bool:
        """Count the try of a claimed effect before it is made, and have it `until` then.

        False where somebody else has claimed it since.
        """
        mine = update(EFFECTS).where(
            self._mine(), EFFECTS.c.id == effect.id, EFFECTS.c.generation == effect.generation
        )
        begun = mine.values(tries=effect.tries, due_at=until)
        return self._session.connection().execute(begun).rowcount == 1

    def hold_on(self, effect: Effect, until: datetime) -> None:
        """Have a claimed effect `until` then. Conflict where somebody else has claimed it since."""
        self._change(effect, {"due_at": until})

    def put_off(self, effect: Effect, until: datetime) -> None:
        """What a claimed effect asks for was done, and is to be done again then. As above."""
        done = {"status": EffectStatus.PENDING.value, "tries": 0, "unheard": 0, "due_at": until}
        self._change(effect, done)

    def step_back(self, effect: Effect, until: datetime) -> None:
        """Claim an effect no longer: it was not tried, and has its turn then. As above."""
        waiting = {"tries": effect.tries - 1, "unheard": 0, "due_at": until}
        self._change(effect, waiting)

    def wait(self, effect: Effect) -> None:
        """Let a claimed effect wait until its target is to go on. Raises as above."""
        self._change(effect, {"is_open": False, "unheard": 0, "due_at": self._clock.now()})

    def settle(self, effect: Effect, attempt: Attempt, **changes: object) -> None:
        """Say what came of a claimed effect and note the try.

        Conflict where somebody else has claimed it since: then nothing of this transaction
        may be kept.
        """
        self._change(effect, {"tries": effect.tries, "unheard": 0, **changes})
        tried = attempt_values(self._tenant_id, effect, attempt)
        self._session.connection().execute(insert(ATTEMPTS), [tried])

    def again(self, effect_ids: Sequence[str], now: datetime) -> int:
        """Ask for effects again, from the first try on; how many there were."""
        mine = update(EFFECTS).where(self._mine(), EFFECTS.c.id.in_(effect_ids))
        asked = {
            "status": EffectStatus.PENDING.value,
            "tries": 0,
            "unheard": 0,
            "is_open": True,
            "due_at": now,
        }
        return self._session.connection().execute(mine.values(asked)).rowcount

    def hold(self, target: str, *, is_held: bool) -> None:
        """Let what is owed to a target wait, or go on."""
        statuses = [each.value for each in OPEN]
        mine = update(EFFECTS).where(
            self._mine(), EFFECTS.c.target == target, EFFECTS.c.status.in_(statuses)
        )
        self._session.connection().execute(mine.values(is_open=not is_held))

    def drop(self, target: str, reason: str) -> None:
        """Give up what is owed to a target that is gone."""
        statuses = [each.value for each in OPEN]
        mine = update(EFFECTS).where(
            self._mine(), EFFECTS.c.target == target, EFFECTS.c.status.in_(statuses)
        )
        dead = {"status": EffectStatus.DEAD.value, "is_open": False, "payload": {"reason": reason}}
        self._session.connection().execute(mine.values(dead))

    def _change(self, effect: Effect, values: Mapping[str, object]) -> None:
        """Change a claimed effect. Conflict where somebody else has claimed it since."""
        mine = update(EFFECTS).where(
            self._mine(), EFFECTS.c.id == effect.id, EFFECTS.c.generation == effect.generation
        )
        if self._session.connection().execute(mine.values(**values)).rowcount == 0:
            raise Conflict(f"effect {effect.id} was claimed by somebody else")

    def _found(self, condition: ColumnElement[bool]) -> list[Effect]:
        mine = select(EFFECTS).where(self._mine(), condition).order_by(EFFECTS.c.id)
        return [effect_of(row) for row in self._session.connection().execute(mine)]

    def _mine(self) -> ColumnElement[bool]:
        return EFFECTS.c.tenant_id == self._tenant_id

    def _values(self, each: Effect) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant_id,
            "id": each.id,
            "kind": each.kind,
            "target": each.target,
            "subject": each.subject,
            "created_at": each.created_at,
            "due_at": each.due_at,
            "status": each.status.value,
            "generation": each.generation,
            "tries": each.tries,
            "unheard": each.unheard,
            "is_open": each.is_open,
            "payload": dict(each.payload),
        }


def effect_of(row: Any) -> Effect:  # noqa: ANN401 (a row of a table that is told by its columns)
    """The effect that a row stands for."""
    return Effect(
        id=row.id,
        kind=row.kind,
        target=row.target,
        subject=row.subject,
        created_at=utc(row.created_at),
        due_at=utc(row.due_at),
        status=EffectStatus(row.status),
        generation=row.generation,
        tries=row.tries,
        unheard=row.unheard,
        is_open=row.is_open,
        payload=MappingProxyType(row.payload),
    )


def attempt_values(tenant_id: str, effect: Effect, attempt: Attempt) -> dict[str, Any]:
    """The row that a try of a claimed effect becomes."""
    return {
        "tenant_id": tenant_id,
        "effect_id": effect.id,
        "generation": effect.generation,
        "at": attempt.at,
        "response_status": attempt.response_status,
        "error": attempt.error,
        "elapsed_ms": attempt.elapsed_ms,
        "answer": attempt.answer,
    }


def _attempt(row: Any) -> Attempt:  # noqa: ANN401 (as above)
    return Attempt(
        at=utc(row.at),
        response_status=row.response_status,
        error=row.error,
        elapsed_ms=row.elapsed_ms,
        answer=row.answer,
    )
