"""Syncing: what a CRM tells of an account and a deal is kept, quoted and forecast."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.catalog.cells import is_storable
from engine.catalog.intake import Kind
from engine.customers.account import Account
from engine.customers.forecast import Expected, Month
from engine.customers.opportunity import CrmName, Opportunity, Outcome
from engine.customers.stage import probability_of
from engine.customers.told import ToldAccount, ToldOpportunity
from engine.events.types import EventType
from engine.kernel.currency import currency
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.kernel.numbers import LIMIT
from engine.pricing.listing import usual_list
from engine.pricing.snapshot import Snapshot
from engine.services import drafting, maintaining
from engine.services.drafting import NewQuote, Quoted
from engine.services.expecting import expected_of, favourites, months_of, weighted
from engine.services.linking import account_of, named_by, new_account
from engine.services.pricing import PriceBasket
from engine.store.unit_of_work import UnitOfWork

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """Keep what a CRM tells; `create_quote` has a quote opened, if there is none yet."""

    crm: str
    account: ToldAccount
    opportunity: ToldOpportunity | None = None
    create_quote: bool = False
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What is kept now, what came of it, and what it lets expect.

    `expected` is what the deal comes to, with `weighted` as its forecast; `months` is all of the
    account's pipeline.
    """

    account: Account
    account_outcome: Outcome
    opportunity: Opportunity | None
    opportunity_outcome: Outcome | None
    quote: Quoted | None
    expected: Expected | None
    weighted: Decimal | None
    months: tuple[Month, ...]


def sync(uow: UnitOfWork, data: Snapshot, command: Sync) -> Synced:
    """Keep the account and the opportunity. Invalid names every member that is wrong.

    A tenant's syncs follow each other, so that nothing is made twice.
    """
    if uow.catalogues.hold() != data.revision:
        data = _now(uow)
    today = data.today(uow.clock)
    findings = list(_wrong(data, command, today))
    if findings:
        raise Invalid("it cannot be kept so", findings)
    account, outcome = _account(uow, data, command)
    if outcome is not Outcome.UNCHANGED:
        data = _now(uow)
    kept, came_of_it = _opportunity(uow, data, command, account)
    deal = None if kept is None else kept.id
    found = favourites(uow, account.id, [deal], today).get(deal)
    if found is None and command.create_quote:
        found = _opened(uow, data, command, account, kept).quote.id
    expected = dict(expected_of(uow, account.id, today))
    mine = None if kept is None else expected[kept.id]
    return Synced(
        account=account,
        account_outcome=outcome,
        opportunity=kept,
        opportunity_outcome=came_of_it,
        quote=None if found is None else drafting.get(uow, found),
        expected=mine,
        weighted=None if mine is None else weighted(data, mine),
        months=months_of(data, expected.values()),
    )


def _now(uow: UnitOfWork) -> Snapshot:
    return Snapshot(uow.tenant_id, uow.catalogues.revision(), uow.catalogues.load())


def _wrong(data: Snapshot, command: Sync, today: date) -> Iterator[Finding]:
    told = command.opportunity
    keys = {"crm": command.crm, "account/external_id": command.account.external_id}
    if told is not None:
        keys["opportunity/external_id"] = told.external_id
        yield from _wrong_deal(data, command, told, today)
    yield from (_error("text_missing", where) for where, text in keys.items() if not text.strip())
    why = {"why": "holds characters that cannot be stored"}
    for where in (each for each, text in keys.items() if not is_storable(text)):
        yield Finding(Severity.ERROR, "not_taken", why, where)


def _wrong_deal(
    data: Snapshot, command: Sync, told: ToldOpportunity, today: date
) -> Iterator[Finding]:
    if not 0 <= told.amount < LIMIT:
        yield _error("price_out_of_range", "opportunity/amount")
    if _probability(data, command, told, today) is None:
        yield _error("unknown_stage", "opportunity/stage")
    elif told.probability is not None and not 0 <= told.probability <= _HUNDRED:
        yield _error("probability_out_of_range", "opportunity/probability")
    if told.currency is None and usual_list(data, None, today) is None:
        yield _error("no_price_list", "opportunity/currency")
    elif told.currency is not None and not _is_currency(told.currency):
        yield _error("unknown_currency", "opportunity/currency")


def _is_currency(code: str) -> bool:
    try:
        currency(code)
    except ValueError:
        return False
    return True


def _error(code: str, where: str) -> Finding:
    return Finding(Severity.ERROR, code, where=where)


