"""What a handler knows about the call it serves: whose data, for whom, in which language."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from connector import context
from connector.superoffice.carriers import Carrier
from engine.customers.account import Account
from engine.kernel.errors import AlreadyOrdered, Conflict
from engine.pricing.snapshot import Snapshot
from engine.services.quoting import Terms

T = TypeVar("T")

COST = "iproductprovider_provide_cost"
MINIMUM_PRICE = "iproductprovider_provide_minimumprice"
EXTRA_DATA = "iproductprovider_provide_extradata"
PICTURE = "iproductprovider_provide_picture"
STOCK = "iproductprovider_provide_stockdata"
ORDERS = "iorderconsumer_place_order"
ORDER_STATE = "iorderconsumer_provide_orderstate"
SEARCH = "iconnector_perform_complexsearch"
ADDRESSES = "iaddressprovider_provide_addresses"

ORIGIN = "superoffice"
"""The name quotes of this surface are known by in the hub's own records."""


def snapshot() -> Snapshot:
    """The caller's tenant's data at the revision the call began with."""
    who = context.principal()
    return context.hub().snapshot(who.tenant, who.revision)


def today(data: Snapshot) -> date:
    """The business day it is now for the tenant."""
    return data.today(context.hub().clock)


def part(carrier: Carrier | None, *path: str) -> Carrier:
    """The object at `path` inside `carrier`; an empty one where any step is null or missing."""
    for name in path:
        carrier = None if carrier is None else carrier.get(name)
    return carrier or {}


def items(carrier: Carrier, name: str) -> list[Carrier]:
    """The objects in the array `name`, without nulls."""
    return [each for each in carrier.get(name) or [] if each is not None]


def text(carrier: Carrier, name: str) -> str:
    """A text member; empty where it is null or missing."""
    return carrier.get(name) or ""


def culture(quote_context: Carrier) -> str:
    """The culture the answer is written in."""
    return text(quote_context, "UserLanguageCode")


def account_of(data: Snapshot, quote_context: Carrier) -> Account | None:
    """Who buys: the ERP's company key, else the linked CRM company, else its number or code."""
    company = part(quote_context, "CRMCompany")
    by_key = data.accounts.get(text(quote_context, "ERPCompanyKey"))
    if by_key is not None:
        return by_key
    linked = data.accounts_by_contact.get(company.get("ContactId") or 0)
    if linked is not None:
        return linked
    by_number = data.accounts.get(text(company, "Number"))
    return by_number or data.accounts.get(text(company, "Code"))


def terms_of(data: Snapshot, quote_context: Carrier) -> Terms:
    """The terms the quote in `quote_context` is priced under."""
    return Terms(
        snapshot=data,
        on=today(data),
        account=account_of(data, quote_context),
        currency=text(part(quote_context, "CRMSale"), "Currency").strip().upper(),
        cost=data.can(COST),
        minimum_price=data.can(MINIMUM_PRICE),
    )


def writing(verb: Callable[..., T], *command: Any) -> T:
    """Run `verb` in a unit of work; once more when somebody else won the same race."""
    tenant = context.principal().tenant
    try:
        with context.hub().unit_of_work(tenant) as uow:
            return verb(uow, *command)
    except AlreadyOrdered:
        raise
    except Conflict:
        with context.hub().unit_of_work(tenant) as uow:
            return verb(uow, *command)


def reading(verb: Callable[..., T], *query: Any) -> T:
    """Run `verb` in a reading of the tenant's records."""
    with context.hub().reading(context.principal().tenant) as records:
        return verb(records, *query)
