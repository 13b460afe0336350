"""Taxes of lines: included in their prices or added to them, rounded by line or by rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.catalog.product import TaxKind
from engine.catalog.settings import PricingPolicy, TaxBasis, TaxLevel
from engine.pricing.allocation import allocate
from engine.pricing.figures import share
from engine.pricing.offer import Offer
from engine.pricing.rounding import EXACT, Rounding
from engine.pricing.tax_rules import TaxRule, exactly_taxed

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Tax:
    """A line's tax: `rate` in percent; an `included` amount is part of the line's net total.

    Where a product has several taxes, `parts` are their codes and amounts in their order, and
    `rate` is what they come to together.
    """

    code: str
    rate: Decimal
    amount: Decimal
    included: bool = False
    parts: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Taxable:
    """What is taxed: an offer, what it comes to, and how many units at what price that is."""

    offer: Offer
    net: Decimal
    unit_price: Decimal
    units: Decimal


def taxes_of(lines: Sequence[Taxable], rounding: Rounding, policy: PricingPolicy) -> list[Tax]:
    """The tax of every line on what it comes to.

    By rate group the taxable sum of each rate is taxed and rounded once (EN 16931's way), and
    the lines share it by largest remainder.
    """
    exact = [_exact(line, rounding, policy.tax_basis) for line in lines]
    if policy.tax_level is TaxLevel.LINE:
        amounts = [[rounding.money(part) for part in parts] for parts in exact]
    else:
        amounts = _by_group(lines, exact, rounding)
    return [_tax(line, parts) for line, parts in zip(lines, amounts, strict=True)]


def _tax(line: Taxable, amounts: Sequence[Decimal]) -> Tax:
    product, included = line.offer.product, line.offer.price_list.tax_included
    amount = sum(amounts, _ZERO)
    if not product.taxes:
        return Tax(product.tax_text, product.tax_rate, amount, included)
    codes = [each.code for each in product.taxes]
    base = line.net - amount if included else line.net
    parts = tuple(zip(codes, amounts, strict=True))
    return Tax("+".join(codes), share(amount, base), amount, included, parts)


def _exact(line: Taxable, rounding: Rounding, basis: TaxBasis) -> list[Decimal]:
    """The line's taxes before they are rounded, in their order."""
    product, included = line.offer.product, line.offer.price_list.tax_included
    if product.taxes:
        return _several(line)
    if basis is TaxBasis.GROSS_FIRST and not included:
        gross = rounding.money(line.unit_price + _part(line.unit_price, product.tax_rate, _HUNDRED))
        return [EXACT.subtract(EXACT.multiply(gross, line.units), line.net)]
    whole = _HUNDRED + product.tax_rate if included else _HUNDRED
    return [_part(line.net, product.tax_rate, whole)]


def _several(line: Taxable) -> list[Decimal]:
    """Several taxes, one on the other where one affects the base of the next."""
    included = line.offer.price_list.tax_included
    rules = [
        TaxRule(
            each.kind,
            EXACT.multiply(each.amount, line.units) if each.kind is TaxKind.FIXED else each.amount,
            included,
            each.affects_base,
        )
        for each in line.offer.product.taxes
    ]
    return list(exactly_taxed(line.net, rules).taxes)


def _by_group(
    lines: Sequence[Taxable], exact: Sequence[Sequence[Decimal]], rounding: Rounding
) -> list[list[Decimal]]:
    groups = [
        (each.product.taxes or each.product.tax_rate, each.price_list.tax_included)
        for each in (line.offer for line in lines)
    ]
    amounts = [list(parts) for parts in exact]
    for group in dict.fromkeys(groups):
        places = [place for place, each in enumerate(groups) if each == group]
        for part in range(len(exact[places[0]])):
            weights = [exact[place][part] for place in places]
            whole = rounding.money(sum(weights, _ZERO))
            for place, amount in zip(places, allocate(whole, weights, rounding.unit), strict=True):
                amounts[place][part] = amount
    return amounts


def _part(amount: Decimal, rate: Decimal, whole: Decimal) -> Decimal:
    return EXACT.divide(EXACT.multiply(amount, rate), whole)
