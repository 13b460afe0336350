"""Flat lists offered to a salesperson: categories, families, types, payment and delivery terms."""

from dataclasses import dataclass
from enum import StrEnum


class ListName(StrEnum):
    """The lists a tenant may keep."""

    PRODUCT_CATEGORY = "productcategory"
    PRODUCT_FAMILY = "productfamily"
    PRODUCT_TYPE = "producttype"
    PAYMENT_TERMS = "paymentterms"
    PAYMENT_TYPE = "paymenttype"
    DELIVERY_TERMS = "deliveryterms"
    DELIVERY_TYPE = "deliverytype"


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item: its key is unique in the list."""

    key: str
    display: str
    description: str = ""
    icon: str = ""
