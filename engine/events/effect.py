"""An effect: something owed to a system outside, and what came of each try."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class EffectStatus(StrEnum):
    """Where an effect is."""

    PENDING = "pending"
    RETRYING = "retrying"
    SUCCEEDED = "succeeded"
    DEAD = "dead"
    """given up; somebody has to look at it, and may ask for it again"""


TRUSTED = 2
"""So many claims may end without a word before an effect is suspected: others share them."""
OPEN = frozenset({EffectStatus.PENDING, EffectStatus.RETRYING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What is owed to `target` about `subject`.

    Whoever claims it has it until `due_at`; `generation` counts the claims, and only the last
    of them may say how it ended. `tries` counts tries since it was last asked for, the one that
    it is claimed for too. `unheard` counts claims of which nothing was heard, this one too.
    `is_open` is false while nothing is to be tried.
    """

    id: str
    kind: str
    target: str
    subject: str
    created_at: datetime
    due_at: datetime
    status: EffectStatus = EffectStatus.PENDING
    generation: int = 0
    tries: int = 0
    unheard: int = 0
    is_open: bool = True
    payload: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_suspect(self) -> bool:
        """Whether those who had it may have been ended by it; whoever claims it counts too."""
        return self.unheard > TRUSTED


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSearch:
    """Which effects to list; None leaves kind, status, target or subject open."""

    kind: str | None = None
    statuses: frozenset[EffectStatus] | None = None
    target: str | None = None
    subjects: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: when, and what came of it; `elapsed_ms` is how long it took."""

    at: datetime
    response_status: int | None = None
    error: str = ""
    elapsed_ms: int = 0
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An effect somebody has claimed, with whose it is."""

    tenant: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Waiting:
    """A target of a tenant that something is due for, since when, and whether it is a system."""

    tenant: str
    target: str
    since: datetime
    is_system: bool = False


@dataclass(frozen=True, slots=True)
class Suspected:
    """A target of a tenant that suspects are due for, and how often the least tried one was."""

    tenant: str
    target: str
    tries: int
