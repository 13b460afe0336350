"""Reporting back: what became of a deal is told to the CRM that knows it.

A document is made of the deal as it is when it is sent, so that of several that are owed the last
one tells everything. Of the quotes of one deal the newest that was accepted speaks for it, unless
its order was given up and another one's was not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.connections.connection import Connection, ConnectionKind
from engine.customers.opportunity import CrmName, Opportunity
from engine.events.effect import Effect, EffectStatus
from engine.orders.order import Order, OrderStatus
from engine.ports.crm import CrmDocument, DealStage, Said
from engine.ports.effects import EffectKind
from engine.quotes.quote import OWN, Quote, QuoteStatus
from engine.services import drafting
from engine.services.drafting import Quoted
from engine.store.unit_of_work import Reading, UnitOfWork

_SAID, _AT = "said_", "told_at"
"""The names of the steps that an adapter keeps of what it has said."""
_TAKEN = frozenset({QuoteStatus.ACCEPTED, QuoteStatus.ORDERED})
_FULFILLED = frozenset({OrderStatus.COMPLETED, OrderStatus.COMPLETED_PARTIALLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A deal as it is: the quote that speaks for it, its order, and what the CRM calls it."""

    named: CrmName
    found: Quoted
    order: Order | None


def named_deal(quote: Quote, opportunity: Opportunity | None, only_crm: str = "") -> CrmName | None:
    """What a CRM calls the deal of a quote; None where no CRM is known to know it.

    A quote that is kept in a CRM has that CRM's key for its deal. `only_crm` is the name of the
    one CRM that a tenant has, where it has one: it is meant where nobody has told of the deal.
    """
    if opportunity is not None:
        return opportunity.named
    crm = only_crm if quote.origin == OWN else quote.origin
    if quote.opportunity_id is None or not crm:
        return None
    return CrmName(crm=crm, external_id=quote.opportunity_id)


def deal_stage(quote: Quote, order: Order | None) -> DealStage | None:
    """What became of the deal of a quote; None where nothing has."""
    if order is None:
        return DealStage.ACCEPTED if quote.status is QuoteStatus.ACCEPTED else None
    if order.status is OrderStatus.CANCELLED:
        return DealStage.CANCELLED
    return DealStage.FULFILLED if order.status in _FULFILLED else DealStage.ORDERED


def crm_document(
    tenant: str, system: str, deal: Deal, at: datetime, last: Said | None
) -> CrmDocument | None:
    """What is told of a deal; None where there is nothing to tell.

    The amount is what the order comes to without tax, or what was accepted; what the deal was
    worth stays where the order was given up as a whole.
    """
    quote, version, order = deal.found.quote, deal.found.version, deal.order
    stage = deal_stage(quote, order)
    if stage is None:
        return None
    amount = version.offered.totals.net if order is None else order.total
    return CrmDocument(
        tenant=tenant,
        system=system,
        crm=deal.named.crm,
        opportunity=deal.named.external_id,
        stage=stage,
        amount=None if stage is DealStage.CANCELLED else amount,
        currency=version.terms.currency if order is None else order.currency,
        at=at,
        title=quote.title,
        quote_id=quote.id,
        quote_number=quote.number,
        order_id="" if order is None else order.id,
        order_number="" if order is None else order.number,
        order_state="" if order is None else order.status.value,
        last=last,
    )


def owe(uow: UnitOfWork, quote_id: str) -> Effect | None:
    """Owe the CRM that knows the deal of a quote what became of it, where it is connected."""
    crms = _crms(uow)
    if not crms:
        return None
    quote = uow.quotes.get(quote_id)
    named = named_deal(quote, _opportunity(uow, quote), _only(crms))
    system = None if named is None else system_of(crms, named)
    return None if system is None else uow.effects.owe(EffectKind.CRM, system, quote.id)


def system_of(crms: Iterable[Connection], named: CrmName) -> str | None:
    """The connection that leads to a CRM: the one of its name, else one whose adapter has it."""
    known = list(crms)
    by_name = [each for each in known if each.system.lower() == named.crm]
    found = by_name or [each for each in known if each.adapter.lower() == named.crm]
    return found[0].system if len(found) == 1 else None


def document_of(reading: Reading, effect: Effect) -> CrmDocument | None:
    """What an effect about a quote tells; None where another quote speaks for the deal by now."""
    quote = reading.quotes.get(effect.subject)
    deal = deal_of(reading, quote, _only(_crms(reading)))
    if deal is None:
        return None
    siblings = _siblings(reading, quote)
    if _speaker(reading, siblings) not in {None, quote.id}:
        return None
    last = last_said(reading, effect.target, [quote.id, *(each.id for each in siblings)])
    return crm_document(reading.tenant_id, effect.target, deal, effect.created_at, last)


def deal_of(reading: Reading, quote: Quote, only_crm: str = "") -> Deal | None:
    """The deal of a quote; None where no CRM is known to know it."""
    named = named_deal(quote, _opportunity(reading, quote), only_crm)
    if named is None or not quote.version or quote.status is QuoteStatus.DELETED:
        return None
    order = reading.orders.find_by_quote(quote.id)
    return Deal(named=named, found=drafting.get(reading, quote.id), order=order)


def last_said(reading: Reading, system: str, quote_ids: list[str]) -> Said | None:
    """What a CRM was last told of a deal with these quotes, as far as it is remembered."""
    told = [
        each
        for effects in reading.effects.of_subjects(quote_ids).values()
        for each in effects
        if each.kind == EffectKind.CRM
        and each.target == system
        and each.status is EffectStatus.SUCCEEDED
    ]
    said = [each for one in told if (each := _said(reading.push_steps.of(one.id))) is not None]
    return max(said, key=lambda each: each.at, default=None)


def _crms(reading: Reading) -> list[Connection]:
    return [each for each in reading.connections.all() if each.kind is ConnectionKind.CRM]


def _only(crms: Sequence[Connection]) -> str:
    """The one CRM that a tenant has, if it has one."""
    return crms[0].system.lower() if len(crms) == 1 else ""


def _said(steps: dict[str, str]) -> Said | None:
    at = steps.get(_AT)
    if at is None:
        return None
    members = {
        name.removeprefix(_SAID): text for name, text in steps.items() if name.startswith(_SAID)
    }
    return Said(at=datetime.fromisoformat(at), members=members)


def _opportunity(reading: Reading, quote: Quote) -> Opportunity | None:
    if quote.account is None or quote.opportunity_id is None:
        return None
    deals = reading.opportunities.of_account(quote.account)
    return next((each for each in deals if each.id == quote.opportunity_id), None)


def _siblings(reading: Reading, quote: Quote) -> list[Quote]:
    """The quotes of the same deal that were accepted, the newest first."""
    if quote.account is None or quote.opportunity_id is None:
        return []
    deal = quote.opportunity_id
    ids = reading.opportunities.quotes(quote.account, [deal]).get(deal, [])
    quotes = [reading.quotes.get(each) for each in ids]
    return [each for each in quotes if each.status in _TAKEN]


def _speaker(reading: Reading, siblings: list[Quote]) -> str | None:
    """The id of the quote that speaks for its deal."""
    for each in siblings:
        order = reading.orders.find_by_quote(each.id)
        if order is None or order.status is not OrderStatus.CANCELLED:
            return each.id
    return siblings[0].id if siblings else None
