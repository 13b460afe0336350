"""Orders are placed once, reported on by systems, and their charges handed over."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal as D
from typing import Any

from hypothesis.stateful import precondition, rule
from hypothesis.strategies import integers, none, sampled_from

from tests.machine.quotes import CARE, Offer
from tests.machine.quoting import Quoting
from tests.machine.units import MAIN, STATUSES, Goods, Placed
from tests.machine.walking import OFTEN, PICK

Json = dict[str, Any]
SAID = sampled_from((*STATUSES, *MAIN[2:]))
AGES = sampled_from((None, None, 0, 0, 1, 30, 10_000))
"""How many hours ago it is said to have happened, if that is said."""


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


class Ordering(Quoting):
    """What is done to orders, and what is charged."""

    def order(self, quote: Offer) -> None:
        body = {"quote_id": quote.id}
        if not quote.allows("order", self.today):
            self.ask("POST", "/orders", body, 409, "illegal_transition")
            return
        known = next((each for each in self.orders.values() if each.quote_id == quote.id), None)
        if known is None and self.is_outdated(quote):
            self.ask("POST", "/orders", body, 409, "illegal_transition")
            return
        told = self.ask("POST", "/orders", body, 201 if known is None else 200)
        quote.do("order", self.today)
        if known is not None:
            assert told["id"] == known.id
            self.saw_order(known, told)
            return
        self.placed(quote, told)

    def is_outdated(self, quote: Offer) -> bool:
        """Whether what the quote was made for has changed meanwhile."""
        return quote.id not in {each.id for each in self.quotes}

    def placed(self, quote: Offer, told: Json, starts: date | None = None) -> Placed:
        """An order that has just come into being; what it serves begins on a day."""
        order = Placed(told["id"], quote.id, told["number"], self.world.clock.instant, [])
        for line, sold in zip(told["lines"], quote.lines, strict=True):
            units = int(line["quantity"])
            assert line["net_total"] == sold.net
            system = "CONTRACTS" if line["sku"] == CARE else "ERP-MFG"
            assert line["fulfillment_system"] == system
            goods = Goods(line["id"], line["sku"], system, sold.net, ["pending"] * units)
            order.goods.append(goods)
        self.orders[order.id] = order
        order.contracts = told["contracts"]
        order.begun = midnight_after(self.today if starts is None else starts)
        self.saw_order(order, told)
        return order

    @precondition(lambda self: self.orders)
    @rule(
        which=PICK,
        place=integers(0, 1),
        status=SAID,
        count=none() | integers(1, 4),
        hours=AGES,
        again=OFTEN,
    )
    def report(
        self,
        which: int,
        place: int,
        status: str,
        count: int | None,
        hours: int | None,
        again: bool,
    ) -> None:
        """A system says how far a line is, or so many units of it; some of it twice or late."""
        self.did("report")
        order = self.pick_order(which)
        goods = order.goods[place % len(order.goods)]
        now = self.world.clock.instant
        at = now - timedelta(hours=hours or 0)
        event_id = f"{order.id}-{len(order.heard)}"
        order.heard.add(event_id)
        line: Json = {"line_id": goods.id} | ({} if count is None else {"quantity": count})
        body: Json = {"fulfillment_system": goods.system, "status": status, "lines": [line]}
        if hours is not None:
            body["occurred_at"] = at.isoformat()
        body["event_id"] = event_id
        path = f"/orders/{order.id}/status"
        if self.listen(order, [goods], body, count) and again:
            told = self.ask("POST", path, body)
            assert (told["applied"], told["ignored_because"]) == (False, "replay")
            self.saw_order(order, told["order"])

    def listen(
        self, order: Placed, lines: list[Goods], body: Json, count: int | None = None
    ) -> bool:
        """Whether the report is heard: contracts are not ended by one."""
        if any(each.goes_on(body["status"]) for each in lines):
            self.ask("POST", f"/orders/{order.id}/status", body, 409, "contract_line")
            return False
        now = self.world.clock.instant
        said = body.get("occurred_at")
        at = now if said is None else now.fromisoformat(said)
        told = self.ask("POST", f"/orders/{order.id}/status", body)
        ignored = order.hear(lines, body["status"], at, count)
        order.provide(now)
        assert told["applied"] == (not ignored)
        assert told.get("ignored_because", "") == ignored
        self.saw_order(order, told["order"])
        return True

    @precondition(lambda self: self.orders)
    @rule(which=PICK, system=sampled_from(("ERP-MFG", "CONTRACTS")), status=SAID)
    def report_all(self, which: int, system: str, status: str) -> None:
        """A system speaks of all that is still open there."""
        self.did("report_all")
        order = self.pick_order(which)
        body = {"fulfillment_system": system, "status": status}
        if system not in order.systems:
            self.ask("POST", f"/orders/{order.id}/status", body, 422, "unknown_system")
        else:
            self.listen(order, order.spoken_of(system), body)

    def nonsense(self, which: int) -> None:
        """A system or a line that is not there."""
        if not self.orders:
            return
        order = self.pick_order(which)
        system = ("NOBODY", "ERP-MFG")[which % 2]
        body = {"fulfillment_system": system, "status": "shipped", "lines": [{"line_id": "oln_no"}]}
        known = system in order.systems
        code = "unknown_order_line" if known else "unknown_system"
        self.ask("POST", f"/orders/{order.id}/status", body, 422, code)

    def due_of(self, order: Placed) -> D:
        """What of an order is billed."""
        return order.net + sum(order.fees, D(0))

    def is_unserved(self, order: Placed) -> bool:
        """Whether nothing of an order is billed, since its contract has ended."""
        return not order.goods

    def bill(self, quote: Offer) -> None:
        body = {"quote_id": quote.id}
        if not quote.allows("bill", self.today):
            self.ask("POST", "/billing", body, 409, "illegal_transition")
            return
        if quote.is_settlement:
            return
        mine = [each for each in self.pushes.values() if each["quote_id"] == quote.id]
        order = next((each for each in self.orders.values() if each.quote_id == quote.id), None)
        if order is not None and not mine and not order.can_be_billed:
            is_over = order.status == "cancelled" and not order.is_unsettled
            code = "illegal_transition" if is_over else "order_changed"
            status = 409
            if not is_over and not order.is_unsettled:
                status, code = 422, "no_lines"
            self.ask("POST", "/billing", body, status, code)
            return
        if order is not None and not mine and self.is_unserved(order):
            self.ask("POST", "/billing", body, 409, "illegal_transition")
            return
        dry = self.ask("POST", "/billing", body | {"dry_run": True})
        begun = self.ask("POST", "/billing", body, 200 if mine else 202)
        due = quote.net if order is None else self.due_of(order)
        due = mine[0]["total"] if mine else due
        assert sum((each["amount"] for each in begun["schedule"]), D(0)) == due
        assert sum((each["total"] for each in begun["charges"]), D(0)) == due
        assert begun["total"] == due
        for member in ("schedule", "charges", "total"):
            assert begun[member] == dry[member]
        if mine:
            [before] = mine
            assert (begun["id"], begun["status"]) == (before["id"], before["status"])
            return
        self.pushes[begun["id"]] = begun
        self.events[begun["id"]] = []
