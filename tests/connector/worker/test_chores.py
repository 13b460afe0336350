"""What goes wrong with one part of a chore keeps neither the others nor later chores."""

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from connector.worker.chores import Chores
from connector.worker.singly import Single, Singly
from engine.events.event import EventSearch
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.kernel.errors import Unavailable
from engine.store.tables.contracts import ContractRow
from engine.store.tables.orders import OrderRow
from engine.store.tables.row import table
from tests.connector.vektra.changes import later, order_of
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import CARE
from tests.connector.vektra.services import contract_of, read

Json = dict[str, Any]
ENDS = datetime.fromisoformat("2027-11-21T09:30:00+00:00")


@pytest.fixture
def chores(hub: Hub) -> Chores:
    return Chores(hub)


@pytest.fixture
def said() -> Iterator[list[Any]]:
    with capture_logs() as said:
        yield said


def changed(hub: Hub, statement: str) -> None:
    """Something in the database is not what it should be."""
    with hub.administration() as administration:
        administration.outbox._session.connection().execute(text(statement))


def body_of(hub: Hub, kind: type[ContractRow | OrderRow], id: str) -> str:
    with hub.administration() as administration:
        rows = table(kind)
        found = select(rows.c.body).where(rows.c.id == id)
        return str(administration.outbox._session.connection().scalar(found))


def rewritten(hub: Hub, kind: type[ContractRow | OrderRow], id: str, body: str = "[]") -> None:
    """What is kept of an order or a contract is something else; as it is here nobody reads it."""
    with hub.administration() as administration:
        rows = table(kind)
        after = update(rows).where(rows.c.id == id).values(body=body)
        administration.outbox._session.connection().execute(after)


def failures(said: list[Any]) -> list[tuple[str, str]]:
    return [
        (each["chore"], each.get("part", "")) for each in said if each["event"] == "chore_failed"
    ]


def taken_up(caller: Caller) -> Json:
    order = order_of(caller, CARE)
    told = {"fulfillment_system": "CONTRACTS", "status": "acknowledged"}
    caller.post(f"/orders/{order['id']}/status", told)
    return order


def renewals_due(hub: Hub, contract: Json) -> list[Any]:
    with hub.reading("CustDemo") as view:
        found = view.events.search(EventSearch(subject=contract["id"]), 100)
    return [each.data for each in reversed(found) if each.type == "service.renewal_due"]


def done(hub: Hub, name: str) -> date | None:
    with hub.reading("CustDemo") as view:
        return view.chores.done_until(name)


def status(hub: Hub, order: Json) -> str:
    with hub.reading("CustDemo") as view:
        return view.orders.get(order["id"]).status.value


def test_a_chore_that_fails_keeps_no_other(
    caller: Caller, hub: Hub, chores: Chores, said: list[Any]
) -> None:
    """Quotes that cannot be looked for: they come before all that is provided."""
    order = taken_up(caller)
    later(hub, 1)
    changed(hub, "ALTER TABLE quotes RENAME COLUMN valid_until TO lost")
    assert chores.do()
    assert failures(said) == [("expired_quotes", "")] * 2  # of either tenant
    assert status(hub, order) == "completed"
    changed(hub, "ALTER TABLE quotes RENAME COLUMN lost TO valid_until")
    assert done(hub, "expired_quotes") is None
    chores.do()
    assert done(hub, "expired_quotes") == done(hub, "begun_contracts") == date(2026, 11, 22)


def test_an_order_that_fails_keeps_no_other(
    caller: Caller, hub: Hub, chores: Chores, said: list[Any]
) -> None:
    orders = [taken_up(caller) for _ in range(3)]
    later(hub, 1)
    first = min(orders, key=lambda each: str(each["id"]))
    body = body_of(hub, OrderRow, first["id"])
    rewritten(hub, OrderRow, first["id"])
    assert chores.do()
    others = [each for each in orders if each is not first]
    assert [status(hub, each) for each in others] == ["completed"] * 2
    chores.do()
    assert failures(said) == [("begun_contracts", first["id"])]  # once a day
    rewritten(hub, OrderRow, first["id"], body)
    later(hub, 1)
    chores.do()
    assert status(hub, first) == "completed"


