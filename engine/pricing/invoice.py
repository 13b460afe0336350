"""A document's net and gross: lines with discounts, what is off the whole, surcharges, taxes.

Prices are with or without tax. Every discount works on the prices as they are; a line is
rounded after each of them. The other side of the tax is reckoned from what is left, for a
unit, for a line, or for all lines of a rate together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from engine.pricing.allocation import allocate
from engine.pricing.rounding import EXACT, Rounding

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


class TaxBase(StrEnum):
    """What tax is reckoned and rounded for."""

    UNIT = "unit"
    LINE = "line"
    RATE_GROUP = "rate_group"


@dataclass(frozen=True, slots=True)
class Item:
    """Units at a price with a tax in percent; `includes_tax` None follows the document."""

    price: Decimal
    quantity: Decimal
    tax_percent: Decimal
    includes_tax: bool | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Percent off the whole for at least so many units, and at least such a sum."""

    name: str
    percent: Decimal
    min_quantity: Decimal = _ZERO
    min_amount: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a document comes to without and with tax, and which offers were taken."""

    net: Decimal
    gross: Decimal
    applied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deductions:
    """What is off: of every line in percent, then by offers, then of the whole.

    `fixed_total` is what the whole comes to instead.
    """

    line_percent: Decimal = _ZERO
    offers: tuple[Offer, ...] = ()
    percent: Decimal = _ZERO
    amount: Decimal = _ZERO
    fixed_total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    amount: Decimal
    item: Item


def draw(  # noqa: PLR0913 (what a document is made of)
    items: Sequence[Item],
    deductions: Deductions,
    rounding: Rounding,
    *,
    includes_tax: bool,
    surcharges: Sequence[Item] = (),
    base: TaxBase = TaxBase.LINE,
) -> Drawn:
    """The document of `items`; surcharges bear no deduction. Offers are tried in their order."""
    lines = [
        _Line(rounding.money(EXACT.multiply(item.price, item.quantity)), item) for item in items
    ]
    lines = [_less(line, deductions.line_percent, rounding) for line in lines]
    applied: list[str] = []
    quantity = sum((item.quantity for item in items), _ZERO)
    for offer in deductions.offers:
        amount = sum((line.amount for line in lines), _ZERO)
        if quantity >= offer.min_quantity and amount >= offer.min_amount:
            lines = [_less(line, offer.percent, rounding) for line in lines]
            applied.append(offer.name)
    lines = _shared(lines, deductions, rounding)
    lines += [
        _Line(rounding.money(EXACT.multiply(item.price, item.quantity)), item)
        for item in surcharges
    ]
    net, gross = _sides(lines, rounding, includes_tax=includes_tax, base=base)
    return Drawn(net, gross, tuple(applied))


def _less(line: _Line, percent: Decimal, rounding: Rounding) -> _Line:
    left = EXACT.divide(EXACT.multiply(line.amount, _HUNDRED - percent), _HUNDRED)
    return replace(line, amount=rounding.money(left))


def _shared(lines: list[_Line], deductions: Deductions, rounding: Rounding) -> list[_Line]:
    """What is off the whole, borne by the lines by largest remainder."""
    amounts = [line.amount for line in lines]
    whole = sum(amounts, _ZERO)
    left = EXACT.divide(EXACT.multiply(whole, _HUNDRED - deductions.percent), _HUNDRED)
    due = rounding.money(left) - rounding.money(deductions.amount)
    if deductions.fixed_total is not None:
        due = rounding.money(deductions.fixed_total)
    if due == whole:
        return lines
    parts = allocate(due, amounts, rounding.unit)
    return [replace(line, amount=part) for line, part in zip(lines, parts, strict=True)]


def _sides(
    lines: Sequence[_Line], rounding: Rounding, *, includes_tax: bool, base: TaxBase
) -> tuple[Decimal, Decimal]:
    net, gross = _ZERO, _ZERO
    for amount, rate, included, units in _taxed(lines, includes_tax=includes_tax, base=base):
        other = rounding.money(_other_side(EXACT.divide(amount, units), rate, included=included))
        other = rounding.money(EXACT.multiply(other, units))
        net += other if included else amount
        gross += amount if included else other
    return net, gross


def _taxed(
    lines: Sequence[_Line], *, includes_tax: bool, base: TaxBase
) -> list[tuple[Decimal, Decimal, bool, Decimal]]:
    """What tax is reckoned on: amount, rate, whether the tax is in it, and in how many units."""
    one = Decimal(1)
    each = [
        (
            line.amount,
            line.item.tax_percent,
            includes_tax if line.item.includes_tax is None else line.item.includes_tax,
            line.item.quantity if base is TaxBase.UNIT else one,
        )
        for line in lines
    ]
    if base is not TaxBase.RATE_GROUP:
        return each
    groups: dict[tuple[Decimal, bool], Decimal] = {}
    for amount, rate, included, _ in each:
        groups[rate, included] = groups.get((rate, included), _ZERO) + amount
    return [(amount, rate, included, one) for (rate, included), amount in groups.items()]


def _other_side(amount: Decimal, rate: Decimal, *, included: bool) -> Decimal:
    if included:
        return EXACT.divide(EXACT.multiply(amount, _HUNDRED), _HUNDRED + rate)
    return EXACT.divide(EXACT.multiply(amount, _HUNDRED + rate), _HUNDRED)
