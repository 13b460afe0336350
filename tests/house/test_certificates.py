"""The judge of the solver's answers finds what is so, and every kind of lie."""

import json
import subprocess
import sys
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.check_certificate.claims import Finding, Verdict, check
from tests.check_certificate.tokens import Unreadable
from tests.house.certificates import (
    ANSWERS,
    FULL,
    GUARDED,
    GUARDED_PLAIN,
    GUARDED_STRONG,
    PLAIN,
    STRONG,
    TO_STANDARD,
    TO_STRONG,
    Json,
    answer,
    build,
    repaired,
    violated,
)
from tests.house.sources import ROOT

Steps: TypeAlias = tuple[str | int, ...]


def changed(name: str, path: Steps, value: object) -> Json:
    """An answer with another member."""
    found: Any = deepcopy(ANSWERS[name])
    place = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return dict(found)


def wrong(found: list[Finding]) -> list[str]:
    return [each.claim for each in found if each.verdict is Verdict.WRONG]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_true_answer_is_borne_out(name: str) -> None:
    found = check(ANSWERS[name])
    assert [each for each in found if each.verdict is not Verdict.OK] == []


LIES: list[tuple[str, Steps, object, str]] = [
    ("everything", ("valid",), False, "valid"),
    ("everything", ("complete",), True, "valid"),
    ("everything", ("status",), "unsatisfiable", "valid"),
    ("everything", ("solution",), None, "members"),
    ("everything", ("solutions",), [], "members"),
    ("everything", ("variables", 0, "options", 0, "value"), "2 kW", "what blocks Drive = 2 kW"),
    ("everything", ("solution", "price"), Decimal("744.99"), "solution"),
    ("everything", ("solution", "assignment", "Guard"), "none", "solution"),
    ("everything", ("solution", "assignment", "Guard"), "Glass", "solution"),
    ("everything", ("solution", "assignment"), PLAIN["assignment"], "solution"),
    ("everything", ("violations",), [violated("heavy")], "violations"),
    ("everything", ("variables", 0, "options", 0, "available"), True, "options of Drive"),
    ("everything", ("variables", 0, "options", 1, "available"), False, "options of Drive"),
    ("everything", ("variables", 0, "forced"), None, "options of Drive"),
    ("everything", ("variables", 1, "forced"), "Heavy", "options of Belt"),
    ("everything", ("variables", 1, "assigned"), None, "options of Belt"),
    ("everything", ("variables", 1, "options", 1, "price"), 301, "options of Belt"),
    ("everything", ("variables",), ANSWERS["everything"]["variables"][:2], "variables"),
    *(
        (
            "everything",
            ("variables", 0, "options", 0, "blocked_by"),
            [{"rule": rule, "message": ""} for rule in rules],
            "what blocks Drive = 1.5 kW",
        )
        for rules in ([], ["old"], ["bundle"], [GUARDED], ["heavy", GUARDED], ["heavy"] * 2)
    ),
    ("everything", ("truncated",), True, "solutions"),
    ("several", ("solutions",), [PLAIN, GUARDED_PLAIN, STRONG], "solutions"),
    ("several", ("solutions", 1), PLAIN, "solutions"),
    ("several", ("solutions", 1), FULL, "solution 2"),
    ("several", ("certificate", "limit"), 3, "solutions"),
    ("broken", ("valid",), True, "valid"),
    ("broken", ("violations",), [], "violations"),
    ("broken", ("violations", 0, "variables"), ["Drive"], "violations"),
    ("broken", ("violations", 0, "variables"), ["Drive", "Belt", "Guard"], "violations"),
    ("broken", ("violations",), [violated("heavy", "Drive", "Belt"), violated(GUARDED)],
     "violations"),
    ("broken", ("violations",), [violated("old", "Belt")], "violations"),
    ("broken", ("repairs",), [], "members"),
    ("broken", ("repairs",), [repaired(FULL, TO_STRONG), repaired(PLAIN, TO_STANDARD)], "repairs"),
    ("broken", ("repairs",), [repaired(FULL, TO_STRONG)], "repairs"),
    ("broken", ("repairs", 0), repaired(GUARDED_PLAIN, TO_STANDARD), "repair 1"),
    ("broken", ("repairs", 0), repaired(STRONG, TO_STANDARD, TO_STRONG), "repair 1"),
    ("broken", ("repairs",), [repaired(STRONG, TO_STANDARD, TO_STRONG)], "repairs"),
    ("broken", ("repairs", 1), repaired(FULL, TO_STANDARD), "repair 2"),
    ("broken", ("repairs", 1), repaired(FULL, TO_STRONG, ("Belt", "Heavy", "Heavy")), "repair 2"),
    ("broken", ("repairs", 1), repaired(FULL, ("Drive", "3.0 kW", "3.0 kW")), "repair 2"),
    ("complete", ("violations",), [violated("heavy", "Drive", "Belt")], "violations"),
    ("complete", ("violations", 1), violated("old", "Belt"), "violations"),
    ("contradiction", ("status",), "ok", "valid"),
    ("contradiction", ("violations",), [violated("rule-7")], "violations"),
    ("contradiction", ("violations",), [violated(each) for each in ("heavy", GUARDED, "rule-7")],
     "violations"),
    ("best", ("solution",), {**GUARDED_STRONG, "proven_optimal": True, "bound": 495}, "optimum"),
    ("best", ("solution", "bound"), 44, "optimum"),
    ("best", ("solution", "bound"), None, "optimum"),
    ("best", ("solution",), {**PLAIN, "proven_optimal": False, "bound": None}, "solution"),
    ("most", ("solution", "bound"), 499, "optimum"),
    ("most", ("solution", "bound"), 700, "optimum"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "value", "claim"), LIES)
