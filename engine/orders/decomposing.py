"""Decomposing: the lines of what was accepted become lines that systems fulfil.

A bundle stays on the order with its price and is fulfilled through its components, which cost
nothing of their own. Each line goes where the tenant's rules route it.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from engine.catalog.charge import ChargeType, charge_of
from engine.catalog.product import Product
from engine.catalog.routing import routed, usual_system
from engine.kernel.ids import Ids
from engine.orders.order import OrderLine, Progress
from engine.pricing.rounding import EXACT
from engine.pricing.snapshot import Snapshot
from engine.quotes.version import QuoteLine, QuoteVersion

_NOTHING = Decimal(0)


def decomposed(data: Snapshot, version: QuoteVersion, on: date, ids: Ids) -> tuple[OrderLine, ...]:
    """The lines of the alternative that was accepted, components after their bundle."""
    return tuple(line for sold in version.offered.lines for line in _lines(data, sold, on, ids))


def _lines(data: Snapshot, sold: QuoteLine, on: date, ids: Ids) -> Iterator[OrderLine]:
    price, ask = sold.price, sold.price.ask
    product = data.products.get(ask.sku)
    system, waits_for = _route(data, product, price.charge.type, on)
    components = () if product is None else product.components
    line = OrderLine(
        id=ids.new("oln"),
        line_ref=sold.origin_key or sold.id,
        sku=ask.sku,
        name=price.name,
        quantity=ask.quantity,
        unit=price.unit,
        unit_list_price=price.list_unit_price,
        discount=price.discount_total,
        total=price.net_total,
        progress=Progress.of(ask.quantity),
        system=system,
        waits_for=waits_for,
        is_bundle=bool(components),
        charge=price.charge,
        configuration=tuple(
            (each.variable, each.value) for each in ask.options if not each.is_rule
        ),
        requested_date=ask.start_date,
        cost=price.cost_total,
        family="" if product is None else product.family,
        category="" if product is None else product.category,
    )
    yield line
    for component in components:
        part = data.products.get(component.sku)
        charge = ChargeType.ONE_TIME if part is None else charge_of(part).type
        system, waits_for = _route(data, part, charge, on)
        quantity = EXACT.multiply(ask.quantity, component.quantity)
        yield OrderLine(
            id=ids.new("oln"),
            line_ref=line.line_ref,
            sku=component.sku,
            name=component.sku if part is None else part.name,
            quantity=quantity,
            unit="" if part is None else part.quantity_unit,
            unit_list_price=_NOTHING,
            discount=_NOTHING,
            total=_NOTHING,
            progress=Progress.of(quantity),
            system=system,
            waits_for=waits_for,
            parent=line.id,
            family="" if part is None else part.family,
            category="" if part is None else part.category,
        )


def _route(
    data: Snapshot, product: Product | None, charge: ChargeType, on: date
) -> tuple[str, str | None]:
    rule = routed(data.data.routing_rules, product, charge, on)
    return (usual_system(charge), None) if rule is None else (rule.system, rule.waits_for)
