"""A document as a quote at Stripe, which is accepted at once and becomes a subscription.

A quote tells what is charged once and what recurs together. It cannot begin in the past, has no
credits, and one rhythm: what it cannot tell is made piece by piece.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from adapters.billing.stripe.client import Json
from adapters.billing.stripe.keyed import Keyed
from adapters.billing.stripe.push import Push
from adapters.billing.stripe.rates import Rates
from adapters.billing.stripe.sheet import metadata_of
from adapters.billing.stripe.spans import noon, stamp
from engine.ports.connections import Steps
from engine.ports.outcomes import Declined, Uncertain

QUOTE = "quote"
_ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Quoting:
    """One document as one quote."""

    push: Push

    @property
    def is_possible(self) -> bool:
        """Whether a quote can tell all of it."""
        sheet, today = self.push.sheet, self.push.now.date()
        if self.push.is_plans or len(sheet.subscriptions) > 1 or sheet.usage:
            return False
        if any(each.amount < 0 for each in sheet.extras):
            return False
        return all(
            each.start == today or (each.start > today and each.end is None)
            for each in sheet.subscriptions
        )

    def existing(self) -> Json | None:
        """The quote there is; the oldest, and one that was accepted before others."""
        listed = self.push.client.every("/v1/quotes", customer=self.push.customer)
        mine = [
            each
            for each in listed
            if self.push.piece_of(each.get("metadata")) == QUOTE
            and each.get("customer") == self.push.customer
            and each.get("status") != "canceled"
        ]
        mine.sort(key=lambda each: (each.get("status") != _ACCEPTED, each.get("created") or 0))
        return mine[0] if mine else None

    def is_whole(self, found: Json) -> bool:
        """Whether it was accepted, and what it became has the end it should have."""
        if found.get("status") != _ACCEPTED:
            return False
        subscription = self._subscription(found)
        ends = [each.end for each in self.push.sheet.subscriptions if each.end is not None]
        return not ends or (subscription is not None and bool(subscription.get("cancel_at")))

    def made(self, key: str, steps: Steps) -> Json:
        """The quote, made, finalized and accepted, as far as that was not done before."""
        keyed = Keyed(self.push.client, key, steps)
        found = self.existing() or self._draft(keyed)
        path = f"/v1/quotes/{quote(str(found['id']), safe='')}"
        if found.get("status") == "draft":
            found = keyed.post(f"{QUOTE}-final", f"{path}/finalize")
        if found.get("status") == "open":
            found = keyed.post(f"{QUOTE}-accepted", f"{path}/accept")
        if found.get("status") != _ACCEPTED:
            raise Declined(f"the quote there is {found.get('status')}")
        self._end(found, keyed)
        return found

    def note(self, found: Json) -> str:
        """How the first payment differs from what is due; empty where it does not."""
        sheet = self.push.sheet
        due = sum(each.amount for each in sheet.extras)
        charges = {each.id: each.amount for each in self.push.document.charges}
        for each in sheet.subscriptions:
            names = [name for item in each.items for name in item.charges]
            due += sum(self.push.whole(charges[name]) for name in names)
        told = found.get("amount_subtotal")
        return "" if told == due else f"its first payment is {told} there, not {due}"

    def _draft(self, keyed: Keyed) -> Json:
        push, rates = self.push, Rates(keyed, is_plans=False)
        rates.products(push.sheet.products)
        code = push.document.currency.lower()
        items: list[dict[str, object]] = [
            {"price": rates.once(each.product, code, each.amount), "quantity": 1}
            for each in push.sheet.extras
        ]
        dates: dict[str, object] = {}
        for wanted in push.sheet.subscriptions:
            items += [
                {"price": rates.of(each.rate), "quantity": each.quantity} for each in wanted.items
            ]
            if wanted.start > push.now.date():
                dates = {"subscription_data": {"effective_date": stamp(noon(wanted.start))}}
        days = push.options.get("days_until_due", "30")
        return keyed.post(
            QUOTE,
            "/v1/quotes",
            customer=push.customer,
            line_items=items,
            metadata=metadata_of(push.document, QUOTE),
            collection_method="send_invoice",
            invoice_settings={"days_until_due": days},
            **dates,
        )

    def _end(self, found: Json, keyed: Keyed) -> None:
        """Tell the subscription when it ends, which a quote cannot."""
        for wanted in self.push.sheet.subscriptions:
            there = self._subscription(found) if wanted.end is not None else None
            if wanted.end is None or (there is not None and there.get("cancel_at")):
                continue
            if there is None:
                raise Uncertain("the quote has led to no subscription yet")
            path = f"/v1/subscriptions/{quote(str(there['id']), safe='')}"
            keyed.post(f"{QUOTE}-end", path, cancel_at=stamp(noon(wanted.end)))

    def _subscription(self, found: Json) -> Json | None:
        said: Any = found.get("subscription")
        id = said.get("id") if isinstance(said, Mapping) else said
        if not isinstance(id, str):
            return None
        return self.push.client.get(f"/v1/subscriptions/{quote(id, safe='')}")
