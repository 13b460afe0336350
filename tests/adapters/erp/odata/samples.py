"""Orders for the tests of the OData adapters, and steps kept in memory."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from engine.ports.erp import Customer, OrderDocument, OrderedLine, PostalAddress

KEY = "eff_01"

PUMPS = OrderedLine(
    line_id="oln_1",
    sku="VX-2000",
    name="Separator VX-2000",
    quantity=D(4),
    unit="pcs",
    net=D("4800.00"),
    unit_price=D("1200.00"),
    tax_rate=D(25),
)
CARE = OrderedLine(
    line_id="oln_2",
    sku="CARE-PLUS",
    name="Care Plus",
    quantity=D(1),
    unit="pcs",
    net=D("199.00"),
    unit_price=D("199.00"),
    tax_rate=D(25),
)
THIRDS = OrderedLine(
    line_id="oln_3",
    sku="KIT-10",
    name="Kit",
    quantity=D(3),
    unit="pcs",
    net=D("100.00"),
    unit_price=D("33.333333333333333333"),
)
ORDER = OrderDocument(
    tenant="CustA",
    system="ERP",
    order_id="ord_1",
    order_number="O-2026-0001",
    account="ACME",
    currency="EUR",
    purchase_order="PO-77",
    lines=(PUMPS, CARE),
    customer=Customer(
        id="ACME",
        name="Acme AS",
        delivery=PostalAddress(
            lines=("Dock 4",), city="Bergen", zip_code="5003", country_code="NO"
        ),
    ),
    placed_on=date(2026, 11, 20),
    requested_date=date(2026, 12, 1),
    comment="Ring the bell",
)


def order(*lines: OrderedLine, **changes: object) -> OrderDocument:
    """The usual order with other lines, or other members."""
    told = {"lines": lines or ORDER.lines, **changes}
    return replace(ORDER, **told)  # type: ignore[arg-type]  # members of the order
