"""Rebuilding: what other options of an order's lines change about what they come to.

Both builds are priced as the quote was, with its rules and on its day, so that nothing but the
options makes the difference. A price that a person fixed stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.orders.amounts import ratio
from engine.orders.changed import Build
from engine.orders.changing import Change, LineChange, Move, Plan
from engine.orders.order import Order, OrderLine
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import PricedLine
from engine.services.drafting import Quoted
from engine.services.pricing import price_basket
from engine.services.versioning import Draft, drafts_of

Options = tuple[tuple[str, str], ...]


def merged(order: Order, asked: Change) -> Change:
    """The change with whole configurations: what it leaves out stays as it is."""
    if asked.lines is None:
        return asked
    lines = {each.id: each for each in order.lines}
    return replace(
        asked, lines=tuple(_merged(lines.get(each.line_id), each) for each in asked.lines)
    )


def builds_of(rules: Snapshot, found: Quoted, order: Order, plan: Plan) -> Mapping[str, Build]:
    """The other options of lines by their ids; `rules` are the data the quote was priced with.

    Invalid names the options that cannot be had.
    """
    moves = [each for each in plan.moves if each.configuration is not None]
    if not moves:
        return {}
    draft = next(each for each in drafts_of(found.version) if each.id == found.version.chosen)
    refs = [each.origin_key or each.id for each in found.version.offered.lines]
    unknown = [each for each in moves if each.line.line_ref not in refs]
    if unknown:
        raise Invalid("their quote is kept elsewhere", _not_configurable(unknown))
    now = {each.line_ref: each.configuration for each in order.lines if each.parent is None}
    then = {**now, **{each.line.line_ref: each.configuration or () for each in moves}}
    try:
        before = _priced(rules, found, draft, [now.get(each, ()) for each in refs])
        after = _priced(rules, found, draft, [then.get(each, ()) for each in refs])
    except Invalid as error:
        said = _placed(error.findings, refs, moves) or _not_configurable(moves)
        raise Invalid(error.detail, said) from None
    places = {each.line.id: refs.index(each.line.line_ref) for each in moves}
    borne = _borne(rules, found, draft)
    return {id_: _build(before[at], after[at], *borne[at]) for id_, at in places.items()}


def _borne(rules: Snapshot, found: Quoted, draft: Draft) -> list[tuple[Decimal, Decimal]]:
    """What each line was sold for, and what it would have come to without a total of a person."""
    sold = [each.price.net_total for each in found.version.offered.lines]
    if draft.basket.manual_total is None:
        return [(net, net) for net in sold]
    basket = replace(draft.basket, manual_total=None)
    priced = price_basket(rules, found.version.terms.on, basket).priced
    return list(zip(sold, (each.net_total for each in priced.lines), strict=True))


def _merged(line: OrderLine | None, asked: LineChange) -> LineChange:
    if line is None or asked.configuration is None:
        return asked
    whole = {**dict(line.configuration), **dict(asked.configuration)}
    return replace(asked, configuration=tuple(whole.items()))


def _priced(
    rules: Snapshot, found: Quoted, draft: Draft, configurations: Iterable[Options]
) -> tuple[PricedLine, ...]:
    asks = tuple(
        replace(ask, configuration=options, options=())
        for ask, options in zip(draft.basket.asks, configurations, strict=True)
    )
    basket = replace(draft.basket, asks=asks, manual_total=None)  # it was for what was ordered
    return price_basket(rules, found.version.terms.on, basket).priced.lines


def _build(before: PricedLine, after: PricedLine, sold: Decimal, priced: Decimal) -> Build:
    """What other options change; of less, only the part goes away that the line bore of it."""
    net = after.net_total - before.net_total
    if net < 0 and sold < priced:
        net = ratio(net, sold, priced)
    return Build(
        configuration=tuple(
            (each.variable, each.value) for each in after.ask.options if not each.is_rule
        ),
        units=after.ask.quantity,
        net=net,
        discount=after.discount_total - before.discount_total,
    )


def _not_configurable(moves: Iterable[Move]) -> list[Finding]:
    """The lines were priced in a way that cannot be repeated."""
    return [
        Finding(Severity.ERROR, "not_configurable", where=f"{each.where}/configuration")
        for each in moves
    ]


def _placed(findings: Iterable[Finding], refs: list[str], moves: Iterable[Move]) -> list[Finding]:
    """Findings by the members the change was asked with."""
    names = {f"lines/{refs.index(each.line.line_ref)}/": each.where for each in moves}
    return [
        replace(finding, where=f"{where}/{finding.where.removeprefix(prefix)}")
        for finding in findings
        for prefix, where in names.items()
        if finding.where.startswith(f"{prefix}configuration")
    ]
