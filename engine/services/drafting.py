"""Drafting: a quote comes into being, and its lines get their prices.

Prices are worked out with the tenant's data at one revision, which the version keeps. Whoever
changes the version later is handed the data at that revision, so that only what was changed
moves; repricing is an act of its own.
"""

from dataclasses import dataclass, replace
from datetime import date

from engine.kernel.errors import IllegalTransition, Invalid, Moved, NotFound, StaleRevision
from engine.kernel.finding import Finding, Severity
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import NOTHING
from engine.quotes.acts import guard_change
from engine.quotes.history import Happening, HistoryEntry
from engine.quotes.quote import OWN, Quote, QuoteSearch, QuoteStatus
from engine.quotes.version import QuoteAlternative, QuoteTerms, QuoteVersion
from engine.services.assigning import line_of, owner_of
from engine.services.fixing import tell_totals
from engine.services.noting import note
from engine.services.pricing import PriceBasket
from engine.services.versioning import Draft, drafts_of, priced_version
from engine.store.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote with one of its versions."""

    quote: Quote
    version: QuoteVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """Which quote a write is for, by whom; `revision` is the one that was seen, if any was.

    `member` is the number of the user who writes, where it is one.
    """

    quote_id: str
    by: str
    revision: int | None = None
    member: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuote:
    """Make a quote of a basket, which may be empty. `made_by` names the caller.

    `owner` is the number of the user that makes it; else it is looked for by that name.
    """

    basket: PriceBasket
    made_by: str
    title: str = ""
    opportunity_id: str | None = None
    product_line: str | None = None
    valid_until: date | None = None
    owner: int | None = None


def create(uow: UnitOfWork, data: Snapshot, command: NewQuote) -> Quoted:
    """A new quote in draft, priced with `data`. Invalid as for a basket that is priced."""
    now = uow.clock.now()
    ids = tuple(uow.ids.new("qln") for _ in command.basket.asks)
    draft = Draft(id=uow.ids.new("qal"), basket=command.basket, line_ids=ids)
    version = priced_version(data, data.today(uow.clock), now, 1, [draft])
    quote = replace(
        new_quote(uow, OWN, "", version.terms.currency),
        account=version.terms.account,
        title=command.title,
        opportunity_id=command.opportunity_id,
        product_line=command.product_line,
        valid_until=command.valid_until,
        version=version.number,
        owner=owner_of(uow, command.made_by) if command.owner is None else command.owner,
        line=line_of(uow, command.product_line, version),
    )
    quote = replace(quote, origin_key=quote.id)
    uow.quotes.add(quote)
    uow.quote_versions.put(quote.id, version)
    note(uow, quote, Happening.CREATED, command.made_by)
    tell_totals(uow, quote, (), version.alternatives, command.made_by)
    return Quoted(quote, version)


def clone(uow: UnitOfWork, data: Snapshot, quote_id: str, by: str) -> Quoted:
    """A new quote of what another offers now, priced with `data` as of today.

    A total that a person fixed was for the other one.
    IllegalTransition where the quote changes a contract: that is asked of the contract again.
    """
    found = get(uow, quote_id)
    if uow.contracts.planned(quote_id) is not None:
        raise IllegalTransition(f"quote {found.quote.number} changes a contract: ask there again")
    chosen = next(each for each in drafts_of(found.version) if each.id == found.version.chosen)
    return create(
        uow,
        data,
        NewQuote(
            basket=replace(chosen.basket, on=None, manual_total=None),
            made_by=by,
            title=found.quote.title,
            opportunity_id=found.quote.opportunity_id,
            product_line=found.quote.product_line,
        ),
    )


def new_quote(uow: UnitOfWork, origin: str, origin_key: str, currency: str, by: str = "") -> Quote:
    """A quote's own record, numbered for people by year, of the user that is called `by`."""
    now = uow.clock.now()
    number = uow.numbers.next(f"quote-{now.year}")
    return Quote(
        id=uow.ids.new("qte"),
        number=f"Q-{now.year}-{number:06d}",
        origin=origin,
        origin_key=origin_key,
        status=QuoteStatus.DRAFT,
        currency=currency,
        created_at=now,
        updated_at=now,
        serial=uow.numbers.next("quotation"),
        owner=owner_of(uow, by),
    )


