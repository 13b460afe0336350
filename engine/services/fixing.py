"""Fixing: a person says what a quote comes to, for as long as what is offered stays the same.

A manual total was given for certain goods, to a certain buyer. It stays through a new version,
another day and newer rules, and is shared over the lines each time; whatever else leads to
another price takes it away, so that nothing more is given away for it unseen.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.orders.amounts import ratio
from engine.pricing.rounding import Rounding
from engine.pricing.totals import Totals
from engine.quotes.history import Happening
from engine.quotes.quote import Quote
from engine.quotes.version import QuoteAlternative
from engine.services.noting import note
from engine.services.pricing import PriceBasket
from engine.store.unit_of_work import UnitOfWork

_SCALINGS = 5
_NEAR = 3
_ZERO = Decimal(0)


def with_terms(basket: PriceBasket, terms: dict[str, Any]) -> PriceBasket:
    """The basket with some of its members changed; a manual total only where it still holds."""
    after = replace(basket, **terms)
    if "manual_total" in terms or replace(after, on=basket.on) == basket:
        return after
    return replace(after, manual_total=None)


def net_of(
    gross: Decimal, priced: Callable[[Decimal | None], Totals], rounding: Rounding
) -> Decimal:
    """The net that comes to `gross` with its taxes; where none does, the next below it.

    `priced` says what a manual total, or None, comes to. Taxes follow the net, but for what each
    line is rounded by: so the net is scaled until it moves no more, and its neighbours are tried.
    """
    told = priced(None)
    net = rounding.money(ratio(gross, told.net, told.total) if told.total else gross)
    for _ in range(_SCALINGS):
        told = priced(net)
        if told.total == gross or not told.total:
            return net
        step = rounding.money(ratio(gross - told.total, told.net, told.total))
        if not step:
            break
        net = max(net + step, _ZERO)
    near = [net + rounding.unit * each for each in range(-_NEAR, _NEAR + 1)]
    reached = {each: priced(each).total for each in near if each >= 0}
    below = [each for each, total in reached.items() if total <= gross] or [min(reached)]
    return max(below, key=lambda each: (reached[each], -each))


def tell_totals(
    uow: UnitOfWork,
    quote: Quote,
    before: Sequence[QuoteAlternative],
    after: Sequence[QuoteAlternative],
    by: str,
) -> None:
    """Keep in the quote's history which totals were fixed, and which hold no longer."""
    was = {each.id: each for each in before}
    now = {each.id: each for each in after}
    for id_ in {**was, **now}:
        old, new = was.get(id_), now.get(id_)
        fixed = None if new is None else new.manual_total
        fixed_before = None if old is None else old.manual_total
        if fixed == fixed_before:
            continue
        note(
            uow,
            quote,
            Happening.TOTAL_FREED if fixed is None else Happening.TOTAL_FIXED,
            by,
            alternative=id_,
            manual_total=fixed,
            manual_total_before=fixed_before,
            net_before=None if old is None else old.totals.net,
            net_after=None if new is None else new.totals.net,
            calculated=None if new is None else new.without_manual.net,
        )
