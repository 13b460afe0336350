"""One push to Stripe, piece by piece: what is there is found, what is missing is made.

Everything that is made carries our number, and is looked for among the customer's own before it
is made: lists are complete at once, while a search may lag behind by a minute.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from adapters.billing.stripe import money
from adapters.billing.stripe.client import Client, Json, rows
from adapters.billing.stripe.keyed import Keyed
from adapters.billing.stripe.parts import Extra, Sheet, Subscription
from adapters.billing.stripe.rates import Rates
from adapters.billing.stripe.sheet import metadata_of, reference_of
from adapters.billing.stripe.spans import span_of
from engine.ports.billing import BillingDocument
from engine.ports.connections import Steps

INVOICE = "invoice"
OVER = frozenset({"canceled", "incomplete_expired", "void", "uncollectible"})
_USUAL_DAYS = "30"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A document on its way to one customer there; `now` is when it is made."""

    client: Client
    options: Mapping[str, str]
    document: BillingDocument
    sheet: Sheet
    customer: str
    now: datetime

    @property
    def is_plans(self) -> bool:
        return self.options.get("catalog_mode") == "plan"

    @property
    def collection(self) -> dict[str, object]:
        """How money is asked for."""
        if self.is_plans:
            return {}
        days = self.options.get("days_until_due", _USUAL_DAYS)
        return {"collection_method": "send_invoice", "days_until_due": days}

    @property
    def wanted(self) -> tuple[str, ...]:
        """The pieces that make the whole."""
        pieces = tuple(each.piece for each in self.sheet.subscriptions)
        return (INVOICE, *pieces) if self.sheet.extras else pieces

    def whole(self, amount: Decimal) -> int:
        """An amount in minor units."""
        return money.whole(amount, self.document.currency)

    def listed(self) -> list[tuple[str, Json]]:
        """The pieces there are, and what stands for each; what is alive first, then the oldest."""
        found = [*self._subscriptions(), *self._invoices()]
        found.sort(key=lambda each: (each[1].get("status") in OVER, each[1].get("created") or 0))
        return found

    def is_whole(self, found: Mapping[str, Json]) -> bool:
        """Whether every piece is there and none is a draft."""
        return all(
            piece in found and found[piece].get("status") != "draft" for piece in self.wanted
        )

    def made(self, there: Mapping[str, Json], key: str, steps: Steps) -> dict[str, Json]:
        """Every piece, made where it is not there. The invoice comes first."""
        found = dict(there)
        keyed = Keyed(self.client, key, steps)
        rates = Rates(keyed, is_plans=self.is_plans)
        rates.products(self.sheet.products)
        making = _Making(self, keyed)
        if self.sheet.extras:
            found[INVOICE] = making.invoice(found.get(INVOICE))
        for each in self.sheet.subscriptions:
            if each.piece not in found:
                found[each.piece] = making.subscription(each, rates)
        return found

    def _subscriptions(self) -> Iterator[tuple[str, Json]]:
        listed = self.client.every("/v1/subscriptions", customer=self.customer, status="all")
        for each in listed:
            piece = self.piece_of(each.get("metadata"))
            if piece and each.get("customer") == self.customer:
                yield piece, each

    def _invoices(self) -> Iterator[tuple[str, Json]]:
        """The invoices of what is charged once."""
        if self.is_plans:
            waiting = self.waiting()
            if waiting and waiting.keys() >= {each.charge for each in self.sheet.extras}:
                yield INVOICE, bundled(waiting)
            return
        for each in self.client.every("/v1/invoices", customer=self.customer):
            is_mine = self.piece_of(each.get("metadata")) == INVOICE
            if is_mine and each.get("customer") == self.customer:
                yield INVOICE, each

    def waiting(self, **where: object) -> dict[str, Json]:
        """Items by charge: those of one invoice, or those that wait for one and have come on one.

        The emulator makes no invoice of its own of them: they wait for the next one.
        """
        listed = [*self.client.every("/v1/invoiceitems", customer=self.customer, **where)]
        if not where:
            for invoice in self.client.every("/v1/invoices", customer=self.customer):
                listed += rows(invoice.get("lines"))
        mine = (each for each in listed if self.piece_of(each.get("metadata")) == INVOICE)
        return {_charge_of(each): each for each in mine}

    def piece_of(self, metadata: object) -> str:
        """Which piece of this document something is; empty where it is none."""
        if not isinstance(metadata, Mapping):
            return ""
        is_mine = metadata.get("quotewright_quote") == reference_of(self.document)
        return str(metadata.get("quotewright_piece") or "") if is_mine else ""


