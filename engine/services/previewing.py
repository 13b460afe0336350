"""Previewing: what an import would do to prices, before anybody writes it.

Every quote that is still open is priced with the data of now and with the data as they would
be, on its own pricing date; what differs is the import's doing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from engine.kernel.errors import Invalid, NotFound
from engine.pricing.agreement import LadderKind, TermKind, Tier
from engine.pricing.approval import Approval
from engine.pricing.catalogue_draft import CatalogueDraft
from engine.pricing.rulebook import rival
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import Totals
from engine.quotes.acts import status_on
from engine.quotes.quote import Quote, QuoteStatus
from engine.services.drafting import get
from engine.services.importing import Prepared
from engine.services.pricing import PriceBasket, price_basket
from engine.services.versioning import drafts_of
from engine.store.unit_of_work import Reading

MOST_LINES = 20_000
"""How many lines of open quotes are looked at."""
_CLOSED = frozenset({QuoteStatus.EXPIRED, QuoteStatus.DECLINED, QuoteStatus.DELETED})


@dataclass(frozen=True, slots=True)
class MovedQuote:
    """A quote that would come to something else, or would need approvals it does not need now."""

    quote: Quote
    before: Totals
    after: Totals
    newly_needed: tuple[Approval, ...]


@dataclass(frozen=True, slots=True)
class LostQuote:
    """A quote that could be priced now and could not be any more; `codes` say why."""

    quote: Quote
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inversion:
    """A tier of an agreement or a ladder that costs more for each unit than the one below."""

    rule: str
    sku: str
    starts_at: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What an import would do. `is_complete` is False where there were too many open quotes."""

    moved: tuple[MovedQuote, ...]
    unmoved: int
    not_priced: tuple[LostQuote, ...]
    inversions: tuple[Inversion, ...]
    conflicts: tuple[tuple[str, str], ...]
    is_complete: bool


def impact_of(reading: Reading, prepared: Prepared, today: date) -> Impact:
    """The impact of what was prepared. Nothing is written."""
    before, after = prepared.before, prepared.after
    moved: list[MovedQuote] = []
    lost: list[LostQuote] = []
    unmoved = lines = 0
    is_complete = True
    for quote, basket in _open_quotes(reading, today):
        lines += len(basket.asks)
        if lines > MOST_LINES:
            is_complete = False
            break
        found = _compared(quote, basket, before, after, today)
        if isinstance(found, MovedQuote):
            moved.append(found)
        elif isinstance(found, LostQuote):
            lost.append(found)
        else:
            unmoved += 1
    return Impact(
        moved=tuple(moved),
        unmoved=unmoved,
        not_priced=tuple(lost),
        inversions=tuple(_inversions(prepared.draft)),
        conflicts=tuple(_conflicts(prepared.draft)),
        is_complete=is_complete,
    )


def _open_quotes(reading: Reading, today: date) -> Iterator[tuple[Quote, PriceBasket]]:
    for quote_id in reading.quotes.open_ids():
        try:
            found = get(reading, quote_id)
        except NotFound:
            continue
        if status_on(found.quote, today) in _CLOSED or not found.version.offered.lines:
            continue
        chosen = found.version.chosen
        draft = next(each for each in drafts_of(found.version) if each.id == chosen)
        yield found.quote, draft.basket


def _compared(
    quote: Quote, basket: PriceBasket, before: Snapshot, after: Snapshot, today: date
) -> MovedQuote | LostQuote | None:
    """None where nothing moves, or where the quote cannot be priced even now."""
    try:
        now = price_basket(before, today, basket).priced
    except Invalid:
        return None
    try:
        then = price_basket(after, today, basket).priced
    except Invalid as error:
        return LostQuote(quote, tuple(dict.fromkeys(each.code for each in error.findings)))
    known = [each.rule.id for each in now.approvals]
    newly = tuple(each for each in then.approvals if each.rule.id not in known)
    if now.totals == then.totals and not newly:
        return None
    return MovedQuote(quote, now.totals, then.totals, newly)


def _inversions(draft: CatalogueDraft) -> Iterator[Inversion]:
    """Among the rules that the import brings."""
    for ladder in draft.clientele.ladders.shelf.changed():
        if ladder.kind is LadderKind.VOLUME:
            yield from _of_tiers(ladder.id, ladder.sku, ladder.tiers)
    for agreement in draft.clientele.agreements.shelf.changed():
        for term in agreement.terms:
            if term.kind is TermKind.TIERS and term.ladder is LadderKind.VOLUME:
                yield from _of_tiers(agreement.id, term.sku or "", term.tiers)


def _of_tiers(rule: str, sku: str, tiers: Sequence[Tier]) -> Iterator[Inversion]:
    ordered = sorted(tiers, key=lambda tier: tier.starts_at)
    for below, tier in pairwise(ordered):
        if _is_dearer(tier, below):
            yield Inversion(rule, sku, tier.starts_at)


def _is_dearer(tier: Tier, below: Tier) -> bool:
    if tier.price is not None and below.price is not None:
        return tier.price > below.price
    if tier.price is None and below.price is None:
        return tier.percent < below.percent
    return False


def _conflicts(draft: CatalogueDraft) -> Iterable[tuple[str, str]]:
    """Pairs of promotions with nothing to decide between them, one of them new or changed."""
    every = list(draft.rulebook.promotions.shelf.everything())
    seen: set[frozenset[str]] = set()
    for one in draft.rulebook.promotions.shelf.changed():
        for other in every:
            pair = frozenset((one.id, other.id))
            if rival(one, other) and pair not in seen:
                seen.add(pair)
                yield one.id, other.id
