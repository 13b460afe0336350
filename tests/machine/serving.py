"""Contracts are renewed, amended and ended, and nothing opens what is another tenant's."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal as D
from typing import Any

from hypothesis.stateful import precondition, rule
from hypothesis.strategies import booleans, sampled_from

from tests.machine.changing import Changing
from tests.machine.quotes import CARE, HOSE, Offer, SoldLine
from tests.machine.units import GIVEN_UP, Placed, cents
from tests.machine.walking import PICK
from tests.machine.world import World

Json = dict[str, Any]
NOTICE_DAYS = 30


@dataclass
class Service:
    """A contract as it should be; `ended` is the first day without it."""

    id: str
    start: date
    end: date
    ended: date | None = None
    renewed: bool = False
    is_due_told: bool = False
    events: list[str] = field(default_factory=lambda: ["service.created"])

    def status(self, today: date) -> str:
        if self.renewed:
            return "renewed"
        if self.ended is not None:
            over = today >= self.ended or self.ended <= self.start
            return "terminated" if over else "in_notice"
        if today < self.start:
            return "pending"
        return "expired" if today >= self.end else "active"

    @property
    def months_due(self) -> int:
        """How many months fall due before its end."""
        days = [months_after(self.start, each) for each in range(12)]
        return sum(self.ended is None or each < self.ended for each in days)

    @property
    def is_listed(self) -> bool:
        """Whether its end is still to come."""
        return not self.renewed and self.ended is None

    def is_running(self, today: date) -> bool:
        return self.status(today) in {"pending", "active"}


def a_year_after(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 2, 28) if leap else day.replace(year=day.year + 1)


def months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def lines_of(made: Json) -> list[SoldLine]:
    """The lines of a quote that was made of a contract."""
    return [
        SoldLine(each["id"], each["sku"], int(each["quantity"]), 0, D(each["net_total"]))
        for each in made["lines"]
    ]


class Serving(Changing):
    """What is done to contracts, and what strangers try."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.services: dict[str, Service] = {}
        self.renewals: dict[str, Service] = {}
        """what was offered, by quote"""

    def placed(self, quote: Offer, told: Json, starts: date | None = None) -> Placed:
        """An order with the contract that it makes, or goes on with."""
        old = self.renewals.get(quote.id)
        order = super().placed(quote, told, starts or (None if old is None else old.end))
        served = [each for each in order.goods if each.system == "CONTRACTS"]
        assert len(order.contracts) == bool(served)
        for each in order.contracts:
            start = self.today if old is None else old.end
            service = Service(each, start, a_year_after(start))
            self.services[each] = service
            self.events[each] = service.events
            if old is not None:
                old.renewed = True
                old.events.append("service.renewed")
            self.saw_service(service)
        return order

    def due_of(self, order: Placed) -> D:
        """Of what a contract serves, the months that fall due before its end are billed."""
        served = [each for each in order.goods if each.system == "CONTRACTS"]
        months = [self.services[each].months_due for each in order.contracts]
        whole = sum((each.net for each in served), D(0))
        part = cents(whole * months[0] / 12) if months else whole
        return super().due_of(order) - whole + part

    def is_unserved(self, order: Placed) -> bool:
        """Where a contract has no month, there must be something else to bill."""
        months = [self.services[each].months_due for each in order.contracts]
        others = [each for each in order.goods if each.system != "CONTRACTS"]
        is_left = any(set(each.units) - GIVEN_UP for each in others)
        return months == [0] and not is_left and not order.fees

    def is_outdated(self, quote: Offer) -> bool:
        """Whether the contract that the quote goes on with is renewed or ended by now."""
        old = self.renewals.get(quote.id)
        return old is not None and not old.is_listed

    def saw_service(self, service: Service, told: Json | None = None) -> None:
        told = told or self.ask("GET", f"/services/{service.id}")
        assert told["status"] == service.status(self.today)
        assert (told["start_date"], told["end_date"]) == (
            service.start.isoformat(),
            service.end.isoformat(),
        )

    def drained(self) -> None:
        """Of what is about to end somebody is told once."""
        super().drained()
        for each in self.services.values():
            days_left = (each.end - self.today).days
            if days_left <= NOTICE_DAYS and not each.is_due_told and each.is_listed:
                each.is_due_told = True
                each.events.append("service.renewal_due")

    @precondition(lambda self: self.services)
    @rule(which=PICK, action=sampled_from(("renew", "renew", "terminate")), dry=booleans())
    def serve(self, which: int, action: str, dry: bool) -> None:
        """Another term is offered, or the contract is ended."""
        self.did(action)
        service = list(self.services.values())[-1 - which % len(self.services)]
        body: Json = {"action": action} | ({"dry_run": True} if dry else {})
        path = f"/services/{service.id}"
        self.world.pairs[f"service {service.status(self.today)}", action] += 1
        if not service.is_running(self.today):
            self.ask("POST", path, body, 409, "illegal_transition")
            return
        told = self.ask("POST", path, body)
        assert told["applied"] is not dry
        if dry:
            self.saw_service(service, told["contract"])
        elif action == "renew":
            self._renewed(service, told["quote"])
        else:
            self._ended(service, told)

    def _renewed(self, service: Service, made: Json) -> None:
        offer = Offer(made["id"], lines_of(made), is_of_contract=True)
        offer.open_approval = any(each["status"] == "required" for each in made["approvals"])
        self.quotes.append(offer)
        self.renewals[offer.id] = service
        self.saw(offer, made)

    def _ended(self, service: Service, told: Json) -> None:
        service.ended = date.fromisoformat(told["contract"]["terminated_on"])
        assert self.today <= service.ended or service.start == service.ended
        assert service.ended <= service.end
        service.events.append("service.terminated")
        self.saw_service(service, told["contract"])
        made, placed = told["quote"], told["order"]
        offer = Offer(made["id"], lines_of(made), kept="ordered", is_of_contract=True)
        offer.is_settlement = True
        offer.events.append("quote.accepted")
        self.quotes.append(offer)
        super().placed(offer, placed | {"contracts": []}, service.ended)
        if service.ended <= service.start:
            [order] = [each for each in self.orders.values() if service.id in each.contracts]
            order.give_up(self.world.clock.instant)

    def intrude(self, which: int, choice: int) -> None:
        """A program of another tenant finds nothing, whatever it tries."""
        quote = self.pick(which)
        tries: list[tuple[str, str, object]] = [
            ("GET", f"/quotes/{quote.id}", None),
            ("POST", f"/quotes/{quote.id}/accept", None),
            ("POST", f"/quotes/{quote.id}/decline", {}),
            ("PATCH", f"/quotes/{quote.id}", {"title": "mine"}),
            ("POST", f"/quotes/{quote.id}/lines", {"sku": CARE, "quantity": 1}),
            ("POST", "/orders", {"quote_id": quote.id}),
            ("POST", "/billing", {"quote_id": quote.id}),
            ("DELETE", f"/webhooks/{self.world.webhook}", None),
        ]
        if self.orders:
            order = self.pick_order(which)
            said = {"fulfillment_system": "ERP-MFG", "status": "shipped"}
            tries += [
                ("GET", f"/orders/{order.id}", None),
                ("POST", f"/orders/{order.id}/status", said),
                ("POST", f"/orders/{order.id}/change", {"type": "cancel"}),
            ]
        tries += [("GET", f"/services/{each}", None) for each in self.services]
        tries += [("POST", f"/services/{each}", {"action": "terminate"}) for each in self.services]
        tries += [("GET", f"/billing/{each}", None) for each in self.pushes]
        method, path, body = tries[choice % len(tries)]
        self.read(self.world.other.send(method, path, body), 404, "not_found")

    def teardown(self) -> None:
        super().teardown()
        if self._is_sound:
            for each in self.services.values():
                self.saw_service(each)


def driving(world: World) -> type[Serving]:
    """The machine that drives a world."""

    class Driving(Serving):
        def __init__(self) -> None:
            super().__init__(world)

    return Driving


WAYS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "in_approval": ("submit",),
    "approved": ("submit",),
    "sent": ("submit", "send"),
    "on_hold": ("submit", "send", "hold"),
    "expired": ("submit", "send"),
    "declined": ("decline",),
    "accepted": ("submit", "accept"),
    "ordered": ("submit", "accept", "order"),
}
"""How a quote comes to each status."""


def walk(world: World, status: str, act: str) -> None:
    """Bring a quote to a status, and do something to it there."""
    machine, nothing = Serving(world), ("add", (HOSE, 1, 0), None)
    machine.begin(asked=[(HOSE, 2, 25 if status == "in_approval" else 0)], days=0)
    for each in WAYS[status]:
        machine.act(machine.quotes[0], each, nothing)
    if status == "expired":
        world.later(days=1)
    assert machine.quotes[0].status(world.today) == status
    machine.act(machine.quotes[0], act, nothing)
    machine.stand()
    machine.teardown()
