"""Whatever comes late, twice and in any order leads to where it leads in order."""

import itertools
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.orders.order import LineStatus, OrderLine, Progress
from engine.orders.reporting import LineReport, hear
from tests.faults.checking import found
from tests.faults.client import Client, accepted
from tests.faults.conftest import BOTH, Sites
from tests.faults.fulfilment_model import SIDES, WAY, Said, in_order

MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
NOTHING = Decimal(0)
SIZE = 10
Family = Sequence[Said]
Json = dict[str, Any]


def family(*said: tuple[str, int | None]) -> Family:
    return [Said(f"e{hour}", hour, *each) for hour, each in enumerate(said, 1)]


FAMILIES = {
    "as it should be": family(
        ("acknowledged", None), ("in_progress", None), ("ready", None), ("shipped", None),
        ("delivered", None),
    ),
    "in parts": family(
        ("in_progress", None), ("shipped", 4), ("delivered", 4), ("shipped", 6), ("delivered", 6)
    ),
    "held for a while": family(
        ("acknowledged", None), ("held", None), ("in_progress", None), ("shipped", 7),
        ("held", None),
    ),
    "some are held": family(
        ("shipped", 4), ("held", 4), ("shipped", 4), ("delivered", 8), ("backordered", 2)
    ),
    "some come back": family(
        ("shipped", None), ("delivered", 6), ("returned", 2), ("delivered", 4), ("completed", None)
    ),
    "some are cancelled": family(
        ("acknowledged", None), ("cancelled", 3), ("ready", 7), ("shipped", 5), ("failed", 2)
    ),
    "too many": family(
        ("shipped", 8), ("shipped", 8), ("delivered", 9), ("ready", 3), ("completed", 20)
    ),
    "against each other": family(
        ("delivered", None), ("shipped", None), ("failed", None), ("held", 3), ("in_progress", 5)
    ),
}  # fmt: skip


def told(size: int, reports: Iterable[Said]) -> dict[str, int]:
    """Where the units of a line are after the reports, which are heard as they come."""
    line, heard = line_of(size), set()
    for said in reports:
        if said.id in heard:
            continue
        heard.add(said.id)
        report = LineReport(
            status=LineStatus(said.status),
            at=MIDNIGHT + timedelta(hours=said.hour),
            quantity=None if said.units is None else Decimal(said.units),
        )
        line = hear(line, report).line
    return {status: int(units) for status, units in line.progress.quantities.items()}


def line_of(size: int) -> OrderLine:
    return OrderLine(
        id="oln_1",
        line_ref="qln_1",
        sku="VX-2000",
        name="",
        quantity=Decimal(size),
        unit="",
        unit_list_price=NOTHING,
        discount=NOTHING,
        total=NOTHING,
        progress=Progress.of(Decimal(size)),
    )


def test_the_model_comes_to_what_is_expected() -> None:
    ends = {name: in_order(SIZE, each) for name, each in FAMILIES.items()}
    assert ends == {
        "as it should be": {"delivered": 10},
        "in parts": {"delivered": 10},
        "held for a while": {"shipped": 7, "held": 3},
        "some are held": {"delivered": 8, "backordered": 2},
        "some come back": {"completed": 8, "returned": 2},
        "some are cancelled": {"cancelled": 3, "shipped": 5, "failed": 2},
        "too many": {"completed": 10},
        "against each other": {"delivered": 10},
    }


@pytest.mark.parametrize("name", FAMILIES)
def test_every_order_of_five_with_one_twice_leads_to_the_same(name: str) -> None:
    reports = FAMILIES[name]
    end = in_order(SIZE, reports)
    for twice in (reports[0], reports[3]):
        for mixed in set(itertools.permutations((*reports, twice))):
            assert told(SIZE, mixed) == end, mixed


SIZES = st.integers(1, 12)
WORDS = st.sampled_from((*WAY[1:], *SIDES))


@st.composite
def stories(draw: st.DrawFn) -> tuple[int, Family]:
    size = draw(SIZES)
    units = st.none() | st.integers(1, size)
    return size, family(*draw(st.lists(st.tuples(WORDS, units), min_size=5, max_size=5)))


@pytest.mark.parametrize(
    "examples", [200, pytest.param(2_000, marks=pytest.mark.soak)], ids=["suite", "soak"]
)
def test_any_story_ends_the_same_in_any_order(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(story=stories(), twice=st.integers(0, 4), data=st.data())
    def told_anyhow(story: tuple[int, Family], twice: int, data: st.DataObject) -> None:
        size, reports = story
        end = in_order(size, reports)
        assert told(size, reports) == end
        for _ in range(2 if examples < 1_000 else 5):
            mixed = data.draw(st.permutations([*reports, reports[twice]]))
            assert told(size, mixed) == end

    told_anyhow()


@BOTH
def test_over_the_api_it_is_the_same(sites: Sites, engine: str) -> None:
    reports = FAMILIES["some are held"]
    orders = list(itertools.permutations(reports))[:: 40 if engine == "sqlite" else 10]
    with sites(engine) as site, closing(Client(site)) as client:
        applied = 0
        for mixed in orders:
            quote = accepted(client, {"sku": "VX-2000", "quantity": SIZE})
            order = client.post("/orders", {"quote_id": quote["id"]})
            answers = [said_over_the_api(client, order["id"], each) for each in mixed]
            again = said_over_the_api(client, order["id"], mixed[0])
            assert (again["applied"], again["ignored_because"]) == (False, "replay")
            [line] = again["order"]["lines"]
            assert line["quantity_by_status"] == {"delivered": 8, "backordered": 2}
            applied += sum(each["applied"] for each in answers)
        events = [each for each in found(site).events if each.type == "fulfillment.updated"]
        assert len(events) == applied


def said_over_the_api(client: Client, order: str, said: Said) -> Json:
    at = MIDNIGHT - timedelta(days=1) + timedelta(hours=said.hour)
    body = {
        "fulfillment_system": "ERP-MFG",
        "status": said.status,
        "event_id": said.id,
        "occurred_at": at.isoformat(),
    }
    [line] = client.get(f"/orders/{order}")["lines"]
    lines = [{"line_id": line["id"], "quantity": said.units}]
    return client.post(f"/orders/{order}/status", body | ({"lines": lines} if said.units else {}))