def get(reading: Reading, quote_id: str, number: int | None = None) -> Quoted:
    """A quote with its newest version, or the one called `number`. NotFound where there is none."""
    quote = reading.quotes.get(quote_id)
    if quote.status is QuoteStatus.DELETED:
        raise NotFound(f"there is no quote {quote_id}")
    if number is None and not quote.version:
        return Quoted(quote, _unknown(quote))
    return Quoted(quote, reading.quote_versions.get(quote_id, number or quote.version))


def history(reading: Reading, quote_id: str) -> tuple[HistoryEntry, ...]:
    """What happened to a quote, in order."""
    return reading.quote_history.of(quote_id)


def search(
    reading: Reading, wanted: QuoteSearch, limit: int, before: str | None = None
) -> list[Quoted]:
    """At most `limit` quotes without their lines, the newest first, older than `before`.

    Invalid where `before` names no quote of the tenant.
    """
    if before is not None and not reading.quotes.exists(before):
        cursor = Finding(Severity.ERROR, "unknown_cursor", where="cursor")
        raise Invalid("no such page", [cursor])
    quotes = reading.quotes.search(wanted, limit, before)
    heads = reading.quote_versions.heads((each.id, each.version) for each in quotes)
    return [Quoted(each, heads.get(each.id) or _unknown(each)) for each in quotes]


def data_revision(reading: Reading, quote_id: str) -> int:
    """The revision of the tenant's data that the quote was priced with."""
    quote = reading.quotes.get(quote_id)
    heads = reading.quote_versions.heads([(quote.id, quote.version)])
    head = heads.get(quote.id) or _unknown(quote)
    return head.terms.revision or reading.catalogues.revision()


def taken(uow: UnitOfWork, touch: Touch) -> Quoted:
    """The quote that is about to be written, locked until the transaction ends.

    StaleRevision where the caller has seen an older one.
    """
    quote = uow.quotes.get(touch.quote_id, lock=True)
    if touch.revision not in {None, quote.revision}:
        raise StaleRevision(f"quote {quote.number} was changed by somebody else")
    return get(uow, quote.id)


def taken_to_change(uow: UnitOfWork, data: Snapshot, touch: Touch) -> Quoted:
    """As `taken`, where the quote's content may change and `data` is what it was priced with."""
    found = taken(uow, touch)
    guard_change(found.quote, data.today(uow.clock))
    if found.version.terms.revision != data.revision:
        raise Moved(f"quote {found.quote.number} was priced anew meanwhile")
    return found


def kept(
    uow: UnitOfWork,
    found: Quoted,
    what: Happening,
    by: str,
    **details: object,
) -> Quoted:
    """Keep a changed quote and its version, and note what happened."""
    terms = found.version.terms
    quote = replace(
        found.quote,
        account=terms.account,
        currency=terms.currency,
        version=found.version.number,
        updated_at=uow.clock.now(),
    )
    version = replace(found.version, changed_at=quote.updated_at)
    saved = placed(uow, uow.quotes.save(quote), version)
    uow.quote_versions.put(saved.id, version)
    note(uow, saved, what, by, **details)
    return Quoted(saved, version)


def offered(
    uow: UnitOfWork,
    before: QuoteVersion,
    after: Quoted,
    what: Happening,
    by: str,
    **details: object,
) -> Quoted:
    """As `kept`, where what is offered is not what it was `before`; totals of persons are told."""
    saved = kept(uow, after, what, by, **details)
    tell_totals(uow, saved.quote, before.alternatives, saved.version.alternatives, by)
    return saved


def placed(uow: UnitOfWork, quote: Quote, version: QuoteVersion) -> Quote:
    """The quote in its product line, which it keeps once it has one."""
    line = quote.line or line_of(uow, quote.product_line, version)
    if line != quote.line:
        uow.quote_handlers.place(quote, line)
    return replace(quote, line=line)


def _unknown(quote: Quote) -> QuoteVersion:
    """What stands for the content of a quote that is only known by its number."""
    terms = QuoteTerms(
        account=quote.account,
        price_list="",
        currency=quote.currency,
        on=quote.created_at.date(),
        revision=0,
    )
    alternative = QuoteAlternative(id="", totals=NOTHING)
    return QuoteVersion(
        number=0, made_at=quote.created_at, terms=terms, alternatives=(alternative,), chosen=""
    )
