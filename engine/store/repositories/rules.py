"""Pricing rules, to rows and back: one table for every kind of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import msgspec
from sqlalchemy import Table

from engine.catalog.change_fee import ChangeFee
from engine.catalog.configurator import Configurator
from engine.catalog.product_line import ProductLine
from engine.catalog.routing import RoutingRule
from engine.catalog.service_policy import ServicePolicy
from engine.customers.stage import Stage
from engine.pricing.agreement import Agreement, Ladder
from engine.pricing.approval import ApprovalRule
from engine.pricing.exchange import ExchangeRate
from engine.pricing.promotion import ChannelDiscount, Promotion
from engine.pricing.rulebook import Versioned
from engine.store.repositories.mapper import Values
from engine.store.tables.row import table
from engine.store.tables.rules import RuleRow

_RULES = table(RuleRow)
_IN_COLUMNS = ("id", "version", "validity")


R = TypeVar("R", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Rules(Generic[R]):
    """The rules of one kind."""

    kind: str
    type: type[R]

    @property
    def table(self) -> Table:
        return _RULES

    def written(self, nouns: Iterable[R]) -> list[Values]:
        """The rows that versions of rules become."""
        by_key = {(noun.id, noun.version): noun for noun in nouns}
        return [self._values(noun) for noun in by_key.values()]

    def read(self, rows: Iterable[Any]) -> tuple[R, ...]:
        """The rules of this kind among rows of the table."""
        return tuple(self._noun(row) for row in rows if row.kind == self.kind)

    def _values(self, noun: R) -> Values:
        body = cast("Values", msgspec.to_builtins(noun))
        return {
            "kind": self.kind,
            "id": noun.id,
            "version": noun.version,
            "starts_on": noun.validity.start,
            "ends_before": noun.validity.end,
            "body": {name: value for name, value in body.items() if name not in _IN_COLUMNS},
        }

    def _noun(self, row: Any) -> R:  # noqa: ANN401 (a row of a table that is told by its columns)
        validity = {"start": row.starts_on, "end": row.ends_before}
        whole = {**row.body, "id": row.id, "version": row.version, "validity": validity}
        return msgspec.convert(whole, self.type)


AGREEMENTS = Rules("agreement", Agreement)
LADDERS = Rules("ladder", Ladder)
PROMOTIONS = Rules("promotion", Promotion)
CHANNEL_DISCOUNTS = Rules("channel_discount", ChannelDiscount)
EXCHANGE_RATES = Rules("exchange_rate", ExchangeRate)
APPROVAL_RULES = Rules("approval_rule", ApprovalRule)
CONFIGURATORS = Rules("configurator", Configurator)
ROUTING_RULES = Rules("routing_rule", RoutingRule)
CHANGE_FEES = Rules("change_fee", ChangeFee)
SERVICE_POLICIES = Rules("service_policy", ServicePolicy)
STAGES = Rules("stage", Stage)
PRODUCT_LINES = Rules("product_line", ProductLine)
