"""Orders in Tryton: found by our number and the customer, made in one call, then confirmed."""

from dataclasses import replace
from datetime import datetime

from adapters.erp.tryton import lookup, sales
from adapters.erp.tryton.client import Client, Refused, understood
from adapters.erp.tryton.mapping import Mapped, mapped
from adapters.erp.tryton.marks import Mark, mark_of
from adapters.erp.tryton.names import names_of
from adapters.erp.tryton.wire import Row, id_of, text_of
from adapters.erp.unchanging import Unchanging
from adapters.http import Guard
from adapters.rest import USUAL
from engine.ports.connections import Access, Checked, Steps
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

_SALE = "sale.sale"
_TWINS = 20
"""Orders under one number of ours that are looked at."""
_PAGE = 50
_LONGEST_ID = 18
_NEEDED = {
    **dict.fromkeys(("party.party", "product.product", "account.tax"), ("read",)),
    _SALE: ("read", "write", "create"),
    "sale.line": ("read", "write", "create"),
}
_ON = (("draft", "quote"), ("quotation", "confirm"))
"""The button that leads on from a state."""
_BACK = {"confirmed": "draft", "draft": "cancel", "quotation": "cancel"}
"""The button that leads to a cancelled sale."""


class TrytonErp(Unchanging):
    """One company in one Tryton database, with the key of one of its users."""

    def __init__(self, access: Access, guard: Guard = USUAL) -> None:
        self._client = Client(access, guard)
        self._names = names_of(access, self._client.company)

    def capabilities(self) -> ErpCapabilities:
        return ErpCapabilities(
            proof="real peer",
            price_digits=self._names.price_digits,
            reads_changes=True,
            tells_all=True,
            cancels=True,
        )

    def check(self) -> Checked:
        """Who the key belongs to, and which rights or terms are lacking."""
        client, troubles = self._client, list[str]()
        company = client.read("company.company", client.company, ("party.name", "currency.code"))
        if company is None:
            troubles.append(f"there is no company {client.company}")
        rights = client.ask("ir.model.access", "get_access", {"models": list(_NEEDED)})
        for model, needed in _NEEDED.items():
            granted = rights.get(model) if isinstance(rights, dict) else None
            troubles += [
                f"no right to {each} {model}"
                for each in needed
                if not (isinstance(granted, dict) and granted.get(each))
            ]
        if term := self._names.term():
            wanted = [["name", "=", term]]
            if not client.search("account.invoice.payment_term", wanted, ("name",), most=1):
                troubles.append(f"there is no payment term {term}")
        user = client.ask("res.user", "get_preferences", {"context_only": False})
        name = text_of(user.get("name")) if isinstance(user, dict) else ""
        firm = text_of(((company or {}).get("party") or {}).get("name"))
        return Checked(identity=f"{name} at {firm}", troubles=tuple(troubles))

    def plan(self, document: OrderDocument) -> ErpPlan:
        made = self._mapped(document)
        return ErpPlan(
            misses=made.misses, losses=(*made.losses, *made.hindrances()), payload=made.payload
        )

    def find(self, document: OrderDocument, key: str) -> Receipt | None:  # noqa: ARG002 (Tryton has no place for it)
        """The order with our number, of the customer; the oldest one that was not cancelled."""
        parties = [each.id for each in lookup.customers(self._client, self._names, document)]
        if not parties:
            return None
        company, number = self._client.company, document.order_number
        rows = self._client.search(
            _SALE,
            [["company", "=", company], ["reference", "=", number], ["party", "in", parties]],
            sales.FIELDS,
            most=_TWINS,
            order=(("id", "ASC"),),
        )
        whose = understood(lambda: {id_of(row.get("party")) for row in rows}, writes=False)
        if not whose <= set(parties) or any(row.get("reference") != number for row in rows):
            raise Declined(f"asked for {number}, it answered with somebody else's order")
        alive = [row for row in rows if row.get("state") != "cancelled"]
        found = next(iter([*alive, *rows]), None)
        if found is None:
            return None
        notes = (f"{len(alive)} orders have this number there",) if len(alive) > 1 else ()
        return understood(lambda: sales.receipt(found, document, notes), writes=False)

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:  # noqa: ARG002 (as above)
        """One call makes the draft with all its lines, or nothing at all."""
        if made := steps.get("sale"):
            row = self._sale(made)
            return understood(lambda: sales.receipt(row, document), writes=False)
        wanted = self._mapped(document)
        if wanted.refusals:
            raise Declined("Tryton lacks what the order needs", wanted.refusals)
        steps.keep(party=str(wanted.party))
        row = self._client.create(_SALE, wanted.payload, sales.FIELDS)
        receipt = understood(lambda: sales.receipt(row, document), writes=True)
        party = understood(lambda: id_of(row.get("party")), writes=True)
        if row.get("reference") != document.order_number or party != wanted.party:
            raise Uncertain("it answered with another order than the one it was to make")
        steps.keep(sale=receipt.reference)
        return receipt

    def advance(self, receipt: Receipt, to: Stage, steps: Steps) -> OrderState:
        """Quote and confirm, as far as that has not been done; Tryton goes on from there."""
        row = self._sale(receipt.reference)
        if to is Stage.DRAFT:
            return self._state(row)
        for state, button in _ON:
            if row.get("state") == state:
                steps.keep(sale=receipt.reference, state=state)
                row = self._pressed(row, button)
        return self.read(receipt.reference)

    def read(self, reference: str) -> OrderState:
        return self._state(self._sale(reference))

    def cancel(self, reference: str) -> OrderState:
        """Only what nobody has begun to work on can be cancelled."""
        row = self._sale(reference)
        for _ in _BACK:
            if button := _BACK.get(text_of(row.get("state"))):
                row = self._pressed(row, button)
        if row.get("state") != "cancelled":
            raise Declined(f"{text_of(row.get('number'))} is {row.get('state')} there already")
        return self._state(row)

    def changes(self, mark: str | None) -> Changes:
        """A page of the sweep that the mark is in; where it ends the next one begins."""
        at = mark_of(mark)
        if at.until is None:
            at = replace(at, until=self._latest())
        rows = self._client.search(
            _SALE,
            at.domain(self._client.company),
            sales.FIELDS,
            most=_PAGE,
            order=(("id", "ASC"),),
        )
        states = understood(lambda: tuple(map(sales.order_state, rows)), writes=False)
        more = len(states) == _PAGE and int(states[-1].reference) > at.after
        following = replace(at, after=int(states[-1].reference)) if more else Mark(since=at.until)
        return Changes(states=states, mark=str(following), more=more)

    def _latest(self) -> datetime | None:
        """When a sale was last written; when the last one was made, if none ever was."""
        rows = self._client.search(
            _SALE,
            [["company", "=", self._client.company], ["reference", "!=", None]],
            sales.DATES,
            most=1,
            order=(("write_date", "DESC NULLS LAST"), ("id", "DESC")),
        )
        return understood(lambda: sales.changed_at(rows[0]) if rows else None, writes=False)

    def _sale(self, reference: str) -> Row:
        is_id = reference.isascii() and reference.isdigit() and len(reference) <= _LONGEST_ID
        row = self._client.read(_SALE, int(reference), sales.FIELDS) if is_id else None
        if row is None:
            raise Declined(f"there is no order {reference}")
        company = understood(lambda: id_of(row.get("company")), writes=False)
        if company != self._client.company:
            raise Declined(f"the order {reference} is another company's")
        return row

    def _pressed(self, row: Row, button: str) -> Row:
        """The sale after a button; where it cannot be pressed, somebody may have been quicker."""
        reference = text_of(row.get("id"))
        try:
            return self._client.press(_SALE, int(reference), button, sales.FIELDS)
        except Refused:
            now = self._sale(reference)
            if now.get("state") == row.get("state"):
                raise
            return now

    @staticmethod
    def _state(row: Row) -> OrderState:
        return understood(lambda: sales.order_state(row), writes=False)

    def _mapped(self, document: OrderDocument) -> Mapped:
        found = lookup.found(self._client, self._names, document)
        return mapped(document, found, self._names)
