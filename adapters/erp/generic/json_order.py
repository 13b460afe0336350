"""An order as JSON, in the members that order-1.schema.json lists."""

from collections.abc import Mapping
from decimal import Decimal

from engine.ports.connections import TableName, Tables
from engine.ports.erp import Customer, OrderDocument, OrderedLine, PostalAddress

SCHEMA = "quotewright.order/1"


def body_of(document: OrderDocument, key: str, tables: Tables, seller: str) -> Mapping[str, object]:
    """The order as it is sent under `key`; the same document gives the same body."""
    return _known(
        schema=SCHEMA,
        key=key,
        order_id=document.order_id,
        order_number=document.order_number,
        seller=seller,
        system=document.system,
        currency=tables.theirs(TableName.CURRENCY, document.currency),
        net=digits(document.net),
        purchase_order=document.purchase_order,
        placed_on=document.placed_on and document.placed_on.isoformat(),
        requested_date=document.requested_date and document.requested_date.isoformat(),
        comment=document.comment,
        customer=_customer(document, tables),
        lines=[
            _line(number, each, document, tables) for number, each in enumerate(document.lines, 1)
        ],
    )


def digits(number: Decimal) -> str:
    """A number in plain digits."""
    return f"{number:f}"


def percent(rate: Decimal) -> str:
    """A tax rate as tables name it: `25`, `7.7`."""
    return f"{rate.normalize():f}" if rate else "0"


def _customer(document: OrderDocument, tables: Tables) -> Mapping[str, object] | None:
    if not document.account:
        return None
    known = document.customer or Customer(id=document.account, name="")
    return _known(
        id=tables.theirs(TableName.CUSTOMER, document.account),
        name=known.name,
        contact_id=known.contact_id,
        invoice=_address(known.invoice),
        delivery=_address(known.delivery),
    )


def _address(address: PostalAddress | None) -> Mapping[str, object] | None:
    if address is None:
        return None
    rest = _known(city=address.city, zip_code=address.zip_code, country_code=address.country_code)
    return {"lines": list(address.lines), **rest}


def _line(
    number: int, line: OrderedLine, document: OrderDocument, tables: Tables
) -> Mapping[str, object]:
    rate = None if line.tax_rate is None else percent(line.tax_rate)
    day = line.requested_date or document.requested_date
    has_code = rate is not None and tables.lists(TableName.TAX, rate)
    named = _known(
        unit=line.unit and tables.theirs(TableName.UNIT, line.unit),
        tax_rate=rate,
        tax_code=tables.theirs(TableName.TAX, rate or "") if has_code else None,
        tax=None if line.tax is None else digits(line.tax),
        configuration=dict(line.configuration),
        requested_date=day and day.isoformat(),
    )
    return {
        "line_id": line.line_id,
        "number": number,
        "sku": tables.theirs(TableName.SKU, line.sku),
        "name": line.name,
        "quantity": digits(line.quantity),
        "unit_price": digits(line.unit_price),
        "net": digits(line.net),
        **named,
    }


def _known(**members: object) -> dict[str, object]:
    """The members that say something."""
    return {name: each for name, each in members.items() if each not in (None, "", {})}
