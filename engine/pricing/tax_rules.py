"""Several taxes on one base: fixed, in percent, or as a share of the price that holds them.

Taxes are taken in their order; one that `affects_base` is part of the base of those after
it. A tax that is included is found inside the price. Formulas: as Odoo's documentation of
taxes defines percentage, division and fixed amounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.catalog.product import TaxKind
from engine.pricing.rounding import EXACT, Rounding

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class TaxRule:
    """One tax: `amount` is a percentage, or money where the tax is fixed."""

    kind: TaxKind
    amount: Decimal
    included: bool = False
    affects_base: bool = False


@dataclass(frozen=True, slots=True)
class Taxed:
    """A price taken apart: what it is without taxes, each tax, and with all of them."""

    net: Decimal
    taxes: tuple[Decimal, ...]
    total: Decimal


def taxed(price: Decimal, rules: Sequence[TaxRule], rounding: Rounding) -> Taxed:
    """`price` with its taxes, each rounded; included ones are found inside it."""
    net = rounding.money(without(price, rules))
    base, taxes = net, []
    for rule in rules:
        tax = rounding.money(_added(base, rule))
        taxes.append(tax)
        if rule.affects_base:
            base += tax
    if rules and all(rule.included for rule in rules):  # the price itself is what is paid
        taxes[-1] += rounding.money(price) - net - sum(taxes, _ZERO)
    return Taxed(net, tuple(taxes), net + sum(taxes, _ZERO))


def exactly_taxed(price: Decimal, rules: Sequence[TaxRule]) -> Taxed:
    """As `taxed`, with nothing rounded."""
    net = without(price, rules)
    base, taxes = net, []
    for rule in rules:
        tax = _added(base, rule)
        taxes.append(tax)
        if rule.affects_base:
            base += tax
    return Taxed(net, tuple(taxes), net + sum(taxes, _ZERO))


def without(price: Decimal, rules: Sequence[TaxRule]) -> Decimal:
    """`price` without the taxes that are included in it, not rounded.

    Taxes on the same base leave together; one that affects the base of others leaves after them.
    """
    together: list[TaxRule] = []
    for rule in reversed(rules):
        if rule.affects_base:
            price, together = _leave(price, together), []
        if rule.included:
            together.append(rule)
    return _leave(price, together)


def _leave(price: Decimal, rules: Sequence[TaxRule]) -> Decimal:
    def sum_of(kind: TaxKind) -> Decimal:
        return sum((rule.amount for rule in rules if rule.kind is kind), _ZERO)

    price -= sum_of(TaxKind.FIXED)
    price = EXACT.divide(EXACT.multiply(price, _HUNDRED), _HUNDRED + sum_of(TaxKind.PERCENT))
    return EXACT.divide(EXACT.multiply(price, _HUNDRED - sum_of(TaxKind.DIVISION)), _HUNDRED)


def mapped(price: Decimal, before: Sequence[TaxRule], after: Sequence[TaxRule]) -> Decimal:
    """A list price made for the taxes `before`, as it stands where those `after` hold.

    Included taxes that are replaced leave the price; those that come instead enter it.
    """
    if not any(rule.included for rule in before):
        return price
    net = without(price, before)
    for rule in after:
        if rule.included:
            net += _added(net, rule)
    return net


def _added(base: Decimal, rule: TaxRule) -> Decimal:
    match rule.kind:
        case TaxKind.FIXED:
            return rule.amount
        case TaxKind.PERCENT:
            return EXACT.divide(EXACT.multiply(base, rule.amount), _HUNDRED)
        case TaxKind.DIVISION:
            return EXACT.divide(EXACT.multiply(base, rule.amount), _HUNDRED - rule.amount)
