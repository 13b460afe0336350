"""Services: contracts are read, renewed, amended and ended, and what that costs is foreseen."""

from typing import Any

from connector.encoder import Answer
from connector.vektra import ordered, paging, serviced, session
from connector.vektra.reply import Reply
from connector.vektra.service_requests import (
    read_action,
    read_amendment,
    read_attribute,
    read_renewal,
    read_span,
    read_termination,
)
from connector.vektra.writing import etag, once, seen_revision
from engine.contracts.contract import Contract, ContractSearch, ContractStatus
from engine.contracts.instruction import Action
from engine.kernel.errors import NotFound
from engine.orders.order import Order
from engine.pricing.snapshot import Snapshot
from engine.services import amending, contracting, renewing, simulating, terminating

Json = dict[str, Any]


def list_services(
    status: str | None = None,
    account_id: str | None = None,
    limit: int = paging.USUAL,
    cursor: str | None = None,
) -> Json:
    """Contracts, the newest first."""
    today = session.today(session.snapshot())
    wanted = ContractSearch(
        today=today,
        status=None if status is None else ContractStatus(status),
        account=account_id,
    )
    found = session.reading(contracting.search, wanted, limit + 1, paging.named(cursor))
    return paging.window(
        found, lambda each: each.id, lambda each: serviced.contract(each, today), limit
    )


def get_service(contract_id: str) -> Reply:
    """One contract with its history."""
    today = session.today(session.snapshot())
    found = session.reading(contracting.get, contract_id)
    entries = session.reading(contracting.history, contract_id)
    body = serviced.contract(found, today)
    body["history"] = [serviced.happened(each) for each in entries]
    return Reply(body, headers=(etag(found.revision),))


def act_on_service(body: Json, contract_id: str) -> Answer:
    """Renew, amend or terminate a contract, or say what that would do."""
    acts = {Action.RENEW: _renew, Action.AMEND: _amend, Action.TERMINATE: _terminate}
    return acts[read_action(body)](body, contract_id)


def simulate_service(contract_id: str, action: str, **asked: Any) -> Json:
    """What an act costs as a function of its first day."""
    data, by = session.snapshot(), session.caller()
    span = read_span(asked.get("from"), asked.get("to"))
    match Action(action):
        case Action.TERMINATE:
            found = session.reading(simulating.terminations, data, contract_id, span)
        case Action.AMEND:
            command = read_amendment(read_attribute(asked), contract_id, by, None)
            book = _book(data, contract_id)
            found = session.reading(simulating.amendments, data, book, command, span)
        case Action.RENEW:
            renewal = read_renewal(asked, contract_id, by, None)
            found = session.reading(simulating.renewals, data, renewal, span)
    return serviced.simulated(found)


def _renew(body: Json, contract_id: str) -> Answer:
    data, is_dry = session.snapshot(), bool(body.get("dry_run"))
    command = read_renewal(body, contract_id, session.caller(), seen_revision())

    def act(uow: Any) -> Reply:
        made = (renewing.preview if is_dry else renewing.renew)(uow, data, command)
        return _reply(
            made.contract,
            Action.RENEW,
            made.instructions,
            quote=made.quote,
            applied=made.applied,
        )

    return once(act)


def _amend(body: Json, contract_id: str) -> Answer:
    data, is_dry = session.snapshot(), bool(body.get("dry_run"))
    command = read_amendment(body, contract_id, session.caller(), seen_revision())
    book = _book(data, contract_id)

    def act(uow: Any) -> Reply:
        made = (amending.preview if is_dry else amending.amend)(uow, data, book, command)
        return _reply(
            made.contract,
            Action.AMEND,
            made.instructions,
            quote=made.quote,
            order=_order(uow, made.order),
            applied=made.applied,
        )

    return once(act)


def _terminate(body: Json, contract_id: str) -> Answer:
    data, is_dry = session.snapshot(), bool(body.get("dry_run"))
    command = read_termination(body, contract_id, session.caller(), seen_revision())

    def act(uow: Any) -> Reply:
        made = (terminating.preview if is_dry else terminating.terminate)(uow, data, command)
        return _reply(
            made.contract,
            Action.TERMINATE,
            made.instructions,
            quote=made.quote,
            order=_order(uow, made.order),
            fee=made.fee,
            applied=made.applied,
        )

    return once(act)


def _book(data: Snapshot, contract_id: str) -> Snapshot:
    """The data a contract was sold from; those of now where they are not known."""
    rules = session.reading(contracting.get, contract_id).rules
    try:
        return session.snapshot_at(rules) if rules else data
    except NotFound:
        return data


def _order(view: Any, placed: Order | None) -> Json | None:
    """An order as it is read under its own address."""
    if placed is None:
        return None
    return {
        **ordered.order(placed),
        "contracts": list(view.contracts.of_order(placed.id)),
        "history": [ordered.happened(each) for each in view.order_history.of(placed.id)],
    }


def _reply(whole: Contract, action: Action, instructions: Any, **came: Any) -> Reply:
    today = session.today(session.snapshot())
    body = serviced.done(whole, action, instructions, today, **came)
    return Reply(body, headers=(etag(whole.revision),))
