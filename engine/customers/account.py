"""Accounts: the companies a tenant sells to."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer of the tenant. `crm_contact_id` links it to a company in the CRM."""

    id: str
    name: str
    parent: str | None = None
    group: str | None = None
    region: str | None = None
    crm_contact_id: int | None = None


class AddressKind(StrEnum):
    """What an address is for."""

    INVOICE = "invoice"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of a CRM company (`crm_contact_id`), used on its quotes."""

    crm_contact_id: int
    kind: AddressKind
    lines: tuple[str, str, str] = ("", "", "")
    city: str = ""
    zip_code: str = ""
    country_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """The word one CRM company uses for one of our products."""

    crm_contact_id: int
    word: str
    sku: str
