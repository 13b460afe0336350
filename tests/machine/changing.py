"""Orders are revised and cancelled for a fee, which is asked first and paid when it is named."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal as D
from typing import Any

from hypothesis.stateful import precondition, rule
from hypothesis.strategies import booleans, integers, none, sampled_from

from tests.machine.ordering import Ordering
from tests.machine.units import Goods, Placed, cents
from tests.machine.walking import PICK

Json = dict[str, Any]
EARLIEST = ("failed", "pending", "acknowledged", "backordered", "held", "in_progress", "ready")
"""What may be changed, in the order in which it is taken away."""
GONE = frozenset({"cancel_requested", "cancelled", "rejected", "returned"})
COST = D("8.06")
"""What a metre of hose costs us."""
FREE_DAYS = 3
VALID = timedelta(days=7)


class Change:
    """What is asked of one line: `quantity` units less."""

    def __init__(self, order: Placed, goods: Goods, kind: str, out: int) -> None:
        self.goods, self.kind, self.out = goods, kind, out
        left = Counter(each for each in goods.units if each in EARLIEST)
        self.taken: dict[str, int] = {}
        for stage in EARLIEST:
            part = min(left[stage], out - sum(self.taken.values()))
            if part > 0:
                self.taken[stage] = part
        self._placed_at, self._is_owed = order.placed_at, order.is_owed

    @property
    def is_late(self) -> bool:
        return sum(self.taken.values()) < self.out

    def fees(self, now: datetime) -> list[D]:
        """The fee of each stage by the tenant's policy."""
        days = (now.date() - self._placed_at.date()).days
        return [self._fee(stage, units, days) for stage, units in self.taken.items()]

    def _fee(self, stage: str, units: int, days: int) -> D:
        net = self.goods.part(units)
        if stage in {"pending", "acknowledged"}:
            if days <= FREE_DAYS or self.goods.system == "CONTRACTS":
                return D(0)
            if self.kind == "revise":
                return cents(net * 2 / 100)
            return max(cents(net * 5 / 100), D(150))
        if stage in {"held", "backordered"}:
            return cents(net * 25 / 100)
        return COST * units if stage in {"in_progress", "ready"} else D(0)

    def do(self, now: datetime) -> bool:
        """The units are gone, or asked back; whether any are asked back."""
        units, asked = self.goods.units, False
        for stage, count in self.taken.items():
            is_idle = stage == "failed" or (stage == "pending" and self._is_owed)
            at_once = is_idle or self.goods.system == "CONTRACTS"
            asked = asked or not at_once
            for _ in range(count):
                units[units.index(stage)] = "cancelled" if at_once else "cancel_requested"
            self.goods.at["cancelled" if at_once else "cancel_requested"] = now
        self.goods.settle()
        return asked


class Changing(Ordering):
    """What is changed about orders."""

    @precondition(lambda self: self.orders)
    @rule(
        which=PICK,
        place=integers(0, 2),
        kind=sampled_from(("cancel", "revise")),
        quantity=none() | integers(1, 3),
        dry=booleans(),
    )
    def change(self, which: int, place: int, kind: str, quantity: int | None, dry: bool) -> None:
        """Fewer units of a line of hose, with a look at the fee first."""
        self.did("change")
        order = self.pick_order(which)
        goods = order.goods[place % len(order.goods)]
        standing = sum(each not in GONE for each in goods.units)
        if goods.system == "CONTRACTS":
            return
        out = standing if quantity is None else quantity
        left = standing - out
        asked: Json = {"line_id": goods.id}
        if kind == "revise":
            if left <= 0:
                return
            asked["quantity"] = left
        elif quantity is not None:
            asked["quantity"] = quantity
        body: Json = {"type": kind, "lines": [asked]}
        path = f"/orders/{order.id}/change"
        if order.status in {"completed", "completed_partially", "cancelled"}:
            self.ask("POST", path, body, 409, "illegal_transition")
        elif not standing:
            self.ask("POST", path, body, 422, "nothing_changes")
        elif out > standing:
            self.ask("POST", path, body, 422, "quantity_above_ordered")
        else:
            self._change(order, Change(order, goods, kind, out), body, dry=dry)

    def _change(self, order: Placed, change: Change, body: Json, *, dry: bool) -> None:
        path = f"/orders/{order.id}/change"
        if change.is_late:
            self.ask("POST", path, body, 409, "already_shipped")
            return
        fees = change.fees(self.world.clock.instant)
        whole, before = sum(fees, D(0)), order.status
        told = self.ask("POST", path, body | ({"dry_run": True} if dry else {}))
        if dry or whole:
            order.events.append("order.fee_quoted")
            assert [each["fee"] for each in told["change_fee"]["rows"]] == fees
            assert (told["applied"], told["change_fee"]["amount"]) == (False, whole)
            self.saw_order(order, told["order"])
            fee_quote = told["fee_quote_id"]
            other = body | {"type": "cancel", "lines": [{"line_id": "oln_no"}]}
            wrong = other | {"fee_quote_id": fee_quote}
            self.ask("POST", path, wrong, 409, "fee_quote_mismatch")
            body = body | {"fee_quote_id": fee_quote}
            told = self.ask("POST", path, body)
        assert told["applied"] is True
        order.fees += [each for each in fees if each]
        if change.do(self.world.clock.instant):
            order.events.append("order.change_requested")
        is_over = order.status == "cancelled"
        order.events.append("order.cancelled" if is_over else "order.changed")
        order.moved(before)
        self.saw_order(order, told["order"])
        if "fee_quote_id" in body:
            again = self.ask("POST", path, body)
            assert (again["applied"], again["order"]) == (True, told["order"])

    @precondition(lambda self: self.orders)
    @rule(which=PICK, hours=sampled_from((1, 24 * 8)))
    def late_change(self, which: int, hours: int) -> None:
        """A fee that was quoted too long ago, or before the order moved on, is not taken."""
        self.did("late_change")
        order = self.pick_order(which)
        goods = order.goods[0]
        body: Json = {"type": "cancel", "lines": [{"line_id": goods.id, "quantity": 1}]}
        if goods.system == "CONTRACTS" or not set(goods.units) & set(EARLIEST):
            return
        path = f"/orders/{order.id}/change"
        quoted = self.ask("POST", path, body | {"dry_run": True})["fee_quote_id"]
        order.events.append("order.fee_quoted")
        body["fee_quote_id"] = quoted
        if timedelta(hours=hours) >= VALID:
            self.world.later(hours=hours)
            self.ask("POST", path, body, 409, "fee_quote_expired")
            return
        said = {"fulfillment_system": goods.system, "status": "failed"}
        moved = not order.hear(order.spoken_of(goods.system), "failed", self.world.clock.instant)
        assert self.ask("POST", f"/orders/{order.id}/status", said)["applied"] == moved
        order.provide(self.world.clock.instant)
        if moved:
            self.ask("POST", path, body, 409, "fee_quote_stale")
