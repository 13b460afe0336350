"""Holding: a quote about a contract stays one for its account, in its currency.

Whatever is taken off it, what comes back of a charge is off the lines that take its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.contracts.crediting import Place, Sources, shared, total_of
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.quotes.version import QuoteLine, QuoteTerms, QuoteVersion
from engine.services.drafting import Quoted
from engine.store.unit_of_work import Reading

_ZERO = Decimal(0)
_ACCOUNT = "account_of_contract"
_CURRENCY = "currency_of_contract"
_PRICE_LIST = "price_list_of_contract"
_CREDIT = "credit_exceeds_rest"


def guard_terms(reading: Reading, data: Snapshot, found: Quoted, terms: Mapping[str, Any]) -> None:
    """Raise Invalid where `terms` name what the quote's contract does not have."""
    wrong = list(_wrong(data, found.version.terms, terms))
    if wrong and reading.contracts.planned(found.quote.id) is not None:
        raise _invalid(*wrong)


def guard_money(
    reading: Reading, found: Quoted, after: QuoteVersion, terms: Mapping[str, Any]
) -> None:
    """Raise Invalid where the quote of a contract came to be priced in another currency."""
    before = found.version.terms
    if after.terms.currency == before.currency:
        return
    if reading.contracts.planned(found.quote.id) is None:
        return
    if "currency" in terms:
        raise _invalid((_CURRENCY, "currency"))
    raise _invalid((_PRICE_LIST, "price_list"))


def left_without(lines: Sequence[QuoteLine], line_id: str) -> tuple[Ask, ...]:
    """What is asked for by all lines but one, with the credits that are theirs then.

    Invalid where the lines that are left come to less than what comes back for them.
    """
    credits_: dict[str, Decimal] = {}
    for each in lines:
        for charge, amount in _sources(each):
            credits_[charge] = credits_.get(charge, _ZERO) + amount
    left = [each for each in lines if each.id != line_id]
    held = [each for each in left if _replaced(each)]
    places = [
        Place(
            charge=_replaced(each),
            price=each.price.net_total + total_of(_sources(each)),
            credit=credits_.get(_replaced(each), _ZERO),
        )
        for each in held
    ]
    settled = {each.id: sources for each, sources in zip(held, shared(places), strict=True)}
    for each, place in zip(held, places, strict=True):
        if total_of(settled[each.id]) > place.price and not each.price.ask.is_wished:
            raise _invalid((_CREDIT, ""))
    return tuple(_with_credit(each.price.ask, settled.get(each.id, ())) for each in left)


def _sources(line: QuoteLine) -> Sources:
    carried = line.price.ask.carried
    return () if carried is None else carried.sources


def _replaced(line: QuoteLine) -> str:
    """The charge that a line takes the place of, where that is known."""
    carried = line.price.ask.carried
    return "" if carried is None else carried.charge


def _with_credit(ask: Ask, sources: Sources) -> Ask:
    """What rounding missed of the credit before stays in it."""
    carried = ask.carried
    if carried is None or carried.sources == sources:
        return ask
    credit = carried.credit - total_of(carried.sources) + total_of(sources)
    return replace(ask, carried=replace(carried, credit=credit, sources=sources))


def _wrong(data: Snapshot, held: QuoteTerms, terms: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    account, currency = terms.get("account_id"), terms.get("currency")
    listed = data.price_lists.get(terms.get("price_list") or "")
    if account not in {None, held.account}:
        yield _ACCOUNT, "account_id"
    if currency and currency.upper() != held.currency:
        yield _CURRENCY, "currency"
    if listed is not None and listed.currency.code != held.currency:
        yield _PRICE_LIST, "price_list"


def _invalid(*wrong: tuple[str, str]) -> Invalid:
    findings = [Finding(Severity.ERROR, code, where=where) for code, where in wrong]
    return Invalid("the quote is about a contract", findings)
