"""CRMs: what they tell of accounts and deals, and what that lets expect."""

from typing import TYPE_CHECKING, Any, cast

from connector.encoder import Answer
from connector.reading import day, number, optional_number
from connector.vektra import quoted, session
from connector.vektra.reply import Reply
from connector.vektra.requests import member
from connector.vektra.writing import once
from engine.customers.forecast import Month
from engine.customers.opportunity import Opportunity, Outcome
from engine.customers.told import ToldAccount, ToldOpportunity
from engine.services import syncing
from engine.services.syncing import Sync, Synced

if TYPE_CHECKING:
    from datetime import date

Json = dict[str, Any]


def sync_crm(body: Json) -> Answer:
    """What is kept now of an account and a deal, and the forecast."""
    data = session.snapshot()
    command = _read(body)

    def act(uow: Any) -> Reply:
        return Reply(_written(command, syncing.sync(uow, data, command)))

    return once(act)


def _read(body: Json) -> Sync:
    account, deal = body["account"], body.get("opportunity")
    return Sync(
        crm=body["crm"],
        account=ToldAccount(
            external_id=account["external_id"],
            name=account["name"],
            region=account.get("region"),
            group=account.get("group"),
        ),
        opportunity=None if deal is None else _deal(deal),
        create_quote=bool(body.get("create_quote")),
        by=session.caller(),
    )


def _deal(body: Json) -> ToldOpportunity:
    within = "/opportunity"
    return ToldOpportunity(
        external_id=body["external_id"],
        name=body["name"],
        amount=member(number, body, "amount", within),
        stage=body["stage"],
        close_date=cast("date", member(day, body, "close_date", within)),
        probability=member(optional_number, body, "probability", within),
        currency=body.get("currency"),
    )


def _written(command: Sync, found: Synced) -> Json:
    account, deal = found.account, found.opportunity
    return {
        "account": {
            "id": account.id,
            "external_id": command.account.external_id.strip(),
            "name": account.name,
            "region": account.region,
            "group": account.group,
            "outcome": found.account_outcome.value,
        },
        "opportunity": None if deal is None else _opportunity(deal, found.opportunity_outcome),
        "quote": None
        if found.quote is None
        else quoted.quote(found.quote, session.today(session.snapshot())),
        "forecast": _forecast(found),
        "pipeline": [_month(each) for each in found.months],
    }


def _opportunity(deal: Opportunity, outcome: Outcome | None) -> Json:
    return {
        "id": deal.id,
        "external_id": deal.named.external_id,
        "account_id": deal.account,
        "name": deal.name,
        "amount": deal.amount,
        "currency": deal.currency,
        "stage": deal.stage,
        "probability": deal.probability,
        "close_date": deal.close_date.isoformat(),
        "outcome": None if outcome is None else outcome.value,
    }


def _forecast(found: Synced) -> Json | None:
    deal, expected = found.opportunity, found.expected
    if deal is None or expected is None:
        return None
    return {
        "amount": expected.deal.amount,
        "probability": expected.deal.probability,
        "weighted": found.weighted,
        "currency": expected.currency,
        "stage": deal.stage,
    }


def _month(each: Month) -> Json:
    return {
        "currency": each.currency,
        "close_month": each.close_month,
        "amount": each.amount,
        "weighted": each.weighted,
    }
