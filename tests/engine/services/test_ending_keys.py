"""That credentials end is told in time, once for each notice."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.connections.connection import Connection, ConnectionKind
from engine.events.event import Event, EventSearch
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.services.ending_keys import tell_ending_keys

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ENDS = date(2027, 2, 18)


@pytest.fixture
def hub(seeded_url: str) -> Iterator[Hub]:
    with closing(Hub(seeded_url, clock=FixedClock(NOW))) as hub:
        yield hub


def connect(hub: Hub, name: str, said: str | None) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        connection = Connection(
            id=f"con_{name}",
            kind=ConnectionKind.ERP,
            system=name,
            adapter="odoo",
            url="https://erp.example.com",
            sealed="",
            created_at=NOW,
            updated_at=NOW,
            options={} if said is None else {"key_ends_on": said},
        )
        uow.connections.add(connection)


def told(hub: Hub, *days: date) -> list[Event]:
    """Everything that was told when these days are over."""
    for day in days:
        with hub.unit_of_work("CustDemo") as uow:
            tell_ending_keys(uow, day)
    with hub.reading("CustDemo") as view:
        return view.events.search(EventSearch(type="connection.key_expires"), 100)[::-1]


def test_each_notice_is_told_once(hub: Hub) -> None:
    connect(hub, "ERP", "2027-02-18")
    connect(hub, "OTHER", None)
    connect(hub, "ODD", "soon")
    days = [ENDS - timedelta(days=left) for left in range(30, -30, -1)]
    found = told(hub, *(each for day in days for each in (day, day)))
    assert [(each.subject, each.data["days_left"]) for each in found] == [
        *(("con_ERP", 14), ("con_ERP", 7), ("con_ERP", 1))
    ]
    assert found[0].data == {"system": "ERP", "ends_on": "2027-02-18", "days_left": 14}


def test_a_notice_that_was_missed_is_told_late(hub: Hub) -> None:
    connect(hub, "ERP", "2027-02-18")
    found = told(hub, ENDS - timedelta(days=20), ENDS - timedelta(days=5), ENDS + timedelta(days=2))
    assert [each.data["days_left"] for each in found] == [5, -2]


def test_another_key_has_notices_of_its_own(hub: Hub) -> None:
    connect(hub, "ERP", "2027-02-18")
    told(hub, ENDS - timedelta(days=14))
    with hub.unit_of_work("CustDemo") as uow:
        uow.connections.remove("con_ERP")
    connect(hub, "ERP", "2027-05-18")
    found = told(hub, date(2027, 2, 19), date(2027, 5, 4))
    assert [each.data["ends_on"] for each in found] == ["2027-02-18", "2027-05-18"]
