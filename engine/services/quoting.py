"""Quoting: pricing lines and alternatives for an account, refreshing and validating them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from engine.customers.account import Account
from engine.kernel.currency import currency as currency_of
from engine.kernel.finding import Finding, Severity
from engine.kernel.numbers import LARGEST
from engine.pricing.book import book
from engine.pricing.figures import Figures, fraction
from engine.pricing.pipeline import UnitPrice, price_unit
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Offer, Snapshot
from engine.quotes.calculation import price_alternative, price_line
from engine.quotes.line import Alternative, Line, PricedAlternative, PricedLine
from engine.quotes.validation import Checks, alternative_findings, line_findings

_ZERO = Decimal(0)
_USUAL_DIGITS = 2


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
    def rounding(self) -> Rounding:
        try:
            digits = currency_of(self.currency).digits
        except ValueError:
            digits = _USUAL_DIGITS
        return Rounding(digits, self.snapshot.settings.rounding_mode)

    @cached_property
    def checks(self) -> Checks:
        return Checks(
            on=self.on,
            currency=self.currency,
            cost=self.cost,
            minimum_price=self.minimum_price,
        )

    def offer(self, line: Line) -> Offer | None:
        """The offer the line was made from; None for a line typed by hand or a lost product."""
        if not line.product_key:
            return None
        return self.snapshot.offer(
            line.product_key, price_list=line.price_list_key, currency=self.currency
        )


def reprice_line(terms: Terms, line: Line) -> PricedLine:
    """The line calculated, with what validation has to say about it."""
    offer = terms.offer(line)
    priced = _price(terms, line, offer)
    findings = line_findings(priced, offer, terms.checks)
    return priced._replace(findings=tuple(findings)) if findings else priced


def reprice_alternative(
    terms: Terms, alternative: Alternative, lines: Sequence[Line]
) -> PricedAlternative:
    """Every line, then the alternative, then the lines' shares of its discount."""
    priced = [reprice_line(terms, line) for line in lines]
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


def refresh_line(terms: Terms, line: Line, writeable: Collection[str] = WRITEABLE) -> PricedLine:
    """The line with today's prices from its price list, where `writeable` allows, recalculated.

    A product that is gone leaves the line's prices as they are, with a warning; a list
    price that moved is told with the old and the new one.
    """
    offer = terms.offer(line)
    if offer is None:
        return reprice_line(terms, line)
    fresh = new_line(terms, offer)
    changes = {name: getattr(fresh, name) for name in WRITEABLE & set(writeable) - {"suggestion"}}
    updated = line._replace(**changes)
    if "suggestion" in writeable:
        updated = updated._replace(suggested_percent=_ZERO, suggested_amount=_ZERO)
        priced = _price(terms, updated, offer)
    else:
        priced = price_line(_seen(terms, updated), None, terms.rounding)
    findings = [*_moved(terms, line, updated), *line_findings(priced, offer, terms.checks)]
    return priced._replace(findings=tuple(findings))


def after_discount(terms: Terms, total: Decimal, alternative: Alternative) -> Decimal:
    """A line's total once the alternative's discount percent is off it, where that is payable."""
    left = total - fraction(total, alternative.discount_percent, terms.rounding)
    return left if -LARGEST <= left <= LARGEST else total


def examine(
    terms: Terms, alternative: Alternative, lines: Sequence[Line]
) -> tuple[list[tuple[Finding, ...]], tuple[Finding, ...]]:
    """Findings per line, and on the alternative, of figures as they stand; no price moves."""
    priced = [_as_it_stands(terms, line) for line in lines]
    found = [tuple(line_findings(each, terms.offer(each.line), terms.checks)) for each in priced]
    whole = price_alternative(alternative, priced, terms.rounding)
    return found, tuple(alternative_findings(whole))


def _price(terms: Terms, line: Line, offer: Offer | None) -> PricedLine:
    unit = None if offer is None else _unit_price(terms, line, offer)
    return price_line(_seen(terms, line), unit, terms.rounding)


def _unit_price(terms: Terms, line: Line, offer: Offer) -> UnitPrice:
    """What the price book makes of one unit; the snapshot remembers it."""
    account = terms.account
    buyer = None if account is None else account.id
    key = (offer.key, buyer, terms.on, line.quantity, line.unit_list_price)
    price: UnitPrice = terms.snapshot.unit_prices.get(
        key,
        lambda: price_unit(
            book(terms.snapshot, offer, account, terms.on), line.quantity, line.unit_list_price
        ),
    )
    return price


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
