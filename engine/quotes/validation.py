"""What validation has to say about lines, alternatives and versions; it changes no price."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.kernel.finding import Finding, Severity
from engine.pricing.offer import Offer
from engine.pricing.rounding import EXACT, Rounding, shown
from engine.quotes.line import PricedAlternative, PricedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What is checked on day `on`, for a quote in `currency` (ISO code, or empty).

    `cost` and `minimum_price` say whether these are the tenant's to speak of.
    """

    on: date
    currency: str = ""
    rounding: Rounding
    cost: bool = True
    minimum_price: bool = True


def line_findings(priced: PricedLine, offer: Offer | None, checks: Checks) -> list[Finding]:
    """Remarks on one line, the product's first, then the price's."""
    findings = list(priced.findings)
    line = priced.line
    if offer is not None:
        findings += _offer_findings(offer, checks)
    elif line.product_key:
        findings.append(Finding(Severity.WARNING, "product_unknown", {"product": line.product_key}))
    if priced.figures is None or not line.units:
        return findings
    net = EXACT.divide(priced.total, line.units)
    limit_price, cost = line.unit_minimum_price, line.unit_cost
    if checks.minimum_price and 0 < limit_price > net and _short(priced, limit_price, checks):
        limit = {
            "price": shown(net),
            "minimum": limit_price,
            "currency": checks.currency,
        }
        findings.append(Finding(Severity.ERROR, "below_minimum_price", limit))
    if checks.cost and 0 < cost > net and _short(priced, cost, checks):
        limit = {"price": shown(net), "cost": cost, "currency": checks.currency}
        findings.append(Finding(Severity.WARNING, "below_cost", limit))
    return findings


def _short(priced: PricedLine, limit: Decimal, checks: Checks) -> bool:
    """Whether a line comes to less than `limit` for each unit would, rounded as it is."""
    units = priced.line.units
    due = checks.rounding.money(EXACT.multiply(limit, units))
    return priced.total < due if units > 0 else priced.total > due


def alternative_findings(priced: PricedAlternative) -> list[Finding]:
    """Remarks on an alternative as a whole."""
    findings = list(priced.findings)
    if priced.figures is None or any(line.findings for line in priced.lines):
        return findings  # a total of lines that could not be calculated says nothing
    total = priced.figures.total
    if total < 0:
        findings.append(Finding(Severity.ERROR, "total_negative", {"total": total}))
    elif not total:
        findings.append(Finding(Severity.INFO, "total_zero"))
    return findings


def _offer_findings(offer: Offer, checks: Checks) -> list[Finding]:
    findings = []
    product, price_list = offer.product, offer.price_list
    if not offer.entry.in_assortment:
        findings.append(
            Finding(Severity.WARNING, "product_discontinued", {"product": product.name})
        )
    if not price_list.is_active(checks.on):
        findings.append(
            Finding(Severity.WARNING, "price_list_inactive", {"price_list": price_list.name})
        )
    if checks.currency and checks.currency != price_list.currency.code:
        params = {"product_currency": price_list.currency.code, "currency": checks.currency}
        findings.append(Finding(Severity.ERROR, "currency_mismatch", params))
    return findings
