"""What the hub asks of a system that fulfils orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """A line to be fulfilled; `net` is what all of it was sold for, in the order's currency."""

    line_id: str
    sku: str
    name: str
    quantity: Decimal
    unit: str
    net: Decimal
    configuration: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    requested_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDocument:
    """The part of an order that one system fulfils.

    `tenant` and `system` say whose order it is and for whom; `order_number` is what people
    call it in both systems.
    """

    tenant: str
    system: str
    order_id: str
    order_number: str
    account: str | None
    currency: str
    purchase_order: str
    lines: tuple[OrderedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the other system calls the order, and each of its lines by our line ids."""

    reference: str
    lines: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Erp(Protocol):
    """A system that fulfils orders; its calls raise the outcomes of `engine.ports.outcomes`."""

    def find(self, tenant: str, key: str) -> Receipt | None:
        """The order that was made under `key`, if there is one."""
        ...

    def create(self, document: OrderDocument, key: str) -> Receipt:
        """Make the order; under a key that was used before it is that order."""
        ...
