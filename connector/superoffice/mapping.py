"""Engine nouns written as SuperOffice's carriers, and results laid over the caller's own."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from connector.superoffice import session, wire
from connector.superoffice.carriers import Carrier
from connector.superoffice.explanation import as_xml, explain
from engine.catalog.price_list import PriceList
from engine.catalog.product import Product
from engine.customers.account import Address
from engine.kernel import currency as currencies
from engine.pricing.offer import Offer
from engine.pricing.snapshot import Snapshot
from engine.quotes.line import Line, PricedAlternative, PricedLine

_ZERO = Decimal(0)


def price_list(each: PriceList) -> Carrier:
    """PriceListInfo: days inclusive on both sides, open sides as sentinels."""
    return {
        "ERPPriceListKey": each.key,
        "QuoteConnectionId": 0,
        "Name": each.name,
        "Description": each.description,
        "Currency": each.currency.code,
        "CurrencyName": currencies.name(each.currency.code),
        "ValidFrom": wire.day(each.validity.start, wire.OPEN_START),
        "ValidTo": wire.day(each.validity.last_day, wire.OPEN_END),
        "IsActive": each.switched_on,
    }


def product(data: Snapshot, offer: Offer, code: str | None = None) -> Carrier:
    """ProductInfo; `code` is the customer's own article number for it, if any."""
    entry = offer.entry
    return {
        **_shared(data, offer),
        "Code": offer.product.code if code is None else code,
        "InAssortment": entry.in_assortment,
        "InStock": entry.in_stock if data.can(session.STOCK) else _ZERO,
        "DefaultSubscriptionQuantity": offer.product.default_subscription_quantity,
    }


def new_line(data: Snapshot, offer: Offer, line: Line, today: str) -> Carrier:
    """QuoteLineInfo for a line just made from a product, figures still to be laid over."""
    return {
        **_shared(data, offer),
        "QuoteLineId": 0,
        "ERPQuoteLineKey": wire.new_key(),
        "QuoteAlternativeId": 0,
        "Quantity": line.quantity,
        "SubscriptionQuantity": line.subscription_quantity,
        "SubscriptionStart": today if line.is_subscription else None,
        "DeliveredQuantity": _ZERO,
        "Rank": 0,
        "UserValueOverride": "None",
        "TotalPriceWithAlternativeDiscount": _ZERO,
    }


def overlay_figures(carrier: Carrier, priced: PricedLine | PricedAlternative) -> None:
    """Write what was calculated over the caller's line or alternative.

    What could not be calculated stays as it came.
    """
    figures = priced.figures
    if figures is None:
        return
    carrier["SubTotal"] = priced.sub_total
    carrier["ERPDiscountPercent"] = priced.suggested.percent
    carrier["ERPDiscountAmount"] = priced.suggested.amount
    carrier["DiscountPercent"] = figures.discount_percent
    carrier["DiscountAmount"] = figures.discount_amount
    carrier["EarningPercent"] = figures.earning_percent
    carrier["EarningAmount"] = figures.earning_amount
    carrier["TotalPrice"] = figures.total


def overlay_alternative(carrier: Carrier, priced: PricedAlternative) -> None:
    """As `overlay_figures`, with the tax, which is an amount here."""
    overlay_figures(carrier, priced)
    if priced.figures is not None:
        carrier["VAT"] = priced.tax


def overlay_explained(data: Snapshot, carrier: Carrier, priced: PricedLine, culture: str) -> None:
    """Lay the figures, the status and, where the tenant shows extra data, the explanation."""
    overlay_figures(carrier, priced)
    wire.mark(carrier, priced.findings, culture)
    if data.can(session.EXTRA_DATA):
        explain(carrier, priced, culture)


_UNIT_PRICES = {
    "unit_list_price": "UnitListPrice",
    "unit_minimum_price": "UnitMinimumPrice",
    "unit_cost": "UnitCost",
}


def overlay_prices(carrier: Carrier, line: Line, writeable: Collection[str]) -> None:
    """Write the unit prices that a refresh brought, and no others."""
    for name, member in _UNIT_PRICES.items():
        if name in writeable:
            carrier[member] = getattr(line, name)


def address(each: Address | None) -> Carrier | None:
    """AddressInfo, or null in its place."""
    if each is None:
        return None
    return {
        "AddressLine1": each.lines[0],
        "AddressLine2": each.lines[1],
        "AddressLine3": each.lines[2],
        "City": each.city,
        "ZipCode": each.zip_code,
        "CountryCode": each.country_code,
        "Country": each.country,
    }


def _shared(data: Snapshot, offer: Offer) -> Carrier:
    """The members that products and lines have in common, blanked where not promised."""
    item, entry = offer.product, offer.entry
    extra = _extra(item) if data.can(session.EXTRA_DATA) else []
    return {
        "ERPProductKey": offer.key,
        "ERPPriceListKey": offer.price_list.key,
        "Name": item.name,
        "Description": item.description,
        "Code": item.code,
        "QuantityUnit": item.quantity_unit,
        "PriceUnit": item.price_unit,
        "IsSubscription": item.is_subscription,
        "SubscriptionUnit": item.subscription_unit,
        "ItemNumber": item.item_number,
        "Url": item.url,
        "ProductCategoryKey": item.category,
        "ProductFamilyKey": item.family,
        "ProductTypeKey": item.type,
        "Supplier": item.supplier,
        "SupplierCode": item.supplier_code,
        "Thumbnail": item.thumbnail if data.can(session.PICTURE) else "",
        "VATInfo": item.tax_text,
        "VAT": item.tax_rate,
        "UnitCost": wire.amount(entry.cost) if data.can(session.COST) else _ZERO,
        "UnitMinimumPrice": (
            wire.amount(entry.minimum_price) if data.can(session.MINIMUM_PRICE) else _ZERO
        ),
        "UnitListPrice": entry.list_price,
        "ExtraInfo": extra,
        "RawExtraInfo": as_xml(extra),
        "Rights": item.rights,
        "Rule": item.rule,
        **{f"ExtraField{n}": value for n, value in enumerate(item.extra_fields, 1)},
    }


def _extra(item: Product) -> list[dict[str, Any]]:
    return [
        {"Name": each.name, "Value": each.value, "Type": each.kind.value}
        for each in item.extra_data
    ]
