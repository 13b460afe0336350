"""Bodies and queries about service contracts become commands."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from connector.reading import Unreadable, chosen, day, number, optional_number, refuse
from connector.vektra.requests import member
from engine.contracts.instruction import Action
from engine.contracts.renewal import CoTerm
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.services.amending import Amend
from engine.services.renewing import Renew
from engine.services.simulating import Span
from engine.services.terminating import Terminate

Json = dict[str, Any]
_OF_ALL = frozenset({"action", "effective_date", "reason", "dry_run"})
_MEMBERS: Mapping[Action, frozenset[str]] = {
    Action.RENEW: _OF_ALL | {"term_months", "uplift_percent", "co_term_with", "co_term_end"},
    Action.AMEND: _OF_ALL | {"changes", "charge_id"},
    Action.TERMINATE: _OF_ALL,
}


def read_action(body: Json) -> Action:
    """What is to be done. Invalid names members that say nothing about it."""
    action = Action(body["action"])
    strange = [
        name for name, value in body.items() if name not in _MEMBERS[action] and value is not None
    ]
    if strange:
        findings = [
            Finding(Severity.ERROR, "not_of_this_action", {"action": action.value}, name)
            for name in strange
        ]
        raise Invalid("the request says more than its action needs", findings)
    return action


def read_renewal(body: Json, contract_id: str, by: str, revision: int | None) -> Renew:
    """The renewal a body asks for."""
    return Renew(
        contract_id=contract_id,
        by=by,
        months=member(optional_number, body, "term_months"),
        uplift=member(optional_number, body, "uplift_percent"),
        effective=member(day, body, "effective_date"),
        others=tuple(body.get("co_term_with") or ()),
        until=member(_co_term_end, body, "co_term_end"),
        reason=body.get("reason") or "",
        revision=revision,
    )


def read_amendment(body: Json, contract_id: str, by: str, revision: int | None) -> Amend:
    """The amendment a body asks for."""
    return Amend(
        contract_id=contract_id,
        changes=_changes(body.get("changes") or {}),
        by=by,
        effective=member(day, body, "effective_date"),
        charge=body.get("charge_id"),
        reason=body.get("reason") or "",
        revision=revision,
    )


def read_termination(body: Json, contract_id: str, by: str, revision: int | None) -> Terminate:
    """The termination a body asks for."""
    return Terminate(
        contract_id=contract_id,
        by=by,
        effective=member(day, body, "effective_date"),
        reason=body.get("reason") or "",
        revision=revision,
    )


def read_attribute(query: Json) -> Json:
    """The body of an amendment of the one attribute that a query names."""
    name = query.get("attribute")
    return {} if name is None else {"changes": {name: query.get("value") or ""}}


def read_span(first: str | None, last: str | None) -> Span:
    """The days a simulation looks at."""
    said: Json = {"from": first, "to": last}
    return Span(first=member(day, said, "from"), last=member(day, said, "to"))


def _changes(given: Json) -> dict[str, Decimal | str]:
    """Attributes with what they are to be; a quantity is a number."""
    found: dict[str, Decimal | str] = {}
    for name, value in given.items():
        if name == "quantity":
            found[name] = _quantity(value)
        else:
            found[name] = chosen(value)
    return found


def _quantity(value: object) -> Decimal:
    try:
        return number(None if isinstance(value, bool) else value)
    except (Unreadable, ArithmeticError):
        error = Unreadable("not_a_number", "is no number of at most 15 digits and 12 decimals")
        raise refuse("/changes/quantity", error) from None


def _co_term_end(value: object) -> CoTerm | date:
    if value is None:
        return CoTerm.LATEST
    if value in set(CoTerm):
        return CoTerm(str(value))
    return day(value) or CoTerm.LATEST
