"""Bodies as the CRM sends them: quotes of the demo tenant's products, every member filled in.

The lines were calculated once, at other quantities: figures and explanation stand in them and
are out of date, so nothing can be right by handing it back.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

import msgspec

from benchmarks.peers import shelf
from benchmarks.peers.carriers import Carriers, Json, document
from benchmarks.peers.reckoning import LABEL
from benchmarks.peers.work import LINE_CHANGED, RECALCULATE

PRICE_LIST = "USD-STD"
_CURRENCY = "USD"
_QUANTITIES = (1, 4, 12, 2, 30, 60, 3, 7)
_MASTERS = (
    *("None", "None", "OverrideDiscountPercent", "None", "OverrideTotal"),
    *("OverrideDiscountAmount", "None", "OverrideEarningPercent"),
)
_NOTES = "Packed on a reusable pallet; confirm the week by telephone."

_encode = msgspec.json.Encoder(decimal_format="number").encode


def line_changed() -> bytes:
    """One line whose quantity was changed to 12: agreement and volume ladder both speak."""
    [line] = islice(_lines(), 1)
    line |= {"Quantity": 12, "UserValueOverride": "None"}
    context = _context({"CRMAlternative": _alternative(), "CRMQuoteLines": []})
    changed = ["QuoteLine.Quantity"]
    return _encode({**_envelope(context), "QuoteLine": line, "ChangedFields": changed})


def recalculate(lines: int) -> bytes:
    """An alternative with so many lines and a discount of its own."""
    both = {"CRMAlternative": _alternative(), "CRMQuoteLines": list(islice(_lines(), lines))}
    return _encode(_envelope(_context(both)))


def works() -> dict[str, tuple[str, bytes]]:
    """Every work by name: its operation and its body."""
    sizes = {f"{RECALCULATE}, {n} lines": (RECALCULATE, recalculate(n)) for n in (20, 200, 500)}
    return {LINE_CHANGED: (LINE_CHANGED, line_changed()), **sizes}


def _lines() -> Iterator[Json]:
    """Lines without end, one of each product of the price list, and again."""
    members = Carriers(document()).members("QuoteLineInfo")
    sold = [each for each in shelf.offers(shelf.read()) if each[3]["key"] == PRICE_LIST]
    sets = zip(cycle(sold), cycle(_QUANTITIES), cycle(_MASTERS), strict=False)
    for number, ((key, product, entry, _), quantity, master) in enumerate(sets, 1):
        described = {**_described(product), **_priced(entry, quantity, master)}
        described |= {"ERPProductKey": key, "QuoteLineId": 6100 + number, "Rank": number}
        described |= {"ERPQuoteLineKey": f"{number:06X}", "QuoteAlternativeId": 57}
        yield {member: described[member] for member in members}


def _described(product: shelf.Row) -> Json:
    """The members that describe a line's product."""
    is_subscription = product.get("is_subscription", False)
    own = [*product.get("extra_fields", []), _NOTES, "", "", "", ""]
    extra = [
        {"Name": each["name"], "Value": each["value"], "Type": each.get("kind", "String")}
        for each in product.get("extra_data", [])
    ]
    extra += [{"Name": LABEL, "Value": said, "Type": "String"} for said in _old_sentences(product)]
    fields = "".join(
        f'<Field Name="{each["Name"]}" Type="{each["Type"]}"><![CDATA[{each["Value"]}]]></Field>'
        for each in extra
    )
    return {
        "Name": product["name"],
        "Description": product["description"],
        "Code": product["code"],
        "QuantityUnit": product["quantity_unit"],
        "PriceUnit": product["price_unit"],
        "IsSubscription": is_subscription,
        "SubscriptionUnit": product.get("subscription_unit", ""),
        "SubscriptionQuantity": 12 if is_subscription else 0,
        "SubscriptionStart": "2026-12-01T00:00:00" if is_subscription else None,
        "ItemNumber": product["item_number"],
        "Url": product["url"],
        "ProductCategoryKey": product["category"],
        "ProductFamilyKey": product["family"],
        "ProductTypeKey": product["type"],
        "Supplier": product["supplier"],
        "SupplierCode": product["supplier_code"],
        "Thumbnail": "",
        "VATInfo": product["tax_text"],
        "VAT": product["tax_rate"],
        "ExtraInfo": extra,
        "RawExtraInfo": f"<Fields>{fields}</Fields>",
        "Rights": "",
        "Rule": "",
        **{f"ExtraField{n}": own[n - 1] for n in range(1, 6)},
    }


