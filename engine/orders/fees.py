"""Fees: what a change to an order costs, row by row of the tenant's policy.

Fees are worked by quantity. A change to a line whose quantity stands in several stages has one
row for each of them, and each row has a fee of its own: its percentage, its fixed part, its
minimum and its maximum.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.catalog.change_fee import VALID_DAYS, ChangeFee, ChangeKind
from engine.catalog.charge import ChargeType
from engine.catalog.product import Product
from engine.pricing.rounding import EXACT, Rounding
from engine.pricing.rule import RuleRef

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_IN_PRODUCTION = frozenset({"in_progress", "ready"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What one change concerns of one line in one stage.

    `net` is the net of the affected `quantity`, `cost` what that quantity has cost so far (None
    where it is not known). `where` is the member that asked for the change.
    """

    line_id: str
    sku: str
    product: Product | None
    charge: ChargeType
    kind: ChangeKind
    stage: str
    quantity: Decimal
    net: Decimal
    cost: Decimal | None
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a change is asked for: the day, and how many days after the order was placed."""

    on: date
    days_after: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """What one change costs for one line in one stage; `rule` is None where no row speaks of it.

    `basis` is what the percentage is of. A `waived` row keeps its percentage and costs nothing.
    """

    line_id: str
    kind: ChangeKind
    stage: str
    quantity: Decimal
    rule: RuleRef | None
    basis: Decimal
    of_cost: bool = False
    percent: Decimal = _ZERO
    fixed: Decimal = _ZERO
    fee: Decimal = _ZERO
    tax_rate: Decimal = _ZERO
    tax: Decimal = _ZERO
    waivable: bool = False
    waived: bool = False
    approver_group: str = ""
    valid_days: int = VALID_DAYS


def ruling(policy: Iterable[ChangeFee], part: Affected, moment: Moment) -> ChangeFee | None:
    """The row of the policy that decides: by priority, then the narrower one, then by id."""
    speaking = (each for each in policy if _speaks(each, part, moment))
    return min(
        speaking,
        key=lambda each: (-each.priority, *(-step for step in each.wares.narrowness), each.id),
        default=None,
    )


def is_allowed(rule: ChangeFee | None, part: Affected) -> bool:
    """Whether the change may be made; where no row speaks, until production begins."""
    return part.stage not in _IN_PRODUCTION if rule is None else rule.allowed


def fee_row(
    rule: ChangeFee | None, part: Affected, rounding: Rounding, *, waive: bool = False
) -> FeeRow:
    """What the change costs by `rule`; nothing where there is none.

    A percentage of the cost is one of the net where the cost is not known. `waive` drops what
    the policy lets be dropped.
    """
    if rule is None:
        return FeeRow(
            line_id=part.line_id,
            kind=part.kind,
            stage=part.stage,
            quantity=part.quantity,
            rule=None,
            basis=part.net,
        )
    of_cost = rule.of_cost and part.cost is not None
    basis = part.cost if of_cost and part.cost is not None else part.net
    fee = _fee(rule, basis, rounding)
    waived = bool(waive and rule.waivable and fee)
    fee = _ZERO if waived else fee
    return FeeRow(
        line_id=part.line_id,
        kind=part.kind,
        stage=part.stage,
        quantity=part.quantity,
        rule=RuleRef(rule.id, rule.version, rule.name),
        basis=basis,
        of_cost=of_cost,
        percent=rule.percent,
        fixed=rule.fixed,
        fee=fee,
        tax_rate=rule.tax_rate,
        tax=_percent_of(fee, rule.tax_rate, rounding),
        waivable=rule.waivable,
        waived=waived,
        approver_group=rule.approver_group,
        valid_days=rule.valid_days,
    )


def _fee(rule: ChangeFee, basis: Decimal, rounding: Rounding) -> Decimal:
    fee = max(_percent_of(basis, rule.percent, rounding) + rule.fixed, rule.minimum)
    if rule.maximum is not None:
        fee = min(fee, rule.maximum)
    return rounding.money(fee)


def _percent_of(amount: Decimal, rate: Decimal, rounding: Rounding) -> Decimal:
    return rounding.money(EXACT.divide(EXACT.multiply(amount, rate), _HUNDRED))


def _speaks(rule: ChangeFee, part: Affected, moment: Moment) -> bool:
    return (
        moment.on in rule.validity
        and rule.currency in {None, moment.currency}
        and (not rule.changes or part.kind in rule.changes)
        and (not rule.stages or part.stage in rule.stages)
        and (rule.within_days is None or moment.days_after <= rule.within_days)
        and _holds(rule, part)
    )


def _holds(rule: ChangeFee, part: Affected) -> bool:
    """Whether the rule's wares hold the line; of what is no product only its sku is known."""
    if part.product is not None:
        return rule.wares.hold(part.product, part.charge)
    wares = rule.wares
    return (
        (wares.family, wares.category) == (None, None)
        and wares.sku in {None, part.sku}
        and wares.charge in {None, part.charge}
    )
