"""Stages: a quote's life in five words, and which acts lead from one to the next.

A *stage* says less than a status: a quote in process may wait for an approval, an active one may
be agreed to and not yet sent.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from engine.quotes.acts import Act
from engine.quotes.history import Happening, HistoryEntry
from engine.quotes.quote import QuoteStatus

_S = QuoteStatus


class Stage(StrEnum):
    """Where a quote is, seen from afar."""

    IN_PROCESS = "in_process"
    ACTIVE = "active"
    HOLD = "hold"
    WON = "won"
    LOST = "lost"


FINAL = frozenset({Stage.WON, Stage.LOST})
"""Nothing of a quote is changed any more."""

_STAGES: Mapping[QuoteStatus, Stage] = {
    _S.DRAFT: Stage.IN_PROCESS,
    _S.IN_APPROVAL: Stage.IN_PROCESS,
    _S.APPROVED: Stage.ACTIVE,
    _S.SENT: Stage.ACTIVE,
    _S.ON_HOLD: Stage.HOLD,
    _S.ACCEPTED: Stage.WON,
    _S.ORDERED: Stage.WON,
    _S.DECLINED: Stage.LOST,
    _S.EXPIRED: Stage.LOST,
    _S.DELETED: Stage.LOST,
}
_LOSING = dict.fromkeys(
    (_S.DRAFT, _S.IN_APPROVAL, _S.APPROVED, _S.SENT, _S.ON_HOLD), (Act.DECLINE,)
)
_REVISING = dict.fromkeys((_S.APPROVED, _S.SENT, _S.ON_HOLD), (Act.REVISE,))
_WAYS: Mapping[Stage, Mapping[QuoteStatus, tuple[Act, ...]]] = {
    Stage.IN_PROCESS: _REVISING,
    Stage.ACTIVE: {_S.DRAFT: (Act.SUBMIT, Act.SEND), _S.ON_HOLD: (Act.RESUME,)},
    Stage.HOLD: {_S.APPROVED: (Act.SEND, Act.HOLD), _S.SENT: (Act.HOLD,)},
    Stage.WON: {_S.APPROVED: (Act.ACCEPT,), _S.SENT: (Act.ACCEPT,)},
    Stage.LOST: _LOSING,
}
"""What is done to a quote of a status so that it comes to a stage."""


def stage_of(status: QuoteStatus) -> Stage:
    """The stage of a quote of this status."""
    return _STAGES[status]


def way(status: QuoteStatus, stage: Stage) -> tuple[Act, ...]:
    """The acts that lead a quote of `status` to another stage; none where nothing does."""
    return _WAYS[stage].get(status, ())


def next_stages(status: QuoteStatus) -> tuple[Stage, ...]:
    """The stage of a quote of this status and those it may be brought to, in the usual order."""
    here = stage_of(status)
    return tuple(each for each in Stage if each is here or way(status, each))


_LEFT_AS: Mapping[Happening, QuoteStatus] = {
    Happening.CREATED: _S.DRAFT,
    Happening.REVISED: _S.DRAFT,
    Happening.REJECTED: _S.DRAFT,
    Happening.APPROVED: _S.APPROVED,
    Happening.SENT: _S.SENT,
    Happening.HELD: _S.ON_HOLD,
    Happening.RESUMED: _S.SENT,
    Happening.ACCEPTED: _S.ACCEPTED,
    Happening.DECLINED: _S.DECLINED,
}


def left_as(history: Iterable[HistoryEntry]) -> dict[int, QuoteStatus]:
    """The status that each version of a quote came to last, by its number."""
    found: dict[int, QuoteStatus] = {}
    for entry in history:
        told = entry.details.get("status")
        status = QuoteStatus(str(told)) if told else _LEFT_AS.get(entry.what)
        if status is not None:
            found[entry.version] = status
    return found
