from decimal import Decimal

import pytest

from connector.files import strict_json
from engine.catalog.intake import Broken
from engine.kernel.errors import Invalid


def test_numbers_are_exact_and_arrays_are_frozen() -> None:
    text = '\ufeff{"a": [1, 0.1, -2.50], "b": {"c": null, "d": true, "e": "Æ"}}'
    assert strict_json.read(text.encode(), "f.json") == {
        "a": (Decimal(1), Decimal("0.1"), Decimal("-2.50")),
        "b": {"c": None, "d": True, "e": "Æ"},
    }


@pytest.mark.parametrize("number", ["1e999999999", "1000000000000000", "1" * 5000])
def test_a_number_nobody_can_hold_breaks_its_cell_only(number: str) -> None:
    assert strict_json.read(f"[{number}, 1]".encode(), "f") == (Broken(number[:40]), Decimal(1))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b'{"a": 1, "b": 2, "a": 3}', "f.json: the member 'a' is given twice"),
        (b"[NaN]", "f.json: NaN is no number"),
        (b"[-Infinity]", "f.json: -Infinity is no number"),
        (b"[1,]", "f.json is no JSON: Expecting value (line 1, column 4)"),
        (b"[1] x", "f.json is no JSON: Extra data (line 1, column 5)"),
        (b"['a']", "f.json is no JSON: Expecting value (line 1, column 2)"),
        (b'["\xff"]', "f.json is not UTF-8 (byte 2)"),
        (b"[" * 33 + b"]" * 33, "f.json is nested more than 32 levels deep"),
        (b"[" * 100_000, "f.json is nested more than 32 levels deep"),
        (b"[" + b" " * 10 * 1024 * 1024 + b"]", "the file is larger than 10 MB"),
    ],
)
def test_what_could_mean_two_things_is_refused(content: bytes, refusal: str) -> None:
    with pytest.raises(Invalid) as excinfo:
        strict_json.read(content, "f.json")
    assert excinfo.value.detail == refusal
