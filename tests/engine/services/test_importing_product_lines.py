"""Product lines of an upload, and what follows an import of them."""

from datetime import date

import pytest

from engine.catalog.intake import Kind, Table, Upload
from engine.catalog.product_line import Phase, ProductLine, line_for
from engine.hub import Hub
from engine.services import assigning, importing
from tests.engine.services import selling
from tests.engine.services.uploads import OFFER, TENANT, counts, kept, put, table

PUMPS = {
    "id": "pumps",
    "name": "Pumps",
    "families": ("WET", "DRY"),
    "phases": (
        {"id": "drive", "name": "Drive", "variables": ("power", "belt")},
        {"id": "colour"},
    ),
}
LINES = (
    ProductLine(id="a", name="A", families=("X",)),
    ProductLine(id="b", name="B", families=("X", "Y")),
)


def test_product_lines_are_kept_in_the_order_they_came(hub: Hub) -> None:
    report = put(hub, table(Kind.PRODUCT_LINES, PUMPS, {"id": "rest"}))
    assert counts(report) == (2, 0, 0, 0)
    assert kept(hub).product_lines == (
        ProductLine(
            id="pumps",
            name="Pumps",
            families=("WET", "DRY"),
            phases=(
                Phase(id="drive", name="Drive", variables=("power", "belt")),
                Phase(id="colour", name="colour"),
            ),
        ),
        ProductLine(id="rest", name="rest"),
    )
    again = put(hub, table(Kind.PRODUCT_LINES, PUMPS, {"id": "rest", "name": "The rest"}))
    assert counts(again) == (0, 1, 1, 0)
    assert [each.name for each in kept(hub).product_lines] == ["Pumps", "The rest"]


@pytest.mark.parametrize(
    "row",
    [
        {"name": "no id"},
        {"id": "a/b"},
        {"id": "x" * 101},
        {"id": "a", "families": "WET"},
        {"id": "a", "phases": ("drive",)},
        {"id": "a", "phases": ({"id": "x"}, {"id": "x"})},
        {"id": "a", "phases": ({"id": "general"},)},
        {"id": "a", "phases": ({"id": "line"},)},
        {"id": "a", "phases": ({"name": "no id"},)},
        {"id": "a", "phases": ({"id": "x", "colour": "red"},)},
        {"id": "a", "colour": "red"},
    ],
)
def test_a_row_that_cannot_be_is_left_out(hub: Hub, row: dict[str, object]) -> None:
    assert counts(put(hub, table(Kind.PRODUCT_LINES, row))) == (0, 0, 0, 1)
    assert kept(hub).product_lines == ()


@pytest.mark.parametrize(
    ("asked", "family", "line"),
    [("b", "X", "b"), ("c", "Y", "b"), (None, "X", "a"), (None, "Z", "a"), (None, None, "a")],
)
def test_a_quote_is_of_the_line_asked_for_or_of_its_first_product(
    asked: str | None, family: str | None, line: str
) -> None:
    assert line_for(LINES, asked, family) == line
    assert line_for((), asked, family) == ""


def followed(hub: Hub, *tables: Table) -> list[str]:
    """The lines of all quotes after what follows an import of these tables."""
    importing.follow_up(selling.door(hub), Upload(tables=tables))
    return [quote.line for quote, _ in selling.kept(hub)]


def test_quotes_that_had_no_line_find_one_when_lines_come(hub: Hub) -> None:
    selling.made(hub, selling.sold(hub))
    rows = table(Kind.PRODUCT_LINES, {"id": "rest"}, PUMPS)
    put(hub, rows)
    assert followed(hub, table(Kind.OFFERS, OFFER), table(Kind.PRODUCT_LINES)) == [""]
    assert followed(hub, rows) == ["pumps"]


def test_an_import_that_changes_nothing_is_followed_too(hub: Hub) -> None:
    """A quote was left without its line, because a process ended after the first one."""
    selling.made(hub, selling.sold(hub))
    rows = table(Kind.PRODUCT_LINES, PUMPS)
    put(hub, rows)
    assert counts(put(hub, rows)) == (0, 0, 1, 0)
    assert followed(hub, rows) == ["pumps"]


@pytest.mark.parametrize(
    ("rows", "is_due"),
    [
        (table(Kind.PRODUCT_LINES, PUMPS), True),
        (table(Kind.PRODUCT_LINES), False),
        (table(Kind.OFFERS, OFFER), False),
    ],
)
def test_lines_that_come_make_the_chore_due_again(
    hub: Hub,
    rows: Table,
    is_due: bool,
) -> None:
    selling.sold(hub)
    put(hub, table(Kind.PRODUCT_LINES, PUMPS))
    today = date(2026, 11, 21)
    with hub.unit_of_work(TENANT) as uow:
        uow.chores.hold(assigning.CHORE)
        uow.chores.done(assigning.CHORE, today)
    put(hub, rows)
    with hub.reading(TENANT) as view:
        assert view.chores.done_until(assigning.CHORE) == (None if is_due else today)
