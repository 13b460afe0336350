"""Mirroring: a quote that is kept in another system, as that system shows it.

It is the same quote here: it has our number, its prices explain themselves, and what was
decided about its approvals here holds there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from engine.orders.order import Order
from engine.pricing.approval import Approval
from engine.pricing.measuring import approvals_of
from engine.pricing.totals import NOTHING, PricedLine, Totals, totals_of
from engine.quotes.approval import Decision
from engine.quotes.history import Happening
from engine.quotes.line import PricedAlternative
from engine.quotes.quote import OWN, Quote, QuoteStatus
from engine.quotes.sold import sold_lines
from engine.quotes.version import QuoteAlternative, QuoteLine, QuoteTerms, QuoteVersion
from engine.services.drafting import Quoted as Found
from engine.services.drafting import new_quote, offered
from engine.services.expiring import tell_if_over
from engine.services.noting import note
from engine.services.ordering import PlaceOrder, place
from engine.services.quoting import Terms, unit_prices
from engine.store.unit_of_work import Reading, UnitOfWork

_ZERO = Decimal(0)
_ANSWERED = frozenset({QuoteStatus.ON_HOLD, QuoteStatus.ACCEPTED, QuoteStatus.DECLINED})
_CLOSED = frozenset({QuoteStatus.ORDERED, QuoteStatus.DELETED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAlternative:
    """An alternative as another system shows it; `key` and `line_keys` are its own names."""

    key: str
    title: str
    whole: PricedAlternative
    line_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A version of a quote as the system `origin` shows it.

    `known_as` are our own names that it may have been given; `chosen` is the key of the
    alternative it favours. `what` is what happened there.
    """

    origin: str
    origin_key: str
    version_key: str
    by: str
    what: Happening
    status: QuoteStatus
    alternatives: tuple[ShownAlternative, ...]
    chosen: str = ""
    known_as: tuple[str, ...] = ()
    title: str = ""
    opportunity_id: str | None = None
    valid_until: date | None = None
    is_whole: bool = True
    """whether these are all alternatives there are"""


def mirror(uow: UnitOfWork, terms: Terms, shown: Shown) -> Quote:
    """Keep the quote as it is shown; nothing is written where nothing has changed.

    What was ordered or deleted stays as it was.
    """
    quote = _find(uow, shown)
    if quote is None:
        quote = new_quote(uow, shown.origin, shown.origin_key, terms.currency, shown.by)
        uow.quotes.add(quote)
        note(uow, quote, Happening.CREATED, shown.by)
    if quote.status in _CLOSED:
        return quote
    before = uow.quote_versions.get(quote.id, quote.version) if quote.version else None
    version = _version(uow, terms, shown, before)
    if before is not None and _compared(version, before) == _compared(before, before):
        version = before
    changed = replace(
        quote,
        status=_status(quote, shown, before),
        title=shown.title or quote.title,
        opportunity_id=shown.opportunity_id or quote.opportunity_id,
        valid_until=shown.valid_until,
        version=version.number,
        account=version.terms.account,
        currency=version.terms.currency,
    )
    if (changed, version) == (quote, before):
        return quote
    was = version if before is None else before
    saved = offered(uow, was, Found(changed, version), shown.what, shown.by).quote
    tell_if_over(uow, quote, saved, terms.snapshot.today(uow.clock))
    return saved


def decisions_on(reading: Reading, origin: str, origin_key: str) -> tuple[Decision, ...]:
    """What was decided here about the approvals of a quote kept elsewhere."""
    quote = reading.quotes.find_by_origin(origin, origin_key)
    if quote is None or not quote.version:
        return ()
    return reading.quote_versions.get(quote.id, quote.version).decisions


def approvals_of_all(terms: Terms, wholes: Sequence[PricedAlternative]) -> tuple[Approval, ...]:
    """The approvals that the alternatives of a version need."""
    return tuple(each for whole in wholes for each in _explained(terms, whole).approvals)


def order(uow: UnitOfWork, terms: Terms, shown: Shown, command: PlaceOrder) -> Order:
    """Keep the quote as it is shown, accepted, and order it: all of it in one transaction."""
    quote = mirror(uow, terms, shown)
    return place(uow, terms.snapshot, replace(command, quote_id=quote.id)).order


def _status(quote: Quote, shown: Shown, before: QuoteVersion | None) -> QuoteStatus:
    """The status there, unless the customer has answered here to what is still out there."""
    is_same = before is not None and before.origin_key == shown.version_key
    is_told = shown.status is QuoteStatus.SENT and shown.what is not Happening.SENT
    return quote.status if is_same and is_told and quote.status in _ANSWERED else shown.status


def _find(uow: UnitOfWork, shown: Shown) -> Quote | None:
    """The quote by its key there; one that was made here is taken over by its number or id."""
    quote = uow.quotes.find_by_origin(shown.origin, shown.origin_key, lock=True)
    if quote is not None:
        return quote
    for name in shown.known_as:
        own = uow.quotes.find_by_name(name, lock=True)
        if own is not None and own.origin == OWN:
            linked = replace(own, origin=shown.origin, origin_key=shown.origin_key)
            saved = uow.quotes.save(linked)
            note(uow, saved, Happening.LINKED, shown.by, system=shown.origin)
            return saved
    return None