def _probability(
    data: Snapshot, command: Sync, told: ToldOpportunity, today: date
) -> Decimal | None:
    if told.probability is not None:
        return told.probability
    return probability_of(data.data.stages, command.crm.strip(), told.stage, today)


def _account(uow: UnitOfWork, data: Snapshot, command: Sync) -> tuple[Account, Outcome]:
    """The account as it is told now."""
    told, named = command.account, named_by(command.crm, command.account.external_id)
    linked = uow.crm_accounts.find(named)
    known = account_of(uow, data, command.crm, named.external_id)
    account = known or new_account(uow, data, named, told.name)
    changed = replace(
        account,
        name=told.name or account.name,
        region=told.region or account.region,
        group=told.group or account.group,
    )
    outcome = Outcome.UNCHANGED if changed == known and linked else Outcome.UPDATED
    outcome = Outcome.CREATED if known is None else outcome
    if changed != known:
        _put(uow, changed)
    if linked is None:
        uow.crm_accounts.link(named, changed.id)
    if outcome is not Outcome.UNCHANGED:
        uow.emit(EventType.ACCOUNT_UPSERTED, changed.id, _about(named, outcome))
    return changed, outcome


def _put(uow: UnitOfWork, account: Account) -> None:
    """Keep an account by the rules of an upload."""
    cells = {
        "id": account.id,
        "name": account.name,
        "parent": account.parent,
        "region": account.region,
        "group": account.group,
        "crm_contact_id": None
        if account.crm_contact_id is None
        else Decimal(account.crm_contact_id),
    }
    try:
        maintaining.put(uow, Kind.ACCOUNTS, {name: each for name, each in cells.items() if each})
    except Invalid as error:
        columns = {"id": "external_id"}
        raise Invalid(
            error.detail,
            [
                replace(each, where=f"account/{columns.get(each.where, each.where)}")
                for each in error.findings
            ],
        ) from None


def _opportunity(
    uow: UnitOfWork, data: Snapshot, command: Sync, account: Account
) -> tuple[Opportunity, Outcome] | tuple[None, None]:
    told = command.opportunity
    if told is None:
        return None, None
    named = named_by(command.crm, told.external_id)
    now, today = uow.clock.now(), data.today(uow.clock)
    known = uow.opportunities.find(named)
    code = told.currency or (known.currency if known else _usual_currency(data, today))
    kept = Opportunity(
        id=known.id if known else _free_id(uow, named),
        named=named,
        account=account.id,
        name=told.name,
        amount=told.amount,
        currency=code.upper(),
        stage=told.stage.strip(),
        probability=_probability(data, command, told, today) or Decimal(0),
        close_date=told.close_date,
        created_at=known.created_at if known else now,
        updated_at=known.updated_at if known else now,
    )
    if kept == known:
        return known, Outcome.UNCHANGED
    kept = replace(kept, updated_at=now)
    uow.opportunities.put(kept)
    outcome = Outcome.UPDATED if known else Outcome.CREATED
    uow.emit(EventType.OPPORTUNITY_UPSERTED, kept.id, _about(named, outcome))
    return kept, outcome


def _about(named: CrmName, outcome: Outcome) -> dict[str, object]:
    return {"crm": named.crm, "external_id": named.external_id, "outcome": outcome.value}


def _free_id(uow: UnitOfWork, named: CrmName) -> str:
    """The CRM's own key, unless another CRM's opportunity has it."""
    is_taken = uow.opportunities.is_taken(named.external_id)
    return uow.ids.new("opp") if is_taken else named.external_id


def _usual_currency(data: Snapshot, today: date) -> str:
    found = usual_list(data, None, today)
    return "" if found is None else found.currency.code


def _opened(
    uow: UnitOfWork,
    data: Snapshot,
    command: Sync,
    account: Account,
    deal: Opportunity | None,
) -> Quoted:
    """A new quote without lines, in the deal's currency where there are prices in it."""
    today = data.today(uow.clock)
    code = None
    if deal is not None and usual_list(data, currency(deal.currency), today) is not None:
        code = deal.currency
    basket = PriceBasket(asks=(), account_id=account.id, currency=code, may_be_empty=True)
    return drafting.create(
        uow,
        data,
        NewQuote(
            basket=basket,
            made_by=command.by,
            title=account.name if deal is None else deal.name,
            opportunity_id=None if deal is None else deal.id,
        ),
    )
