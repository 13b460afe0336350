"""Lines as another system shows them, written as prices that explain themselves.

The figures are that system's own; where they are what the rules lead to, the rules tell why,
otherwise a person decided and one step says by how much.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.catalog.charge import Charge, ChargePeriod, ChargeType, charge_of
from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import Product
from engine.catalog.settings import USUAL_PRICING
from engine.kernel.currency import Currency
from engine.kernel.finding import Severity
from engine.pricing import totals
from engine.pricing.line import Ask, SaleLine, price_sale_line
from engine.pricing.listing import Listed
from engine.pricing.offer import Offer
from engine.pricing.pipeline import UnitPrice
from engine.pricing.rounding import Rounding
from engine.pricing.waterfall import StepCode, Waterfall
from engine.quotes.line import Line, PricedAlternative, PricedLine

_RULED = (
    *(StepCode.OPTIONS, StepCode.AGREEMENT, StepCode.VOLUME),
    *(StepCode.PROMOTION, StepCode.CHANNEL),
)
"""The steps that rules take."""


def sold_lines(
    whole: PricedAlternative,
    offers: Sequence[Offer | None],
    units: Sequence[UnitPrice | None],
    currency: Currency,
    rounding: Rounding,
) -> tuple[totals.PricedLine, ...]:
    """The lines of an alternative with their shares of what is off it.

    `offers` are what the lines were made from and `units` what the rules make of one unit of
    them; None where a line was typed by hand or its product is gone.
    """
    sales = [
        _sale(line, _offer(line.line, offer, currency), unit, rounding)
        for line, offer, unit in zip(whole.lines, offers, units, strict=True)
    ]
    nets = [line.total for line in whole.lines]
    off = [net - share for net, share in zip(nets, whole.shares, strict=True)]
    return totals.priced_lines(sales, nets, off, rounding, USUAL_PRICING)


def _sale(line: PricedLine, offer: Offer, unit: UnitPrice | None, rounding: Rounding) -> SaleLine:
    charge = _charge(line.line, offer)
    ask = Ask(
        sku=offer.product.sku,
        quantity=line.line.quantity,
        term_months=charge.term_months,
    )
    if unit is not None:
        ruled = price_sale_line(ask, Listed(offer), charge, unit.waterfall, rounding)
        if ruled.net_total == line.total:
            return ruled
    off = line.sub_total - line.total
    by_hand = replace(ask, discount_amount=off)
    sale = price_sale_line(by_hand, Listed(offer), charge, _unruled(line.line, offer), rounding)
    said = tuple(each for each in sale.findings if each.severity is not Severity.ERROR)
    return replace(sale, findings=said)


def _unruled(line: Line, offer: Offer) -> Waterfall:
    """The list price alone: a person decided, so no rule did."""
    price = Waterfall(line.unit_list_price, offer.price_list.currency, line.quantity)
    price = price.then(StepCode.LIST, line.unit_list_price)
    for code in _RULED:
        price = price.skip(code, "decided_by_hand")
    return price


def _charge(line: Line, offer: Offer) -> Charge:
    if not (line.is_subscription and line.subscription_quantity):
        return Charge(type=ChargeType.ONE_TIME)
    usual = charge_of(offer.product)
    period = usual.period or ChargePeriod.MONTH
    months = line.subscription_quantity * period.months
    return Charge(type=ChargeType.RECURRING, period=period, term_months=months)


def _offer(line: Line, offer: Offer | None, currency: Currency) -> Offer:
    """What the line says its product is, at the prices that stand on it."""
    if offer is None:
        product = Product(sku=line.product_key, code="", name=line.name)
        listed = PriceList(key=line.price_list_key, name=line.price_list_key, currency=currency)
        entry = PriceListEntry(
            price_list=listed.key, sku=product.sku, list_price=line.unit_list_price
        )
        offer = Offer(line.product_key, product, entry, listed)
    return replace(
        offer,
        product=replace(offer.product, name=line.name, tax_rate=line.tax_rate, taxes=()),
        entry=replace(
            offer.entry,
            list_price=line.unit_list_price,
            minimum_price=line.unit_minimum_price or None,
            cost=line.unit_cost or None,
        ),
    )
