"""An order as Business Central is sent it: a header, then its lines one after the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.erp.business_central.pricing import QUANTITY_DIGITS, comes_to, price
from adapters.erp.business_central.settings import Settings
from adapters.erp.odata.amounts import digits_of
from adapters.erp.odata.members import figures, plain
from adapters.erp.odata.orders import impossible
from engine.ports.connections import Miss, TableName, Tables
from engine.ports.erp import ErpLoss, OrderDocument, OrderedLine

ITEM, COMMENT = "Item", "Comment"
_LONGEST_TEXT = 100
_ADDRESS_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was looked up there, by its own names in small letters."""

    has_customer: bool = False
    has_currency: bool = False
    payment_term_id: str = ""
    skus: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    taxes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line to be made; `path` points into the order, `line_id` is ours where it has goods."""

    path: str
    body: Mapping[str, object]
    line_id: str = ""


def customer(document: OrderDocument, tables: Tables) -> str:
    """The customer's number there; empty where the order is nobody's."""
    return tables.theirs(TableName.CUSTOMER, document.account) if document.account else ""


def sku(line: OrderedLine, tables: Tables) -> str:
    """The number there of what was sold."""
    return tables.theirs(TableName.SKU, line.sku)


def unit(line: OrderedLine, tables: Tables) -> str:
    """The code of the unit it is counted in; empty where nobody has said."""
    return tables.theirs(TableName.UNIT, line.unit) if line.unit else ""


def tax(line: OrderedLine, tables: Tables) -> str:
    """The code of its tax; empty where none is listed for the rate, and the item's own counts."""
    if line.tax_rate is None:
        return ""
    rate = plain(line.tax_rate)
    return tables.theirs(TableName.TAX, rate) if tables.lists(TableName.TAX, rate) else ""


def currency(document: OrderDocument, tables: Tables) -> str:
    """The code of the order's currency."""
    return tables.theirs(TableName.CURRENCY, document.currency)


def misses(
    document: OrderDocument, tables: Tables, settings: Settings, known: Known
) -> tuple[Miss, ...]:
    """Everything that the order names and Business Central does not have."""
    found: list[Miss] = []
    if not known.has_customer:
        name = customer(document, tables)
        found.append(Miss(TableName.CUSTOMER, document.account or "", name, "account"))
    if not known.has_currency:
        theirs = currency(document, tables)
        found.append(Miss(TableName.CURRENCY, document.currency, theirs, "currency"))
    if settings.payment_term and not known.payment_term_id:
        ours, theirs = settings.payment_term, settings.payment_term_there
        found.append(Miss(TableName.PAYMENT_TERM, ours, theirs, "options/payment_term"))
    for place, line in enumerate(document.lines):
        found += _line_misses(line, f"lines/{place}", tables, known)
    return tuple(found)


def losses(document: OrderDocument) -> tuple[ErpLoss, ...]:
    """What will not be there as it was sold; where money is at stake, how much."""
    found = [*impossible(document, QUANTITY_DIGITS)]
    delivery = document.customer.delivery if document.customer else None
    if delivery and len(delivery.lines) > _ADDRESS_LINES:
        told = f"{_ADDRESS_LINES} lines of an address are kept"
        found.append(ErpLoss(path="customer/delivery", message=told))
    digits = digits_of(document.currency)
    for place, line in enumerate(document.lines):
        if len(line.name) > _LONGEST_TEXT:
            told = f"{_LONGEST_TEXT} characters of it are kept"
            found.append(ErpLoss(path=f"lines/{place}/name", message=told))
        if line.requested_date not in {None, document.requested_date}:
            told = "the date of the whole order is asked for"
            found.append(ErpLoss(path=f"lines/{place}/requested_date", message=told))
        net = comes_to(line, digits)
        if net != line.net:
            told = f"it will come to {plain(net)} instead of {plain(line.net)}"
            found.append(ErpLoss(path=f"lines/{place}/net", message=told, amount=net - line.net))
    return tuple(found)


def header(document: OrderDocument, tables: Tables, known: Known) -> dict[str, object]:
    """The order without its lines."""
    body: dict[str, object] = {
        "externalDocumentNumber": document.order_number,
        "customerNumber": customer(document, tables),
        "currencyCode": currency(document, tables),
    }
    if document.placed_on:
        body["orderDate"] = document.placed_on.isoformat()
    if document.requested_date:
        body["requestedDeliveryDate"] = document.requested_date.isoformat()
    if known.payment_term_id:
        body["paymentTermsId"] = known.payment_term_id
    delivery = document.customer.delivery if document.customer else None
    if document.customer and delivery:
        first, second = (*delivery.lines, "", "")[:_ADDRESS_LINES]
        body |= {
            "shipToName": document.customer.name[:_LONGEST_TEXT],
            "shipToAddressLine1": first[:_LONGEST_TEXT],
            "shipToAddressLine2": second[:50],
            "shipToCity": delivery.city[:30],
            "shipToPostCode": delivery.zip_code[:20],
            "shipToCountry": delivery.country_code,
        }
    return body


def entries(document: OrderDocument, tables: Tables) -> tuple[Entry, ...]:
    """The lines in the order they are made in; what else was said of the order are comments."""
    found: list[Entry] = []
    if document.purchase_order:
        found += _comments("purchase_order", f"Purchase order: {document.purchase_order}")
    found += _comments("comment", document.comment)
    digits = digits_of(document.currency)
    for place, line in enumerate(document.lines):
        path = f"lines/{place}"
        found.append(Entry(path=path, line_id=line.line_id, body=_item(line, tables, digits)))
        for name, value in line.configuration.items():
            found += _comments(f"{path}/configuration", f"{name}: {value}")
    return tuple(found)


def _item(line: OrderedLine, tables: Tables, digits: int) -> dict[str, object]:
    told = price(line, digits)
    body: dict[str, object] = {
        "lineType": ITEM,
        "lineObjectNumber": sku(line, tables),
        "description": line.name[:_LONGEST_TEXT],
        "quantity": figures(line.quantity),
        "unitPrice": figures(told.unit),
        "discountAmount": figures(told.discount),
    }
    if theirs := unit(line, tables):
        body["unitOfMeasureCode"] = theirs
    if code := tax(line, tables):
        body["taxCode"] = code
    return body


def _comments(path: str, said: str) -> Iterator[Entry]:
    words = " ".join(said.split())
    for start in range(0, len(words), _LONGEST_TEXT):
        part = words[start : start + _LONGEST_TEXT].strip()
        yield Entry(path=path, body={"lineType": COMMENT, "description": part})


def _line_misses(line: OrderedLine, path: str, tables: Tables, known: Known) -> list[Miss]:
    found = []
    if (theirs := sku(line, tables)).lower() not in known.skus:
        found.append(Miss(TableName.SKU, line.sku, theirs, f"{path}/sku"))
    if (theirs := unit(line, tables)) and theirs.lower() not in known.units:
        found.append(Miss(TableName.UNIT, line.unit, theirs, f"{path}/unit"))
    if (theirs := tax(line, tables)) and theirs.lower() not in known.taxes:
        rate = "" if line.tax_rate is None else plain(line.tax_rate)
        found.append(Miss(TableName.TAX, rate, theirs, f"{path}/tax_rate"))
    return found
