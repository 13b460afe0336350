"""Business Central takes an order as a header and then its lines, one call each.

The header is kept as a step as soon as it is there. Whoever goes on, after a lost answer or a
restart, finds it by the step or by our number, looks which lines it has, and makes the others.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from adapters.erp.business_central import mapping, settings, states
from adapters.erp.business_central.pricing import PRICE_DIGITS, QUANTITY_DIGITS
from adapters.erp.business_central.system import Company, changed_at, order_of
from adapters.erp.odata.literals import guid
from adapters.erp.odata.members import Entity, flag, word
from adapters.erp.odata.orders import changed, impossible, in_our_words, inexpressible, missing
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
from engine.ports.outcomes import Absent, Declined, PushError, Uncertain

_HEADER, _LINES = "header", "lines"
_DOORS = ("customers", "items", "unitsOfMeasure", "currencies", "salesOrders", "salesInvoices")
_HEADER_NAMES = {
    "customerNumber": "account",
    "currencyCode": "currency",
    "externalDocumentNumber": "order_number",
    "paymentTermsId": "options/payment_term",
    "requestedDeliveryDate": "requested_date",
    "orderDate": "placed_on",
}
_LINE_NAMES = {
    "lineObjectNumber": "sku",
    "unitOfMeasureCode": "unit",
    "unitPrice": "unit_price",
    "taxCode": "tax_rate",
    "description": "name",
}


class BusinessCentralErp(Unchanging):
    """Orders are found by our number and customer; a header without all its lines is no order."""

    def __init__(self, access: Access, guard: Guard = USUAL) -> None:
        self._access = access
        self._tables = access.tables
        self._settings = settings.Settings.of(access)
        self._company = Company(self._settings, access.tables, guard)

    def capabilities(self) -> ErpCapabilities:
        return ErpCapabilities(
            proof="own stub",
            is_atomic=False,
            price_digits=PRICE_DIGITS,
            quantity_digits=QUANTITY_DIGITS,
            reads_changes=True,
            cancels=self._settings.removes_to_cancel,
        )

    def check(self) -> Checked:
        settings.check(self._access)
        identity, troubles = self._company.name(), []
        for collection in _DOORS:
            try:
                self._company.try_door(collection)
            except PushError as error:
                troubles.append(f"{collection}: {error}")
        return Checked(identity=identity, troubles=tuple(troubles))

    def plan(self, document: OrderDocument) -> ErpPlan:
        settings.check(self._access)
        known = self._company.known(document)
        found = mapping.losses(document)
        if note := _note(self._there(document)):
            found = (*found, ErpLoss(path="order_number", message=note))
        lines = [dict(each.body) for each in mapping.entries(document, self._tables)]
        header = mapping.header(document, self._tables, known)
        return ErpPlan(
            misses=mapping.misses(document, self._tables, self._settings, known),
            losses=found,
            payload={**header, "salesOrderLines": lines},
        )

    def find(self, document: OrderDocument, key: str) -> Receipt | None:  # noqa: ARG002 (it is found by its number)
        settings.check(self._access)
        there = self._there(document)
        if not there:
            return self._posted(document)
        entries = mapping.entries(document, self._tables)
        found = self._reached(there[0], entries)
        if found.entries < len(entries):
            return None
        return states.receipt(there[0], found.lines, _notes(there))

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:  # noqa: ARG002 (there is no place for a key)
        settings.check(self._access)
        if problems := impossible(document, QUANTITY_DIGITS):
            raise inexpressible(problems)
        there = self._kept(document, steps) or self._there(document)
        if not there and (posted := self._posted(document)):
            return posted
        known = self._company.known(document)
        if misses := mapping.misses(document, self._tables, self._settings, known):
            raise missing(misses)
        header = there[0] if there else self._header(document, known, steps)
        steps.keep(**{_HEADER: word(header, "id")})
        self._refuse_taxed_prices(header, steps)
        lines = self._lines(header, document, steps)
        made = self._company.order(word(header, "id")) or header
        return states.receipt(made, lines, _notes(there))

    def advance(self, receipt: Receipt, to: Stage, steps: Steps) -> OrderState:  # noqa: ARG002 (its service has no call that releases)
        return self.read(receipt.reference)

    def read(self, reference: str) -> OrderState:
        settings.check(self._access)
        order = self._company.order(reference)
        if order is not None:
            return states.state(order, self._company.lines(order))
        invoices = self._company.invoices_of(reference)
        if not invoices:
            raise Absent(f"there is no order {reference}")
        return states.posted(reference, invoices)

    def cancel(self, reference: str) -> OrderState:
        """Remove an order, where that is allowed by an option and nothing of it has moved."""
        settings.check(self._access)
        order = self._company.order(reference)
        if order is None:
            raise Declined(f"there is no order {guid(reference)}")
        number = word(order, "number")
        if not self._settings.removes_to_cancel:
            raise Declined(f"order {number} is cancelled in Business Central, by removing it")
        rows = self._company.lines(order)
        if states.is_moving(rows):
            raise Declined(f"some of order {number} has been shipped or invoiced")
        self._company.remove(order)
        found = states.state(order, rows)
        return OrderState(
            reference=found.reference, key=found.key, number=number, stage=Stage.CANCELLED
        )

    def changes(self, mark: str | None) -> Changes:
        settings.check(self._access)
        since, invoiced_since = _marks(mark)
        rows, last, more = changed(
            lambda skipped: self._company.changed("salesOrders", since, skipped), changed_at, since
        )
        found = {word(each, "id").lower(): each for each in rows}
        told = [states.state(each, self._company.lines(each)) for each in rows]
        invoiced = last
        if invoiced_since is not None:
            invoices, invoiced, further = changed(
                lambda skipped: self._company.changed("salesInvoices", invoiced_since, skipped),
                changed_at,
                invoiced_since,
            )
            more = more or further
            names = dict.fromkeys(order_of(each) for each in invoices)
            told += [self.read(name) for name in names if name and name not in found]
        marks = [each.isoformat() for each in (last, invoiced or last) if each]
        return Changes(states=tuple(told), mark=" ".join(marks), more=more)

    def _there(self, document: OrderDocument) -> list[Entity]:
        name = mapping.customer(document, self._tables)
        return self._company.orders(document.order_number, name) if name else []

    def _kept(self, document: OrderDocument, steps: Steps) -> list[Entity]:
        """The header that a try before has made."""
        reached = steps.get(_HEADER)
        order = self._company.order(reached) if reached else None
        if order is None or word(order, "externalDocumentNumber") != document.order_number:
            return []
        return [order]

    def _posted(self, document: OrderDocument) -> Receipt | None:
        """The order, where it was posted whole and is there no longer."""
        name = mapping.customer(document, self._tables)
        if not name:
            return None
        invoices = self._company.invoices_under(document.order_number, name)
        if not invoices:
            return None
        reference = order_of(invoices[0])
        mine = [each for each in invoices if order_of(each) == reference]
        return states.posted_receipt(reference, mine)

    def _header(self, document: OrderDocument, known: mapping.Known, steps: Steps) -> Entity:
        steps.keep(sending=document.order_number)
        try:
            made = self._company.make(mapping.header(document, self._tables, known))
        except Declined as error:
            raise in_our_words(error, _HEADER_NAMES) from error
        if not word(made, "id") or word(made, "externalDocumentNumber") != document.order_number:
            raise Uncertain("it answered another order than the one it was sent")
        return made

    def _refuse_taxed_prices(self, header: Entity, steps: Steps) -> None:
        """Our prices are without tax; a header that would read them otherwise is taken away."""
        if not flag(header, "pricesIncludeTax"):
            return
        if not self._company.lines(header):
            steps.keep(**{_HEADER: ""})
            self._company.remove(header)
        told = "the customer's prices include tax there"
        raise Declined(told, {"account": told})

    def _lines(self, header: Entity, document: OrderDocument, steps: Steps) -> Mapping[str, str]:
        """Make the lines that are not there yet."""
        entries = mapping.entries(document, self._tables)
        found = self._reached(header, entries)
        lines = dict(found.lines)
        for place in range(found.entries, len(entries)):
            steps.keep(**{_LINES: str(place)})
            entry = entries[place]
            try:
                made = self._company.make_line(word(header, "id"), entry.body)
            except Declined as error:
                raise in_our_words(error, _LINE_NAMES, entry.path) from error
            if entry.line_id:
                lines[entry.line_id] = word(made, "id")
        steps.keep(**{_LINES: str(len(entries))})
        return lines

    def _reached(self, header: Entity, entries: Sequence[mapping.Entry]) -> states.Reached:
        return states.reached(self._company.lines(header), entries, word(header, "number"))


def _note(there: Sequence[Entity]) -> str:
    numbers = ", ".join(word(each, "number") for each in there)
    return f"it is there more than once, as {numbers}" if len(there) > 1 else ""


def _notes(there: Sequence[Entity]) -> tuple[str, ...]:
    note = _note(there)
    return (note,) if note else ()


def _marks(mark: str | None) -> tuple[datetime | None, datetime | None]:
    try:
        told = [datetime.fromisoformat(each).astimezone(UTC) for each in (mark or "").split()]
    except ValueError:
        raise Declined("the mark of what was read before is none of ours") from None
    return (told[0], told[-1]) if told else (None, None)
