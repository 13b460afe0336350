"""Bodies that make and change quotes become commands."""

from collections.abc import Callable, Mapping
from typing import Any

from connector.reading import amount, choices, day, number, optional_number, text
from connector.vektra import session
from connector.vektra.requests import member, read_basket
from engine.customers.account import Account
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.snapshot import Snapshot
from engine.services import linking
from engine.services.drafting import NewQuote

Json = dict[str, Any]


def _as_it_is(value: Any) -> Any:
    return value


_HEAD: Mapping[str, Callable[[object], Any]] = {
    "title": text,
    "opportunity_id": _as_it_is,
    "product_line": _as_it_is,
    "valid_until": day,
}
_TERMS: Mapping[str, tuple[str, Callable[[object], Any]]] = {
    "account_id": ("account_id", _as_it_is),
    "currency": ("currency", _as_it_is),
    "price_list": ("price_list", _as_it_is),
    "pricing_date": ("on", day),
    "promotions": ("codes", lambda value: tuple(dict.fromkeys(value or ()))),  # type: ignore[call-overload]
    "discount_percent": ("discount_percent", amount),
    "discount_amount": ("discount_amount", amount),
    "manual_total": ("manual_total", optional_number),
    "alternative": ("chosen", _as_it_is),
}
_LINE: Mapping[str, tuple[str, Callable[[object], Any]]] = {
    "quantity": ("quantity", number),
    "unit": ("unit", text),
    "unit_price": ("unit_price", optional_number),
    "discount_percent": ("discount_percent", amount),
    "discount_amount": ("discount_amount", amount),
    "total": ("total", optional_number),
    "target_margin_percent": ("target_margin", optional_number),
    "term_months": ("term_months", optional_number),
    "start_date": ("start_date", day),
    "end_date": ("end_date", day),
    "quantity_before": ("quantity_before", amount),
    "configuration": ("configuration", choices),
}


def read_new_quote(body: Json, data: Snapshot, made_by: str) -> NewQuote:
    """The quote a body asks for; Invalid where nobody is named to make it for."""
    crm = body.get("crm") or {}
    asked = {**body, "lines": body.get("lines") or [], "account_id": _account(body, crm, data)}
    basket = read_basket(asked, may_be_empty=True)
    return NewQuote(
        basket=basket,
        made_by=made_by,
        title=body.get("title") or "",
        opportunity_id=_opportunity(body, crm),
        product_line=body.get("product_line"),
        valid_until=member(day, body, "valid_until"),
    )


def read_changes(body: Json) -> tuple[Json, Json]:
    """What is to change about a quote itself, and about the basket it was priced as."""
    if "account_id" in body and body["account_id"] is None:
        raise _wrong("account_required", "account_id")
    head = {name: member(read, body, name) for name, read in _HEAD.items() if name in body}
    return head, _changes(body, _TERMS)


def read_line_changes(body: Json) -> Json:
    """What is to change about a line."""
    return _changes(body, _LINE)


def _changes(body: Json, known: Mapping[str, tuple[str, Callable[[object], Any]]]) -> Json:
    """The members of `body` by the engine's names for them."""
    return {
        engine_name: member(read, body, name)
        for name, (engine_name, read) in known.items()
        if name in body
    }


def _account(body: Json, crm: Json, data: Snapshot) -> str:
    account_id: str | None = body.get("account_id")
    if account_id is not None:
        return account_id
    if not crm:
        raise _wrong("account_required", "account_id")
    found = _crm_account(data, crm)
    if found is None:
        raise _wrong("unknown_account", "crm/account_external_id")
    return found.id


def _crm_account(data: Snapshot, crm: Json) -> Account | None:
    """The account a CRM calls so: as it told, else by its contact or by the account's own id."""
    return session.reading(
        linking.account_of, data, crm["system"], crm["account_external_id"].strip()
    )


def _opportunity(body: Json, crm: Json) -> str | None:
    named: str | None = body.get("opportunity_id")
    external = crm.get("opportunity_external_id")
    if named or not external:
        return named
    return session.reading(linking.opportunity_of, crm["system"], external)


def _wrong(code: str, where: str) -> Invalid:
    return Invalid("the quote cannot be made so", [Finding(Severity.ERROR, code, where=where)])
