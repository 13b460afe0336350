"""What every part of the machine uses: the door, the things there are, and the end of a run."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import httpx
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import booleans, integers, sampled_from

from tests.machine.quotes import Offer
from tests.machine.units import Placed
from tests.machine.world import World

Json = dict[str, Any]
PICK = integers(0, 7)
"""Which of the things there are: the newest is 0."""
OFTEN = booleans()
MEANWHILE = sampled_from(("wait", "wait", "drain", "drain", "look", "pause"))
HOURS = sampled_from((1, 5, 24, 24, 48, 96, 240, 720))


class Base(RuleBasedStateMachine):
    """The machine before it can do anything but look and wait."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.quotes: list[Offer] = []
        self.orders: dict[str, Placed] = {}
        self.pushes: dict[str, Json] = {}
        self.events: dict[str, list[str]] = {}
        """of everything that is neither a quote nor an order"""
        self.is_paused = False
        self._is_sound = True
        self._keys = 0

    @property
    def today(self) -> date:
        return self.world.today

    def pick(self, which: int) -> Offer:
        return self.quotes[-1 - which % len(self.quotes)]

    def pick_order(self, which: int) -> Placed:
        orders = list(self.orders.values())
        return orders[-1 - which % len(orders)]

    def did(self, name: str) -> None:
        """A step begins; what stands if it does not end is no basis for the last look."""
        self._is_sound = False
        self.world.steps[name] += 1

    def ask(
        self, method: str, path: str, body: object = None, status: int = 200, code: str = ""
    ) -> Json:
        """Send a request of the tenant, which has to be answered with `status`."""
        return self.read(self.world.demo.send(method, path, body), status, code)

    def ask_twice(self, method: str, path: str, body: object = None, status: int = 200) -> Json:
        """The same request twice under a key of its own: it is done once."""
        self._keys += 1
        key = {"idempotency-key": f"{path}-{self._keys}"}
        first = self.world.demo.send(method, path, body, **key)
        again = self.world.demo.send(method, path, body, **key)
        assert again.content == first.content
        assert (again.headers.get("idempotent-replayed") == "true") == (status < 300)
        return self.read(first, status)

    def read(self, answer: httpx.Response, status: int, code: str = "") -> Json:
        assert answer.status_code == status, (answer.status_code, answer.text)
        found: Json = answer.json(parse_float=D) if answer.content else {}
        if code:
            assert found["code"] == code, answer.text
        return found

    def saw(self, quote: Offer, body: Json) -> None:
        """What the hub says of a quote is what it should be."""
        assert body["status"] == quote.status(self.today)
        assert body["version"] == quote.version
        assert body["totals"]["net"] == quote.net
        assert [each["id"] for each in body["lines"]] == [each.id for each in quote.lines]

    def saw_order(self, order: Placed, body: Json) -> None:
        """What the hub says of an order is what it should be."""
        told = {each["id"]: each for each in body["lines"]}
        assert list(told) == [each.id for each in order.goods]
        for goods in order.goods:
            assert told[goods.id]["quantity"] == len(goods.units)
            assert told[goods.id]["quantity_by_status"] == goods.counted
        assert body["status"] == order.status
        assert body["totals"]["net"] == order.net
        assert [each["amount"] for each in body["fees"]] == order.fees
        assert body["quote_id"] == order.quote_id
        for part in body["fulfillments"]:
            mine = [each for each in order.goods if each.system == part["system"]]
            assert sum(part["quantity_by_status"].values()) == sum(len(each.units) for each in mine)

    @invariant()
    def count(self) -> None:
        self._is_sound = True
        self.world.steps["all"] += 1

    @rule(what=MEANWHILE, which=PICK, hours=HOURS)
    def meanwhile(self, what: str, which: int, hours: int) -> None:
        """What happens beside the acts of people and systems."""
        self.did(what)
        match what:
            case "look":
                self.look(which)
            case "wait":
                self.world.later(hours=hours)
            case "pause":
                self.pause()
            case _:
                self.drained()

    def look(self, which: int) -> None:
        """Read a quote and an order."""
        quote = self.pick(which)
        self.saw(quote, self.ask("GET", f"/quotes/{quote.id}"))
        if self.orders:
            order = self.pick_order(which)
            self.saw_order(order, self.ask("GET", f"/orders/{order.id}"))

    def pause(self) -> None:
        """The receiver of webhooks is paused, or goes on."""
        self.is_paused = not self.is_paused
        status = "paused" if self.is_paused else "active"
        told = self.ask("PATCH", f"/webhooks/{self.world.webhook}", {"status": status})
        assert told["status"] == status

    def drained(self) -> None:
        """A worker carries out what is due; systems take what they are owed, once."""
        self.world.worker.drain()
        since, today = self.world.drained_on or self.today, self.today
        self.world.drained_on = today
        for quote in self.quotes:
            is_told = quote.valid_until is not None and since <= quote.valid_until < today
            if is_told and quote.status(today) == "expired":
                quote.events.append("quote.expired")
        for order in self.orders.values():
            if order.is_pushed:
                continue
            order.is_pushed = True
            for system in order.systems:
                mine = [each for each in order.goods if each.system == system]
                order.hear(mine, "acknowledged", self.world.clock.instant)
        for push_id, push in self.pushes.items():
            if push["status"] == "pending":
                push["status"] = "pushed"
                self.events[push_id].append("billing.pushed")

    def teardown(self) -> None:
        """Everything is as it should be, and everything that changed has been told of."""
        if not self._is_sound:
            return
        if self.is_paused:
            self.pause()
        self.drained()
        ledger = self.world.pushes()
        for quote in self.quotes:
            self.saw(quote, self.ask("GET", f"/quotes/{quote.id}"))
            self.check_events(quote.id, quote.events)
            accepted = quote.events.count("quote.accepted")
            assert self.world.notebook.heard(quote.id) == ["quote.accepted"] * accepted
        for order in self.orders.values():
            self.saw_order(order, self.ask("GET", f"/orders/{order.id}"))
            self.check_events(order.id, order.events)
            told = [each for each in order.events if each.startswith("order.")]
            assert self.world.notebook.heard(order.id) == told
            taken = {each for each in order.systems if each != "CONTRACTS"}
            pushed = {system: count for (number, system), count in ledger.items()
                      if number == order.number}
            assert pushed == dict.fromkeys(taken, 1)
        for push_id, push in self.pushes.items():
            assert self.ask("GET", f"/billing/{push_id}")["status"] == push["status"]
        for subject, events in self.events.items():
            self.check_events(subject, events)

    def check_events(self, subject: str, expected: list[str]) -> None:
        """Every change has its event, in order and without a gap; nothing else has one."""
        found = self.ask("GET", f"/events?subject={subject}&limit=200")["data"]
        assert [each["type"] for each in reversed(found)] == expected
        assert [each["sequence"] for each in reversed(found)] == [*range(1, len(found) + 1)]
