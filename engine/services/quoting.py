"""Quoting: pricing lines and alternatives for an account, refreshing and validating them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from engine.customers.account import Account
from engine.kernel.currency import Currency
from engine.kernel.currency import currency as currency_of
from engine.kernel.finding import Finding, Severity
from engine.kernel.numbers import LARGEST
from engine.pricing.circumstances import Basket, Item
from engine.pricing.figures import Figures, fraction
from engine.pricing.offer import Offer
from engine.pricing.pipeline import UnitPrice
from engine.pricing.remembered import Buying, unit_price
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.quotes.calculation import INCALCULABLE, price_alternative, price_line
from engine.quotes.line import Alternative, Line, PricedAlternative, PricedLine
from engine.quotes.validation import Checks, alternative_findings, line_findings

_ZERO = Decimal(0)
_USUAL_DIGITS = 2
"""A currency nobody knows has two decimals, as most have."""
_ALONE = Basket(())


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Under which a quote is priced: whose data, for which account, in what currency, when.

    `currency` is an ISO code or empty. `cost` and `minimum_price` say whether the tenant
    shows these to its salespeople; where not, they count as 0.
    """

    snapshot: Snapshot
    on: date
    account: Account | None = None
    currency: str = ""
    cost: bool = True
    minimum_price: bool = True

    @cached_property
    def money(self) -> Currency:
        try:
            return currency_of(self.currency)
        except ValueError:
            return Currency(self.currency, _USUAL_DIGITS)

    @cached_property
    def rounding(self) -> Rounding:
        return Rounding.of(self.money, self.snapshot.settings.pricing)

    @cached_property
    def buying(self) -> Buying:
        return Buying(self.snapshot, self.account, self.on)

    @cached_property
    def checks(self) -> Checks:
        return Checks(
            on=self.on,
            currency=self.currency,
            rounding=self.rounding,
            cost=self.cost,
            minimum_price=self.minimum_price,
        )

    def speaks(self, offer: Offer) -> bool:
        """Whether the offer's prices are in the quote's currency."""
        return self.currency in {"", offer.price_list.currency.code}

    def offer(self, line: Line) -> Offer | None:
        """The offer the line was made from; None for a line typed by hand or a lost product."""
        if not line.product_key:
            return None
        return self.snapshot.offer(
            line.product_key, price_list=line.price_list_key, currency=self.currency
        )


def reprice_line(terms: Terms, line: Line, others: Sequence[Line] = ()) -> PricedLine:
    """The line calculated among the others, with what validation has to say about it."""
    offer = terms.offer(line)
    basket = _basket(terms, [line, *others])
    return _repriced(terms, line, offer, basket)


def reprice_alternative(
    terms: Terms, alternative: Alternative, lines: Sequence[Line]
) -> PricedAlternative:
    """Every line, then the alternative, then the lines' shares of its discount."""
    basket = _basket(terms, lines)
    priced = [_repriced(terms, line, terms.offer(line), basket) for line in lines]
    return price_alternative(alternative, priced, terms.rounding)


def new_line(terms: Terms, offer: Offer) -> Line:
    """A line for one of the offer's product, as it goes on a quote."""
    product, entry = offer.product, offer.entry
    return Line(
        product_key=offer.key,
        price_list_key=offer.price_list.key,
        name=product.name,
        quantity=Decimal(1),
        is_subscription=product.is_subscription,
        subscription_quantity=(
            product.default_subscription_quantity if product.is_subscription else _ZERO
        ),
        unit_list_price=entry.list_price,
        unit_cost=(entry.cost or _ZERO) if terms.cost else _ZERO,
        unit_minimum_price=(entry.minimum_price or _ZERO) if terms.minimum_price else _ZERO,
        tax_rate=product.tax_rate,
    )


WRITEABLE = frozenset({"unit_list_price", "unit_minimum_price", "unit_cost", "suggestion"})
"""What a refresh may touch besides the figures that follow from it."""


def refresh_lines(
    terms: Terms, lines: Sequence[Line], writeable: Collection[str] = WRITEABLE
) -> list[PricedLine]:
    """The lines with today's prices, where `writeable` allows, recalculated.

    A product that is gone leaves the line's prices as they are, with a warning; a list
    price that moved is told with the old and the new one.
    """
    offers = [terms.offer(line) for line in lines]
    updated = [
        line
        if offer is None or not terms.speaks(offer)
        else _updated(terms, line, offer, writeable)
        for line, offer in zip(lines, offers, strict=True)
    ]
    basket = _basket(terms, updated)
    return [
        _repriced(terms, before, None, basket)
        if offer is None
        else _refreshed(terms, before, after, offer, basket if "suggestion" in writeable else None)
        for before, after, offer in zip(lines, updated, offers, strict=True)
    ]


