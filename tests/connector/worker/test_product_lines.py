"""Quotes that an import has left without a product line find theirs with the worker."""

from datetime import date

from connector.worker.chores import Chores
from engine.hub import Hub
from engine.services import assigning
from tests.connector.vektra.conftest import Caller

HOSE = {"sku": "VX-HOS-50", "quantity": 1}


def left(hub: Hub, caller: Caller, count: int) -> list[str]:
    """New quotes whose lines nobody has looked for; their ids."""
    made = [str(caller.post("/quotes", {"account_id": "ACME", "lines": [HOSE]}, 201)["id"])]
    made += [str(caller.post(f"/quotes/{made[0]}/clone", {}, 201)["id"]) for _ in range(count - 1)]
    with hub.unit_of_work("CustDemo") as uow:
        for each in made:
            uow.quote_handlers.place(uow.quotes.get(each, lock=True), "")
        uow.chores.renew(assigning.CHORE)
    return made


def lines(hub: Hub, quotes: list[str]) -> set[str]:
    with hub.reading("CustDemo") as view:
        return {view.quotes.get(each).line for each in quotes}


def done(hub: Hub) -> date | None:
    with hub.reading("CustDemo") as view:
        return view.chores.done_until(assigning.CHORE)


def test_quotes_left_without_a_line_find_theirs(hub: Hub, caller: Caller) -> None:
    quotes = left(hub, caller, 23)  # more than are held at a time
    assert lines(hub, quotes) == {""}
    chores = Chores(hub)
    assert chores.do()
    assert lines(hub, quotes) == {"vacuums"}
    assert done(hub) == date(2026, 11, 21)
    with hub.reading("CustDemo") as view:
        assert view.quote_handlers.total("vacuums") == len(quotes)
    more = left(hub, caller, 1)
    chores.do()
    assert lines(hub, more) == {"vacuums"}


def test_whoever_ends_on_the_way_is_followed_by_another(hub: Hub, caller: Caller) -> None:
    quotes = left(hub, caller, 23)
    Chores(hub).do(until=0)
    with hub.unit_of_work("CustDemo") as uow:
        assert assigning.assign_some(uow, 0) is not None
    assert lines(hub, quotes) == {"vacuums", ""}
    Chores(hub).do()
    assert lines(hub, quotes) == {"vacuums"}
