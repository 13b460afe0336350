"""Questions about configurations at their edges: large amounts, odd models, the order of asking."""

from typing import Any

import pytest

from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]


def variable(name: str, *values: str | Json) -> Json:
    return {"name": name, "values": [{"value": v} if isinstance(v, str) else v for v in values]}


def asked(caller: Caller, variables: list[Json], *rules: Json, **members: object) -> Json:
    return caller.post("/solve", {"variables": variables, "rules": rules, **members})


def refused(caller: Caller, variables: list[Json], *rules: Json, **members: object) -> str:
    body = {"variables": variables, "rules": rules, **members}
    code: str = caller.post("/solve", body, 422)["code"]
    return code


X, Y = variable("X", "a", "b"), variable("Y", "p", "q")


def test_sums_beyond_what_a_machine_word_holds_are_exact(caller: Caller) -> None:
    def numbers(*several: int) -> list[Json]:
        return [{"value": f"n{each}", "number": each, "price": each} for each in several]

    variables = [
        variable("A", *numbers(0, 1_000_000_007, 1_000_000_009)),
        variable("B", *numbers(0, 500_000_003, 500_000_009)),
        variable("C", *numbers(0, 1)),
    ]
    rule = {"kind": "ensure", "expression": "num(A) + num(B) + num(C) <= 1200000000"}
    taken = {"A": "n1000000009", "B": "n500000009"}
    told = caller.send(
        "POST", "/solve", {"variables": variables, "rules": [rule], "assignment": taken}
    )
    assert told.json()["code"] == "sum_too_large"
    dear = [
        variable(f"V{place}", *numbers(*(1 + (place * 7 + each) * 90_000_017 for each in range(5))))
        for place in range(12)
    ]
    least = asked(caller, dear, mode="optimize", objective={"minimize": "price"})["solution"]
    assert least["proven_optimal"]
    assert least["price"] == sum(1 + place * 7 * 90_000_017 for place in range(12))


def test_an_explanation_is_the_same_whatever_was_asked_before(caller: Caller) -> None:
    variables = [
        variable("A", {"value": "none", "w": 0}, {"value": "low", "w": -2}),
        variable("B", {"value": "high", "w": 3}, {"value": "mid", "w": 1}, {"value": "x", "w": 1}),
        variable("C", {"value": "low", "w": -2}, {"value": "high", "w": 3}, {"value": "o", "w": 0}),
        variable("D", {"value": "one", "w": 1}, {"value": "low", "w": -2}),
    ]
    rule = {"kind": "limit", "attribute": "w", "max": -1, "min": -3}
    taken = {"A": "none", "B": "high", "D": "one"}

    def told() -> Json:
        answer = asked(caller, variables, rule, mode="all", assignment=taken)
        del answer["stats"]
        return answer

    first = told()
    for mode, others in (
        ("optimize", taken),
        ("all", {}),
        ("validate", {"B": "high", "D": "one"}),
        ("all", {"B": "high"}),
        ("repair", {"D": "one", "C": "high"}),
    ):
        asked(caller, variables, rule, mode=mode, assignment=others)
        assert told() == first, mode


def test_nested_equivalences_cost_no_more_than_others(caller: Caller) -> None:
    long = " IFF ".join(["is('X','a')", "is('Y','p')"] * 20)
    rule = {"kind": "ensure", "expression": long}
    answer = asked(caller, [X, Y], rule, mode="all", limit=10)
    assert (answer["status"], len(answer["solutions"])) == ("ok", 4)
    odd = {"kind": "ensure", "expression": f"NOT ({long})"}
    assert asked(caller, [X, Y], odd, mode="validate")["status"] == "unsatisfiable"


def test_a_table_may_not_name_more_rows_than_there_may_be(caller: Caller) -> None:
    wide = [variable(name, *(f"o{at}" for at in range(150))) for name in ("X", "Y")]
    rows = [["*", "*"]] * 3
    assert refused(caller, wide, {"kind": "table", "variables": ["X", "Y"], "allow": rows}) == (
        "table_too_large"
    )


@pytest.mark.parametrize(
    ("rule", "member"),
    [
        ({"kind": "price", "if": "1 / num(A) > 0", "add": 5}, "if"),
        ({"kind": "ensure", "expression": "TRUE OR 1 / num(A) > 2"}, "expression"),
        ({"kind": "hide", "variable": "X", "if": "1 / num(A) > 0"}, "if"),
    ],
    ids=["price", "needless", "hide"],
)
def test_division_by_zero_is_refused_wherever_it_stands(
    caller: Caller, rule: Json, member: str
) -> None:
    variables = [variable("A", "0", "1"), X]
    for mode in ("validate", "solve", "all"):
        body = {"variables": variables, "rules": [rule], "mode": mode}
        told = caller.post("/solve", body, 422)
        assert told["code"] == "division_by_zero"
        assert told["errors"][0]["pointer"] == f"/rules/0/{member}"
    guarded = {"kind": "ensure", "expression": "if(num(A) > 0, 1 / num(A), 1) >= 1"}
    assert asked(caller, variables, guarded)["valid"]


def test_what_cannot_be_compiled_is_not_kept(program: Caller) -> None:
    path = "/configurators/NEW"
    wrong = {"variables": [variable("A", "0", "1")], "rules": [
        {"kind": "ensure", "expression": "1 / num(A) > 0"}
    ]}  # fmt: skip
    answer = program.send("PUT", path, wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "division_by_zero")
    assert program.send("GET", path).status_code == 404


