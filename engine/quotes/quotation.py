"""Quotations: quotes as people look through them, line by line and page by page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks: a user by its number, or a program, which is privileged."""

    member: int | None = None
    is_privileged: bool = False


class Column(StrEnum):
    """What quotations can be sorted by."""

    SERIAL = "quotation_id"
    OWNER = "owner"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class Order(NamedTuple):
    """One column, from its least value on or from its greatest."""

    column: Column
    is_descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `start` on and before `end`; open where there is none."""

    start: datetime | None = None
    end: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.start is None and self.end is None


EVER = Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationSearch:
    """Quotations of a product line that all of `handlers` (numbers of users) handle."""

    line: str
    handlers: frozenset[int] = frozenset()
    created: Span = EVER
    updated: Span = EVER
    orders: tuple[Order, ...] = ()
    offset: int = 0
    size: int = 25