def test_a_contract_that_fails_keeps_no_other_and_is_told_of_once(
    caller: Caller, hub: Hub, chores: Chores, clock: FixedClock, said: list[Any]
) -> None:
    """Nobody can reckon with the quantity of the first one that is due."""
    contracts = [contract_of(caller, account="ODDAFAB", currency="NOK") for _ in range(2)]
    odd, other = sorted(contracts, key=lambda each: str(each["id"]))
    body = body_of(hub, ContractRow, odd["id"])
    assert body.count('"quantity":"4"') == 1
    nonsense = body.replace('"quantity":"4"', '"quantity":"NaN"')
    rewritten(hub, ContractRow, odd["id"], nonsense)
    clock.instant = ENDS
    for _ in range(3):
        assert chores.do()
        assert chores.do()
        later(hub, 1)
    assert read(caller, other["id"])["status"] == "renewed"
    assert failures(said) == [("renewals", odd["id"])] * 3  # once a day
    assert [dict(each) for each in renewals_due(hub, odd)] == [
        {
            "number": odd["number"],
            "status": "expired",
            "by": "automatic renewal",
            "end_date": "2027-11-21",
            "auto_renew": True,
            "reason": "InvalidOperation",
        }
    ]
    rewritten(hub, ContractRow, odd["id"], body)
    chores.do()
    after = read(caller, odd["id"])
    assert (after["status"], after["renewed_by"] is None) == ("renewed", False)
    assert read(caller, after["renewed_by"])["start_date"] == "2027-11-21"


def test_a_contract_nobody_can_read_keeps_no_other(
    caller: Caller, hub: Hub, chores: Chores, clock: FixedClock, said: list[Any]
) -> None:
    contracts = [contract_of(caller, account="ODDAFAB", currency="NOK") for _ in range(2)]
    odd, other = sorted(contracts, key=lambda each: str(each["id"]))
    rewritten(hub, ContractRow, odd["id"])
    clock.instant = ENDS
    assert chores.do()
    assert read(caller, other["id"])["status"] == "renewed"
    assert failures(said) == [("renewals", odd["id"])]
    assert done(hub, "renewals") == ENDS.date()


def test_what_the_database_has_no_time_for_comes_after_the_others_and_then_again(
    hub: Hub,
) -> None:
    left, tried = ["a", "b", "c"], []

    def do(_: object, __: object, part: str, ___: object) -> bool:
        tried.append(part)
        if tried == ["a"]:
            raise Unavailable("it took too long")
        left.remove(part)
        return True

    chore = Single(due=lambda _, __, most: left[:most], do=do)
    singly, today = Singly(hub), NOW.date()

    def go_on() -> bool:
        return singly.go_on(hub.snapshot("CustDemo", 0), "chore", chore, today, math.inf)

    with pytest.raises(Unavailable):
        go_on()
    assert not go_on()
    assert (go_on(), tried, done(hub, "chore")) == (True, ["a", "b", "c"], None)
    assert not go_on()
    assert (go_on(), tried, done(hub, "chore")) == (True, ["a", "b", "c", "a"], today)


def test_what_is_due_however_often_it_is_done_is_done_once_a_day(hub: Hub) -> None:
    tried = []

    def do(_: object, __: object, part: str, ___: object) -> bool:
        tried.append(part)
        return False

    chore = Single(due=lambda _, __, most: [str(each) for each in range(250)][:most], do=do)
    singly, today = Singly(hub), NOW.date()
    while not singly.go_on(hub.snapshot("CustDemo", 0), "chore", chore, today, math.inf):
        pass
    assert tried == [str(each) for each in range(250)]