def test_more_factors_than_can_be_tried_are_refused_in_every_mode(caller: Caller) -> None:
    rules = [{"kind": "price", "if": "X = 'a'", "multiply": 0.9, "id": f"R{n}"} for n in range(5)]
    for mode in ("validate", "optimize"):
        assert refused(caller, [X], *rules, mode=mode) == "too_many_factors"


def test_rules_that_hide_the_same_add_up(caller: Caller) -> None:
    variables = [X, variable("Z", "a", "b"), Y]
    rules = [
        {"kind": "hide", "variable": "Y", "if": "X = 'a'"},
        {"kind": "hide", "variable": "Y", "if": "Z = 'a'"},
    ]
    for x, z, left in (
        ("a", "b", ["n/a"]),
        ("b", "a", ["n/a"]),
        ("a", "a", ["n/a"]),
        ("b", "b", ["p", "q"]),
    ):
        answer = asked(caller, variables, *rules, mode="propagate", assignment={"X": x, "Z": z})
        [found] = [each for each in answer["variables"] if each["name"] == "Y"]
        assert [each["value"] for each in found["options"] if each["available"]] == left
    rules[0]["active_to"] = rules[1]["active_to"] = "2026-11-20"
    answer = asked(caller, variables, *rules, mode="propagate")
    [found] = [each for each in answer["variables"] if each["name"] == "Y"]
    assert [each["value"] for each in found["options"] if each["available"]] == ["p", "q"]


def test_a_name_may_be_written_composed_or_not(caller: Caller) -> None:
    composed, apart = "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"
    rule = {"kind": "ensure", "expression": f"{apart} = 'o\u0308'"}
    answer = asked(caller, [variable(composed, "\u00f6", "u")], rule, assignment={apart: "o\u0308"})
    assert answer["valid"]
    assert answer["solution"]["assignment"] == {composed: "\u00f6"}


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"kind": "exclude", "all": []}, "expression_missing"),
        ({"kind": "table", "variables": ["X"]}, "expression_missing"),
        ({"kind": "table", "variables": ["X"], "rows": [], "forbid": []}, "expression_missing"),
        ({"kind": "price", "if": "X = 'a'", "add": "1_0"}, "not_a_number"),
        ({"kind": "price", "if": "X = 'a'"}, "expression_missing"),
        ({"kind": "hide", "if": "X = 'a'"}, "expression_missing"),
    ],
)  # fmt: skip
def test_a_rule_that_says_nothing_or_nonsense_is_refused(
    caller: Caller, rule: Json, code: str
) -> None:
    assert refused(caller, [X, Y], rule) == code


def test_an_objective_that_nothing_has_is_refused(caller: Caller) -> None:
    assert refused(caller, [X], mode="optimize", objective={"minimize": "wieght"}) == (
        "unknown_attribute"
    )
    heavy = variable("H", {"value": "a", "weight": 3}, {"value": "b", "weight": 1})
    found = asked(caller, [heavy], mode="optimize", objective={"minimize": "weight"})["solution"]
    assert (found["assignment"], found["bound"]) == ({"H": "b"}, 1)


def test_preferences_yield_to_every_default(caller: Caller) -> None:
    rules = [
        {"kind": "prefer", "variable": "X", "values": ["a"], "priority": 2000},
        {"kind": "default", "set": {"X": "b"}, "priority": -5000},
    ]
    assert asked(caller, [X], *rules, mode="solve")["solution"]["assignment"] == {"X": "b"}


def test_a_quantity_goes_by_steps_and_is_named_by_its_number(caller: Caller) -> None:
    six = variable("Q", *(str(each) for each in range(1, 7)))
    rule = {"kind": "quantity", "variable": "Q", "min": 0, "max": 5, "step": 2}
    answer = asked(caller, [six], rule, mode="propagate")
    left = [each["value"] for each in answer["variables"][0]["options"] if each["available"]]
    assert left == ["2", "4"]
    halves = {"kind": "quantity", "variable": "Q", "min": 0, "max": 2, "step": 0.5}
    for told in (1, 1.0, "1", "1.0"):
        members: Json = {"mode": "solve", "assignment": {"Q": told}}
        answer = asked(caller, [{"name": "Q"}], halves, **members)
        assert answer["solution"]["assignment"] == {"Q": "1"}
    assert refused(caller, [{"name": "Q"}], halves | {"step": 0}) == "not_a_range"
    lint = caller.post("/solve/lint", {"variables": [{"name": "Q"}], "rules": [halves]})
    assert lint == {"findings": [], "complete": True}


def test_a_quantity_may_be_hidden(caller: Caller) -> None:
    rules: list[Json] = [
        {"kind": "quantity", "variable": "Q", "min": 1, "max": 3},
        {"kind": "hide", "variable": "Q", "if": "X = 'a'"},
    ]
    answer = asked(caller, [X, {"name": "Q"}], *rules, mode="all", limit=9)
    assert [each["assignment"] for each in answer["solutions"]] == [
        {"X": "a", "Q": "n/a"},
        {"X": "b", "Q": "1"},
        {"X": "b", "Q": "2"},
        {"X": "b", "Q": "3"},
    ]


def test_a_limit_on_what_nothing_has_is_refused(caller: Caller) -> None:
    assert refused(caller, [X], {"kind": "limit", "attribute": "wieght", "max": 3}) == (
        "unknown_attribute"
    )
