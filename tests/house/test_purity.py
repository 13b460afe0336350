"""The engine reckons with exact decimals, and asks neither the machine's clock nor its dice."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, name_of, python_files, tree

CLOCK = "engine/kernel/clock.py"
RATE_LIMIT = "connector/rate.py"
"""Its library counts in the machine's seconds."""
WAITING = "engine/store/database.py"
"""Here fractions are seconds of waiting for a lock."""
ROUNDING = "engine/pricing/rounding.py"


def is_float(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    )


def rounds(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "round"
    return isinstance(node.func, ast.Attribute) and node.func.attr == "quantize"


def asks_the_machine(node: ast.AST) -> bool:
    """`datetime.now()`, `date.today()`, `time.time()`, `uuid4()` and their kin."""
    if not isinstance(node, ast.Call):
        return False
    owner, _, name = ast.unparse(node.func).rpartition(".")
    owner = owner.rpartition(".")[2]
    return (
        (owner in {"datetime", "date"} and name in {"now", "utcnow", "today"})
        or (owner == "time" and name in {"time", "time_ns"})
        or name in {"uuid1", "uuid4"}
    )


def places(files: list[Path], broken: Callable[[ast.AST], bool]) -> Iterator[str]:
    for file in files:
        for node in ast.walk(tree(file)):
            if broken(node):
                yield f"{name_of(file)}:{getattr(node, 'lineno', 0)} {ast.unparse(node)}"


@pytest.mark.parametrize(
    ("rule", "text", "broken"),
    [
        (is_float, "price = 0.1", True),
        (is_float, "price = float(text)", True),
        (is_float, "price = Decimal('0.1') * 2", False),
        (rounds, "amount.quantize(cent)", True),
        (rounds, "round(amount, 2)", True),
        (rounds, "rounding.money(amount)", False),
        (asks_the_machine, "datetime.datetime.now(UTC)", True),
        (asks_the_machine, "date.today()", True),
        (asks_the_machine, "uuid4()", True),
        (asks_the_machine, "uow.clock.now()", False),
    ],
)
def test_the_rules_tell_right_from_wrong(
    rule: Callable[[ast.AST], bool], text: str, broken: bool
) -> None:
    assert any(rule(node) for node in ast.walk(ast.parse(text))) is broken


def test_the_engine_holds_no_binary_fractions() -> None:
    files = [file for file in python_files("engine") if name_of(file) != WAITING]
    assert list(places(files, is_float)) == []


def test_one_file_rounds() -> None:
    files = [file for file in python_files("engine") if name_of(file) != ROUNDING]
    assert list(places(files, rounds)) == []


def test_one_file_asks_what_time_it_is() -> None:
    found = {place.partition(":")[0] for place in places(python_files(*PACKAGES), asks_the_machine)}
    assert found == {CLOCK, RATE_LIMIT}
