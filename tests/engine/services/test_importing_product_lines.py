"""Product lines of an upload, and the quotes that find theirs when lines come."""

from decimal import Decimal

import pytest

from engine.catalog.intake import Kind
from engine.catalog.product_line import Phase, ProductLine, line_for
from engine.hub import Hub
from engine.pricing.line import Ask
from engine.quotes.quotation import QuotationSearch
from engine.services import drafting
from engine.services.drafting import NewQuote
from engine.services.pricing import PriceBasket
from tests.engine.services.uploads import LISTS, OFFER, TENANT, counts, kept, put, table

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


def test_quotes_that_had_no_line_find_one_when_lines_come(hub: Hub) -> None:
    put(
        hub,
        table(Kind.PRICE_LISTS, *LISTS),
        table(Kind.OFFERS, OFFER | {"family": "WET"}),
        table(Kind.ACCOUNTS, {"id": "ACME", "name": "Acme"}),
    )
    data = hub.snapshot(TENANT, 1)
    lines = (Ask(sku="PUMP", quantity=Decimal(2)),)
    with hub.unit_of_work(TENANT) as uow:
        for asks in (lines, ()):
            basket = PriceBasket(
                asks=asks, account_id="ACME", currency="NOK", price_list="NOK", may_be_empty=True
            )
            made = drafting.create(uow, data, NewQuote(basket=basket, made_by="me")).quote
            assert made.line == ""
    put(hub, table(Kind.PRODUCT_LINES, {"id": "rest"}, PUMPS))
    with hub.reading(TENANT) as view:
        found, total = view.quotations.search(QuotationSearch(line="pumps"))
        assert ([each.serial for each in found], total) == ([1], 1)
        assert view.quotations.search(QuotationSearch(line="rest")) == ([], 0)
