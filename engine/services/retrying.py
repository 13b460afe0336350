"""Retrying: what was given up is looked at and asked for again; old tries are forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.events.effect import Attempt, Effect, EffectStatus
from engine.kernel.errors import NotFound
from engine.ports.connections import UNSURE
from engine.ports.effects import BY_PERSON, EffectKind
from engine.store.unit_of_work import Reading, UnitOfWork

KEPT_FOR = timedelta(days=30)
"""So long every try is kept."""
MOST_AT_ONCE = 2_000
"""Tries that are forgotten in one transaction."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An effect nobody tries any more, with its last try."""

    effect: Effect
    last: Attempt | None


def given_up(reading: Reading, most: int) -> list[GivenUp]:
    """At most `most` effects that were given up, the newest first."""
    dead = reading.effects.dead(most)
    attempts = reading.effects.attempts([each.id for each in dead])
    return [GivenUp(each, next(reversed(attempts.get(each.id, [])), None)) for each in dead]


def again(uow: UnitOfWork, effect_ids: Sequence[str]) -> int:
    """Ask for effects that were given up again, from the first try on; how many there were.

    NotFound where one of them was not given up: nothing is asked for then.
    """
    for each in effect_ids:
        found = uow.effects.get(each)
        if found is None or found.status is not EffectStatus.DEAD:
            raise NotFound(f"there is no {each} that was given up")
        uow.push_steps.forget(each, UNSURE)
        if found.kind == EffectKind.ERP_CHANGE:
            uow.effects.tell(each, {**found.payload, BY_PERSON: True})
    return uow.effects.again(effect_ids, uow.clock.now())


def forget_old_tries(uow: UnitOfWork) -> int:
    """Forget tries that are too old, some at a time; how many. Why something was given up stays."""
    return uow.effects.forget_tries(uow.clock.now() - KEPT_FOR, MOST_AT_ONCE)