def test_a_lie_is_found(name: str, path: Steps, value: object, claim: str) -> None:
    assert claim in wrong(check(changed(name, path, value)))


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("num('Guard') > 1", False),
        ("NOT num('Guard') > 1", False),
        ("NOT (num('Guard') > 1 AND Drive = '1.5 kW')", True),
        ("num(Guard) > 1 || Drive = '3.0 kW'", True),
        ("num(Guard) > 1 IFF FALSE", False),
        ("count(num(Guard) > 1, Belt = 'Heavy', TRUE) = 2", True),
        ("Drive IN ('1.5 kW', \"3.0 kW\") AND Drive NOT IN ('1.5 kW')", True),
        ("in(Drive, '3.0 kW') -> any('Heavy', Belt) => !selected(Guard)", True),
        ("2 + 3 * -num(Drive) / 4 = -0.25 <=> price('Belt') <> 301", True),
        ("sum('D*', 1) == 4 and MAX(Drive, 2) - abs(-1) >= min(2, 9)", True),
        ("if(is(Belt, 'Heavy'), 1, 1 / 0) = 1", True),
        ("atleast(1, TRUE, FALSE) AND atmost(0, FALSE) AND NOT exactly(2, TRUE)", True),
        ("1 / (num(Drive) - 3) > 0", False),
        ("Belt = ‘Heavy’", True),
    ],
)
def test_an_expression_means_what_it_says(expression: str, holds: bool) -> None:
    told = answer(
        "validate",
        build("3.0 kW", "Heavy", "none"),
        [{"id": "says", "expression": expression}],
        complete=True,
        valid=holds,
        violations=[] if holds else [violated("says")],
    )
    claims = {each.claim: each for each in check(told)}
    assert claims["violations"].verdict is Verdict.OK
    assert claims["valid"].reason in {"", "the rules exclude each other"}


