"""Odoo as a system that fulfils orders.

Two orders may carry our number: where that has happened, the oldest one that is alive counts.
"""

from collections.abc import Sequence

from adapters.erp.odoo.changes import PAGE, Mark, mark_of
from adapters.erp.odoo.checking import Check
from adapters.erp.odoo.client import Odoo, Record, is_id, within
from adapters.erp.odoo.found import matching
from adapters.erp.odoo.lookups import USUAL_DIGITS, LookUps
from adapters.erp.odoo.mapping import ORIGIN, Mapped, mapped
from adapters.erp.odoo.states import (
    CANCELLED,
    CONFIRMED,
    GOODS,
    LINE,
    OPEN,
    ORDER,
    number_of,
    receipt_of,
    state_of,
    written,
)
from adapters.erp.unchanging import Unchanging
from adapters.http import Guard
from adapters.rest import USUAL
from engine.kernel.clock import Clock, SystemClock
from engine.ports.connections import Access, Checked, Steps, TableName
from engine.ports.erp import (
    Changes,
    ErpCapabilities,
    ErpPlan,
    OrderDocument,
    OrderState,
    Receipt,
    Stage,
)
from engine.ports.outcomes import Declined, Uncertain

_ASKED, _MADE = "asked", "order"
_MOST = 100
_LONGEST = 18
_PAGES = 20
"""Pages that are turned at once where nothing on them is new."""


