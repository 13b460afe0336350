"""The orders of the suite. Every peer has the goods and customers they name.

Goods: VX-2000 and KIT-10 (goods, by the piece), CABLE-M (goods, by the metre, two decimals),
CARE-PLUS (a service, by the piece). Customers: contacts 4711 and 4712 of the CRM, accounts
`acc_acme` and `acc_boreal`. Currencies: EUR, and JPY where the peer has one without decimals. A
tax of 25 %. Units are called `pcs` and `m` here. NOT-THERE is no product of anybody's.
"""

import itertools
import secrets
from decimal import Decimal

from engine.ports.erp import Customer, OrderDocument, OrderedLine

ACME = Customer(id="acc_acme", name="Acme Manufacturing", contact_id=4711)
BOREAL = Customer(id="acc_boreal", name="Boreal Shipping", contact_id=4712)
NOBODY = Customer(id="acc_nobody", name="Nobody", contact_id=99)
VAT = Decimal(25)
_RUN = secrets.token_hex(3).upper()
_NUMBERS = itertools.count(1)


def line(  # the members that the cases vary
    sku: str, quantity: str, net: str, unit: str = "pcs", *, price: str | None = None
) -> OrderedLine:
    count, amount = Decimal(quantity), Decimal(net)
    return OrderedLine(
        line_id=f"lin_{sku.lower()}",
        sku=sku,
        name=f"A {sku}",
        quantity=count,
        unit=unit,
        net=amount,
        unit_price=amount / count if price is None else Decimal(price),
        tax_rate=VAT,
    )


SEPARATORS = line("VX-2000", "4", "4800.00", price="1200")
CARE = line("CARE-PLUS", "2", "199.00", price="99.5")


def order(
    *lines: OrderedLine,
    customer: Customer = ACME,
    currency: str = "EUR",
    number: str | None = None,
) -> OrderDocument:
    """A new order, of four separators and two services where nothing else is said."""
    number = number or f"O-{_RUN}-{next(_NUMBERS):04d}"
    return OrderDocument(
        tenant="tnt_1",
        system="erp",
        order_id=f"ord_{number}",
        order_number=number,
        account=customer.id,
        currency=currency,
        purchase_order="PO 77",
        lines=lines or (SEPARATORS, CARE),
        customer=customer,
    )
