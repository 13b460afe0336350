"""The words of this API for where a revision is, what may follow, and how far its order is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from connector.klaro import session
from connector.klaro.envelope import listed
from engine.kernel.finding import Severity
from engine.orders.order import Order
from engine.orders.steps import OVER, Step, step_of
from engine.quotes.acts import status_on
from engine.quotes.quote import OWN, Quote, QuoteStatus
from engine.quotes.stages import FINAL, Stage, next_stages, stage_of, way
from engine.quotes.version import QuoteVersion
from engine.services import deciding, weighing
from engine.services.drafting import Quoted
from engine.tenants.user import EVERY_RIGHT, Right, User

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one revision of a quotation is. `status` is what it came to last, where it is old."""

    quote: Quote
    version: QuoteVersion
    status: QuoteStatus
    order: Order | None = None

    @property
    def is_newest(self) -> bool:
        return self.version.number >= self.quote.version

    @property
    def stage(self) -> Stage:
        return stage_of(self.status)

    @property
    def step(self) -> Step | None:
        """How far its order is; None where there is none."""
        return step_of(self.order) if self.order is not None and self.is_newest else None


def standing(
    quote: Quote,
    version: QuoteVersion,
    today: date,
    left: Mapping[int, QuoteStatus],
    order: Order | None,
) -> Standing:
    """Where a revision is on a day; `left` says what older ones came to."""
    if version.number >= quote.version:
        return Standing(quote=quote, version=version, status=status_on(quote, today), order=order)
    status = left.get(version.number, QuoteStatus.DRAFT)
    return Standing(quote=quote, version=version, status=status)


def flags(status: QuoteStatus) -> Json:
    """Whether what has that status is won, at its end, and ordered."""
    stage = stage_of(status)
    return {
        "won": stage is Stage.WON,
        "final": stage in FINAL,
        "order": status is QuoteStatus.ORDERED,
    }


def rights_of(user: User | None) -> frozenset[Right]:
    """What the caller may do: a user what it was given, an API key everything."""
    return frozenset(EVERY_RIGHT if user is None else user.rights)


def shown(records: Any, found: Standing, rights: frozenset[Right]) -> Json:
    """What `state` adds to a revision, for a caller with these rights."""
    return {
        "editable": _is_editable(found) and Right.EDIT in rights,
        "printable": _is_valid(found.version) and Right.PRINT in rights,
        **flags(found.status),
        "latest": found.is_newest,
        "states": _labels(_next(found, rights)),
        "order_states": listed(_labels(_steps(records, found, rights))),
    }


def _is_editable(found: Standing) -> bool:
    """Whether qualifiers and a log message are taken."""
    return found.is_newest and found.stage not in FINAL and found.quote.origin == OWN


def _next(found: Standing, rights: frozenset[Right]) -> Iterable[Stage]:
    """The stage of a revision, and those this caller may bring it to."""
    for each in next_stages(found.status):
        if each is found.stage or (found.is_newest and _may(found, each, rights)):
            yield each


def _may(found: Standing, stage: Stage, rights: frozenset[Right]) -> bool:
    if Right.EDIT not in rights or (stage in FINAL and Right.FINALISE not in rights):
        return False
    data = session.snapshot()
    first, *_ = way(found.status, stage)
    quoted = Quoted(found.quote, found.version)
    return deciding.would_take(data, quoted, first, session.today(data))


def _steps(records: Any, found: Standing, rights: frozenset[Right]) -> Iterable[Step]:
    """How far the order is, and where this caller may bring it."""
    may_end = rights >= {Right.EDIT, Right.FINALISE}
    if found.order is None or found.step is None:
        is_due = found.is_newest and found.status is QuoteStatus.ACCEPTED
        return [Step.RECEIVED] if is_due and may_end else []
    if not may_end or found.step in OVER:
        return [found.step]
    is_free = weighing.is_cancelled_freely(records, session.snapshot(), found.order)
    return [found.step, Step.CANCELLED] if is_free else [found.step]


def _is_valid(version: QuoteVersion) -> bool:
    """Whether there is something to print, and nothing about it is wrong."""
    offered = version.offered
    said = (*offered.findings, *(each for line in offered.lines for each in line.price.findings))
    return bool(offered.lines) and all(each.severity is not Severity.ERROR for each in said)


def _labels(words: Iterable[StrEnum]) -> dict[str, str]:
    return {each.value: each.value.replace("_", " ").title() for each in words}
