"""Changed: an order after a change, unit by unit, and what the change concerns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from engine.catalog.change_fee import ChangeKind
from engine.catalog.product import Product
from engine.orders.amounts import alive, part, ratio
from engine.orders.changing import Move, Plan, is_contract, open_units
from engine.orders.fees import Affected
from engine.orders.order import LineStatus, Order, OrderLine, Progress
from engine.orders.rollup import order_status
from engine.pricing.allocation import allocate
from engine.pricing.rounding import Rounding

_L = LineStatus
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Other options of a line, and what they change for the units it was priced for."""

    configuration: tuple[tuple[str, str], ...]
    units: Decimal
    net: Decimal
    discount: Decimal


def affected(
    order: Order, plan: Plan, products: Mapping[str, Product], rounding: Rounding
) -> list[Affected]:
    """What a plan concerns, stage by stage, with its net and its cost."""
    found: list[Affected] = []
    for move in plan.moves:
        if move.line.parent is not None:
            continue
        concerns = _Concerns(move, products.get(move.line.sku), rounding)
        found += concerns.taken()
        left = _left(order, move)
        if move.configuration is not None:
            found += concerns.of(ChangeKind.CONFIGURATION, left, "configuration")
        if move.requested_date is not None:
            found += concerns.of(ChangeKind.DATE, left, "requested_date")
    return found


def moved(  # noqa: PLR0913 (an order changes by these)
    order: Order,
    plan: Plan,
    builds: Mapping[str, Build],
    now: datetime,
    rounding: Rounding,
    *,
    handed_over: Collection[str] = (),
) -> Order:
    """The order with the lines as they were planned, without its totals.

    Systems that lines are `handed_over` to, or may be, have to confirm what is cancelled.
    """
    by_id = {each.line.id: each for each in plan.moves}
    lines = tuple(
        _line(
            by_id[each.id],
            builds.get(each.id),
            now,
            rounding,
            is_handed=each.system in handed_over,
        )
        if each.id in by_id
        else each
        for each in order.lines
    )
    return replace(order, lines=lines, status=order_status(lines))


@dataclass(frozen=True, slots=True)
class _Concerns:
    """What one move concerns of its line."""

    move: Move
    product: Product | None
    rounding: Rounding

    def taken(self) -> list[Affected]:
        """What is taken away: the difference of what the line comes to before and after."""
        line, out = self.move.line, self.move.out
        before, after = (
            part(line, line.total, units, self.rounding)
            for units in (alive(line), alive(line) - out)
        )
        return self._stages(self.move.kind, self.move.taken, before - after, self.move.where)

    def of(
        self, kind: ChangeKind, stages: Mapping[LineStatus, Decimal], member: str
    ) -> list[Affected]:
        """What stays and becomes otherwise."""
        line, units = self.move.line, sum(stages.values(), _ZERO)
        net = part(line, line.total, units, self.rounding)
        return self._stages(kind, stages, net, f"{self.move.where}/{member}")

    def _stages(
        self, kind: ChangeKind, stages: Mapping[LineStatus, Decimal], net: Decimal, where: str
    ) -> list[Affected]:
        line, nets = self.move.line, allocate(net, list(stages.values()), self.rounding.unit)
        return [
            Affected(
                line_id=line.id,
                sku=line.sku,
                product=self.product,
                charge=line.charge.type,
                kind=kind,
                stage=stage.value,
                quantity=units,
                net=net,
                cost=None if line.cost is None else part(line, line.cost, units, self.rounding),
                where=where,
            )
            for (stage, units), net in zip(stages.items(), nets, strict=True)
        ]


def _left(order: Order, move: Move) -> dict[LineStatus, Decimal]:
    """What may still be changed about a line after some of it was taken away."""
    there = open_units(order, move.line)
    left = {at: units - move.taken.get(at, _ZERO) for at, units in there.items()}
    return {at: units for at, units in left.items() if units}


def _line(
    move: Move, build: Build | None, now: datetime, rounding: Rounding, *, is_handed: bool
) -> OrderLine:
    line = _grown(move.line, move.added, rounding)
    if build is not None:
        net, discount = (
            rounding.money(ratio(amount, line.quantity, build.units))
            for amount in (build.net, build.discount)
        )
        line = replace(
            line,
            configuration=build.configuration,
            total=line.total + net,
            discount=line.discount + discount,
        )
    if move.requested_date is not None:
        line = replace(line, requested_date=move.requested_date)
    return replace(line, progress=_progress(line, move, now, is_handed=is_handed))


def _grown(line: OrderLine, added: Decimal, rounding: Rounding) -> OrderLine:
    """The line with more units, each at the price of those that are there."""
    if not added:
        return line
    grown = line.quantity + added
    return replace(
        line,
        quantity=grown,
        total=part(line, line.total, grown, rounding),
        discount=part(line, line.discount, grown, rounding),
        cost=None if line.cost is None else part(line, line.cost, grown, rounding),
    )


def _progress(line: OrderLine, move: Move, now: datetime, *, is_handed: bool) -> Progress:
    """Units that nobody works on are cancelled at once, others when their system confirms."""
    quantities, at = dict(line.progress.quantities), dict(line.progress.at)
    for status, units in move.taken.items():
        is_idle = status is _L.FAILED or (status is _L.PENDING and not is_handed)
        is_free = is_idle or line.is_bundle or is_contract(line)
        target = _L.CANCELLED if is_free else _L.CANCEL_REQUESTED
        source = _L.PENDING if line.is_bundle else status
        quantities[source.value] = quantities.get(source.value, _ZERO) - units
        quantities[target.value] = quantities.get(target.value, _ZERO) + units
        at[target.value] = now
    if move.added:
        quantities[_L.PENDING.value] = quantities.get(_L.PENDING.value, _ZERO) + move.added
    there = {status: units for status, units in quantities.items() if units}
    return replace(line.progress, quantities=there, at=at, told=(), before=None)
