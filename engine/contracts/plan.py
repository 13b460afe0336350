"""Plans: what ordering a quote does to contracts there are, agreed when the quote was made."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.contracts.contract import Item
from engine.contracts.instruction import Action

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The charge called `charge` ends on `on`, and `credit` (positive) of it comes back.

    `until` is the end it had when that was agreed; a charge that ends otherwise since then was
    changed by somebody else.
    """

    contract: str
    charge: str
    on: date
    until: date | None
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    """A line of the quote becomes `item`, in place of the charge that `item.replaces`.

    `line` is the line's id, empty where no line stands for it. `credit` is what the line's
    discount gives back, so that what the item costs is the line's net and the credit.
    """

    item: Item
    line: str = ""
    credit: Decimal = _ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A contract had the charge called `charge`, which ended on `until`, when that was agreed."""

    contract: str
    charge: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is done to `contracts` when the quote is ordered.

    `on` is the first day it holds. A renewal leads to a contract from `on` to `end`; `seen` are
    all charges of what it goes on from, none where that was not kept.
    """

    action: Action
    contracts: tuple[str, ...]
    on: date
    by: str
    endings: tuple[Ending, ...] = ()
    startings: tuple[Starting, ...] = ()
    seen: tuple[Seen, ...] = ()
    end: date | None = None
    term_months: Decimal | None = None
    is_automatic: bool = False
    reason: str = ""
