"""Amending: the rest of what was agreed comes back, the rest of what is agreed now is charged."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.catalog.charge import Charge as Charging
from engine.catalog.service_policy import Dialect
from engine.contracts.change import days_bought, prorated
from engine.contracts.contract import Contract, Item
from engine.contracts.instruction import Instruction, Op
from engine.contracts.prorating import Proration, prorate
from engine.kernel import calendar
from engine.pricing.rounding import EXACT, Rounding, unit_price

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an item is to be from a day on."""

    sku: str
    name: str
    unit: str
    quantity: Decimal
    chosen: tuple[tuple[str, str], ...]
    build: tuple[tuple[str, str], ...]
    charging: Charging
    unit_price: Decimal
    list_unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An item that another takes the place of, and what each costs for what is left.

    `credit` and `charge` are both positive, `gone` and `come` the parts they are of.
    """

    old: Item
    new: Item
    credit: Decimal
    charge: Decimal
    gone: Proration
    come: Proration

    @property
    def on(self) -> date:
        """The first day of the new item."""
        return self.new.charge.start_date

    @property
    def net(self) -> Decimal:
        return self.charge - self.credit

    @property
    def is_idle(self) -> bool:
        """Whether nothing is different, or no day is left for it."""
        old, new = self.old.charge, self.new.charge
        same = (old.sku, old.quantity, self.old.build) == (new.sku, new.quantity, self.new.build)
        return same or not self.gone.part.days

    @property
    def days_bought(self) -> int | None:
        """How many days of the new price the rest of the old one pays for."""
        days = (self.come.rows[-1].end - self.on).days
        return days_bought(self.old.amount, self.gone.part, self.new.amount, self.come.part, days)

    def instructions(self) -> tuple[Instruction, Instruction]:
        """The credit of the old remainder and the charge of the new one."""
        swapped = self.old.charge.sku != self.new.charge.sku
        return (
            Instruction(
                op=Op.REMOVE if swapped else Op.CHANGE,
                sku=self.old.charge.sku,
                name=self.old.charge.name,
                quantity_delta=-self.old.charge.quantity,
                effective_date=self.on,
                unit_price=self.old.unit_price,
                amount=-self.credit,
                proration=self.gone,
                charge=self.old.charge.id,
            ),
            Instruction(
                op=Op.ADD if swapped else Op.CHANGE,
                sku=self.new.charge.sku,
                name=self.new.charge.name,
                quantity_delta=self.new.charge.quantity,
                effective_date=self.on,
                unit_price=self.new.unit_price,
                amount=self.charge,
                proration=self.come,
                days_bought=self.days_bought,
            ),
        )


def difference(  # noqa: PLR0913 (a difference is made of these)
    contract: Contract,
    item: Item,
    wanted: Wanted,
    effective: date,
    rounding: Rounding,
    *,
    charge_id: str,
) -> Difference:
    """What it costs that `item` is `wanted` from a day on, to the day it ends.

    An item that runs on is settled to the end of the period it is in.
    """
    on = max(effective, item.charge.start_date)
    dialect = contract.policy.dialect
    gone, credit = rest_of(item, on, dialect, rounding)
    charge = replace(
        item.charge,
        id=charge_id,
        sku=wanted.sku,
        name=wanted.name,
        quantity=wanted.quantity,
        period=wanted.charging.period,
        start_date=on,
        line_id="",
    )
    new = Item(
        charge=charge,
        unit=wanted.unit,
        unit_price=wanted.unit_price,
        list_unit_price=wanted.list_unit_price,
        anchor=item.anchor,
        chosen=wanted.chosen,
        build=wanted.build,
        uplift_percent=item.uplift_percent,
        replaces=item.charge.id,
    )
    come = prorate(dialect, new.grid, on, settled_until(item, on))
    due = prorated(new.amount, come.factor, rounding)
    if (wanted.sku, wanted.quantity, wanted.unit_price) == (
        *(item.charge.sku, item.charge.quantity),
        item.unit_price,
    ):
        due = credit
    priced = replace(charge, amount=rounding.money(new.amount), total=due)
    return Difference(
        old=item, new=replace(new, charge=priced), credit=credit, charge=due, gone=gone, come=come
    )


def rest_of(
    item: Item, on: date, dialect: Dialect, rounding: Rounding
) -> tuple[Proration, Decimal]:
    """The part of an item that is left from a day on, and what that comes to."""
    until = settled_until(item, on)
    left = prorate(dialect, item.grid, on, until)
    if on == item.charge.start_date and until == item.charge.end_date:
        return left, item.charge.total
    return left, prorated(item.amount, left.factor, rounding)


def settled_until(item: Item, on: date) -> date:
    """The day to which an item is reckoned: its end, or that of the period `on` is in."""
    if item.charge.end_date is not None:
        return item.charge.end_date
    return calendar.period_of(item.anchor, item.grid.step, on)[1]


def keeps_price(contract: Contract, before: str, after: str) -> bool:
    """Whether the contract's price or its discount is kept from the sku `before` to `after`."""
    return not contract.policy.current_prices and before == after


def original_price(unit: Decimal, before: Decimal, after: Decimal, *, is_fixed: bool) -> Decimal:
    """What `unit` becomes with other options: list prices with them go from `before` to `after`.

    A price that was fixed rises by what the options do; any other keeps its discount in percent.
    """
    more = EXACT.subtract(after, before)
    if before and not is_fixed:
        more = EXACT.divide(EXACT.multiply(more, unit), before)
    return max(unit_price(EXACT.add(unit, more)), _ZERO)
