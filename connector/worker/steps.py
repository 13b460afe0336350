"""Steps of a push, kept in the database while it goes on."""

from datetime import timedelta

from engine.events.effect import Claimed
from engine.hub import Hub
from engine.kernel.failpoints import failpoint


class KeptSteps:
    """How far the push of a claimed effect has come.

    To keep a step is to claim the effect anew for a lease: whoever has lost it learns so here,
    before anything more is sent.
    """

    def __init__(self, hub: Hub, claimed: Claimed, lease: timedelta) -> None:
        self._hub = hub
        self._claimed = claimed
        self._lease = lease
        self._reached: dict[str, str] | None = None

    def get(self, name: str) -> str | None:
        if self._reached is None:
            with self._hub.reading(self._claimed.tenant) as reading:
                self._reached = reading.push_steps.of(self._claimed.effect.id)
        return self._reached.get(name)

    def keep(self, **reached: str) -> None:
        """Raises Conflict where somebody else has claimed the effect since."""
        failpoint("before_step")
        effect, until = self._claimed.effect, self._hub.clock.now() + self._lease
        with self._hub.unit_of_work(self._claimed.tenant) as uow:
            uow.effects.hold_on(effect, until)
            uow.push_steps.keep(effect.id, reached)
        if self._reached is not None:
            self._reached.update(reached)
        failpoint("step_kept")