RANGED: list[Json] = [
    {"name": "Belt", "values": ["Wide", "Slim"]},
    {"name": "Metres", "unit_price": Decimal("1.5")},
]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ({"kind": "exclude", "all": ["Belt = 'Wide'", "Metres = '2.5'"]}, "S0 S1 S2 Sn W0 W1 Wn"),
        ({"kind": "exclude", "expression": "num(Metres) > 1"}, "S0 W0"),
        ({"kind": "set", "if": "Belt = 'Wide'", "set": {"Metres": "0.5"}}, "S0 S1 S2 Sn W0"),
        ({"kind": "limit", "attribute": "price", "max": 3, "min": 1}, "S1 W1"),
        ({"kind": "quantity", "variable": "Metres", "min": 1}, "S1 S2 W1 W2"),
        ({"kind": "hide", "variable": "Metres", "if": "Belt = 'Slim'"}, "Sn W0 W1 W2"),
        ({"kind": "table", "variables": ["Belt", "Metres"],
          "allow": [["Wide", "*"], ["Slim", ["0.5", "n/a"]]]}, "S0 Sn W0 W1 W2 Wn"),
        ({"kind": "table", "variables": ["Belt", "Metres"], "forbid": [["*", "0.5"]],
          "if": "Belt = 'Slim'"}, "S1 S2 Sn W0 W1 W2 Wn"),
    ],
)  # fmt: skip
def test_a_rule_says_what_its_kind_says(rule: Json, kept: str) -> None:
    texts = {"0": "0.5", "1": "1.5", "2": "2.5", "n": "n/a", "S": "Slim", "W": "Wide"}
    prices = {"0": "0.75", "1": "2.25", "2": "3.75", "n": "0"}
    ranged = {"kind": "quantity", "variable": "Metres", "min": Decimal("0.5"), "max": 2.5}
    shown = {"kind": "hide", "variable": "Metres", "if": "TRUE", "enabled": False}
    told = answer("all", {}, limit=9, solutions=[], truncated=False)
    told["certificate"] |= {
        "variables": RANGED,
        "rules": [rule, ranged | {"enabled": False}, shown],
    }
    told["solutions"] = [
        {
            "assignment": {"Belt": texts[each[0]], "Metres": texts[each[1]]},
            "price": Decimal(prices[each[1]]),
        }
        for each in kept.split()
    ]
    claims = [each for each in check(told) if each.claim.startswith("solution")]
    assert [each for each in claims if each.verdict is not Verdict.OK] == []


def test_what_takes_too_long_is_neither_so_nor_wrong() -> None:
    found = check(ANSWERS["several"], 1)
    assert wrong(found) == []
    assert Verdict.LARGE in {each.verdict for each in found}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("certificate",), None),
        (("certificate", "variables"), []),
        (("certificate", "rules", 0, "expression"), "is('Belt',"),
        (("certificate", "rules", 0, "kind"), "wish"),
        (("certificate", "assignment"), {"Belt": "Slim"}),
        (("solution", "assignment"), 1),
    ],
)
def test_what_is_no_certificate_is_not_judged(path: Steps, value: object) -> None:
    with pytest.raises(Unreadable):
        check(changed("everything", path, value))


def test_the_command_tells_the_verdict_by_its_exit_code(tmp_path: Path) -> None:
    lie = changed("best", ("solution", "bound"), 44)
    for name, told in (("ok", ANSWERS["best"]), ("lie", lie), ("several", ANSWERS["several"])):
        (tmp_path / f"{name}.json").write_text(json.dumps(told, default=float))
    (tmp_path / "torn.json").write_text("{")

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "tests.check_certificate", *arguments]
        done = subprocess.run(
            [*command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
        return done.returncode, done.stdout

    files = {each.stem: str(each) for each in tmp_path.iterdir()}
    code, said = run(files["ok"], files["several"])
    assert (code, "ok         several.json  solution 4" in said) == (0, True)
    code, said = run(files["ok"], files["lie"])
    assert (code, "WRONG      lie.json  optimum: it is 45, which is not the bound" in said) == (
        1,
        True,
    )
    assert run(files["several"], "--budget", "1")[0] == 3
    assert run(files["torn"])[0] == run()[0] == 2
