"""Orders for the Odoo tests, and steps kept in memory."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from engine.ports.erp import Customer, OrderDocument, OrderedLine, PostalAddress

KEY = "eff_01"

PUMPS = OrderedLine(
    line_id="oln_1",
    sku="VX-2000",
    name="Pump VX-2000",
    quantity=D(4),
    unit="Units",
    net=D("4800.00"),
    unit_price=D("1200.00"),
    tax_rate=D(25),
    configuration={"Colour": "blue", "Seal": "FKM"},
)
CARE = OrderedLine(
    line_id="oln_2",
    sku="CARE-PLUS",
    name="Care Plus",
    quantity=D(1),
    unit="Units",
    net=D("199.00"),
    unit_price=D("199.00"),
    tax_rate=D(25),
)
ORDER = OrderDocument(
    tenant="CustA",
    system="ERP-ODOO",
    order_id="ord_1",
    order_number="O-2026-0001",
    account="ACME",
    currency="EUR",
    purchase_order="PO-77",
    lines=(PUMPS, CARE),
    customer=Customer(
        id="ACME",
        name="Acme AS",
        invoice=PostalAddress(
            lines=("Harbour Road 1",), city="Oslo", zip_code="0150", country_code="NO"
        ),
        delivery=PostalAddress(
            lines=("dock 4",), city="BERGEN", zip_code="5003", country_code="NO"
        ),
    ),
    placed_on=date(2026, 11, 20),
    requested_date=date(2026, 12, 1),
    comment="Ring the bell",
)


def thirds(**changes: object) -> OrderedLine:
    """Three for 100.00 together, which no price of two digits comes to."""
    line = OrderedLine(
        line_id="oln_3",
        sku="KIT-10",
        name="Kit",
        quantity=D(3),
        unit="Units",
        net=D("100.00"),
        unit_price=D("33.333333333333"),
        tax_rate=D(25),
    )
    return replace(line, **changes)  # type: ignore[arg-type]  # members of the line
