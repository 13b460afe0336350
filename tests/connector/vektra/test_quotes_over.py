"""A quote that is over is told of once, however it came to that."""

from datetime import timedelta

import pytest

from connector.worker.chores import Chores
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, get, make

HOSE = {"sku": "VX-HOS-50", "quantity": 1}
DEAR = HOSE | {"quantity": 9, "discount_percent": 30}


def later(hub: Hub, days: int, *, works: bool = True) -> None:
    """So many days after the beginning; somebody does what is due then, if it `works`."""
    clock = hub.clock
    assert isinstance(clock, FixedClock)
    clock.instant = NOW + timedelta(days=days)
    if works:
        Chores(hub).do()


def told(program: Caller, quote_id: str) -> list[str]:
    """The last days that were told to be over."""
    events = program.send("GET", f"/events?subject={quote_id}&type=quote.expired").json()["data"]
    return [each["data"]["valid_until"] for each in reversed(events)]


def test_what_nobody_took_in_time(program: Caller, hub: Hub) -> None:
    later(hub, 0)
    quote = make(program, HOSE, valid_until="2026-11-22")
    act(program, quote, "submit")
    later(hub, 1)
    assert told(program, quote["id"]) == []
    for day in (2, 3, 3, 5):
        later(hub, day)
        assert told(program, quote["id"]) == ["2026-11-22"]
    path = f"/quotes/{quote['id']}"
    assert program.send("PATCH", path, {"valid_until": "2026-11-27"}).status_code == 200
    for day in (6, 7, 8):
        later(hub, day)
    assert told(program, quote["id"]) == ["2026-11-22", "2026-11-27"]


@pytest.mark.parametrize("works", [True, False])
def test_what_was_agreed_to_when_it_was_over(program: Caller, hub: Hub, *, works: bool) -> None:
    """Whether the day's chores were done before somebody agreed, or come after it."""
    later(hub, 0)
    quote = make(program, DEAR, valid_until="2026-11-21")
    assert act(program, quote, "submit")["status"] == "in_approval"
    later(hub, 1, works=works)
    assert told(program, quote["id"]) == []
    assert act(program, quote, "approve")["status"] == "expired"
    for day in (1, 2):
        later(hub, day)
    assert told(program, quote["id"]) == ["2026-11-21"]


@pytest.mark.parametrize("chores", [True, False])
def test_whose_last_day_was_moved_back(program: Caller, hub: Hub, *, chores: bool) -> None:
    """Whether there were chores before, or somebody begins to do them only now."""
    later(hub, 0, works=chores)
    quote = make(program, HOSE)
    act(program, quote, "submit")
    path = f"/quotes/{quote['id']}"
    for until in ("2026-11-20", "2026-11-19"):
        assert program.send("PATCH", path, {"valid_until": until}).json()["status"] == "expired"
    assert told(program, quote["id"]) == ["2026-11-20"]
    for day in (0, 1, 2):
        later(hub, day)
    assert told(program, quote["id"]) == ["2026-11-20"]


def test_what_is_no_offer_is_not_told_of(program: Caller, hub: Hub) -> None:
    later(hub, 0)
    draft = make(program, HOSE, valid_until="2026-11-21")
    declined = make(program, HOSE, valid_until="2026-11-21")
    act(program, declined, "submit")
    act(program, declined, "decline")
    later(hub, 2)
    for quote, status in ((draft, "draft"), (declined, "declined")):
        assert (get(program, quote)["status"], told(program, quote["id"])) == (status, [])