def first_of(listed: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    """One of each piece."""
    found: dict[str, Json] = {}
    for piece, each in listed:
        found.setdefault(piece, each)
    return found


def twins_of(listed: Sequence[tuple[str, Json]]) -> tuple[str, ...]:
    """The pieces that are there several times."""
    pieces = [piece for piece, _ in listed]
    return tuple(sorted({each for each in pieces if pieces.count(each) > 1}))


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes pieces under keys of their own."""

    push: Push
    keyed: Keyed

    def invoice(self, found: Json | None) -> Json:
        """What is charged once, on an invoice of its own that is finalized in the end."""
        push = self.push
        if push.is_plans:
            return bundled(self._items(push.waiting(), {}))
        if found is None:
            found = self.keyed.post(
                INVOICE,
                "/v1/invoices",
                customer=push.customer,
                currency=push.document.currency.lower(),
                auto_advance=False,
                pending_invoice_items_behavior="exclude",
                metadata=metadata_of(push.document, INVOICE),
                **push.collection,
            )
        if found.get("status") != "draft":
            return found
        where = {"invoice": str(found["id"])}
        self._items(push.waiting(**where), where)
        path = f"/v1/invoices/{quote(str(found['id']), safe='')}/finalize"
        return self.keyed.post(f"{INVOICE}-final", path)

    def subscription(self, wanted: Subscription, rates: Rates) -> Json:
        push = self.push
        items: list[dict[str, object]] = []
        for each in wanted.items:
            item: dict[str, object] = {rates.word: rates.of(each.rate)}
            if each.quantity is not None:
                item["quantity"] = each.quantity
            items.append(item)
        return self.keyed.post(
            wanted.piece,
            "/v1/subscriptions",
            customer=push.customer,
            items=items,
            metadata=metadata_of(push.document, wanted.piece),
            **push.collection,
            **span_of(wanted, push.now, is_plans=push.is_plans),
        )

    def _items(self, there: dict[str, Json], where: Mapping[str, object]) -> dict[str, Json]:
        """Every item of an invoice, made where it is not there."""
        for each in self.push.sheet.extras:
            if each.charge not in there:
                there[each.charge] = self._item(each, where)
        return there

    def _item(self, extra: Extra, where: Mapping[str, object]) -> Json:
        push = self.push
        metadata = metadata_of(push.document, INVOICE) | {"quotewright_charge": extra.charge}
        return self.keyed.post(
            f"item-{extra.charge}",
            "/v1/invoiceitems",
            customer=push.customer,
            currency=push.document.currency.lower(),
            amount=extra.amount,
            description=extra.description,
            metadata=metadata,
            **where,
        )


def bundled(items: Mapping[str, Json]) -> Json:
    """Items that wait for an invoice, as if they stood on one."""
    amounts = [each.get("amount") for each in items.values()]
    first = next(iter(items.values()))
    whole = sum(each for each in amounts if type(each) is int)
    return {"id": first.get("invoice_item") or first["id"], "status": "open", "subtotal": whole}


def _charge_of(item: Json) -> str:
    metadata: Any = item.get("metadata")
    return str(metadata.get("quotewright_charge") or "")
