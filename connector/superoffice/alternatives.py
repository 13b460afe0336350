"""An alternative with its lines: recalculated, validated or refreshed on the caller's carriers."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from connector.superoffice import builds, mapping, sandbox, session, wire
from connector.superoffice.carriers import Carrier, read_alternative, read_line
from engine.kernel.finding import Finding, Severity, worst
from engine.pricing.snapshot import Snapshot
from engine.quotes.calculation import INCALCULABLE, price_alternative
from engine.quotes.line import PricedAlternative
from engine.services import quoting

_STEEP = 90
_MOST_COPIES = 100

_WRITES = {
    "unitlistprice": "unit_list_price",
    "unitminimumprice": "unit_minimum_price",
    "unitcost": "unit_cost",
    "erpdiscountpercent": "suggestion",
    "erpdiscountamount": "suggestion",
}
"""Line members SuperOffice may let us write, and what the engine calls them."""


def recalculate(
    data: Snapshot, quote: Carrier, both: Carrier, provoked: Sequence[Finding] = ()
) -> Carrier:
    """Every line, then the alternative, then the lines' shares of its discount."""
    lines = _rearranged(data, session.items(both, "CRMQuoteLines"))
    terms = session.terms_of(data, quote)
    head = both.get("CRMAlternative") or {}
    priced = quoting.reprice_alternative(
        terms, read_alternative(head), [read_line(line) for line in lines]
    )
    _lay(data, quote, lines, priced)
    mapping.overlay_alternative(head, priced)
    wire.mark(head, (*provoked, *priced.findings), session.culture(quote))
    both["CRMAlternative"], both["CRMQuoteLines"] = head, lines
    return both


def refresh(
    data: Snapshot, quote: Carrier, both: Carrier, writeable: Collection[str]
) -> "Validated":
    """Every line at today's prices, as far as `writeable` allows, then the alternative."""
    lines = session.items(both, "CRMQuoteLines")
    terms = session.terms_of(data, quote)
    head = both.get("CRMAlternative") or {}
    refreshed = quoting.refresh_lines(terms, [read_line(line) for line in lines], writeable)
    priced = price_alternative(read_alternative(head), refreshed, terms.rounding)
    for line, each in zip(lines, refreshed, strict=True):
        mapping.overlay_prices(line, each.line, writeable)
    _lay(data, quote, lines, priced)
    mapping.overlay_alternative(head, priced)
    wire.mark(head, priced.findings, session.culture(quote))
    both["CRMAlternative"], both["CRMQuoteLines"] = head, lines
    findings = [*priced.findings, *(each for line in refreshed for each in line.findings)]
    is_calculable = not any(each.code in INCALCULABLE for each in findings)
    return Validated(worst(findings), is_calculable, priced)


class Validated(NamedTuple):
    """What validation found: the gravest of it, and whether every figure could be had."""

    gravest: Severity
    is_calculable: bool
    whole: PricedAlternative


def validate(data: Snapshot, quote: Carrier, both: Carrier) -> Validated:
    """Mark the lines and the alternative with their statuses."""
    lines = session.items(both, "CRMQuoteLines")
    head = both.get("CRMAlternative") or {}
    terms, culture = session.terms_of(data, quote), session.culture(quote)
    examined = quoting.examine(terms, read_alternative(head), [read_line(line) for line in lines])
    on_lines = sandbox.provoke(data, "validate_line")
    built = [builds.findings(data, line, terms.on) for line in lines]
    for line, findings, wrong in zip(lines, examined.findings, built, strict=True):
        wire.mark(line, (*on_lines, *findings, *wrong), culture)
    on_whole = (*sandbox.provoke(data, "validate_alt"), *examined.whole_findings)
    wire.mark(head, on_whole, culture)
    both["CRMAlternative"], both["CRMQuoteLines"] = head, lines
    everything = [finding for findings in (*examined.findings, *built) for finding in findings]
    gravest = worst([*everything, *on_whole, *(on_lines if lines else ())])
    return Validated(gravest, examined.is_calculable, examined.whole)


def writeable(names: Sequence[str] | None) -> Collection[str]:
    """What a refresh may touch; null means everything, an empty list nothing."""
    if names is None:
        return quoting.WRITEABLE
    members = (name.rpartition(".")[2].strip().lower() for name in names)
    return {_WRITES[member] for member in members if member in _WRITES}


def _lay(
    data: Snapshot, quote: Carrier, lines: Sequence[Carrier], priced: PricedAlternative
) -> None:
    culture = session.culture(quote)
    for line, each, share in zip(lines, priced.lines, priced.shares, strict=True):
        mapping.overlay_explained(data, line, each, culture)
        line["TotalPriceWithAlternativeDiscount"] = share


def _rearranged(data: Snapshot, lines: list[Carrier]) -> list[Carrier]:
    """The line set as a sandbox's switches change it."""
    if sandbox.is_on(data, "remove_first_line_on_recalc"):
        lines = lines[1:]
    if sandbox.is_on(data, "replace_90pct_lines_on_recalc"):
        lines = [copy for line in lines for copy in _copies(line)]
    return lines


def _copies(line: Carrier) -> list[dict[str, Any]]:
    """One line per unit where the discount is 90 percent or more."""
    read = read_line(line)
    units = int(read.quantity)
    if read.discount_percent < _STEEP or not 1 < units == read.quantity <= _MOST_COPIES:
        return [line]
    single = {**line, "QuoteLineId": 0, "Quantity": 1}
    return [{**single, "ERPQuoteLineKey": wire.new_key()} for _ in range(units)]
