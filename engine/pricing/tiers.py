"""Tiered prices: what a quantity costs where the price of a unit depends on how many there are.

A *band* ends with its upper bound, which belongs to it; the last may be open. A quantity just
above a bound, however little, is in the next band. Nothing here rounds: amounts are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.pricing.rounding import EXACT, ceiling

_ZERO = Decimal(0)
_ONE = Decimal(1)
_HUNDRED = Decimal(100)


class NoBandError(ValueError):
    """The quantity is above the last band, which is closed: there is no price."""


@dataclass(frozen=True, slots=True)
class Band:
    """Up to `up_to` units (None: without end): a price for each, and a fee for the band."""

    up_to: Decimal | None
    unit_price: Decimal = _ZERO
    flat: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Block:
    """At most `most` blocks (None: any number) of `size` units, `price` for each begun one."""

    size: Decimal
    price: Decimal
    most: Decimal | None = None


def band_of(bands: Sequence[Band], quantity: Decimal) -> Band:
    """The band a quantity is in; NoBandError above the last."""
    for band in bands:
        if band.up_to is None or quantity <= band.up_to:
            return band
    raise NoBandError(f"{quantity} is above the last tier")


def volume(bands: Sequence[Band], quantity: Decimal) -> Decimal:
    """All units at the price of the band reached, and its fee."""
    band = band_of(bands, quantity)
    return _times(band.unit_price, quantity) + band.flat


def stairstep(bands: Sequence[Band], quantity: Decimal) -> Decimal:
    """The fee of the band reached, however many units."""
    return band_of(bands, quantity).flat


def graduated(bands: Sequence[Band], quantity: Decimal) -> Decimal:
    """Each unit at the price of its own band; fees of all bands reached add up."""
    return sum(graduated_parts(bands, quantity), _ZERO)


def graduated_parts(bands: Sequence[Band], quantity: Decimal) -> list[Decimal]:
    """What each band reached contributes; the first is reached by nothing at all."""
    band_of(bands, quantity)
    parts: list[Decimal] = []
    below = _ZERO
    for band in bands:
        top = quantity if band.up_to is None else min(quantity, band.up_to)
        parts.append(_times(band.unit_price, top - below) + band.flat)
        if band.up_to is None or quantity <= band.up_to:
            break
        below = band.up_to
    return parts


def cumulative(bands: Sequence[Band], quantities: Sequence[Decimal]) -> list[Decimal]:
    """What each of several quantities costs where the running total decides the bands."""
    charges: list[Decimal] = []
    total, charged = _ZERO, _ZERO
    for quantity in quantities:
        total += quantity
        due = graduated(bands, total)
        charges.append(due - charged)
        charged = due
    return charges


def packages(
    quantity: Decimal,
    size: Decimal,
    price: Decimal,
    *,
    free_units: Decimal = _ZERO,
    at_least: Decimal = _ZERO,
) -> Decimal:
    """A price for every package begun beyond the free units; at least so many packages."""
    begun = ceiling(EXACT.divide(max(quantity - free_units, _ZERO), size), _ONE)
    return _times(price, max(begun, at_least))


def all_blocks(tiers: Sequence[Block], quantity: Decimal) -> list[Decimal]:
    """Each tier's blocks until the quantity is used up (Kill Bill calls it ALL_TIERS)."""
    parts: list[Decimal] = []
    left = quantity
    for tier in tiers:
        if left <= 0:
            break
        begun = ceiling(EXACT.divide(left, tier.size), _ONE)
        used = begun if tier.most is None else min(begun, tier.most)
        parts.append(_times(tier.price, used))
        left -= _times(tier.size, used)
    return parts


def top_blocks(tiers: Sequence[Block], quantity: Decimal) -> Decimal:
    """Everything in blocks of the tier the quantity reaches (TOP_TIER); at most the last."""
    left = quantity
    tier = tiers[-1]
    for tier in tiers:
        if tier.most is None or left <= _times(tier.size, tier.most):
            break
        left -= _times(tier.size, tier.most)
    return _times(tier.price, ceiling(EXACT.divide(quantity, tier.size), _ONE))


def block_and_overage(
    quantity: Decimal,
    up_to: Decimal,
    price: Decimal,
    overage_unit: Decimal,
    discounts: Sequence[tuple[Decimal, Decimal, Decimal]] = (),
) -> Decimal:
    """`price` for up to so many units, and `overage_unit` for each above.

    `discounts` are (first unit, last unit, percent): what is off units within that range.
    """
    amount = price
    over = max(quantity - up_to, _ZERO)
    for first, last, percent in discounts:
        within = max(min(quantity, last) - max(first - 1, up_to), _ZERO)
        over -= within
        full = _times(overage_unit, within)
        amount += full - EXACT.divide(_times(full, percent), _HUNDRED)
    return amount + _times(overage_unit, over)


def percentage(  # noqa: PLR0913 (each is a term of such a price)
    base: Decimal,
    rate: Decimal,
    *,
    free: Decimal = _ZERO,
    events: Decimal = _ZERO,
    fee: Decimal = _ZERO,
    least: Decimal | None = None,
    most: Decimal | None = None,
) -> Decimal:
    """`rate` percent of what `base` has beyond `free`, and a fee for each event."""
    part = EXACT.divide(_times(max(base - free, _ZERO), rate), _HUNDRED)
    amount = part + _times(fee, events)
    if least is not None:
        amount = max(amount, least)
    return amount if most is None else min(amount, most)


def _times(one: Decimal, other: Decimal) -> Decimal:
    return EXACT.multiply(one, other)
