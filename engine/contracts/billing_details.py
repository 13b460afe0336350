"""Details of billing documents: whom and what the charges are about, beside what they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.catalog.charge import ChargeType
from engine.catalog.service_policy import ServicePolicy
from engine.contracts.contract import committed
from engine.ports.billed import BilledComponent, BilledDiscount, BilledGroup, BilledTier, CrmDeal
from engine.ports.billing import BilledCharge, BillingDocument
from engine.ports.erp import Customer
from engine.pricing.agreement import Ladder, LadderKind
from engine.pricing.rounding import EXACT, Rounding
from engine.pricing.totals import PricedLine
from engine.pricing.waterfall import StepCode
from engine.quotes.version import QuoteLine

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_TOLD = frozenset({LadderKind.GRADUATED, LadderKind.VOLUME})
_DISCOUNT = "Discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is known of a sale beside its lines.

    `ladders` are rules by id and version; `components` what bundles hold, by sku. The days of
    charges begin at midnight in `zone`.
    """

    name: str = ""
    customer: Customer | None = None
    order_number: str = ""
    purchase_order: str = ""
    deal: CrmDeal | None = None
    signed_at: datetime | None = None
    zone: ZoneInfo | None = None
    ladders: Mapping[tuple[str, int], Ladder] = field(default_factory=lambda: MappingProxyType({}))
    components: Mapping[str, tuple[BilledComponent, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


def detailed(
    document: BillingDocument,
    lines: Sequence[QuoteLine],
    details: Details,
    policy: ServicePolicy,
    rounding: Rounding,
) -> BillingDocument:
    """The document with all that is known of its charges."""
    by_id = {each.id: each.price for each in lines}
    charges = tuple(
        _charge(each, by_id[each.line_id], details, rounding) if each.line_id in by_id else each
        for each in document.charges
    )
    recurring = [each for each in charges if each.type == ChargeType.RECURRING]
    value = sum((each.total for each in recurring), _ZERO)
    ends = [each.end_date for each in charges if each.end_date is not None]
    return replace(
        document,
        charges=charges,
        name=details.name,
        customer=details.customer,
        order_number=details.order_number,
        purchase_order=details.purchase_order,
        deal=details.deal,
        starts_at=_midnight(min(each.start_date for each in recurring or charges), details),
        ends_at=_midnight(max(ends), details) if ends else None,
        signed_at=details.signed_at,
        auto_renew=policy.auto_renew and any(each.end_date is not None for each in recurring),
        committed=committed(value, policy, rounding) if recurring else None,
        groups=tuple(
            BilledGroup(
                id=each.group,
                sku=each.sku,
                name=each.name,
                components=details.components[each.sku],
            )
            for each in charges
            if each.group
        ),
    )


def _midnight(day: date, details: Details) -> datetime | None:
    if details.zone is None:
        return None
    return datetime.combine(day, time(), details.zone).astimezone(UTC)


def _charge(
    charge: BilledCharge, price: PricedLine, details: Details, rounding: Rounding
) -> BilledCharge:
    tiers, kind, least = _tiers(charge, price, details.ladders, rounding)
    return replace(
        charge,
        unit=price.unit,
        unit_price=price.net_unit_price,
        tiers=tiers,
        tier_kind=kind,
        minimum=least,
        discount=_discount(charge, price, rounding),
        group=charge.id if details.components.get(charge.sku) else "",
    )


def _discount(charge: BilledCharge, price: PricedLine, rounding: Rounding) -> BilledDiscount | None:
    """What is off the list price of all units, for one period of a recurring charge."""
    if charge.type == ChargeType.USAGE or price.ask.options:
        return None
    listed = rounding.money(EXACT.multiply(price.list_unit_price, charge.quantity))
    off = listed - charge.amount
    return BilledDiscount(name=_DISCOUNT, amount=off) if off > 0 else None


def _tiers(
    charge: BilledCharge,
    price: PricedLine,
    ladders: Mapping[tuple[str, int], Ladder],
    rounding: Rounding,
) -> tuple[tuple[BilledTier, ...], str, Decimal | None]:
    """The tiers that usage is priced by, where they alone make its price; and the least of it."""
    if charge.type != ChargeType.USAGE:
        return (), "", None
    rules = (each.bar.rule for each in price.bars if each.bar.code is StepCode.VOLUME)
    ladder = next(
        (
            ladders[each.id, each.version]
            for each in rules
            if each and (each.id, each.version) in ladders
        ),
        None,
    )
    if ladder is None:
        return (), "", None
    tiers = _told(ladder, price.list_unit_price) if ladder.kind in _TOLD else ()
    if _worth(tiers, ladder.kind, charge.quantity, rounding) != charge.total:
        return (), "", ladder.least
    return tiers, ladder.kind.value, ladder.least


def _told(ladder: Ladder, list_price: Decimal) -> tuple[BilledTier, ...]:
    """The tiers with what a unit costs; units below the first one are at list price."""
    steps = sorted(ladder.tiers, key=lambda tier: tier.starts_at)
    starts = [each.starts_at for each in steps]
    tiers = [
        BilledTier(
            starts_at=each.starts_at,
            ends_at=ends_at,
            unit_price=_less(list_price, each.percent) if each.price is None else each.price,
            flat=each.flat or _ZERO,
        )
        for each, ends_at in zip(steps, [*starts[1:], ladder.ends_at], strict=True)
    ]
    if starts and starts[0] > 0:
        tiers.insert(0, BilledTier(starts_at=_ZERO, ends_at=starts[0], unit_price=list_price))
    return tuple(tiers)


def _less(price: Decimal, percent: Decimal) -> Decimal:
    return EXACT.divide(EXACT.multiply(price, _HUNDRED - percent), _HUNDRED)


def _worth(
    tiers: Sequence[BilledTier], kind: LadderKind, quantity: Decimal, rounding: Rounding
) -> Decimal:
    """What the tiers make of a quantity."""
    worth = _ZERO
    for each in tiers:
        if quantity < each.starts_at or not quantity:
            continue
        above = each.ends_at is not None and quantity >= each.ends_at
        if kind is LadderKind.VOLUME:
            units = _ZERO if above else quantity
            worth += EXACT.multiply(units, each.unit_price) + (_ZERO if above else each.flat)
        elif quantity > each.starts_at:
            units = (each.ends_at if above and each.ends_at else quantity) - each.starts_at
            worth += EXACT.multiply(units, each.unit_price) + each.flat
    return rounding.money(worth)
