"""An order as SAP is sent it, and everything of it that SAP does not have or cannot express."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.erp.odata.amounts import digits_of
from adapters.erp.odata.members import plain, ticks
from adapters.erp.odata.orders import impossible
from adapters.erp.sap.pricing import QUANTITY_DIGITS, condition
from adapters.erp.sap.settings import Settings
from engine.kernel.currency import currency
from engine.ports.connections import Miss, TableName, Tables
from engine.ports.erp import ErpLoss, OrderDocument, OrderedLine

_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was looked up there: whether the customer is one, and the units of each product."""

    has_customer: bool
    units: Mapping[str, frozenset[str]]


def customer(document: OrderDocument, tables: Tables) -> str:
    """What SAP calls the customer; empty where the order is nobody's."""
    return tables.theirs(TableName.CUSTOMER, document.account) if document.account else ""


def sku(line: OrderedLine, tables: Tables) -> str:
    """What SAP calls what was sold."""
    return tables.theirs(TableName.SKU, line.sku)


def unit(line: OrderedLine, tables: Tables) -> str:
    """What SAP calls the unit it is counted in; empty where nobody has said."""
    return tables.theirs(TableName.UNIT, line.unit) if line.unit else ""


def misses(document: OrderDocument, tables: Tables, known: Known) -> tuple[Miss, ...]:
    """Everything that the order names and SAP does not have."""
    found: list[Miss] = []
    if not known.has_customer:
        name = customer(document, tables)
        found.append(Miss(TableName.CUSTOMER, document.account or "", name, "account"))
    if not tables.lists(TableName.CURRENCY, document.currency) and not _is_iso(document.currency):
        found.append(
            Miss(TableName.CURRENCY, document.currency, document.currency, "currency"),
        )
    for place, line in enumerate(document.lines):
        units = known.units.get(sku(line, tables))
        if units is None:
            found.append(Miss(TableName.SKU, line.sku, sku(line, tables), f"lines/{place}/sku"))
        elif (theirs := unit(line, tables)) and theirs not in units:
            found.append(Miss(TableName.UNIT, line.unit, theirs, f"lines/{place}/unit"))
    return tuple(found)


def losses(document: OrderDocument, settings: Settings) -> tuple[ErpLoss, ...]:
    """What SAP will not have as it was sold; where money is at stake, how much."""
    found = [*impossible(document, QUANTITY_DIGITS)]
    if document.purchase_order and not settings.text_id:
        found.append(ErpLoss(path="purchase_order", message="no text is set up to tell it in"))
    if document.comment and not settings.text_id:
        found.append(ErpLoss(path="comment", message="no text is set up to tell it in"))
    if document.customer and document.customer.delivery:
        told = "goods go to the address that SAP has of the customer"
        found.append(ErpLoss(path="customer/delivery", message=told))
    digits = digits_of(document.currency)
    for place, line in enumerate(document.lines):
        found += _line_losses(document, line, f"lines/{place}", settings, digits)
    return tuple(found)


def payload(
    document: OrderDocument, key: str, tables: Tables, settings: Settings
) -> dict[str, object]:
    """The order with its items and their prices, to be made in one call."""
    body: dict[str, object] = {
        "SalesOrderType": settings.sales_order_type,
        "SalesOrganization": settings.sales_organization,
        "DistributionChannel": settings.distribution_channel,
        "OrganizationDivision": settings.division,
        "SoldToParty": customer(document, tables),
        "PurchaseOrderByCustomer": document.order_number,
        "TransactionCurrency": _currency(document, tables),
    }
    if document.placed_on:
        body["CustomerPurchaseOrderDate"] = ticks(document.placed_on)
    if document.requested_date:
        body["RequestedDeliveryDate"] = ticks(document.requested_date)
    if settings.payment_term:
        body["CustomerPaymentTerms"] = settings.payment_term
    if settings.key_member:
        body[settings.key_member] = key
    if settings.text_id and (said := _said(document)):
        body["to_Text"] = [_text(settings, settings.text_id, said)]
    body["to_Item"] = [_item(document, line, tables, settings) for line in document.lines]
    return body


def _item(
    document: OrderDocument, line: OrderedLine, tables: Tables, settings: Settings
) -> dict[str, object]:
    price = condition(line, digits_of(document.currency))
    element = {
        "ConditionType": settings.condition_type,
        "ConditionRateValue": plain(price.rate),
        "ConditionCurrency": _currency(document, tables),
        "ConditionQuantity": plain(price.units),
    }
    item: dict[str, object] = {
        "Material": sku(line, tables),
        "SalesOrderItemText": line.name[:_LONGEST_NAME],
        "RequestedQuantity": plain(line.quantity),
    }
    if theirs := unit(line, tables):
        item["RequestedQuantityUnit"] = element["ConditionQuantityUnit"] = theirs
    item["to_PricingElement"] = [element]
    if settings.item_text_id and line.configuration:
        said = "\n".join(f"{name}: {value}" for name, value in line.configuration.items())
        item["to_Text"] = [_text(settings, settings.item_text_id, said)]
    return item


def _line_losses(
    document: OrderDocument, line: OrderedLine, path: str, settings: Settings, digits: int
) -> list[ErpLoss]:
    found = []
    if len(line.name) > _LONGEST_NAME:
        told = f"SAP keeps {_LONGEST_NAME} characters of it"
        found.append(ErpLoss(path=f"{path}/name", message=told))
    if line.configuration and not settings.item_text_id:
        told = "no text is set up to tell it in"
        found.append(ErpLoss(path=f"{path}/configuration", message=told))
    if line.requested_date not in {None, document.requested_date}:
        told = "the date of the whole order is asked for"
        found.append(ErpLoss(path=f"{path}/requested_date", message=told))
    net = condition(line, digits).net
    if net != line.net:
        told = f"SAP will come to {plain(net)} instead of {plain(line.net)}"
        found.append(ErpLoss(path=f"{path}/net", message=told, amount=net - line.net))
    return found


def _text(settings: Settings, text_id: str, said: str) -> dict[str, str]:
    return {"Language": settings.text_language, "LongTextID": text_id, "LongText": said}


def _said(document: OrderDocument) -> str:
    order = document.purchase_order and f"Purchase order: {document.purchase_order}"
    return "\n".join(each for each in (order, document.comment) if each)


def _currency(document: OrderDocument, tables: Tables) -> str:
    return tables.theirs(TableName.CURRENCY, document.currency)


def _is_iso(code: str) -> bool:
    try:
        currency(code)
    except ValueError:
        return False
    return True
