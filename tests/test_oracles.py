"""Other people's published numbers, case by case."""

from pathlib import Path

import pytest

from tests.oracles.reading import Json
from tests.oracles.runner import KINDS, failure, read

CASES = read(Path(__file__).parent / "data" / "oracles.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_a_published_number_comes_out(case: Json) -> None:
    assert failure(case) is None


def test_every_kind_has_cases_and_every_case_is_told_apart() -> None:
    assert {case["kind"] for case in CASES} == set(KINDS)
    assert len({case["id"] for case in CASES}) == len(CASES) == 164


def test_a_wrong_number_is_told() -> None:
    [case] = [case for case in CASES if case["id"] == "ST-2"]
    assert failure({**case, "expected": {"amount": "36"}}) == "amount: seen 35.00, wanted 36"
    assert failure({**case, "kind": "riddle"}) == "there is no such kind as riddle"
    assert failure({**case, "inputs": {}}) is not None
