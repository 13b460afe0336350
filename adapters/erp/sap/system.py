"""The services of an SAP system that an order needs: partners, products, orders, deliveries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from adapters.erp.odata.doors import Basic, Client, ClientCredentials, Door
from adapters.erp.odata.literals import at, both, equals, instant, keys, one_of, text
from adapters.erp.odata.members import Entity, children, flag, moment, number, word
from adapters.erp.odata.orders import PAGE, chunks
from adapters.erp.odata.pages import Version
from adapters.erp.odata.service import Service
from adapters.erp.sap import mapping, states
from adapters.erp.sap.settings import Settings, uses_tokens
from adapters.http import Guard
from engine.ports.connections import Access
from engine.ports.erp import OrderDocument
from engine.ports.outcomes import Declined, Postponed

_ROOT = "/sap/opu/odata/sap/"
_ORDERS = "API_SALES_ORDER_SRV"
_ISSUED = "C"
_QUANTITIES = ("ActualDeliveryQuantity", "ActualDeliveredQtyInOrderQtyUnit")
_MOST_DELIVERIES = 50


class System:
    """One system, reached through the door its connection opens."""

    def __init__(self, access: Access, settings: Settings, guard: Guard) -> None:
        self._tables = access.tables
        self._settings = settings
        door = _door(access, guard)
        self._orders = _service(access, _ORDERS, settings, door, guard)
        self._partners = _service(access, settings.partner_service, settings, door, guard)
        self._products = _service(access, settings.product_service, settings, door, guard)
        self._deliveries = _service(access, settings.delivery_service, settings, door, guard)

    def identity(self) -> str:
        """Who we are there; asked for with a call that has to succeed."""
        self._orders.page("/A_SalesOrder", {"$top": "1"})
        return f"sales organization {self._settings.sales_organization}"

    def doors(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """What else an order needs, each with a call that tries it."""
        first = {"$top": "1"}
        yield "partners", lambda: self._partners.page("/A_BusinessPartner", first)
        yield "products", lambda: self._products.page("/A_Product", first)
        yield "deliveries", lambda: self._deliveries.page("/A_OutbDeliveryItem", first)

    def known(self, document: OrderDocument) -> mapping.Known:
        """What it has of what an order names."""
        name = mapping.customer(document, self._tables)
        partner = self._partners.one(at("A_BusinessPartner", text(name))) if name else None
        is_one = partner is not None and states.bare(word(partner, "Customer")) == states.bare(name)
        lines = document.lines
        units: dict[str, set[str]] = {}
        for names in chunks(mapping.sku(line, self._tables) for line in lines):
            rows = self._products.rows("/A_Product", {"$filter": one_of("Product", names)})
            for row in rows:
                if word(row, "Product") in names and not flag(row, "IsMarkedForDeletion"):
                    units[word(row, "Product")] = {word(row, "BaseUnit")}
        for line in lines:
            sku, unit = mapping.sku(line, self._tables), mapping.unit(line, self._tables)
            if unit and sku in units and unit not in units[sku] and self._has_unit(sku, unit):
                units[sku].add(unit)
        found = {sku: frozenset(each) for sku, each in units.items()}
        return mapping.Known(has_customer=is_one, units=found)

    def orders(self, condition: str) -> tuple[Entity, ...]:
        """Orders with their items."""
        return self._orders.rows("/A_SalesOrder", {"$filter": condition, "$expand": "to_Item"})

    def order(self, reference: str) -> Entity | None:
        """An order with its items."""
        path = at("A_SalesOrder", text(reference))
        found = self._orders.one(path, {"$expand": "to_Item"})
        if found is not None and children(found, "to_Item") is None:
            raise Postponed("it answered an order without its items")
        return found

    def make(self, body: Mapping[str, object]) -> Entity:
        return self._orders.make("/A_SalesOrder", body)

    def reject(self, order: Entity, reason: str) -> None:
        """Reject every item that is not rejected yet."""
        for item in children(order, "to_Item") or ():
            if not word(item, "SalesDocumentRjcnReason"):
                key = {
                    "SalesOrder": word(order, "SalesOrder"),
                    "SalesOrderItem": word(item, "SalesOrderItem"),
                }
                path = at("A_SalesOrderItem", keys(key))
                etag = self._orders.etag(item)
                self._orders.change(path, {"SalesDocumentRjcnReason": reason}, etag)

    def shipped(self, order: Entity) -> Mapping[str, Decimal]:
        """How much of each item has been issued from stock, by the item's bare number."""
        reference = word(order, "SalesOrder")
        condition = equals("ReferenceSDDocument", reference)
        rows = self._deliveries.rows("/A_OutbDeliveryItem", {"$filter": condition})
        mine = [each for each in rows if _is_of(each, reference)]
        names = dict.fromkeys(word(each, "DeliveryDocument") for each in mine)
        if len(names) > _MOST_DELIVERIES:
            raise Declined(f"order {states.bare(reference)} has {len(names)} deliveries")
        issued = {name for name in names if self._is_issued(name)}
        found: dict[str, Decimal] = {}
        for item in mine:
            if word(item, "DeliveryDocument") in issued:
                place = states.bare(word(item, "ReferenceSDDocumentItem"))
                found[place] = found.get(place, Decimal(0)) + _quantity(item)
        return found

    def changed(self, since: datetime | None, skipped: int) -> Sequence[Entity]:
        """Orders that changed since then, oldest change first; all open ones without a moment."""
        member = self._settings.changed_member
        conditions = [
            equals("SalesOrganization", self._settings.sales_organization),
            "PurchaseOrderByCustomer ne ''",
            "OverallSDProcessStatus ne 'C'" if since is None else _since(member, since),
        ]
        asked = {
            "$filter": both(*conditions),
            "$orderby": f"{member},SalesOrder",
            "$expand": "to_Item",
            "$top": str(PAGE),
            "$skip": str(skipped),
        }
        return self._orders.page("/A_SalesOrder", asked).rows

    def changed_at(self, order: Entity) -> datetime | None:
        return moment(order, self._settings.changed_member)

    @staticmethod
    def since(mark: str) -> datetime:
        """The moment a mark tells. Declined where it tells none."""
        try:
            return datetime.fromisoformat(mark).astimezone(UTC)
        except ValueError:
            raise Declined("the mark of what was read before is none of ours") from None

    def _has_unit(self, sku: str, unit: str) -> bool:
        key = keys({"Product": sku, "AlternativeUnit": unit})
        return self._products.one(at("A_ProductUnitsOfMeasure", key)) is not None

    def _is_issued(self, delivery: str) -> bool:
        found = self._deliveries.one(at("A_OutbDeliveryHeader", text(delivery)))
        return found is not None and word(found, "OverallGoodsMovementStatus") == _ISSUED


