"""Everything that a proposal shows, and nothing else: made from a quote's version.

It goes to the customer. What a thing cost, what is earned with it, where the floor of its
price lies and which rules were at work is not in it, so no way of writing it can tell.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.catalog.charge import ChargePeriod, ChargeType


class Template(StrEnum):
    """How much a document says."""

    STANDARD = "standard"
    """with how each price came about"""
    BRIEF = "brief"
    """the lines and what they come to"""


class StepWord(StrEnum):
    """Steps of a price, as customers are told them."""

    LIST = "list"
    OPTIONS = "options"
    AGREEMENT = "agreement"
    VOLUME = "volume"
    PROMOTION = "promotion"
    CHANNEL = "channel"
    ADJUSTMENT = "adjustment"
    """what a person decided, a floor, or rounding"""
    TERM = "term"
    QUOTE_DISCOUNT = "quote_discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who offers, or to whom; `lines` are what stands below the name, such as an address."""

    name: str
    id: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did to the price of a unit, to where it led, and to the line's total."""

    word: StepWord
    delta: Decimal
    after: Decimal
    delta_total: Decimal


@dataclass(frozen=True, slots=True)
class Option:
    """An option that was chosen, and what it adds to the list price of a unit."""

    variable: str
    value: str
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """One line; amounts are in the document's currency."""

    number: int
    sku: str
    name: str
    quantity: Decimal
    unit: str
    charge: ChargeType
    period: ChargePeriod | None
    term_months: Decimal | None
    start_date: date | None
    end_date: date | None
    options: tuple[Option, ...]
    list_unit_price: Decimal
    net_unit_price: Decimal
    list_total: Decimal
    discount_total: Decimal
    net_total: Decimal
    tax_rate: Decimal
    tax_amount: Decimal
    tax_included: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class TaxSum:
    """The tax of all lines of one code and rate; `base` is what it is worked out from."""

    code: str
    rate: Decimal
    base: Decimal
    amount: Decimal
    included: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTotals:
    """What the lines come to. `net` is before taxes that are added, `total` what is to be paid.

    `recurring` is the net of one period each, and part of `net` for the whole term.
    """

    list: Decimal
    discount: Decimal
    net: Decimal
    taxes: tuple[TaxSum, ...]
    total: Decimal
    one_time: Decimal
    recurring: tuple[tuple[ChargePeriod, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A proposal as data. `language` is that of its words, `accent` the colour it is set with."""

    number: str
    quote_number: str
    version: int
    title: str
    issued_on: date
    valid_until: date | None
    seller: Party
    buyer: Party | None
    currency: str
    lines: tuple[DocumentLine, ...]
    totals: DocumentTotals
    terms: tuple[str, ...]
    language: str
    template: Template = Template.STANDARD
    accent: str = ""
