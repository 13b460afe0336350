"""Carried: what a line brings from the contract it changes or goes on from."""

from dataclasses import dataclass
from decimal import Decimal

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What follows from a contract, so that nobody decides it on the line.

    `credit` comes back of what the line takes the place of; it is made up for what rounding misses,
    so it may be a minor unit below 0. `unit_price` is what a unit costs by the contract and its
    policy, None where somebody asked for another price. `agreed_price` was agreed to with the
    contract, None where prices of now hold. Both prices are of a `unit` with the options
    `configuration`. The line takes the place of the charge called `charge`; `sources` say which
    charges the credit comes from, with what comes of each.
    """

    credit: Decimal = _ZERO
    unit_price: Decimal | None = None
    agreed_price: Decimal | None = None
    unit: str = ""
    configuration: tuple[tuple[str, str], ...] = ()
    charge: str = ""
    sources: tuple[tuple[str, Decimal], ...] = ()