class OdooErp(Unchanging):
    """The port over JSON-2. Calls may be made from several threads."""

    def __init__(self, access: Access, guard: Guard = USUAL, clock: Clock | None = None) -> None:
        self._access = access
        self._odoo = Odoo(access, guard)
        self._look_ups = LookUps(self._odoo, access)
        self._clock = clock or SystemClock()

    def capabilities(self) -> ErpCapabilities:
        wish = self._access.options.get("price_digits", "")
        return ErpCapabilities(
            proof="own stub",
            price_digits=int(wish) if wish.isdecimal() else USUAL_DIGITS,
            quantity_digits=USUAL_DIGITS,
            reads_changes=True,
            cancels=True,
        )

    def check(self) -> Checked:
        return Check(self._odoo, self._look_ups, self._access, self._clock).checked()

    def plan(self, document: OrderDocument) -> ErpPlan:
        there = self._mapped(document, document.order_id)
        return ErpPlan(misses=there.misses, losses=there.losses, payload=there.values)

    def find(self, document: OrderDocument, key: str) -> Receipt | None:
        """An order under our key, or else one that is alive under our number and customer."""
        order = self._search(document, key)
        return None if order is None else self._receipt(order, document)

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:
        there = self._mapped(document, key)
        if there.misses:
            fields = {each.where: f"Odoo has no {each.theirs}" for each in there.misses}
            raise Declined("Odoo does not have what the order names", fields)
        kept = steps.get(_MADE)
        order = self._read(kept) if kept else self._search(document, key)
        if order is None:
            steps.keep(**{_ASKED: key})  # which says as well that it is still for us to do
            made = self._odoo.call(
                "sale.order/create",
                writes=True,
                context=within(_company(there)),
                vals_list=[there.values],
            )
            if not isinstance(made, list) or len(made) != 1 or not is_id(made[0]):
                raise Uncertain("Odoo did not say which order it has made")
            steps.keep(**{_MADE: str(made[0])})
            order = self._read(str(made[0]))
        if order.get("client_order_ref") != document.order_number:
            raise Declined(
                f"order {order['id']} in Odoo is another one than {document.order_number}"
            )
        return receipt_of(order, self._lines([order["id"]]), document, there.products)

    def advance(self, receipt: Receipt, to: Stage, steps: Steps) -> OrderState:  # noqa: ARG002 (one call does it)
        order = self._read(receipt.reference)
        if to != Stage.DRAFT and order.get("state") in OPEN:
            order = self._acted(order, "action_confirm", CONFIRMED)
        return self._state(order)

    def read(self, reference: str) -> OrderState:
        return self._state(self._read(reference))

    def cancel(self, reference: str) -> OrderState:
        order = self._read(reference)
        if order.get("state") != CANCELLED:
            order = self._acted(order, "action_cancel", CANCELLED)
        return self._state(order)

    def changes(self, mark: str | None) -> Changes:
        """Orders that carry our key, by the time they were written last."""
        asked = mark_of(mark)
        for _ in range(_PAGES):
            page = self._page(asked)
            fresh, asked = asked.fresh(page), asked.after(page)
            if fresh or len(page) < PAGE:
                break
        lines = self._lines([each["id"] for each in fresh])
        states = tuple(self._state(each, lines) for each in fresh)
        return Changes(states=states, mark=asked.text(), more=len(page) == PAGE)

    def _page(self, asked: Mark) -> list[Record]:
        domain: list[object] = [
            ["origin", "=like", f"{ORIGIN}%"],
            ["write_date", ">=", written(asked.since)],
        ]
        if asked.is_first:
            domain += [["state", "!=", CANCELLED], ["invoice_status", "!=", "invoiced"]]
        by = "write_date, id"
        skip = asked.skip
        return self._odoo.search("sale.order", domain, ORDER, order=by, limit=PAGE, offset=skip)

    def _mapped(self, document: OrderDocument, key: str) -> Mapped:
        return mapped(document, key, self._access, self._look_ups.found(document))

    def _search(self, document: OrderDocument, key: str) -> Record | None:
        domain = [["client_order_ref", "=", document.order_number]]
        orders = [
            each
            for each in self._odoo.search("sale.order", domain, ORDER, limit=_MOST)
            if each.get("client_order_ref") == document.order_number
        ]
        if not orders:
            return None
        alive = [each for each in orders if each.get("state") != CANCELLED]
        ours = [each for each in orders if each.get("origin") == ORIGIN + key]
        meant = [each for each in ours if each in alive] or ours or self._theirs(document, alive)
        return meant[0] if meant else None

    def _theirs(self, document: OrderDocument, orders: Sequence[Record]) -> list[Record]:
        """Those of the document's customer."""
        customers = self._look_ups.customers(document, self._look_ups.company())
        numbers = {each.id for each in customers}
        return [each for each in orders if number_of(each, "partner_id") in numbers]

    def _receipt(self, order: Record, document: OrderDocument) -> Receipt:
        known = self._look_ups.products(document, self._look_ups.company())
        products: dict[str, int] = {}
        for line in document.lines:
            meant = matching(known, self._access.tables.theirs(TableName.SKU, line.sku))
            products |= {line.line_id: meant[0].id} if len(meant) == 1 else {}
        return receipt_of(order, self._lines([order["id"]]), document, products)

    def _read(self, reference: str) -> Record:
        is_number = reference.isascii() and reference.isdigit() and len(reference) <= _LONGEST
        number = int(reference) if is_number else 0
        found = self._odoo.search("sale.order", [["id", "=", number]], ORDER) if number else []
        if len(found) != 1 or found[0]["id"] != number:
            raise Declined(f"there is no order {reference} in Odoo")
        return found[0]

    def _acted(self, order: Record, action: str, aim: str) -> Record:
        """The order after `action`; somebody else may have done it at the same time."""
        refused: Declined | None = None
        context = {"disable_cancel_warning": True}
        try:
            self._odoo.call(f"sale.order/{action}", writes=True, context=context, ids=[order["id"]])
        except Declined as error:
            refused = error
        now = self._read(str(order["id"]))
        if now.get("state") != aim:
            raise refused or Declined(f"{now.get('name')} is still {now.get('state')} in Odoo")
        return now

    def _state(self, order: Record, lines: Sequence[Record] | None = None) -> OrderState:
        known = self._lines([order["id"]]) if lines is None else lines
        mine = [each for each in known if number_of(each, "order_id") == order["id"]]
        return state_of(order, mine, self._access.options.get("rounding_product", ""))

    def _lines(self, orders: Sequence[int]) -> list[Record]:
        if not orders:
            return []
        domain = [["order_id", "in", list(orders)], GOODS]
        return list(self._odoo.all("sale.order.line", domain, LINE))


def _company(there: Mapped) -> int | None:
    number = there.values.get("company_id")
    return number if is_id(number) else None
