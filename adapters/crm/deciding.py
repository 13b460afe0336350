"""What may be written into a deal that people write into as well.

A member is written while it stands there as it was last said. The first time it is written over
whatever somebody typed before; where the deal was changed since the instant that is told of, it
stays. What a try before this one has seen counts as unchanged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from engine.ports.connections import Steps
from engine.ports.crm import CrmDocument, Kept, Said
from engine.ports.outcomes import Declined

_AT = "told_at"
_SAID, _SEEN = "said_", "seen_"
_MOST_DIGITS = 30
_ON = frozenset({"yes", "true", "1"})


class Rule(StrEnum):
    """Who writes a member."""

    SHARED = "shared"
    """people do too"""
    OURS = "ours"
    """nobody else"""
    CLAIM = "claim"
    """nobody else, and it says whose the deal is: another value is not written over"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A member as it is `wanted`, and as it stands `there`, both as text.

    `sets` is what is sent to make it so, by the names of the system.
    """

    member: str
    wanted: str
    there: str
    sets: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    rule: Rule = Rule.SHARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be written, what stays, and what will have been said then."""

    writes: tuple[Wish, ...] = ()
    kept: tuple[Kept, ...] = ()
    said: Said


def decided(
    document: CrmDocument,
    wishes: Iterable[Wish],
    changed_at: datetime | None,
    steps: Steps,
    *,
    overwrites: bool = False,
) -> Decision:
    """What of the wishes is written into a deal that was last changed at an instant.

    `overwrites`: the first time, whatever was changed meanwhile. Declined where it is another
    order's.
    """
    last = document.last
    if last is not None and document.at < last.at:
        return Decision(said=last)
    members = dict(last.members) if last is not None else {}
    is_newer = changed_at is not None and changed_at > document.at and not overwrites
    writes, kept = [], []
    for each in wishes:
        known = members.get(each.member) or steps.get(_SEEN + each.member)
        members[each.member] = each.wanted
        if each.there == each.wanted:
            continue
        reason = _why_not(each, known, is_newer=is_newer)
        if not reason:
            writes.append(each)
        elif each.rule is Rule.CLAIM:
            raise Declined(f"the deal is that of another order: {each.there}", {"order": reason})
        else:
            kept.append(Kept(member=each.member, there=each.there, ours=each.wanted, reason=reason))
    said = Said(at=document.at, members=members)
    return Decision(writes=tuple(writes), kept=tuple(kept), said=said)


def _why_not(wish: Wish, known: str | None, *, is_newer: bool) -> str:
    """Why it is not written; empty where it is."""
    if wish.rule is Rule.OURS or wish.there == known:
        return ""
    if wish.rule is Rule.CLAIM:
        return f"{wish.there} stands there" if wish.there else ""
    if known is not None:
        return "somebody has changed it there since"
    return "the deal was changed there later" if is_newer else ""


def keep_seen(steps: Steps, writes: Iterable[Wish]) -> None:
    """Keep what stands there before it is written over; it says that the push is still ours."""
    steps.keep(**{_SEEN + each.member: each.there for each in writes})


def keep_said(steps: Steps, said: Said) -> None:
    """Keep what has been said, for whatever is said of the deal next."""
    members = {_SAID + name: text for name, text in said.members.items()}
    steps.keep(**{_AT: said.at.isoformat(), **members})


def is_on(word: str | None) -> bool:
    """Whether an option is switched on."""
    return (word or "").strip().lower() in _ON


def number_text(amount: Decimal) -> str:
    """A number as text, the same for the same value."""
    if abs(amount.adjusted()) > _MOST_DIGITS:
        return str(amount)  # written out it could fill the memory
    text = f"{amount:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def money_text(amount: Decimal | None, currency: str) -> str:
    """An amount as text; empty where there is none."""
    return "" if amount is None else f"{number_text(amount)} {currency}"


def instant_of(value: object) -> datetime | None:
    """An instant in ISO 8601, in UTC unless it says otherwise; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
