"""A document as UBL 2.1 Quotation, for programs of buyers; elements in the order of its schema."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from engine.pricing.rounding import plain, shown
from engine.proposals.document import Document, DocumentLine, Party

_NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Quotation-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
_BEGINS = '<?xml version="1.0" encoding="UTF-8"?>\n'
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""
_UNITS = dict.fromkeys(("pcs", "pc", "piece", "stk", "st", "stück", "unit", "ea"), "C62") | {
    "kg": "KGM",
    "g": "GRM",
    "t": "TNE",
    "l": "LTR",
    "m": "MTR",
    "km": "KMT",
    "m2": "MTK",
    "m²": "MTK",
    "m3": "MTQ",
    "m³": "MTQ",
    "h": "HUR",
    "hour": "HUR",
    "day": "DAY",
    "month": "MON",
    "year": "ANN",
    "kwh": "KWH",
    "set": "SET",
    "box": "XBX",
}
"""Codes of UN/ECE recommendation 20 for units people write; others are left out."""

_ZERO = Decimal(0)
_STANDARD, _NONE = "S", "Z"


def written(document: Document) -> bytes:
    """The document as XML in UTF-8."""
    inside = "".join(_quotation(document))
    return f"{_BEGINS}<Quotation {_NAMESPACES}>{inside}</Quotation>\n".encode()


def _quotation(document: Document) -> Iterator[str]:
    totals = document.totals
    yield _leaf("UBLVersionID", "2.1")
    yield _leaf("ID", document.number)
    yield _leaf("IssueDate", document.issued_on.isoformat())
    yield from (_leaf("Note", note) for note in (document.title, *document.terms) if note)
    yield _leaf("PricingCurrencyCode", document.currency)
    yield _leaf("LineCountNumeric", str(len(document.lines)))
    if document.valid_until is not None:
        yield _node("ValidityPeriod", [_leaf("EndDate", document.valid_until.isoformat())])
    reference = f"{document.quote_number}/{document.version}"
    yield _node("AdditionalDocumentReference", [_leaf("ID", reference)])
    yield _node("SellerSupplierParty", [_party(document.seller)])
    if document.buyer is not None:
        yield _node("BuyerCustomerParty", [_party(document.buyer)])
    tax = sum((each.amount for each in totals.taxes), _ZERO)
    yield _node("TaxTotal", [_money("TaxAmount", tax, document), *_subtotals(document)])
    exclusive = totals.total - tax
    yield _node(
        "QuotedMonetaryTotal",
        [
            _money("LineExtensionAmount", exclusive, document),
            _money("TaxExclusiveAmount", exclusive, document),
            _money("TaxInclusiveAmount", totals.total, document),
            _money("PayableAmount", totals.total, document),
        ],
    )
    yield from (_line(document, each) for each in document.lines)


def _party(party: Party) -> str:
    known = [_node("PartyIdentification", [_leaf("ID", party.id)])] if party.id else []
    named = [_node("PartyName", [_leaf("Name", party.name)])] if party.name else []
    lines = [_node("AddressLine", [_leaf("Line", line)]) for line in party.lines]
    address = [_node("PostalAddress", lines)] if lines else []
    return _node("Party", [*known, *named, *address])


def _subtotals(document: Document) -> Iterator[str]:
    for each in document.totals.taxes:
        yield _node(
            "TaxSubtotal",
            [
                _money("TaxableAmount", each.base, document),
                _money("TaxAmount", each.amount, document),
                _category("TaxCategory", each.rate),
            ],
        )


def _category(name: str, rate: Decimal) -> str:
    scheme = _node("TaxScheme", [_leaf("ID", "VAT")])
    kind = _leaf("ID", _STANDARD if rate else _NONE)
    return _node(name, [kind, _leaf("Percent", _digits(rate)), scheme])


def _line(document: Document, line: DocumentLine) -> str:
    """What is charged again and again comes to its amount over the term; a note says so."""
    included = line.tax_amount if line.tax_included else _ZERO
    item = [
        _leaf("ID", str(line.number)),
        *(_leaf("Note", note) for note in _notes(line)),
        _quantity(line),
        _money("LineExtensionAmount", line.net_total - included, document),
        _money("TotalTaxAmount", line.tax_amount, document),
    ]
    if not line.tax_included:
        item.append(_node("Price", [_money("PriceAmount", shown(line.net_unit_price), document)]))
    item.append(_item(line))
    return _node("QuotationLine", [_leaf("ID", str(line.number)), _node("LineItem", item)])


def _notes(line: DocumentLine) -> Iterator[str]:
    if line.period is not None and line.term_months is not None:
        months = _digits(line.term_months)
        yield f"Recurring: the price is per {line.period.value}, the amount for {months} months."
    if line.start_date is not None:
        yield f"Starts {line.start_date.isoformat()}."


def _quantity(line: DocumentLine) -> str:
    code = _UNITS.get(line.unit.strip().casefold())
    return _leaf("Quantity", _digits(line.quantity), **({"unitCode": code} if code else {}))


def _item(line: DocumentLine) -> str:
    properties = [
        _node(
            "AdditionalItemProperty",
            [_leaf("Name", each.variable), _leaf("Value", each.value)],
        )
        for each in line.options
    ]
    return _node(
        "Item",
        [
            _leaf("Name", line.name or line.sku),
            _node("SellersItemIdentification", [_leaf("ID", line.sku)]) if line.sku else "",
            _category("ClassifiedTaxCategory", line.tax_rate),
            *properties,
        ],
    )


def _money(name: str, amount: Decimal, document: Document) -> str:
    return _leaf(name, f"{amount:f}", currencyID=document.currency)


def _digits(number: Decimal) -> str:
    return f"{plain(number):f}"


def _leaf(name: str, text: str, **attributes: str) -> str:
    given = "".join(f" {each}={quoteattr(value)}" for each, value in attributes.items())
    return f"<cbc:{name}{given}>{escape(_UNWRITABLE.sub('�', text))}</cbc:{name}>"


def _node(name: str, inside: Iterable[str]) -> str:
    return f"<cac:{name}>{''.join(inside)}</cac:{name}>"
