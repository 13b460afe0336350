"""UBL 2.1 Quotation: the elements of the schema in its order, and sums that agree."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from connector.documents import ubl
from engine.proposals.document import Document, TaxSum
from tests.connector.documents.samples import HOSTILE, PROPOSAL, TOTALS, UNITS, hostile

QUOTATION = "urn:oasis:names:specification:ubl:schema:xsd:Quotation-2"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
Element = Any

ORDER = {
    "Quotation": (
        *("UBLVersionID", "CustomizationID", "ProfileID", "ID", "CopyIndicator", "UUID"),
        *("IssueDate", "IssueTime", "Note", "PricingCurrencyCode", "LineCountNumeric"),
        *("ValidityPeriod", "RequestForQuotationDocumentReference"),
        *("AdditionalDocumentReference", "Contract", "Signature", "SellerSupplierParty"),
        *("BuyerCustomerParty", "OriginatorCustomerParty", "Delivery", "DeliveryTerms"),
        *("PaymentMeans", "TransactionConditions", "AllowanceCharge", "DestinationCountry"),
        *("TaxTotal", "QuotedMonetaryTotal", "QuotationLine"),
    ),
    "QuotationLine": ("ID", "Note", "Quantity", "LineExtensionAmount", "LineItem"),
    "LineItem": (
        *("ID", "SalesOrderID", "UUID", "Note", "LineStatusCode", "Quantity"),
        *("LineExtensionAmount", "TotalTaxAmount", "Delivery", "PricingReference"),
        *("AllowanceCharge", "Price", "Item", "TaxTotal"),
    ),
    "Item": (
        *("Description", "Name", "BuyersItemIdentification", "SellersItemIdentification"),
        *("ClassifiedTaxCategory", "AdditionalItemProperty"),
    ),
    "Party": ("PartyIdentification", "PartyName", "PostalAddress"),
    "TaxTotal": ("TaxAmount", "TaxSubtotal"),
    "TaxSubtotal": ("TaxableAmount", "TaxAmount", "TaxCategory"),
    "TaxCategory": ("ID", "Name", "Percent", "TaxScheme"),
    "ClassifiedTaxCategory": ("ID", "Name", "Percent", "TaxScheme"),
    "QuotedMonetaryTotal": (
        *("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "PayableAmount"),
    ),
}
"""Children of elements in the order of the OASIS schemas."""


def read(document: Document) -> Element:
    return fromstring(ubl.written(document))


def name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def text(root: Element, path: str) -> list[str]:
    return [each.text or "" for each in root.findall(path)]


@pytest.mark.parametrize("document", [PROPOSAL, replace(PROPOSAL, buyer=None, valid_until=None)])
def test_elements_stand_in_the_order_of_the_schema(document: Document) -> None:
    root = read(document)
    assert root.tag == f"{{{QUOTATION}}}Quotation"
    for element in root.iter():
        order = ORDER.get(name(element))
        if order is not None:
            places = [order.index(name(child)) for child in element]
            assert places == sorted(places), name(element)
    required = {"ID", "IssueDate", "SellerSupplierParty", "QuotedMonetaryTotal", "QuotationLine"}
    assert required <= {name(child) for child in root}


def test_basic_components_hold_text_and_aggregates_hold_components() -> None:
    for element in read(PROPOSAL).iter():
        is_basic = element.tag.startswith(CBC)
        assert bool(len(element)) is not is_basic, name(element)
        assert bool((element.text or "").strip()) is is_basic, name(element)
        if name(element).endswith("Amount"):
            assert element.attrib == {"currencyID": "EUR"}


def test_amounts_agree() -> None:
    root = read(PROPOSAL)
    lines = text(root, f"{CAC}QuotationLine/{CAC}LineItem/{CBC}LineExtensionAmount")
    assert lines == ["45000.00", "10800.00"]
    totals = [each.text for each in root.find(f"{CAC}QuotedMonetaryTotal")]
    assert totals == ["55800.00", "55800.00", "69750.00", "69750.00"]
    assert text(root, f"{CAC}TaxTotal/{CBC}TaxAmount") == ["13950.00"]
    assert text(root, f"{CBC}LineCountNumeric") == ["2"]
    quantity = root.find(f".//{CAC}LineItem/{CBC}Quantity")
    assert (quantity.text, quantity.attrib) == ("4", {"unitCode": "C62"})


def test_taxes_within_prices_are_taken_out_of_lines() -> None:
    line = replace(UNITS, net_total=D("45000.00"), tax_amount=D("9000.00"), tax_included=True)
    taxes = (TaxSum("MVA", D(25), D("36000.00"), D("9000.00"), included=True),)
    totals = replace(TOTALS, net=D("45000.00"), total=D("45000.00"), taxes=taxes)
    root = read(replace(PROPOSAL, lines=(line,), totals=totals))
    assert text(root, f".//{CAC}LineItem/{CBC}LineExtensionAmount") == ["36000.00"]
    assert [each.text for each in root.find(f"{CAC}QuotedMonetaryTotal")] == [
        "36000.00",
        "36000.00",
        "45000.00",
        "45000.00",
    ]
    assert root.find(f".//{CAC}Price") is None


@pytest.mark.parametrize("said", HOSTILE)
def test_no_text_becomes_markup(said: str) -> None:
    root = read(hostile(said))
    shape = [name(each) for each in read(hostile("text")).iter()]
    assert [name(each) for each in root.iter()] == shape
    [item] = text(root, f".//{CAC}Item/{CBC}Name")
    kept = said.replace("\r\n", "\n").replace("\x01", "�").replace("\x0b", "�")
    assert item == kept.replace("\x1f", "�").replace("\ufffe", "�")
