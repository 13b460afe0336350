"""Routing: which system fulfils a line of an order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.catalog.charge import ChargeType
from engine.catalog.product import Product
from engine.catalog.wares import EVERYTHING, Wares
from engine.kernel.period import ALWAYS, Period

CONTRACTS = "CONTRACTS"
"""The system that keeps what recurs: this hub itself."""
ERP = "ERP"
"""Who fulfils what no rule speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Lines of some wares are fulfilled by `system`.

    The rule with the highest priority wins, then the one that speaks more narrowly, then by id.
    A line `waits_for` others of its order: it starts when those of that system are done.
    """

    id: str
    name: str
    system: str
    wares: Wares = EVERYTHING
    waits_for: str | None = None
    priority: int = 0
    version: int = 1
    validity: Period = ALWAYS


def routed(
    rules: Iterable[RoutingRule], product: Product | None, charge: ChargeType, on: date
) -> RoutingRule | None:
    """The rule that routes a line of `product`, if any speaks of it; unknown products have none."""
    if product is None:
        return None
    speaking = (each for each in rules if on in each.validity and each.wares.hold(product, charge))
    return min(
        speaking,
        key=lambda each: (-each.priority, *(-part for part in each.wares.narrowness), each.id),
        default=None,
    )


def usual_system(charge: ChargeType) -> str:
    """Who fulfils a line that no rule routes."""
    return ERP if charge is ChargeType.ONE_TIME else CONTRACTS
