"""The fields of advanced search, and its criteria read from the wire."""

from dataclasses import dataclass

from connector.superoffice import texts
from connector.superoffice.carriers import Carrier
from connector.superoffice.tokens import plain_text
from engine.services.searching import CUSTOMER_CODE, Criterion, Operator


@dataclass(frozen=True, slots=True)
class SearchField:
    """A field key of the wire, the engine's field behind it, its label and its input."""

    key: str
    field: str
    label: str
    kind: str = "Text"
    list_name: str = ""


FIELDS = (
    SearchField("name", "name", "search_name"),
    SearchField("code", "code", "search_code"),
    SearchField("customerCode", CUSTOMER_CODE, "search_customer_code"),
    SearchField("description", "description", "search_description"),
    SearchField("erpProductKey", "key", "search_product_key"),
    SearchField("itemNumber", "item_number", "search_item_number"),
    SearchField("productCategoryKey", "category", "search_category", "List", "ProductCategory"),
    SearchField("productFamilyKey", "family", "search_family", "List", "ProductFamily"),
    SearchField("productTypeKey", "type", "search_type", "List", "ProductType"),
    SearchField("supplier", "supplier", "search_supplier"),
    SearchField("supplierCode", "supplier_code", "search_supplier_code"),
    SearchField("quantityUnit", "quantity_unit", "search_unit"),
    SearchField("unitListPrice", "list_price", "search_list_price", "Double"),
    SearchField("inStock", "in_stock", "search_stock", "Double"),
    SearchField("isSubscription", "is_subscription", "search_subscription", "Checkbox"),
    SearchField("erpPriceListKey", "price_list", "search_price_list"),
)
_BY_KEY = {field.key.casefold(): field for field in FIELDS}


def metadata() -> list[Carrier]:
    """FieldMetadataInfo of every field, ranked in this order."""
    return [
        {
            "FieldKey": field.key,
            "DisplayName": texts.everywhere(field.label),
            "DisplayDescription": "",
            "FieldType": field.kind,
            "ListName": field.list_name,
            "DefaultValue": "",
            "Rank": rank,
            "MaxLength": 0,
            "Access": "Normal",
        }
        for rank, field in enumerate(FIELDS, 1)
    ]


def criterion(restriction: Carrier) -> Criterion | None:
    """The criterion a restriction states; None when its field or operator is unknown."""
    key = (restriction.get("FieldKey") or "").rpartition(".")[2]
    field = _BY_KEY.get(key.casefold())
    try:
        operator = Operator((restriction.get("Operator") or "").strip().lower())
    except ValueError:
        return None
    if field is None:
        return None
    values = tuple(plain_text(value or "") for value in restriction.get("Values") or [])
    return Criterion(field.field, operator, values)
