"""What arrives when a catalogue is imported, whatever file it came in.

An *upload* is a handful of tables; a *table* holds rows of one kind; a *row* maps the
engine's own words for its cells to what stood in them. A *rejection* says why a row was
left out; a *remark* says what was odd about something that was taken nevertheless.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from engine.catalog.listing import ListName


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that holds no value but a fault (`#REF!`, a number nobody can hold)."""

    fault: str


Cell: TypeAlias = (
    str | bool | Decimal | date | Broken | tuple["Cell", ...] | Mapping[str, "Cell"] | None
)
"""One cell: text, a truth, an exact number, a day (or instant), a fault, a nest of cells."""


class Kind(StrEnum):
    """What the rows of a table are about."""

    CAPABILITIES = "capabilities"
    SETTINGS = "settings"
    PRICE_LISTS = "price lists"
    PRODUCTS = "products"
    ENTRIES = "entries"
    OFFERS = "offers"
    """a product together with its price in one list"""
    LIST_ITEMS = "list items"
    ADDRESSES = "addresses"
    ACCOUNTS = "accounts"
    ALIASES = "aliases"
    AGREEMENTS = "agreements"
    LADDERS = "ladders"
    PROMOTIONS = "promotions"
    CHANNEL_DISCOUNTS = "channel discounts"
    EXCHANGE_RATES = "exchange rates"
    APPROVAL_RULES = "approval rules"
    CONFIGURATORS = "configurators"
    ROUTING_RULES = "routing rules"
    CHANGE_FEES = "change fees"
    SERVICE_POLICIES = "service policies"
    STAGES = "stages"
    PRODUCT_LINES = "product lines"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a reader of the file counts, and its cells by name."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of one kind.

    `title` is what the file calls the table; `headings` maps the names of cells to what
    the file calls them, where the two differ. `list_name` is set for list items only.
    """

    kind: Kind
    title: str
    rows: tuple[Row, ...]
    headings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    list_name: ListName | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was left out: where it stands, and what is wrong with which column."""

    sheet: str
    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd that was taken nevertheless. `row` 0 means the whole sheet."""

    sheet: str
    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Everything one file holds, with what its reader had to say about it."""

    tables: tuple[Table, ...]
    rejections: tuple[Rejection, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def of_kind(self, kind: Kind) -> Iterator[Table]:
        """The tables of `kind`, in the file's order."""
        return (table for table in self.tables if table.kind is kind)
