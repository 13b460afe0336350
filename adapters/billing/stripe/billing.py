"""Stripe as a billing system: a document becomes subscriptions and an invoice, or a quote."""

import hashlib
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from adapters.billing.stripe import money
from adapters.billing.stripe.client import Client, Json
from adapters.billing.stripe.keyed import Keyed
from adapters.billing.stripe.losses import losses_of
from adapters.billing.stripe.parts import Sheet
from adapters.billing.stripe.push import Push, first_of, twins_of
from adapters.billing.stripe.quoting import QUOTE, Quoting
from adapters.billing.stripe.reading import standing_of
from adapters.billing.stripe.receipts import described, named, worth_of
from adapters.billing.stripe.sheet import customer_of, sheet_of
from adapters.http import Guard
from adapters.rest import USUAL
from engine.kernel.clock import Clock, SystemClock
from engine.ports.billing import (
    BillingCapabilities,
    BillingDocument,
    BillingPlan,
    BillingReceipt,
    BillingState,
    Loss,
)
from engine.ports.connections import Access, Checked, Miss, Steps, TableName
from engine.ports.outcomes import Declined


class StripeBilling:
    """The Stripe account that one connection leads to."""

    def __init__(self, access: Access, guard: Guard = USUAL, clock: Clock | None = None) -> None:
        self._access = access
        self._client = Client(access, guard)
        self._clock = clock or SystemClock()

    @property
    def _is_plans(self) -> bool:
        return self._access.options.get("catalog_mode") == "plan"

    def capabilities(self) -> BillingCapabilities:
        return BillingCapabilities(
            proof="third-party emulator" if self._is_plans else "own stub",
            is_idempotent=not self._is_plans,
            is_atomic=False,
            free_usage=not self._is_plans,
        )

    def losses(self, document: BillingDocument) -> tuple[Loss, ...]:
        """What it cannot express; with an amount it is not sent as it is."""
        return tuple(losses_of(document, is_plans=self._is_plans))

    def check(self) -> Checked:
        """Ask for a customer, which shows that our key is taken."""
        self._client.get("/v1/customers", limit=1)
        return Checked(identity=f"Stripe, {self._access.options.get('account') or 'own account'}")

    def plan(self, document: BillingDocument) -> BillingPlan:
        """What would be made; a customer and products that are not there are made by the push."""
        sheet, misses = self._sheet(document)
        customer = self._customer(document)
        if customer is None and not self._may_create(document):
            misses = [self._no_customer(document), *misses]
        payload = {"customer": customer or "(is made by the push)", **described(sheet)}
        return BillingPlan(misses=tuple(misses), losses=self.losses(document), payload=payload)

    def find(self, document: BillingDocument, key: str) -> BillingReceipt | None:  # noqa: ARG002 (it is found by our number)
        customer = self._customer(document)
        if customer is None:
            return None
        push = self._push(document, self._sheet(document)[0], customer)
        quoting = Quoting(push)
        if self._is_quoted:
            quoted = quoting.existing()
            if quoted is not None:
                return self._quoted(quoting, quoted) if quoting.is_whole(quoted) else None
        listed = push.listed()
        found = first_of(listed)
        is_made = bool(found) and push.is_whole(found)
        return self._receipt(push, found, twins_of(listed)) if is_made else None

    def create(self, document: BillingDocument, key: str, steps: Steps) -> BillingReceipt:
        """Make all of it, going on from what is there.

        Declined before anything is sent where money would be lost.
        """
        lost = {
            each.path: each.message for each in self.losses(document) if each.amount is not None
        }
        if lost:
            raise Declined("; ".join(lost.values()), lost)
        sheet, misses = self._sheet(document)
        if misses:
            raise Declined("products are missing there", _named(misses))
        customer = self._customer(document) or self._made(document, steps)
        steps.keep(customer=customer)
        push = self._push(document, sheet, customer)
        quoting = Quoting(push)
        if self._is_quoted and (quoting.existing() is not None or quoting.is_possible):
            return self._quoted(quoting, quoting.made(key, steps))
        listed = push.listed()
        found = push.made(first_of(listed), key, steps)
        return self._receipt(push, found, twins_of(listed))

    def read(self, document: BillingDocument, names: Mapping[str, str]) -> BillingState:
        """Where all its pieces are, together."""
        waiting = (lambda: self._waiting(document)) if self._is_plans else None
        return standing_of(self._client, document, names, waiting).state()

    def _waiting(self, document: BillingDocument) -> Mapping[str, Json]:
        customer = self._customer(document)
        if customer is None:
            return {}
        return self._push(document, self._sheet(document)[0], customer).waiting()

    @property
    def _is_quoted(self) -> bool:
        return self._access.options.get("form") == "quote" and not self._is_plans

    def _push(self, document: BillingDocument, sheet: Sheet, customer: str) -> Push:
        return Push(
            client=self._client,
            options=self._access.options,
            document=document,
            sheet=sheet,
            customer=customer,
            now=self._clock.now(),
        )

    def _sheet(self, document: BillingDocument) -> tuple[Sheet, list[Miss]]:
        """What is made, and what of it is counted by meters that are not there."""
        theirs = self._access.tables.theirs
        names = {each.sku: theirs(TableName.SKU, each.sku) for each in document.charges}
        counted = {each.sku for each in document.charges if each.type == "usage"}
        meters: dict[str, str] = {}
        if counted and not self._is_plans:
            for each in self._client.every("/v1/billing/meters", status="active"):
                meters.setdefault(str(each.get("event_name")), str(each.get("id")))
        found = {sku: meters[names[sku]] for sku in counted if names[sku] in meters}
        misses = [
            Miss(TableName.SKU, each.sku, names[each.sku], f"charges/{place}/sku")
            for place, each in enumerate(document.charges)
            if each.type == "usage" and each.sku not in found and not self._is_plans
        ]
        return sheet_of(document, names, found, is_plans=self._is_plans), misses

    def _customer(self, document: BillingDocument) -> str | None:
        """The customer that the table names, else the one that carries our account's id."""
        ours = document.account or ""
        if self._access.tables.lists(TableName.CUSTOMER, ours):
            theirs = self._access.tables.theirs(TableName.CUSTOMER, ours)
            found = self._client.get(f"/v1/customers/{quote(theirs, safe='')}")
            return theirs if found is not None and not found.get("deleted") else None
        if not ours:
            return None
        mine = [each for each in self._candidates(ours) if _carries(each, ours)]
        mine.sort(key=lambda each: (each.get("created") or 0, str(each.get("id"))))
        return str(mine[0]["id"]) if mine else None

    def _candidates(self, ours: str) -> Sequence[Json]:
        if self._is_plans:
            return list(self._client.every("/v1/customers"))
        said = ours.replace("\\", "\\\\").replace("'", "\\'")
        query = f"metadata['quotewright_account']:'{said}'"
        found = self._client.get("/v1/customers/search", query=query, limit=100)
        listed = None if found is None else found.get("data")
        return listed if isinstance(listed, list) else []

    def _may_create(self, document: BillingDocument) -> bool:
        ours = document.account or ""
        said = self._access.options.get("creates_customers", "true")
        return (
            bool(ours)
            and said == "true"
            and not self._access.tables.lists(TableName.CUSTOMER, ours)
        )

    def _made(self, document: BillingDocument, steps: Steps) -> str:
        """A new customer: within a day everybody who makes it makes the same one."""
        kept = steps.get("customer")
        if kept:
            return kept
        if not self._may_create(document):
            raise Declined("the customer is not there", _named([self._no_customer(document)]))
        ours = document.account or ""
        told = customer_of(document)
        shared = hashlib.sha256(f"{document.tenant}\n{ours}\n{told}".encode()).hexdigest()
        keyed = Keyed(self._client, f"qw-{shared[:40]}", steps)
        return str(keyed.post("customer", "/v1/customers", **told)["id"])

    def _no_customer(self, document: BillingDocument) -> Miss:
        ours = document.account or ""
        theirs = self._access.tables.theirs(TableName.CUSTOMER, ours)
        return Miss(TableName.CUSTOMER, ours, theirs, "account")

    def _quoted(self, quoting: Quoting, found: Json) -> BillingReceipt:
        id = str(found["id"])
        note = quoting.note(found)
        names = {each.id: id for each in quoting.push.document.charges}
        return BillingReceipt(
            external_ids={"document": id, QUOTE: id, **names}, notes=(note,) if note else ()
        )

    def _receipt(
        self, push: Push, found: Mapping[str, Json], twins: Sequence[str]
    ) -> BillingReceipt:
        pieces = {piece: str(found[piece]["id"]) for piece in push.wanted}
        first = next((id for piece, id in pieces.items() if piece != "invoice"), None)
        there, document = worth_of(push.sheet, found), push.document
        usage = sum(each.total for each in document.charges if each.type == "usage")
        total = None if there is None else money.major(there, document.currency) + usage
        notes = [f"{piece} is there several times" for piece in twins]
        if total is not None and total != document.total and not document.auto_renew:
            notes.append(f"it comes to {total:f} there and was sold for {document.total:f}")
        names = named(push.sheet, found)
        document_id = first or pieces.get("invoice", "")
        return BillingReceipt(
            external_ids={"document": document_id, **pieces, **names},
            total=total,
            notes=tuple(notes),
        )


def _carries(customer: Json, ours: str) -> bool:
    metadata = customer.get("metadata")
    return isinstance(metadata, Mapping) and metadata.get("quotewright_account") == ours


def _named(misses: Sequence[Miss]) -> dict[str, str]:
    return {each.where: f"{each.table.value} {each.theirs} is not there" for each in misses}