def _door(access: Access, guard: Guard) -> Door:
    credentials = access.credentials
    if not uses_tokens(access):
        return Basic(credentials.get("user", ""), credentials.get("password", ""))
    client = Client(
        url=access.options["token_url"],
        id=credentials.get("client_id", ""),
        secret=credentials.get("client_secret", ""),
        scope=access.options.get("scope", ""),
        in_header=True,
    )
    return ClientCredentials(client, guard)


def _service(access: Access, name: str, settings: Settings, door: Door, guard: Guard) -> Service:
    headers = {"sap-client": settings.client} if settings.client else {}
    url = access.url.rstrip("/") + _ROOT + name
    return Service(url, Version.V2, door, guard, fetches_token=name == _ORDERS, headers=headers)


def _is_of(item: Entity, order: str) -> bool:
    return states.bare(word(item, "ReferenceSDDocument")) == states.bare(order)


def _quantity(item: Entity) -> Decimal:
    found = (number(item, member) for member in _QUANTITIES)
    return next((each for each in found if each is not None), Decimal(0))


def _since(member: str, moment_of: datetime) -> str:
    if member == "LastChangeDate":
        return f"{member} ge datetime'{instant(moment_of).rstrip('Z')}'"
    return f"{member} ge datetimeoffset'{instant(moment_of)}'"
