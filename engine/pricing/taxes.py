"""Taxes of lines: included in their prices or added to them, rounded by line or by rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.catalog.settings import TaxLevel
from engine.pricing.allocation import allocate
from engine.pricing.offer import Offer
from engine.pricing.rounding import EXACT, Rounding

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Tax:
    """A line's tax: `rate` in percent; an `included` amount is part of the line's net total."""

    code: str
    rate: Decimal
    amount: Decimal
    included: bool = False


def taxes_of(
    offers: Sequence[Offer], nets: Sequence[Decimal], rounding: Rounding, level: TaxLevel
) -> list[Tax]:
    """The tax of every line on what it comes to.

    By rate group the taxable sum of each rate is taxed and rounded once (EN 16931's way), and
    the lines share it by largest remainder.
    """
    rates = [(each.product.tax_rate, each.price_list.tax_included) for each in offers]
    exact = [_tax(net, rate, included) for net, (rate, included) in zip(nets, rates, strict=True)]
    if level is TaxLevel.LINE:
        amounts = [rounding.money(each) for each in exact]
    else:
        amounts = _by_group(rates, nets, exact, rounding)
    return [
        Tax(offer.product.tax_text, offer.product.tax_rate, amount, offer.price_list.tax_included)
        for offer, amount in zip(offers, amounts, strict=True)
    ]


def _by_group(
    rates: Sequence[tuple[Decimal, bool]],
    nets: Sequence[Decimal],
    exact: Sequence[Decimal],
    rounding: Rounding,
) -> list[Decimal]:
    amounts = [_ZERO] * len(nets)
    for rate, included in dict.fromkeys(rates):
        places = [place for place, each in enumerate(rates) if each == (rate, included)]
        taxable = sum((nets[place] for place in places), _ZERO)
        whole = rounding.money(_tax(taxable, rate, included))
        parts = allocate(whole, [exact[place] for place in places], rounding.unit)
        for place, part in zip(places, parts, strict=True):
            amounts[place] = part
    return amounts


def _tax(net: Decimal, rate: Decimal, included: bool) -> Decimal:  # noqa: FBT001 (one of a pair)
    whole = _HUNDRED + rate if included else _HUNDRED
    return EXACT.divide(EXACT.multiply(net, rate), whole)
