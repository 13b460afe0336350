"""Fixing: a person says what a quote comes to, for as long as what is offered stays the same.

A manual total was given for certain goods, to a certain buyer. It stays through a new version,
another day and newer rules, and is shared over the lines each time; whatever else leads to
another price takes it away, so that nothing more is given away for it unseen.
"""

from dataclasses import replace
from typing import Any

from engine.quotes.history import Happening
from engine.quotes.version import QuoteVersion
from engine.services.drafting import Quoted, note
from engine.services.pricing import PriceBasket
from engine.store.unit_of_work import UnitOfWork


def with_terms(basket: PriceBasket, terms: dict[str, Any]) -> PriceBasket:
    """The basket with some of its members changed; a manual total only where it still holds."""
    after = replace(basket, **terms)
    if "manual_total" in terms or replace(after, on=basket.on) == basket:
        return after
    return replace(after, manual_total=None)


def told_total(uow: UnitOfWork, before: QuoteVersion, after: Quoted, by: str) -> Quoted:
    """Keep in the quote's history which totals were fixed, and which hold no longer."""
    known = {each.id: each for each in before.alternatives}
    for each in after.version.alternatives:
        old = known.get(each.id)
        was = None if old is None else old.manual_total
        if each.manual_total == was:
            continue
        what = Happening.TOTAL_FREED if each.manual_total is None else Happening.TOTAL_FIXED
        note(
            uow,
            after.quote,
            what,
            by,
            alternative=each.id,
            manual_total=each.manual_total,
            manual_total_before=was,
            net_before=None if old is None else old.totals.net,
            net_after=each.totals.net,
            calculated=each.without_manual.net,
        )
    return after
