"""The columns of the reference layout, in its order, with the engine's word for each."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from engine.catalog.intake import Kind
from engine.catalog.listing import ListName

Columns: TypeAlias = Mapping[str, str]
"""What the file calls a column -> what the engine calls it."""

CAPABILITIES: Final[Columns] = {"Key": "key", "Value": "value"}
ADDRESSES: Final[Columns] = {
    "ContactId": "crm_contact_id",
    "Type": "kind",
    "AddressLine1": "line_1",
    "AddressLine2": "line_2",
    "AddressLine3": "line_3",
    "AddressCity": "city",
    "AddressZip": "zip_code",
    "AddressZipGerman": "zip_code_german",
    "CountryCode": "country_code",
    "Country": "country",
}
PRICE_LISTS: Final[Columns] = {
    "ERPPriceListKey": "key",
    "Name": "name",
    "Description": "description",
    "Currency": "currency",
    "ValidFrom": "valid_from",
    "ValidTo": "valid_to",
    "IsActive": "switched_on",
}
PRODUCTS: Final[Columns] = {
    "ERPPriceListKey": "price_list",
    "InAssortment": "in_assortment",
    "InStock": "in_stock",
    "ERPProductKey": "sku",
    "Name": "name",
    "Description": "description",
    "Code": "code",
    "QuantityUnit": "quantity_unit",
    "PriceUnit": "price_unit",
    "ItemNumber": "item_number",
    "Url": "url",
    "ProductCategoryKey": "category",
    "ProductFamilyKey": "family",
    "ProductTypeKey": "type",
    "Rights": "rights",
    "Rule": "rule",
    "SupplierCode": "supplier_code",
    "Supplier": "supplier",
    "VATInfo": "tax_text",
    "VAT": "tax_rate",
    "UnitCost": "cost",
    "UnitMinimumPrice": "minimum_price",
    "UnitListPrice": "list_price",
    "Thumbnail": "thumbnail",
    "ExtraInfo": "extra_xml",
    "ExtraField1": "extra_1",
    "ExtraField2": "extra_2",
    "ExtraField3": "extra_3",
    "ExtraField4": "extra_4",
    "ExtraField5": "extra_5",
    "ProductImage1": "image_1",
    "ProductImage2": "image_2",
}
SUBSCRIPTION: Final[Columns] = {
    "IsSubscription": "is_subscription",
    "SubscriptionUnit": "subscription_unit",
    "DefaultSubscriptionQuantity": "default_subscription_quantity",
}
LIST_ITEMS: Final[Columns] = {
    "ERPQuoteListItemKey": "key",
    "DisplayDescription": "description",
    "DisplayValue": "display",
}

SHEETS: Final[Sequence[tuple[Kind, Columns, ListName | None] | None]] = (
    (Kind.CAPABILITIES, CAPABILITIES, None),
    (Kind.ADDRESSES, ADDRESSES, None),
    (Kind.PRICE_LISTS, PRICE_LISTS, None),
    (Kind.OFFERS, PRODUCTS, None),
    None,  # quotes and orders, written by the reference connector itself
    None,
    (Kind.LIST_ITEMS, LIST_ITEMS, ListName.PAYMENT_TERMS),
    (Kind.LIST_ITEMS, LIST_ITEMS, ListName.PAYMENT_TYPE),
    (Kind.LIST_ITEMS, LIST_ITEMS, ListName.DELIVERY_TERMS),
    (Kind.LIST_ITEMS, LIST_ITEMS, ListName.DELIVERY_TYPE),
    (Kind.LIST_ITEMS, LIST_ITEMS, ListName.PRODUCT_CATEGORY),
    (Kind.LIST_ITEMS, LIST_ITEMS, ListName.PRODUCT_FAMILY),
    (Kind.LIST_ITEMS, LIST_ITEMS, ListName.PRODUCT_TYPE),
)
"""What the sheets of a reference workbook hold, by their position."""


def headings(columns: Columns) -> dict[str, str]:
    """What the file calls a cell, by the engine's word for it."""
    return {word: column for column, word in columns.items()}


def matched(columns: Columns, heading: str) -> str | None:
    """The engine's word for the column that `heading` names in any letter case."""
    wanted = heading.strip().lower()
    return next((word for column, word in columns.items() if column.lower() == wanted), None)
