"""How what was made of a document stands at Stripe, all its pieces together. No I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from adapters.billing.stripe import money
from adapters.billing.stripe.client import Json, rows
from adapters.billing.stripe.push import INVOICE, OVER
from adapters.billing.stripe.quoting import QUOTE
from adapters.billing.stripe.receipts import amount_of
from adapters.billing.stripe.sheet import full_periods, reference_of
from adapters.billing.stripe.spans import noon, stamp
from engine.ports.billing import BillingDocument, BillingState

SUBSCRIPTION = "subscription-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The pieces of a document as they are there.

    `names` is what the receipt has called them, and each charge; a quote and all that came of it
    have one name. `lines` are the quote's. Plans have no end there.
    """

    document: BillingDocument
    names: Mapping[str, str]
    pieces: Mapping[str, Json]
    lines: Sequence[Json] = ()
    is_plans: bool = False

    def state(self) -> BillingState:
        """What is said of all of them."""
        document, first = self.document, self.names.get("document", "")
        subscriptions = tuple(map(self._subscription, filter(_recurs, self.pieces)))
        ended = {each.name for each in subscriptions if each.has_ended}
        dead = [
            each
            for name, each in self.pieces.items()
            if each.get("status") in OVER and name not in ended
        ]
        shown = dead or [each for each in self.pieces.values() if each.get("id") == first]
        total = self._total(subscriptions)
        worth = None if total is None else money.major(total, document.currency)
        return BillingState(
            reference=first,
            key=self._carried("quotewright_quote", reference_of(document)),
            quote_id=self._carried("quotewright_quote_id", document.trace.quote_id),
            state=str(shown[0].get("status") or "") if shown else "",
            is_alive=not dead,
            currency=self._currency(),
            total=None if worth is None else worth + document.expected_usage,
            troubles=tuple(self._troubles(subscriptions)),
        )

    def _subscription(self, name: str) -> "_Subscription":
        there = self.pieces[name]
        fixed = [each for each in rows(there.get("items")) if each.get("quantity") is not None]
        is_quoted = QUOTE in self.names
        called = set(self.names.values())
        mine = [each for each in fixed if is_quoted or str(each.get("id")) in called]
        ids = {str(each.get("id")) for each in mine}
        charges = [
            each
            for each in self.document.charges
            if each.type == "recurring" and (is_quoted or self.names.get(each.id) in ids)
        ]
        spans = [full_periods(self.document, each) for each in charges]
        return _Subscription(
            name=name,
            there=there,
            items=mine,
            others=len(fixed) - len(mine),
            periods={each[2] for each in spans if each is not None},
            ends={None if self.document.auto_renew else each[1] for each in spans if each},
        )

    def _total(self, subscriptions: Sequence["_Subscription"]) -> Decimal | None:
        """What it comes to beside usage, in minor units; None where that is not told."""
        parts: list[Decimal | None] = [each.worth for each in subscriptions]
        if INVOICE in self.pieces:
            parts.append(_whole(self.pieces[INVOICE].get("subtotal")))
        if QUOTE in self.pieces:
            once = [each for each in self.lines if not _price_of(each).get("recurring")]
            parts += [_whole(each.get("amount_subtotal")) for each in once]
            if len(once) < len(self.lines) and not subscriptions:
                return None  # it is to begin later, and nothing has come of it yet
        told = [each for each in parts if each is not None]
        return sum(told, Decimal(0)) if len(told) == len(parts) else None

    def _carried(self, member: str, ours: str) -> str:
        """What the pieces carry; of several, one that is not ours."""
        for name in self.pieces:
            metadata = self.pieces[name].get("metadata")
            said = metadata.get(member) if isinstance(metadata, Mapping) else None
            if name in self.names and said != ours:
                return str(said or "")
        return ours

    def _currency(self) -> str:
        told = {str(each.get("currency") or "").upper() for each in self.pieces.values()} - {""}
        others = sorted(told - {self.document.currency})
        return others[0] if others else self.document.currency if told else ""

    def _troubles(self, subscriptions: Sequence["_Subscription"]) -> Iterator[str]:
        for name, each in self.pieces.items():
            parts = [each, *rows(each.get("items"))]
            if any(part.get("discounts") or part.get("discount") for part in parts):
                yield f"{name} has a discount there"
        for subscription in subscriptions:
            if subscription.others:
                name, others = subscription.name, subscription.others
                yield f"{name} has items there that are not ours: {others}"
            if not self.is_plans:
                yield from subscription.end_troubles()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subscription:
    """A subscription there, with its `items` that are ours; `others` counts the rest.

    Of our charges on it `periods` are the whole ones, and `ends` the days after the last.
    """

    name: str
    there: Json
    items: Sequence[Json]
    others: int
    periods: set[int]
    ends: set[date | None]

    @property
    def worth(self) -> Decimal | None:
        """What it comes to in minor units; None where its charges have several terms."""
        items: Any = self.there.get("items")
        if not isinstance(items, Mapping) or items.get("has_more") or len(self.periods) > 1:
            return None
        amounts = [amount_of(each) for each in self.items]
        told = [each for each in amounts if each is not None]
        if len(told) < len(amounts):
            return None
        return Decimal(sum(told) * max(self.periods, default=0))

    @property
    def has_ended(self) -> bool:
        """Whether it is over since its term is."""
        at, ends = self.there.get("ended_at"), [each for each in self.ends if each is not None]
        return type(at) is int and any(at >= stamp(noon(each)) for each in ends)

    def end_troubles(self) -> Iterator[str]:
        """How it ends otherwise than it was handed over."""
        there = _day(self.there.get("cancel_at"))
        if len(self.ends) == 1 and {there} != self.ends and self.there.get("status") not in OVER:
            [ours] = self.ends
            yield f"{self.name} ends {_when(there)} there, not {_when(ours)}"


def _recurs(piece: str) -> bool:
    return piece.startswith(SUBSCRIPTION)


def _price_of(line: Json) -> Json:
    price = line.get("price")
    return price if isinstance(price, Mapping) else {}


def _whole(amount: object) -> Decimal | None:
    return Decimal(amount) if type(amount) is int else None


def _day(moment: object) -> date | None:
    if type(moment) is not int:
        return None
    try:
        return datetime.fromtimestamp(moment, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _when(day: date | None) -> str:
    return "never" if day is None else f"on {day.isoformat()}"
