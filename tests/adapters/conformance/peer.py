"""What the conformance suite asks of whatever plays the other system."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from engine.ports.connections import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An order as the other system has it, read there without any of our code.

    `lines` are sku, quantity and what the line comes to without tax.
    """

    reference: str
    key: str
    state: str
    net: Decimal
    lines: tuple[tuple[str, Decimal, Decimal], ...] = field(default=())


class ErpPeer(Protocol):
    """A running system with the goods, customers and terms that the suite's orders name."""

    name: str
    """of the adapter"""
    proof: str
    """real peer, third-party emulator, vendor's SDK models, own stub"""
    version: str

    @property
    def address(self) -> tuple[str, int]:
        """Host and port it listens at; the suite puts itself between."""
        ...

    def access(self, url: str) -> Access:
        """How it is reached at `url`, which leads to it, by somebody who may push orders."""
        ...

    def held(self, order_number: str) -> list[Held]:
        """Every order it has under our number, cancelled ones too."""
        ...

    def deny(self) -> None:
        """Let our credentials in no longer."""
        ...

    def allow(self) -> None:
        """Let them in again."""
        ...

    def ship(self, reference: str) -> None:
        """Send all of an order to the customer, as people there would."""
        ...


class Invoicing(Protocol):
    """A peer that invoices too."""

    def invoice(self, reference: str) -> None:
        """Post what is invoiced of an order, as people there would."""
        ...
