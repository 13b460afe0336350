from dataclasses import replace
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from engine.hub import Hub
from engine.kernel.errors import Invalid
from engine.store.columns import canonical
from tests.engine.store.nouns import CATALOGUE, HUGE, a_quote, an_order, put

KEPT = st.decimals(
    min_value=Decimal("-99999999999999999999999999.999999999999"),
    max_value=Decimal("99999999999999999999999999.999999999999"),
    places=12,
)


@given(KEPT)
def test_a_canonical_writing_is_the_number_itself(value: Decimal) -> None:
    written = canonical(value)
    assert Decimal(written) == value
    assert "E" not in written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("12.30", "12.3"),
        ("100", "100"),
        ("1E+2", "100"),
        ("-0.00", "0"),
        ("0E-30", "0"),
        ("1.0000000000000000000", "1"),
        ("-1E-12", "-0.000000000001"),
    ],
)
def test_a_canonical_writing_is_the_shortest_plain_one(value: str, written: str) -> None:
    assert canonical(Decimal(value)) == written


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1E+26", "1E-13", "1E+999999", "1E-999999"])
def test_what_the_columns_cannot_hold_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        canonical(Decimal(value))


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "0.1",
        "-0.000000000001",
        "123456789012345678.1234567891",
        "99999999999999999999999999.999999999999",
        "-99999999999999999999999999.999999999999",
        "1E+25",
    ],
)
def test_a_price_comes_back_digit_for_digit_and_written_alike(hub: Hub, value: str) -> None:
    entry = replace(CATALOGUE.entries[0], list_price=Decimal(value))
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
        work.catalogues.put_entries([entry])
    with hub.reading("fjord") as view:
        price = view.catalogues.load().entries[0].list_price
    assert price == Decimal(value)
    assert f"{price:f}" == canonical(Decimal(value))


@pytest.mark.parametrize("value", ["1E+26", "0.0000000000001", "NaN"])
def test_both_databases_refuse_the_same_numbers(hub: Hub, value: str) -> None:
    entry = replace(CATALOGUE.entries[0], list_price=Decimal(value))
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
    with pytest.raises(Invalid), hub.unit_of_work("fjord") as work:
        work.catalogues.put_entries([entry])
    with hub.reading("fjord") as view:
        assert view.catalogues.load().entries[0].list_price == HUGE


def test_a_float_is_refused_because_it_has_lost_its_digits(hub: Hub) -> None:
    entry = replace(CATALOGUE.entries[0], list_price=cast("Decimal", 0.1))
    with hub.unit_of_work("fjord") as work:
        put(work, CATALOGUE)
    with pytest.raises(StatementError, match="is no Decimal"), hub.unit_of_work("fjord") as work:
        work.catalogues.put_entries([entry])


@pytest.mark.parametrize("text", ["nul \0 inside", "half \ud83d a character"])
def test_both_databases_refuse_the_same_texts(hub: Hub, text: str) -> None:
    with pytest.raises(Invalid), hub.unit_of_work("fjord") as work:
        work.quotes.add(replace(a_quote(), origin_key=text))


def test_a_text_has_no_greatest_length(hub: Hub) -> None:
    product = replace(CATALOGUE.products[0], name="å" * 1_000_000)
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_products([product])
    with hub.reading("fjord") as view:
        assert view.catalogues.load().products == (product,)


@pytest.mark.parametrize("value", [Decimal("NaN"), object(), "\ud800"])
def test_a_document_that_json_cannot_write_is_refused(hub: Hub, value: object) -> None:
    with hub.unit_of_work("fjord") as work:
        work.quotes.add(a_quote())
        with pytest.raises(Invalid):
            work.orders.add(replace(an_order(), document={"value": value}))


def test_a_document_keeps_its_numbers_and_the_order_of_its_members(hub: Hub) -> None:
    order = an_order()
    with hub.unit_of_work("fjord") as work:
        work.quotes.add(a_quote())
        work.orders.add(order)
    with hub.reading("fjord") as view:
        kept = view.orders.find_by_quote("qte_1")
    assert kept is not None
    assert kept.document == order.document
    assert list(kept.document) == ["zebra", "apple", "nested"]
    assert kept.document["zebra"] == HUGE
