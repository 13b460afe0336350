"""What the conformance suite asks of whatever plays a billing system."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from engine.ports.billing import BillingDocument
from engine.ports.connections import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBilling:
    """A whole document as the other system has it, read there without any of our code.

    `total` is what it will invoice beside usage.
    """

    reference: str
    key: str
    currency: str
    total: Decimal


class BillingPeer(Protocol):
    """A running billing system."""

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
        """How it is reached at `url`, which leads to it, by somebody who may push."""
        ...

    def held(self, reference: str) -> list[HeldBilling]:
        """Every document it has under our number; what is there in part is told as it is."""
        ...

    def deny(self) -> None:
        """Let our credentials in no longer."""
        ...

    def allow(self) -> None:
        """Let them in again."""
        ...

    def refused(self, document: BillingDocument) -> BillingDocument:
        """A document like this one that it will find fault with by its own rules."""
        ...

    def close(self) -> None: ...
