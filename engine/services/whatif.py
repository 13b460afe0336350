"""What if: one basket priced over variations, and what it takes to reach a target."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product

from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.approval import Approval
from engine.pricing.remembered import Buying, price_book
from engine.pricing.rounding import EXACT, Rounding
from engine.pricing.snapshot import Snapshot
from engine.pricing.transaction import Priced
from engine.pricing.volume import next_tier
from engine.services.pricing import PriceAnswer, PriceBasket, price_basket

MOST_ROWS = 500
MOST_PRICES = 20_000
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The values a grid goes through; every combination is a row. None leaves what is asked for.

    Quantity and term are those of `line` (counted from 0), or of every line where it is None.
    """

    quantities: tuple[Decimal | None, ...] = (None,)
    terms: tuple[Decimal | None, ...] = (None,)
    discounts: tuple[Decimal | None, ...] = (None,)
    dates: tuple[date | None, ...] = (None,)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where to get to: a net, or a margin in percent of it."""

    net: Decimal | None = None
    margin_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Variation:
    """One combination of the axes' values."""

    quantity: Decimal | None
    term_months: Decimal | None
    discount_percent: Decimal | None
    on: date | None


@dataclass(frozen=True, slots=True)
class NextTier:
    """From `quantity` units on, line `line` (counted from 1) is in the next tier."""

    line: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Way:
    """What leads to the target: so much more off the whole, and who would have to agree.

    A negative amount means that so much could be asked for in addition.
    """

    net: Decimal
    discount_amount: Decimal
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A variation priced; `way` is None where no target was named or it cannot be reached."""

    variation: Variation
    answer: PriceAnswer
    next_tiers: tuple[NextTier, ...]
    way: Way | None


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows; `cheapest` is the place of the one that gives away least to reach the target."""

    rows: tuple[GridRow, ...]
    cheapest: int | None


def price_grid(
    snapshot: Snapshot, today: date, basket: PriceBasket, axes: Axes, target: Target | None
) -> Grid:
    """The basket over every combination of the axes. Invalid as for one basket."""
    variations = list(_variations(basket, axes))
    rows = tuple(_row(snapshot, today, basket, each, axes.line, target) for each in variations)
    reachable = [place for place, row in enumerate(rows) if row.way is not None]
    cheapest = min(reachable, key=lambda place: _given_away(rows[place]), default=None)
    return Grid(rows, cheapest)


def _variations(basket: PriceBasket, axes: Axes) -> Iterator[Variation]:
    values = (axes.quantities, axes.terms, axes.discounts, axes.dates)
    count = 1
    for each in values:
        count *= len(each)
    if count > MOST_ROWS or count * len(basket.asks) > MOST_PRICES:
        raise Invalid("the grid is too large", [_error("grid_too_large", "vary")])
    if axes.line is not None and not 0 <= axes.line < len(basket.asks):
        raise Invalid("there is no such line", [_error("unknown_line", "vary/line")])
    return (Variation(*combination) for combination in product(*values))


def _row(  # noqa: PLR0913, PLR0917 (a row of a grid)
    snapshot: Snapshot,
    today: date,
    basket: PriceBasket,
    variation: Variation,
    line: int | None,
    target: Target | None,
) -> GridRow:
    varied = _varied(basket, variation, line)
    answer = price_basket(snapshot, today, varied)
    way = None if target is None else _way(snapshot, today, varied, answer.priced, target)
    return GridRow(variation, answer, tuple(_next_tiers(snapshot, answer.priced)), way)


def _varied(basket: PriceBasket, variation: Variation, line: int | None) -> PriceBasket:
    asks = tuple(
        ask
        if line is not None and place != line
        else replace(
            ask,
            quantity=ask.quantity if variation.quantity is None else variation.quantity,
            term_months=(
                ask.term_months if variation.term_months is None else variation.term_months
            ),
        )
        for place, ask in enumerate(basket.asks)
    )
    off = variation.discount_percent
    return replace(
        basket,
        asks=asks,
        on=basket.on if variation.on is None else variation.on,
        discount_percent=basket.discount_percent if off is None else off,
    )


def _next_tiers(snapshot: Snapshot, priced: Priced) -> Iterator[NextTier]:
    asked = priced.transaction
    buying = Buying(snapshot, asked.account, asked.on)
    for number, (line, offer) in enumerate(zip(priced.lines, priced.offers, strict=True), 1):
        starts_at = next_tier(price_book(buying, offer), line.ask.quantity)
        if starts_at is not None:
            yield NextTier(number, starts_at)


def _way(
    snapshot: Snapshot, today: date, basket: PriceBasket, priced: Priced, target: Target
) -> Way | None:
    net = _net_of(snapshot, priced, target)
    if net is None or net < 0:
        return None
    more = priced.totals.net - net
    if more <= 0:
        return Way(net, more, priced.approvals)
    discounted = replace(basket, discount_amount=basket.discount_amount + more)
    return Way(net, more, price_basket(snapshot, today, discounted).priced.approvals)


def _net_of(snapshot: Snapshot, priced: Priced, target: Target) -> Decimal | None:
    """The net the target asks for, in whole minor units."""
    rounding = Rounding.of(priced.transaction.price_list.currency, snapshot.settings.pricing)
    if target.net is not None:
        return rounding.money(target.net)
    cost, margin = priced.totals.cost, target.margin_percent
    if cost is None or margin is None or margin >= _HUNDRED:
        return None
    return rounding.money(EXACT.divide(EXACT.multiply(cost, _HUNDRED), _HUNDRED - margin))


def _given_away(row: GridRow) -> Decimal:
    off = row.way.discount_amount if row.way else Decimal(0)
    return row.answer.priced.totals.discount + off


def _error(code: str, where: str) -> Finding:
    return Finding(Severity.ERROR, code, where=where)
