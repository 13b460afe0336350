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


OPEN = frozenset({EffectStatus.PENDING, EffectStatus.RETRYING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What is owed to `target` about `subject`.

    Whoever claims it has it until `due_at`; `generation` counts the claims, and only the last
    of them may say how it ended. `tries` counts claims since it was last asked for, those that
    ended without a word too. `is_open` is false while nothing is to be tried.
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
    is_open: bool = True
    payload: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


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
