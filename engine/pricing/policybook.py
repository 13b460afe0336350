"""Policies of a tenant, while rows of an upload are being added to them."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from engine.catalog import policy_rows, product_line
from engine.catalog.cells import Cells
from engine.catalog.change_fee import ChangeFee
from engine.catalog.intake import Kind
from engine.catalog.product_line import ProductLine
from engine.catalog.routing import RoutingRule
from engine.catalog.service_policy import ServicePolicy
from engine.catalog.shelf import Tally
from engine.customers.stage import Stage
from engine.pricing.rulebook import Versioned, Versions
from engine.pricing.stage_rows import STAGE, stage

V = TypeVar("V", bound=Versioned)


class Policybook:
    """Routing rules, change fees, service policies, sales stages and product lines."""

    def __init__(
        self,
        *,
        routing_rules: Iterable[RoutingRule],
        change_fees: Iterable[ChangeFee],
        service_policies: Iterable[ServicePolicy],
        stages: Iterable[Stage],
        product_lines: Iterable[ProductLine],
    ) -> None:
        self.routing_rules = Versions(routing_rules)
        self.change_fees = Versions(change_fees)
        self.service_policies = Versions(service_policies)
        self.stages = Versions(stages)
        self.product_lines = Versions(product_lines)

    def takers(self) -> list[tuple[Kind, frozenset[str], Callable[[Cells], None]]]:
        """What takes the rows of each kind in, and the cells it knows."""
        rows = policy_rows
        return [
            (Kind.ROUTING_RULES, rows.ROUTING_RULE, _taker(self.routing_rules, rows.routing_rule)),
            (Kind.CHANGE_FEES, rows.CHANGE_FEE, _taker(self.change_fees, rows.change_fee)),
            (
                Kind.SERVICE_POLICIES,
                rows.SERVICE_POLICY,
                _taker(self.service_policies, rows.service_policy),
            ),
            (Kind.STAGES, STAGE, _taker(self.stages, stage)),
            (
                Kind.PRODUCT_LINES,
                product_line.ROW,
                _taker(self.product_lines, product_line.product_line),
            ),
        ]

    def tally(self) -> Tally:
        """The count of what was taken in."""
        shelves = (
            self.routing_rules.shelf,
            self.change_fees.shelf,
            self.service_policies.shelf,
            self.stages.shelf,
            self.product_lines.shelf,
        )
        return sum((shelf.tally() for shelf in shelves), Tally())


def _taker(versions: Versions[V], read: Callable[[Cells], V]) -> Callable[[Cells], None]:
    return lambda cells: versions.take(cells, read(cells))
