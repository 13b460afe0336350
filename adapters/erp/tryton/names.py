"""What the things that an order names are called in one tenant's Tryton."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from engine.ports.connections import Access, TableName, Tables
from engine.ports.erp import OrderDocument, OrderedLine
from engine.ports.outcomes import Declined

_CONTACT = "superoffice:contact:"
_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The tables of a connection, and the options that the mapping heeds.

    `price_digits` is what Tryton keeps of a price after the point. `rounding_sku` is the product
    that differences are booked on, where there is one; a line without a product otherwise.
    `more` is written into every order, for modules that want something of their own.
    """

    tables: Tables
    company: int
    payment_term: str = ""
    price_digits: int = _DIGITS
    rounding_sku: str = ""
    more: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def customer(self, document: OrderDocument) -> str:
        """The customer's code or identifier; empty where the order names nobody."""
        account, customer = document.account or "", document.customer
        if self.tables.lists(TableName.CUSTOMER, account):
            return self.tables.theirs(TableName.CUSTOMER, account)
        if customer is not None and customer.contact_id is not None:
            return f"{_CONTACT}{customer.contact_id}"
        return account

    def sku(self, line: OrderedLine) -> str:
        return self.tables.theirs(TableName.SKU, line.sku)

    def unit(self, line: OrderedLine) -> str:
        return self.tables.theirs(TableName.UNIT, line.unit)

    def currency(self, document: OrderDocument) -> str:
        return self.tables.theirs(TableName.CURRENCY, document.currency)

    def term(self) -> str:
        """The payment term of every order; empty for the customer's own."""
        return self.tables.theirs(TableName.PAYMENT_TERM, self.payment_term)

    def tax(self, percent: Decimal) -> str | None:
        """The name of a tax; None where nobody said, and any of that rate will do."""
        ours = rate_text(percent)
        if not self.tables.lists(TableName.TAX, ours):
            return None
        return self.tables.theirs(TableName.TAX, ours)


def rate_text(percent: Decimal) -> str:
    """A percentage as the table of taxes writes it: `25`, `7.5`."""
    text = format(percent, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def names_of(access: Access, company: int) -> Names:
    """What a connection says; Declined where an option cannot be read."""
    options = access.options
    digits = options.get("price_digits", str(_DIGITS))
    if not (digits.isascii() and digits.isdigit() and len(digits) == 1):
        raise Declined("the price's digits are none", {"options/price_digits": "is no digit"})
    return Names(
        tables=access.tables,
        company=company,
        payment_term=options.get("payment_term", ""),
        price_digits=int(digits),
        rounding_sku=options.get("rounding_sku", ""),
        more=_more(options.get("values", "")),
    )


def _more(text: str) -> Mapping[str, object]:
    if not text.strip():
        return {}
    try:
        more = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        more = None
    if not isinstance(more, dict):
        raise Declined("the extra values are no JSON object", {"options/values": "is no object"})
    return more
