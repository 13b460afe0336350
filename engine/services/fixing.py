"""Fixing: a person says what a quote comes to, for as long as what is offered stays the same.

A manual total was given for certain goods, to a certain buyer. It stays through a new version,
another day and newer rules, and is shared over the lines each time; whatever else leads to
another price takes it away, so that nothing more is given away for it unseen.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.quotes.history import Happening
from engine.quotes.quote import Quote
from engine.quotes.version import QuoteAlternative
from engine.services.noting import note
from engine.services.pricing import PriceBasket
from engine.store.unit_of_work import UnitOfWork


def with_terms(basket: PriceBasket, terms: dict[str, Any]) -> PriceBasket:
    """The basket with some of its members changed; a manual total only where it still holds."""
    after = replace(basket, **terms)
    if "manual_total" in terms or replace(after, on=basket.on) == basket:
        return after
    return replace(after, manual_total=None)


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
