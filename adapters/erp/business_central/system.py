"""A company of Business Central: what it has, its orders, and the invoices they turn into."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.erp.business_central import mapping
from adapters.erp.business_central.settings import Settings
from adapters.erp.odata.doors import ClientCredentials
from adapters.erp.odata.literals import at, both, equals, guid, instant, one_of
from adapters.erp.odata.members import Entity, children, flag, moment, word
from adapters.erp.odata.orders import PAGE, chunks
from adapters.erp.odata.pages import Version
from adapters.erp.odata.service import Service
from adapters.http import Guard
from engine.ports.connections import Tables
from engine.ports.erp import OrderDocument
from engine.ports.outcomes import Declined

_NOT_BLOCKED = frozenset({"", " ", "_x0020_"})
_FURTHER = "salesOrderLines@odata.nextLink"


class Company:
    """One company, entered with tokens that are renewed."""

    def __init__(self, settings: Settings, tables: Tables, guard: Guard) -> None:
        self._settings = settings
        self._tables = tables
        door = ClientCredentials(settings.client, guard)
        self._service = Service(settings.service, Version.V4, door, guard)

    def name(self) -> str:
        """What the company is called. Declined where there is none."""
        found = self._service.one("")
        if found is None:
            raise Declined("there is no such company", {"options/company_id": "is not there"})
        return word(found, "displayName") or word(found, "name")

    def try_door(self, collection: str) -> None:
        """Read one of a collection."""
        self._service.page(f"/{collection}", {"$top": "1"})

    def known(self, document: OrderDocument) -> mapping.Known:
        """What it has of what an order names."""
        tables, lines = self._tables, document.lines
        name = mapping.customer(document, tables)
        customers = self._named("customers", "number", [name]) if name else {}
        skus = [mapping.sku(line, tables) for line in lines]
        units = [mapping.unit(line, tables) for line in lines]
        taxes = [mapping.tax(line, tables) for line in lines]
        items = self._named("items", "number", skus)
        return mapping.Known(
            has_customer=any(word(each, "blocked") in _NOT_BLOCKED for each in customers.values()),
            has_currency=self._has_currency(mapping.currency(document, tables)),
            payment_term_id=self._payment_term(),
            skus=frozenset(name for name, each in items.items() if not flag(each, "blocked")),
            units=frozenset(self._named("unitsOfMeasure", "code", units)),
            taxes=frozenset(self._named("taxGroups", "code", taxes)),
        )

    def orders(self, number: str, customer: str) -> list[Entity]:
        """Orders under our number for a customer, the oldest first."""
        return sorted(
            self._under("salesOrders", number, customer),
            key=lambda each: (len(word(each, "number")), word(each, "number")),
        )

    def order(self, reference: str) -> Entity | None:
        found = self._service.one(at("salesOrders", guid(reference)))
        if found is not None and word(found, "id").lower() != reference.lower():
            raise Declined(f"it answered another order than {reference}")
        return found

    def lines(self, order: Entity) -> Sequence[Entity]:
        """The lines of an order, all of them."""
        along = children(order, "salesOrderLines")
        if along is not None and _FURTHER not in order:
            return along
        path = at("salesOrders", guid(word(order, "id")))
        return self._service.rows(f"{path}/salesOrderLines", {"$orderby": "sequence"})

    def make(self, body: Mapping[str, object]) -> Entity:
        return self._service.make("/salesOrders", body)

    def make_line(self, reference: str, body: Mapping[str, object]) -> Entity:
        return self._service.make(f"{at('salesOrders', guid(reference))}/salesOrderLines", body)

    def remove(self, order: Entity) -> None:
        """Remove an order, unless somebody has changed it since it was read."""
        path = at("salesOrders", guid(word(order, "id")))
        self._service.remove(path, self._service.etag(order))

    def invoices_under(self, number: str, customer: str) -> list[Entity]:
        """Invoices of orders under our number for a customer."""
        found = self._under("salesInvoices", number, customer)
        return [each for each in found if order_of(each)]

    def invoices_of(self, reference: str) -> list[Entity]:
        """The invoices that an order has turned into."""
        asked = {"$filter": f"orderId eq {guid(reference)}"}
        rows = self._service.rows("/salesInvoices", asked)
        return [each for each in rows if order_of(each) == reference.lower()]

    def changed(self, collection: str, since: datetime | None, skipped: int) -> Sequence[Entity]:
        """Orders or invoices that changed since then, oldest change first."""
        conditions = ["externalDocumentNumber ne ''"]
        if since is not None:
            conditions.append(f"lastModifiedDateTime ge {instant(since)}")
        asked = {
            "$filter": both(*conditions),
            "$orderby": "lastModifiedDateTime,number",
            "$top": str(PAGE),
            "$skip": str(skipped),
        }
        if collection == "salesOrders":
            asked["$expand"] = "salesOrderLines"
        return self._service.page(f"/{collection}", asked).rows

    def _under(self, collection: str, number: str, customer: str) -> list[Entity]:
        condition = both(
            equals("externalDocumentNumber", number), equals("customerNumber", customer)
        )
        rows = self._service.rows(f"/{collection}", {"$filter": condition})
        return [
            each
            for each in rows
            if word(each, "externalDocumentNumber") == number
            and word(each, "customerNumber").lower() == customer.lower()
        ]

    def _named(self, collection: str, member: str, names: Sequence[str]) -> dict[str, Entity]:
        """What a collection has of these names, by the name in small letters."""
        found: dict[str, Entity] = {}
        for part in chunks(each for each in names if each):
            rows = self._service.rows(f"/{collection}", {"$filter": one_of(member, part)})
            wanted = {each.lower() for each in part}
            named = ((word(each, member).lower(), each) for each in rows)
            found |= {name: each for name, each in named if name in wanted}
        return found

    def _has_currency(self, code: str) -> bool:
        """Whether it is the company's own currency, or one of the others it has."""
        own = self._service.rows("/companyInformation")
        if any(word(each, "currencyCode").lower() == code.lower() for each in own):
            return True
        return bool(self._named("currencies", "code", [code]))

    def _payment_term(self) -> str:
        theirs = self._settings.payment_term_there
        found = self._named("paymentTerms", "code", [theirs]) if theirs else {}
        return next((word(each, "id") for each in found.values()), "")


def order_of(invoice: Entity) -> str:
    """The order an invoice came from; empty where it came from none."""
    found = word(invoice, "orderId").lower()
    return found if found.strip("0-") else ""


def changed_at(entity: Entity) -> datetime | None:
    """When an order or invoice was changed last."""
    return moment(entity, "lastModifiedDateTime")