def _old_sentences(product: shelf.Row) -> list[str]:
    return [
        f"List price 1,185.50 {_CURRENCY} from price list Standard {_CURRENCY}.",
        f"Agreement of last year for {product['code']}: 5 % off, from 1,185.50 to 1,126.23.",
    ]


def _priced(entry: shelf.Row, quantity: int, master: str) -> Json:
    """The figures of a line; those it is not mastered by are of an earlier calculation."""
    price, cost = Decimal(entry["list_price"]), Decimal(entry["cost"])
    return {
        "ERPPriceListKey": entry["price_list"],
        "UnitListPrice": price,
        "UnitCost": cost,
        "UnitMinimumPrice": Decimal(entry["minimum_price"]),
        "Quantity": quantity,
        "DeliveredQuantity": 0,
        "UserValueOverride": master,
        "DiscountPercent": Decimal("7.5"),
        "DiscountAmount": Decimal("40.25"),
        "EarningPercent": Decimal("31.25"),
        "EarningAmount": Decimal("199.95"),
        "SubTotal": Decimal("1185.50"),
        "ERPDiscountPercent": Decimal(5),
        "ERPDiscountAmount": Decimal("59.28"),
        "TotalPrice": (price * quantity * Decimal("0.97")).normalize() + 0,
        "TotalPriceWithAlternativeDiscount": Decimal("1126.22"),
        "Status": "Ok",
        "Reason": "",
    }


def _alternative() -> Json:
    texts = ("Description", "Reason", "VATInfo", *(f"ExtraField{n}" for n in range(1, 6)))
    return {
        **dict.fromkeys(texts, ""),
        "QuoteAlternativeId": 57,
        "ERPQuoteAlternativeKey": "4F10A2",
        "QuoteVersionId": 56,
        "Name": "Alternative 1",
        "Status": "Ok",
        "UserValueOverride": "OverrideDiscountPercent",
        "DiscountPercent": Decimal("2.5"),
        **dict.fromkeys(("ERPDiscountPercent", "ERPDiscountAmount", "DiscountAmount"), 0),
        **dict.fromkeys(("EarningAmount", "EarningPercent", "SubTotal", "TotalPrice", "VAT"), 0),
    }


def _envelope(context: Json) -> Json:
    connection = {"CRMConnectionId": 3, "DisplayName": "Quotewright", "ERPName": "Quotewright"}
    return {"ConfigValues": {}, "ConnectionInfo": connection, "Context": context}


def _context(both: Json) -> Json:
    """What a calculation is told about the quote, for the customer with an agreement."""
    company: dict[str, Any] = {"ContactId": 2, "Name": "ACME Manufacturing Inc.", "Number": "ACME"}
    company |= {"CountryCode": "US", "OrganisationNumber": "94-1234567", "Code": "ACME"}
    return {
        "CRMAssociate": {"AssociateId": 12, "FullName": "Kari Nordmann", "RoleName": "Sales"},
        "CRMCompany": company,
        "CRMPerson": {"PersonId": 77, "FirstName": "Dana", "LastName": "Reyes", "ContactId": 2},
        "CRMSale": {"SaleId": 41, "Title": "Vacuum units, plant 2", "Currency": _CURRENCY},
        "CRMQuote": {"QuoteId": 55, "SaleId": 41, "QuoteConnectionId": 3},
        "CRMQuoteVersion": {"QuoteVersionId": 56, "QuoteId": 55, "State": "Draft", "Rank": 1},
        "ERPCompanyKey": "ACME",
        "UserLanguageCode": "en-US",
        "CRMAlternativeWithLines": both,
    }