def _version(
    uow: UnitOfWork, terms: Terms, shown: Shown, before: QuoteVersion | None
) -> QuoteVersion:
    is_same = before is not None and before.origin_key == shown.version_key
    number = (0 if before is None else before.number) + (not is_same)
    known = _known_ids(before)
    alternatives = tuple(_alternative(uow, terms, each, known) for each in shown.alternatives)
    if before is not None and not (is_same and shown.is_whole and alternatives):
        told = {each.origin_key for each in alternatives}
        kept_ones = before.alternatives if is_same or not alternatives else ()
        others = tuple(each for each in kept_ones if each.origin_key not in told)
        alternatives = (*alternatives, *others)
    if not alternatives:
        alternatives = (QuoteAlternative(id=_id(uow, "qal", "", known), totals=NOTHING),)
    chosen = next(
        (each.id for each in alternatives if each.origin_key == shown.chosen), alternatives[0].id
    )
    return QuoteVersion(
        number=number,
        made_at=before.made_at if before is not None and is_same else uow.clock.now(),
        origin_key=shown.version_key,
        terms=QuoteTerms(
            account=None if terms.account is None else terms.account.id,
            price_list=_price_list(shown),
            currency=terms.currency,
            on=terms.on,
            revision=terms.snapshot.revision,
            policy=terms.snapshot.settings.pricing,
        ),
        alternatives=alternatives,
        chosen=chosen,
        decisions=before.decisions if before else (),
        **_remarked(before, is_same=is_same),
    )


def _remarked(before: QuoteVersion | None, *, is_same: bool) -> dict[str, Any]:
    """What was remarked here about the version before, which the other system knows nothing of."""
    if before is None:
        return {}
    kept_here = {"qualifiers": before.qualifiers, "log_message": before.log_message}
    written = {"author": before.author, "changed_at": before.changed_at}
    return kept_here | written if is_same else {"qualifiers": before.qualifiers}


def _alternative(
    uow: UnitOfWork, terms: Terms, shown: ShownAlternative, known: Mapping[tuple[str, str], str]
) -> QuoteAlternative:
    explained = _explained(terms, shown.whole)
    figures = shown.whole.figures
    return QuoteAlternative(
        id=_id(uow, "qal", shown.key, known),
        origin_key=shown.key,
        title=shown.title,
        discount_amount=_ZERO if figures is None else figures.discount_amount,
        lines=tuple(
            QuoteLine(id=_id(uow, "qln", key, known), origin_key=key, price=price)
            for key, price in zip(shown.line_keys, explained.lines, strict=True)
        ),
        totals=explained.totals,
        approvals=explained.approvals,
    )


class _Explained(NamedTuple):
    lines: tuple[PricedLine, ...]
    totals: Totals
    approvals: tuple[Approval, ...]


def _explained(terms: Terms, whole: PricedAlternative) -> _Explained:
    """The alternative's lines as prices that explain themselves."""
    offers = [terms.offer(line.line) for line in whole.lines]
    units = unit_prices(terms, [line.line for line in whole.lines])
    lines = sold_lines(whole, offers, units, terms.money, terms.rounding)
    totals = totals_of(lines, terms.rounding)
    approvals = approvals_of(terms.snapshot, terms.on, terms.currency, lines, totals)
    return _Explained(lines, totals, approvals)


def _price_list(shown: Shown) -> str:
    """The list of the first line; a quote kept elsewhere may take from several."""
    keys = (line.line.price_list_key for each in shown.alternatives for line in each.whole.lines)
    return next((key for key in keys if key), "")


def _compared(version: QuoteVersion, before: QuoteVersion) -> QuoteVersion:
    """The version by its content: the day and the revision it was priced with move by themselves.

    What its findings say of figures follows from these, and is kept in other words.
    """
    terms = replace(version.terms, on=before.terms.on, revision=before.terms.revision)
    alternatives = tuple(
        replace(each, lines=tuple(_without_findings(line) for line in each.lines))
        for each in version.alternatives
    )
    return replace(version, terms=terms, alternatives=alternatives)


def _without_findings(line: QuoteLine) -> QuoteLine:
    return replace(line, price=replace(line.price, findings=()))


def _known_ids(before: QuoteVersion | None) -> dict[tuple[str, str], str]:
    """Our ids of what the other system has names for, by kind and name."""
    if before is None:
        return {}
    known = {("qal", each.origin_key): each.id for each in before.alternatives}
    lines = (line for each in before.alternatives for line in each.lines)
    return known | {("qln", line.origin_key): line.id for line in lines}


def _id(uow: UnitOfWork, kind: str, key: str, known: Mapping[tuple[str, str], str]) -> str:
    found = known.get((kind, key)) if key else None
    return uow.ids.new(kind) if found is None else found
