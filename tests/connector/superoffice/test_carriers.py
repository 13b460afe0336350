"""The fast reader is held to what marshmallow itself loads, on generated carriers."""

from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.superoffice.carriers import (
    TooManyDigits,
    number,
    read_alternative,
    read_line,
)
from connector.working import Reader
from engine.pricing.figures import Master
from engine.quotes.line import Alternative, Line

wire_numbers = st.none() | st.integers(-(10**14), 10**14) | st.decimals(-(10**8), 10**8, places=6)
values = st.one_of(
    wire_numbers, st.booleans(), st.text(max_size=5), st.sampled_from(["None", "OverrideTotal"])
)


def carriers(reader: Reader[Any]) -> st.SearchStrategy[dict[str, object]]:
    keys = [field.data_key or "" for field in reader.schema.load_fields.values()]
    return st.fixed_dictionaries({}, optional=dict.fromkeys([*keys, "Unknown"], values))


def agree(reader: Reader[Any], build: type, carrier: dict[str, object]) -> bool:
    given_members = {key: value for key, value in carrier.items() if value is not None}
    return bool(reader(carrier) == build(**reader.schema.load(given_members)))


@given(carriers(read_line))
def test_a_line_is_read_as_its_schema_loads_it(carrier: dict[str, object]) -> None:
    assert agree(read_line, Line, carrier)


@given(carriers(read_alternative))
def test_an_alternative_is_read_as_its_schema_loads_it(carrier: dict[str, object]) -> None:
    assert agree(read_alternative, Alternative, carrier)


def test_a_carrier_with_nothing_in_it_is_a_line_of_nothing() -> None:
    assert read_line({}) == Line(quantity=D(0))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (D("7.6923076923076925"), "7.692307692308"),
        (D("42.900000000000006"), "42.9000000000000"),
        (D("0.3333333333333333"), "0.333333333333"),
        (D("1e-300"), "0E-12"),
        (12, "12"),
    ],
)
def test_digits_a_double_does_not_carry_are_noise(written: object, read: str) -> None:
    assert str(number(written)) == read


def test_more_digits_than_any_double_has_are_not_read() -> None:
    with pytest.raises(TooManyDigits):
        number(D("123456789.1234567891"))


def test_a_price_far_below_zero_is_not_given() -> None:
    line = read_line({"UnitCost": D("-7.9e28"), "UnitMinimumPrice": D("-1.7e308")})
    assert (line.unit_cost, line.unit_minimum_price) == (D(0), D(0))


def test_the_master_is_read_by_name() -> None:
    assert (
        read_line({"UserValueOverride": "OverrideEarningPercent"}).master is Master.EARNING_PERCENT
    )
