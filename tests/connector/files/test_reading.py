"""Whatever a file holds, reading it ends in an upload or in one refusal."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.files import reading
from engine.kernel.errors import Invalid

DATA = Path(__file__).parents[2] / "data"
WORKBOOK = (DATA / "reference-workbook.xlsx").read_bytes()
PAIR = (DATA / "json-connector" / "Products.json").read_bytes()
CSV = (DATA / "prices.csv").read_bytes()
SAMPLES = {"workbook": WORKBOOK, "pair": PAIR, "csv": CSV}


@pytest.mark.parametrize(
    ("content", "name", "tables"),
    [
        (WORKBOOK, "anything", 11),
        (PAIR, "anything", 1),
        (b' \n{"products": []}', "anything", 1),
        (CSV, "anything", 1),
    ],
)
def test_layouts_are_told_by_their_content(content: bytes, name: str, tables: int) -> None:
    assert len(reading.read_bytes(content, name).tables) == tables


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="there is no file"):
        reading.read_path(tmp_path / "none.xlsx")


def test_a_directory_without_the_two_files(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"holds no pricelists\.json"):
        reading.read_path(tmp_path)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(Invalid, match="larger than 10 MB"):
        reading.read_path(large)


def test_a_csv_that_calls_itself_a_workbook_is_refused() -> None:
    with pytest.raises(Invalid, match="no workbook, or is cut off"):
        reading.read_bytes(CSV, "prices.xlsx")


def read(content: bytes) -> None:
    try:
        outcome = len(reading.read_bytes(content, "file").tables)
    except Invalid as refusal:
        outcome = 1 - refusal.detail.count("\n")
    assert outcome >= 0


changes = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=20)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), changes, st.integers(0, 1 << 20))
def test_damaged_files_never_break_the_reader(
    sample: str, damage: list[tuple[int, int]], cut: int
) -> None:
    damaged = bytearray(SAMPLES[sample])
    for place, value in damage:
        damaged[place % len(damaged)] = value
    read(bytes(damaged))
    read(bytes(damaged[: cut % len(damaged)]))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(
    json_values
    | st.dictionaries(st.sampled_from(["settings", "lists", "products", "x"]), json_values)
)
def test_any_json_is_read_or_refused(value: object) -> None:
    read(json.dumps(value).encode())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    read(content)
