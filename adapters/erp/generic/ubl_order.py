"""An order as UBL 2.1 Order; elements in the order of its schema."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from adapters.erp.generic.json_order import digits, percent
from engine.ports.connections import TableName, Tables
from engine.ports.erp import ErpLoss, OrderDocument, OrderedLine, PostalAddress

_NAMES = "urn:oasis:names:specification:ubl:schema:xsd:"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<Order xmlns="{_NAMES}Order-2"'
    f' xmlns:cac="{_NAMES}CommonAggregateComponents-2"'
    f' xmlns:cbc="{_NAMES}CommonBasicComponents-2">'
)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_CODE = re.compile(r"[A-Z0-9]{2,3}\Z", re.ASCII)
_USUAL_CODES = {"pcs": "C62", "piece": "C62", "unit": "C62", "hour": "HUR", "month": "MON"}
"""Of UN/ECE recommendation 20; other units are named in the table of units."""
_WITH_TAX, _WITHOUT = "S", "Z"


def losses_of(document: OrderDocument, tables: Tables) -> Iterator[ErpLoss]:
    """What the XML does not tell."""
    for place, line in enumerate(document.lines):
        if line.unit and _code(line, tables) is None:
            told = f"UBL names units by codes, and none is known for {line.unit}"
            yield ErpLoss(path=f"lines/{place}/unit", message=told)


def written(document: OrderDocument, tables: Tables, seller: str, today: date) -> bytes:
    """The order as XML in UTF-8; `today` is its date where it has none."""
    inside = "".join(_Order(document, tables).elements(seller, today))
    return f"{_HEAD}{inside}</Order>\n".encode()


class _Order:
    """One order, written element by element."""

    def __init__(self, document: OrderDocument, tables: Tables) -> None:
        self._document = document
        self._tables = tables
        self._currency = tables.theirs(TableName.CURRENCY, document.currency)

    def elements(self, seller: str, today: date) -> Iterator[str]:
        document = self._document
        yield _leaf("UBLVersionID", "2.1")
        yield _leaf("ID", document.order_number)
        yield _leaf("IssueDate", (document.placed_on or today).isoformat())
        yield from _said("Note", document.comment)
        yield _leaf("DocumentCurrencyCode", self._currency)
        yield from _said("CustomerReference", document.purchase_order)
        yield _leaf("LineCountNumeric", str(len(document.lines)))
        yield _node("AdditionalDocumentReference", [_leaf("ID", document.order_id)])
        yield _node("BuyerCustomerParty", [_node("Party", self._buyer())])
        names = [_node("PartyName", [_leaf("Name", seller)])]
        yield _node("SellerSupplierParty", [_node("Party", names)])
        delivery = document.customer.delivery if document.customer else None
        yield from _delivery(delivery, document.requested_date)
        yield _node("AnticipatedMonetaryTotal", self._totals())
        for number, line in enumerate(document.lines, 1):
            yield _node("OrderLine", [_node("LineItem", self._item(number, line))])

    def _buyer(self) -> Iterator[str]:
        account, customer = self._document.account, self._document.customer
        if account:
            theirs = self._tables.theirs(TableName.CUSTOMER, account)
            yield _node("PartyIdentification", [_leaf("ID", theirs)])
        if customer is not None and customer.name:
            yield _node("PartyName", [_leaf("Name", customer.name)])
        if customer is not None and customer.invoice is not None:
            yield _node("PostalAddress", _address(customer.invoice))

    def _totals(self) -> Iterator[str]:
        """With tax only where the tax of every line is known."""
        net = self._document.net
        taxes = [each.tax for each in self._document.lines]
        known = [each for each in taxes if each is not None]
        yield self._money("LineExtensionAmount", net)
        yield self._money("TaxExclusiveAmount", net)
        total = net + sum(known, Decimal(0)) if len(known) == len(taxes) else None
        if total is not None:
            yield self._money("TaxInclusiveAmount", total)
        yield self._money("PayableAmount", net if total is None else total)

    def _item(self, number: int, line: OrderedLine) -> Iterator[str]:
        yield _leaf("ID", str(number))
        yield _leaf("UUID", line.line_id)
        code = _code(line, self._tables)
        unit = {"unitCode": code} if code else {}
        yield _leaf("Quantity", digits(line.quantity), **unit)
        yield self._money("LineExtensionAmount", line.net)
        if line.tax is not None:
            yield self._money("TotalTaxAmount", line.tax)
        yield from _delivery(None, line.requested_date)
        yield _node("Price", [self._money("PriceAmount", line.unit_price)])
        yield _node("Item", self._goods(line))

    def _goods(self, line: OrderedLine) -> Iterator[str]:
        yield _leaf("Name", line.name or line.sku)
        theirs = self._tables.theirs(TableName.SKU, line.sku)
        yield _node("SellersItemIdentification", [_leaf("ID", theirs)])
        if line.tax_rate is not None:
            rate = percent(line.tax_rate)
            is_listed = self._tables.lists(TableName.TAX, rate)
            usual = _WITH_TAX if line.tax_rate else _WITHOUT
            code = self._tables.theirs(TableName.TAX, rate) if is_listed else usual
            scheme = _node("TaxScheme", [_leaf("ID", "VAT")])
            inside = [_leaf("ID", code), _leaf("Percent", rate), scheme]
            yield _node("ClassifiedTaxCategory", inside)
        for name, value in line.configuration.items():
            chosen = [_leaf("Name", name), _leaf("Value", value)]
            yield _node("AdditionalItemProperty", chosen)

    def _money(self, name: str, amount: Decimal) -> str:
        return _leaf(name, digits(amount), currencyID=self._currency)


def _code(line: OrderedLine, tables: Tables) -> str | None:
    """The code of a line's unit, from the table or of what it is usually called."""
    theirs = tables.theirs(TableName.UNIT, line.unit)
    if tables.lists(TableName.UNIT, line.unit) and _CODE.match(theirs):
        return theirs
    return _USUAL_CODES.get(line.unit.casefold())


def _delivery(address: PostalAddress | None, day: date | None) -> Iterator[str]:
    inside = [] if address is None else [_node("DeliveryAddress", _address(address))]
    if day is not None:
        inside.append(_node("RequestedDeliveryPeriod", [_leaf("EndDate", day.isoformat())]))
    if inside:
        yield _node("Delivery", inside)


def _address(address: PostalAddress) -> Iterator[str]:
    yield from _said("CityName", address.city)
    yield from _said("PostalZone", address.zip_code)
    for each in address.lines:
        yield from (_node("AddressLine", [text]) for text in _said("Line", each))
    for code in _said("IdentificationCode", address.country_code):
        yield _node("Country", [code])


def _said(name: str, text: str) -> Iterator[str]:
    """An element, unless there is nothing to say."""
    if text.strip():
        yield _leaf(name, text)


def _leaf(name: str, text: str, **attributes: str) -> str:
    given = "".join(f" {each}={quoteattr(value)}" for each, value in attributes.items())
    clean = escape(_NOT_IN_XML.sub(_REPLACED, text))
    return f"<cbc:{name}{given}>{clean}</cbc:{name}>"


def _node(name: str, inside: Iterable[str]) -> str:
    return f"<cac:{name}>{''.join(inside)}</cac:{name}>"
