"""Phases: the steps of a quotation as forms, each a flat map of fields to values.

The phase `general` is the quotation's own. The phases of its product line ask for variables of
configured products, `line` for what every line has; they are there once for each line that has
them.
"""

from collections.abc import Sequence
from typing import Any

from connector.klaro import session
from connector.klaro.revisions import version_of
from engine.catalog.product_line import Phase
from engine.kernel.errors import NotFound
from engine.pricing.rounding import plain
from engine.pricing.snapshot import Snapshot
from engine.quotes.quote import Quote
from engine.quotes.version import QuoteLine, QuoteVersion
from engine.services import handling

Json = dict[str, Any]
GENERAL = "general"
LINE = "line"


def get_phase(quotation_id: int, revision_id: int, phase_id: str, sub_id: int = 0) -> Json:
    """The fields of a phase; the one of the line that `sub_id` counts to, from 0."""
    data = session.snapshot()
    quote, version = session.reading(_found, quotation_id, revision_id)
    if phase_id == GENERAL:
        forms = [_general(data, quote, version)]
    else:
        phase = next((each for each in _phases(data, quote) if each.id == phase_id), None)
        if phase is None and phase_id != LINE:
            raise NotFound(f"quotation {quotation_id} has no phase {phase_id}")
        forms = _of_lines(phase, version.offered.lines)
    if sub_id >= len(forms):
        raise NotFound(f"phase {phase_id} of quotation {quotation_id} is not there {sub_id + 1}x")
    return forms[sub_id]


def _found(records: Any, serial: int, number: int) -> tuple[Quote, QuoteVersion]:
    quote = handling.visible(records, session.viewer(), serial)
    return quote, version_of(records, quote, number)


def _phases(data: Snapshot, quote: Quote) -> tuple[Phase, ...]:
    mine = (each.phases for each in data.data.product_lines if each.id == quote.line)
    return next(mine, ())


def _general(data: Snapshot, quote: Quote, version: QuoteVersion) -> Json:
    terms, offered = version.terms, version.offered
    account = None if terms.account is None else data.accounts.get(terms.account)
    return {
        "number": quote.number,
        "title": quote.title,
        "account": terms.account,
        "account_name": None if account is None else account.name,
        "opportunity": quote.opportunity_id,
        "product_line": quote.line,
        "currency": terms.currency,
        "price_list": terms.price_list,
        "pricing_date": terms.on.isoformat(),
        "valid_until": None if quote.valid_until is None else quote.valid_until.isoformat(),
        "promotions": list(terms.codes),
        "discount_percent": offered.discount_percent,
        "discount_amount": offered.discount_amount,
        "custom_sales_price": offered.manual_total,
        "lines": len(offered.lines),
    }


def _of_lines(phase: Phase | None, lines: Sequence[QuoteLine]) -> list[Json]:
    if phase is None:
        return [_line(each) for each in lines]
    asked = set(phase.variables)
    configured = [_chosen(each) for each in lines]
    return [
        {name: chosen.get(name) for name in phase.variables}
        for chosen in configured
        if asked & chosen.keys()
    ]


def _line(line: QuoteLine) -> Json:
    """What every line has, and the options it is built with under their own names."""
    price = line.price
    own = {
        "sku": price.ask.sku,
        "name": price.name,
        "quantity": plain(price.ask.quantity),
        "unit": price.unit,
        "unit_price": plain(price.net_unit_price),
        "net_total": price.net_total,
        "term_months": None
        if price.charge.term_months is None
        else plain(price.charge.term_months),
        "start_date": None if price.ask.start_date is None else price.ask.start_date.isoformat(),
        "end_date": None if price.ask.end_date is None else price.ask.end_date.isoformat(),
    }
    return {**_chosen(line), **own}


def _chosen(line: QuoteLine) -> Json:
    """The options of a line by variable; a list where a variable has several."""
    asked = line.price.ask
    found: dict[str, list[str]] = {}
    for each in asked.options:
        if not each.is_rule:
            found.setdefault(each.variable, []).append(each.value)
    for variable, value in asked.configuration:
        found.setdefault(variable, [value])
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
