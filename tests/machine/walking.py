"""What every part of the machine uses: the door, the things there are, and the end of a run."""

from collections.abc import Iterator
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
WANTED = ("order.", "quote.accepted")
"""The events that the receiver of webhooks wants to hear of."""
MEANWHILE = sampled_from(
    ("wait", "wait", "drain", "drain", "look", "pause", "stale", "nonsense", "intrude")
)
HOURS = sampled_from((1, 2, 5, 7, 24, 25, 48, 96, 240, 727))


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
        self._told: dict[str, int] = {}
        self._heard: dict[str, list[str]] = {}
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
        """A step: one act tried and judged. Where it does not end, nothing more is looked at."""
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
    def stand(self) -> None:
        """A step has ended as it should."""
        self._is_sound = True

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
            case "stale":
                self.stale(which)
            case "nonsense":
                self.nonsense(which)
            case "intrude":
                self.intrude(which, hours)
            case _:
                self.drained()

    def stale(self, which: int) -> None:
        raise NotImplementedError

    def nonsense(self, which: int) -> None:
        raise NotImplementedError

    def intrude(self, which: int, choice: int) -> None:
        raise NotImplementedError

    def look(self, which: int) -> None:
        """Read a quote and an order."""
        quote = self.pick(which)
        self.saw(quote, self.ask("GET", f"/quotes/{quote.id}"))
        if self.orders:
            order = self.pick_order(which)
            self.saw_order(order, self.ask("GET", f"/orders/{order.id}"))

    def pause(self) -> None:
        """The receiver of webhooks is paused, or goes on; it never hears of what was meanwhile."""
        self.take_down()
        self.is_paused = not self.is_paused
        self.subscribe()

    def take_down(self) -> None:
        """What the receiver will hear of what has happened since somebody looked."""
        for subject, events in self.subjects():
            new = events[self._told.get(subject, 0) :]
            self._told[subject] = len(events)
            if not self.is_paused:
                heard = (each for each in new if each.startswith(WANTED))
                self._heard.setdefault(subject, []).extend(heard)

    def subjects(self) -> Iterator[tuple[str, list[str]]]:
        """Everything that events speak of, with what was told of it."""
        yield from ((each.id, each.events) for each in self.quotes)
        yield from ((each.id, each.events) for each in self.orders.values())
        yield from self.events.items()

    def subscribe(self) -> None:
        status = "paused" if self.is_paused else "active"
        told = self.ask("PATCH", f"/webhooks/{self.world.webhook}", {"status": status})
        assert told["status"] == status

    def drained(self) -> None:
        """A worker carries out what is due; systems take what they are owed, once."""
        self.world.worker.drain()
        if self.today != self.world.drained_on:
            self.begun(self.world.drained_on or self.today)
        self.world.drained_on = self.today
        for order in self.orders.values():
            if order.is_owed:
                history = self.ask("GET", f"/orders/{order.id}")["history"]
                said = [each["details"] for each in history]
                taken = [each["system"] for each in said if "reference" in each]
                assert sorted(taken) == sorted(order.coming)
                order.hand_over(taken, self.world.clock.instant)
        for push_id, push in self.pushes.items():
            if push["status"] == "pending":
                push["status"] = "pushed"
                self.events[push_id].append("billing.pushed")

    def begun(self, since: date) -> None:
        """What a day brings: quotes are over, and contracts provide what they serve."""
        for quote in self.quotes:
            is_told = quote.valid_until is not None and since <= quote.valid_until < self.today
            if is_told and quote.status(self.today) == "expired":
                quote.events.append("quote.expired")
        for order in self.orders.values():
            order.provide(self.world.clock.instant)

    def teardown(self) -> None:
        """Everything is as it should be, and everything that changed has been told of."""
        if not self._is_sound:
            return
        if self.is_paused:
            self.pause()
        self.drained()
        self.take_down()
        for quote in self.quotes:
            self.saw(quote, self.ask("GET", f"/quotes/{quote.id}"))
        ledger = self.world.pushes()
        for order in self.orders.values():
            self.saw_order(order, self.ask("GET", f"/orders/{order.id}"))
            taken = {(order.number, each) for each in order.pushed if each != "CONTRACTS"}
            assert {each: ledger[each] for each in ledger if each[0] == order.number} == (
                dict.fromkeys(taken, 1)
            )
        for push_id, push in self.pushes.items():
            assert self.ask("GET", f"/billing/{push_id}")["status"] == push["status"]
        for subject, events in self.subjects():
            self.check_events(subject, events)
            assert self.world.notebook.heard(subject) == self._heard[subject]

    def check_events(self, subject: str, expected: list[str]) -> None:
        """Every change has its event, in order and without a gap; nothing else has one."""
        found = self.ask("GET", f"/events?subject={subject}&limit=200")["data"]
        told = [each["type"] for each in reversed(found)]
        assert told == expected, (subject, told, expected)
        assert [each["sequence"] for each in reversed(found)] == [*range(1, len(found) + 1)]
