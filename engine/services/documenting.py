"""Documenting: what a version of a quote offers becomes a document, not yet written out."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from engine.customers.account import Account, Address, AddressKind
from engine.kernel.errors import IllegalTransition
from engine.pricing.snapshot import Snapshot
from engine.proposals.composing import document_lines, document_totals
from engine.proposals.document import Document, DocumentTotals, Party, Template
from engine.proposals.proposal import USUAL_DAYS, Format, digest, guard_offered
from engine.quotes.acts import status_on
from engine.services.drafting import Quoted, get
from engine.store.unit_of_work import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProposal:
    """Make a proposal of a quote. `seller` is the tenant's name, `language` its own if empty."""

    quote_id: str
    made_by: str
    seller: str
    format: Format = Format.HTML
    language: str = ""
    template: Template = Template.STANDARD
    days: int = USUAL_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document to be written out, and what has to hold still when it is kept.

    `revision` is that of the quote, `offer` tells apart what customers are offered.
    """

    command: NewProposal
    document: Document
    revision: int
    offer: str


def prepare(
    view: Reading, data: Snapshot, command: NewProposal, count: int | None = None
) -> Prepared:
    """The document of what a quote offers, numbered `count` or with the number that comes next.

    IllegalTransition where the quote is not agreed to yet, or no longer offered.
    """
    found, today = get(view, command.quote_id), data.today(view.clock)
    quote = found.quote
    guard_offered(quote.number, status_on(quote, today))
    if not found.version.number:
        raise IllegalTransition(f"of quote {quote.number} nothing but its number is known here")
    policy = data.settings.proposals
    language = command.language or policy.language
    series = series_of(view)
    document = Document(
        number=number_in(series, count or view.numbers.last(series) + 1),
        quote_number=quote.number,
        version=found.version.number,
        title=quote.title,
        issued_on=today,
        valid_until=quote.valid_until,
        seller=Party(name=command.seller, lines=policy.seller),
        buyer=_buyer(data, found.version.terms.account),
        currency=found.version.terms.currency,
        lines=document_lines(each.price for each in found.version.offered.lines),
        totals=_totals(found),
        terms=_terms(policy.terms, language),
        language=language,
        template=command.template,
        accent=policy.accent,
    )
    return Prepared(
        command=command, document=document, revision=quote.revision, offer=offer_of(found)
    )


def series_of(view: Reading) -> str:
    """The series that proposals of this year are numbered in."""
    return f"proposal-{view.clock.now().year}"


def number_in(series: str, count: int) -> str:
    """How a number of a series reads."""
    _, _, year = series.partition("-")
    return f"P-{year}-{count:06d}"


def _totals(found: Quoted) -> DocumentTotals:
    offered = found.version.offered
    return document_totals(offered.totals, [each.price for each in offered.lines])


def offer_of(found: Quoted) -> str:
    """What is offered to the customer, told apart by every digit of it."""
    lines = document_lines(each.price for each in found.version.offered.lines)
    return digest(msgspec.json.encode((found.version.terms.currency, lines, _totals(found))))


def _buyer(data: Snapshot, account_id: str | None) -> Party | None:
    if account_id is None:
        return None
    account = data.accounts.get(account_id)
    if account is None:
        return Party(name=account_id, id=account_id)
    return Party(name=account.name, id=account.id, lines=_address(data, account))


def _address(data: Snapshot, account: Account) -> tuple[str, ...]:
    """Where invoices go, or whatever address is known; none where none is."""
    known = data.addresses.get(account.crm_contact_id or 0, ())
    by_use = sorted(known, key=lambda each: each.kind is not AddressKind.INVOICE)
    return _written(by_use[0]) if by_use else ()


def _written(address: Address) -> tuple[str, ...]:
    town = f"{address.zip_code} {address.city}".strip()
    return tuple(each for each in (*address.lines, town, address.country) if each)


def _terms(terms: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """The conditions in a language, in its kin, in English, or none."""
    kin, _, _ = language.partition("-")
    return terms.get(language) or terms.get(kin) or terms.get("en") or ()
