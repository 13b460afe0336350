"""The part of the UBL 2.1 Order schema that our orders use: names, order and what is required."""

from decimal import Decimal
from typing import Any

from defusedxml.ElementTree import fromstring

ORDER = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
Element = Any

SEQUENCES = {
    "Order": (
        *("UBLVersionID", "CustomizationID", "ProfileID", "ProfileExecutionID", "ID!"),
        *("SalesOrderID", "CopyIndicator", "UUID", "IssueDate!", "IssueTime", "OrderTypeCode"),
        *("Note*", "RequestedInvoiceCurrencyCode", "DocumentCurrencyCode"),
        *("PricingCurrencyCode", "TaxCurrencyCode", "CustomerReference", "AccountingCostCode"),
        *("AccountingCost", "LineCountNumeric", "ValidityPeriod*"),
        *("QuotationDocumentReference", "OrderDocumentReference*"),
        *("OriginatorDocumentReference", "CatalogueReference", "AdditionalDocumentReference*"),
        *("Contract*", "Signature*", "BuyerCustomerParty!", "SellerSupplierParty!"),
        *("OriginatorCustomerParty", "FreightForwarderParty", "AccountingCustomerParty"),
        *("Delivery*", "DeliveryTerms", "PaymentMeans*", "PaymentTerms*"),
        *("TransactionConditions", "AllowanceCharge*", "TaxExchangeRate", "PricingExchangeRate"),
        *("PaymentExchangeRate", "DestinationCountry", "TaxTotal*"),
        *("AnticipatedMonetaryTotal", "OrderLine!*"),
    ),
    "AdditionalDocumentReference": ("ID!", "CopyIndicator", "UUID", "IssueDate"),
    "BuyerCustomerParty": ("CustomerAssignedAccountID", "Party"),
    "SellerSupplierParty": ("CustomerAssignedAccountID", "Party"),
    "Party": ("PartyIdentification*", "PartyName*", "Language", "PostalAddress"),
    "PartyIdentification": ("ID!",),
    "PartyName": ("Name!",),
    "PostalAddress": ("StreetName", "CityName", "PostalZone", "AddressLine*", "Country"),
    "DeliveryAddress": ("StreetName", "CityName", "PostalZone", "AddressLine*", "Country"),
    "AddressLine": ("Line!",),
    "Country": ("IdentificationCode", "Name"),
    "Delivery": ("ID", "Quantity", "DeliveryAddress", "RequestedDeliveryPeriod"),
    "RequestedDeliveryPeriod": ("StartDate", "StartTime", "EndDate", "EndTime"),
    "AnticipatedMonetaryTotal": (
        *("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "PayableAmount!"),
    ),
    "OrderLine": ("SubstitutionStatusCode", "Note*", "LineItem!"),
    "LineItem": (
        *("ID!", "SalesOrderID", "UUID", "Note*", "LineStatusCode", "Quantity"),
        *("LineExtensionAmount", "TotalTaxAmount", "Delivery*", "AllowanceCharge*", "Price"),
        "Item!",
    ),
    "Price": ("PriceAmount!", "BaseQuantity"),
    "Item": (
        *("Description*", "PackQuantity", "Name", "BuyersItemIdentification"),
        *("SellersItemIdentification", "ClassifiedTaxCategory*", "AdditionalItemProperty*"),
    ),
    "SellersItemIdentification": ("ID!",),
    "ClassifiedTaxCategory": ("ID", "Name", "Percent", "TaxScheme!"),
    "TaxScheme": ("ID", "Name"),
    "AdditionalItemProperty": ("ID", "Name!", "Value"),
}
"""Children in the order of the OASIS schemas; `!` must be there, `*` may be there often."""


def name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def checked(body: bytes) -> Element:
    """The order, where it is one; ValueError says what is wrong."""
    root = fromstring(body)
    if root.tag != f"{{{ORDER}}}Order":
        raise ValueError(f"{root.tag} is no order")
    for element in root.iter():
        if element.tag.startswith(CBC):
            _check_text(element)
        else:
            _check_children(element)
    return root


def _check_children(element: Element) -> None:
    if element.tag.startswith("{") and not element.tag.startswith((CAC, f"{{{ORDER}}}")):
        raise ValueError(f"{element.tag} is of another language")
    sequence = SEQUENCES[name(element)]
    plain = [each.rstrip("!*") for each in sequence]
    children = [name(each) for each in element]
    places = [plain.index(each) for each in children]
    if places != sorted(places):
        raise ValueError(f"{name(element)}: {children} are in disorder")
    for each in sequence:
        count = children.count(each.rstrip("!*"))
        if ("!" in each and not count) or ("*" not in each and count > 1):
            raise ValueError(f"{name(element)} has {count} of {each}")


def _check_text(element: Element) -> None:
    text = element.text or ""
    if len(element) or not text.strip():
        raise ValueError(f"{name(element)} holds no text")
    if name(element).endswith(("Amount", "Quantity", "Percent", "Numeric")):
        Decimal(text)
    needed = {"currencyID"} if name(element).endswith("Amount") else set()
    allowed = {"unitCode"} if name(element) == "Quantity" else needed
    if not needed <= set(element.attrib) <= allowed:
        raise ValueError(f"{name(element)} carries {element.attrib}")