def _updated(terms: Terms, line: Line, offer: Offer, writeable: Collection[str]) -> Line:
    fresh = new_line(terms, offer)
    changes = {name: getattr(fresh, name) for name in WRITEABLE & set(writeable) - {"suggestion"}}
    if "suggestion" in writeable:
        changes |= {"suggested_percent": _ZERO, "suggested_amount": _ZERO}
    return line._replace(**changes)


def _refreshed(
    terms: Terms, line: Line, updated: Line, offer: Offer, basket: Basket | None
) -> PricedLine:
    """`basket` None leaves the suggestion that stands on the line."""
    if basket is not None:
        priced = _price(terms, updated, offer, basket)
    else:
        priced = price_line(_seen(terms, updated), None, terms.rounding)
    findings = [*_moved(terms, line, updated), *line_findings(priced, offer, terms.checks)]
    return priced._replace(findings=tuple(findings))


def after_discount(terms: Terms, total: Decimal, alternative: Alternative) -> Decimal:
    """A line's total once the alternative's discount percent is off it, where that is payable."""
    left = total - fraction(total, alternative.discount_percent, terms.rounding)
    return left if -LARGEST <= left <= LARGEST else total


class Examined(NamedTuple):
    """An alternative as it stands, and what there is to say about it."""

    whole: PricedAlternative
    findings: tuple[tuple[Finding, ...], ...]
    """of each line"""
    whole_findings: tuple[Finding, ...]

    @property
    def is_calculable(self) -> bool:
        """Whether every figure could be had."""
        every = [*self.whole_findings, *(each for found in self.findings for each in found)]
        return not any(each.code in INCALCULABLE for each in every)


def examine(terms: Terms, alternative: Alternative, lines: Sequence[Line]) -> Examined:
    """The alternative of figures as they stand, with findings; no price moves."""
    priced = [_as_it_stands(terms, line) for line in lines]
    found = tuple(examine_line(terms, each) for each in priced)
    whole = price_alternative(alternative, priced, terms.rounding)
    return Examined(whole, found, tuple(alternative_findings(whole)))


def examine_line(terms: Terms, line: PricedLine | Line) -> tuple[Finding, ...]:
    """Findings of one line as it stands."""
    priced = _as_it_stands(terms, line) if isinstance(line, Line) else line
    return tuple(line_findings(priced, terms.offer(priced.line), terms.checks))


def unit_prices(terms: Terms, lines: Sequence[Line]) -> list[UnitPrice | None]:
    """What the book makes of one unit of each line; None where it says nothing of it."""
    basket = _basket(terms, lines)
    offers = [terms.offer(line) for line in lines]
    return [
        None
        if offer is None or not terms.speaks(offer)
        else _unit_price(terms, line, offer, basket)
        for line, offer in zip(lines, offers, strict=True)
    ]


def _repriced(terms: Terms, line: Line, offer: Offer | None, basket: Basket) -> PricedLine:
    priced = _price(terms, line, offer, basket)
    findings = line_findings(priced, offer, terms.checks)
    return priced._replace(findings=tuple(findings)) if findings else priced


def _basket(terms: Terms, lines: Sequence[Line]) -> Basket:
    """What the rules that look around see; nothing where the tenant has none."""
    if not terms.snapshot.looks_around:
        return _ALONE
    offers = ((terms.offer(line), line) for line in lines)
    return Basket(
        Item(offer, line.quantity, line.unit_list_price)
        for offer, line in offers
        if offer is not None
    )


def _price(terms: Terms, line: Line, offer: Offer | None, basket: Basket) -> PricedLine:
    unit = (
        None
        if offer is None or not terms.speaks(offer)
        else _unit_price(terms, line, offer, basket)
    )
    return price_line(_seen(terms, line), unit, terms.rounding)


def _unit_price(terms: Terms, line: Line, offer: Offer, basket: Basket) -> UnitPrice:
    return unit_price(terms.buying, offer, basket, line.quantity, line.unit_list_price)


def _seen(terms: Terms, line: Line) -> Line:
    """The line without the cost that this tenant does not speak of."""
    return line if terms.cost or not line.unit_cost else line._replace(unit_cost=_ZERO)


def _as_it_stands(terms: Terms, line: Line) -> PricedLine:
    """The line with its own figures where they hang together, else calculated."""
    priced = price_line(_seen(terms, line), None, terms.rounding)
    if priced.figures is None or priced.sub_total - line.discount_amount != line.total:
        return priced
    given = Figures(
        line.discount_percent,
        line.discount_amount,
        line.earning_percent,
        line.earning_amount,
        line.total,
    )
    return priced._replace(figures=given)


def _moved(terms: Terms, before: Line, after: Line) -> list[Finding]:
    if before.unit_list_price == after.unit_list_price:
        return []
    prices = {
        "old": before.unit_list_price,
        "new": after.unit_list_price,
        "currency": terms.currency,
    }
    return [Finding(Severity.INFO, "list_price_updated", prices)]
