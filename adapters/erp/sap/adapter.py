"""SAP S/4HANA takes orders through its sales order service (A_SalesOrder, OData version 2)."""

from adapters.erp.odata.literals import both, equals, text
from adapters.erp.odata.members import Entity, word
from adapters.erp.odata.orders import changed, impossible, inexpressible, missing
from adapters.erp.sap import mapping, settings, states
from adapters.erp.sap.pricing import QUANTITY_DIGITS
from adapters.erp.sap.system import System
from adapters.erp.unchanging import Unchanging
from adapters.http import Guard
from adapters.rest import USUAL
from engine.ports.connections import Access, Checked, Steps
from engine.ports.erp import (
    Changes,
    ErpCapabilities,
    ErpLoss,
    ErpPlan,
    OrderDocument,
    OrderState,
    Receipt,
    Stage,
)
from engine.ports.outcomes import Declined, PushError, Uncertain

_PRICE_DIGITS = 6
_STEP = "order"


class SapErp(Unchanging):
    """Orders are made with all their items in one call, and found by our number and customer."""

    def __init__(self, access: Access, guard: Guard = USUAL) -> None:
        self._access = access
        self._tables = access.tables
        self._settings = settings.Settings.of(access)
        self._system = System(access, self._settings, guard)

    def capabilities(self) -> ErpCapabilities:
        return ErpCapabilities(
            proof="third-party emulator",
            price_digits=_PRICE_DIGITS,
            quantity_digits=QUANTITY_DIGITS,
            reads_changes=True,
            cancels=bool(self._settings.rejection_reason),
        )

    def check(self) -> Checked:
        settings.check(self._access)
        troubles = []
        identity = self._system.identity()
        for name, ask in self._system.doors():
            try:
                ask()
            except PushError as error:
                troubles.append(f"{name}: {error}")
        return Checked(identity=identity, troubles=tuple(troubles))

    def plan(self, document: OrderDocument) -> ErpPlan:
        settings.check(self._access)
        known = self._system.known(document)
        found = mapping.losses(document, self._settings)
        there = self._there(document)
        found += tuple(ErpLoss(path="order_number", message=note) for note in _notes(there))
        return ErpPlan(
            misses=mapping.misses(document, self._tables, known),
            losses=found,
            payload=mapping.payload(document, "", self._tables, self._settings),
        )

    def find(self, document: OrderDocument, key: str) -> Receipt | None:  # noqa: ARG002 (it is found by its number)
        settings.check(self._access)
        there = self._there(document)
        return self._receipt(there, document) if there else None

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:
        settings.check(self._access)
        if problems := impossible(document, QUANTITY_DIGITS):
            raise inexpressible(problems)
        there = self._kept(document, steps) or self._there(document)
        if there:
            steps.keep(**{_STEP: _number(there[0])})
            return self._receipt(there, document)
        if misses := mapping.misses(document, self._tables, self._system.known(document)):
            raise missing(misses)
        body = mapping.payload(document, key, self._tables, self._settings)
        steps.keep(sending=document.order_number)
        made = self._system.make(body)
        if not _number(made) or not self._is_ours(made, document):
            raise Uncertain("it answered another order than the one it was sent")
        steps.keep(**{_STEP: _number(made)})
        return self._receipt([self._system.order(_number(made)) or made], document)

    def advance(self, receipt: Receipt, to: Stage, steps: Steps) -> OrderState:  # noqa: ARG002 (an order that SAP keeps is confirmed)
        return self.read(receipt.reference)

    def read(self, reference: str) -> OrderState:
        settings.check(self._access)
        return self._state(self._order(reference))

    def cancel(self, reference: str) -> OrderState:
        """Reject all of its items, where a reason to give is set and nothing is delivered yet."""
        settings.check(self._access)
        order = self._order(reference)
        if not states.is_alive(order):
            return self._state(order)
        if not self._settings.rejection_reason:
            raise Declined("no reason to reject items with is set; it is cancelled in SAP")
        if states.is_delivered(order):
            raise Declined(f"order {states.bare(reference)} is being delivered")
        self._system.reject(order, self._settings.rejection_reason)
        return self._state(self._order(reference))

    def changes(self, mark: str | None) -> Changes:
        settings.check(self._access)
        since = self._system.since(mark) if mark else None
        rows, last, more = changed(
            lambda skipped: self._system.changed(since, skipped), self._system.changed_at, since
        )
        told = mark or "" if last is None else last.isoformat()
        return Changes(states=tuple(map(self._state, rows)), mark=told, more=more)

    def _there(self, document: OrderDocument) -> list[Entity]:
        """The orders it has under our number: those alive first, the oldest of them first."""
        name = mapping.customer(document, self._tables)
        if not name:
            return []
        number = equals("PurchaseOrderByCustomer", document.order_number)
        rows = self._system.orders(both(number, equals("SoldToParty", name)))
        ours = [each for each in rows if self._is_ours(each, document)]
        return sorted(ours, key=lambda each: (not states.is_alive(each), _number(each).zfill(10)))

    def _kept(self, document: OrderDocument, steps: Steps) -> list[Entity]:
        """The order that a try before has made."""
        reached = steps.get(_STEP)
        order = self._system.order(reached) if reached else None
        if order is None or word(order, "PurchaseOrderByCustomer") != document.order_number:
            return []
        return [order]

    def _is_ours(self, order: Entity, document: OrderDocument) -> bool:
        name = states.bare(mapping.customer(document, self._tables))
        return (
            word(order, "PurchaseOrderByCustomer") == document.order_number
            and states.bare(word(order, "SoldToParty")) == name
            and word(order, "SalesOrganization") == self._settings.sales_organization
        )

    def _receipt(self, there: list[Entity], document: OrderDocument) -> Receipt:
        return states.receipt(there[0], document, self._tables, self._settings, _notes(there))

    def _order(self, reference: str) -> Entity:
        order = self._system.order(reference)
        if order is None or states.bare(_number(order)) != states.bare(reference):
            raise Declined(f"there is no order {text(reference)}")
        return order

    def _state(self, order: Entity) -> OrderState:
        shipped = self._system.shipped(order) if states.is_delivered(order) else {}
        return states.state(order, shipped, self._settings)


def _number(order: Entity) -> str:
    return word(order, "SalesOrder")


def _notes(there: list[Entity]) -> tuple[str, ...]:
    numbers = ", ".join(states.bare(_number(each)) for each in there)
    return (f"it is there more than once, as {numbers}",) if len(there) > 1 else ()
