"""Questions about configurations, through the public door."""

import contextlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.connector.vektra.conftest import Caller
from tests.engine.configuration.brute import small

Json = dict[str, Any]
DRIVE = {"name": "Drive", "values": [{"value": "1.5 kW"}, {"value": "3.0 kW", "price": 500}]}
BELT = {"name": "Belt", "values": [{"value": "Standard"}, {"value": "Heavy", "price": 300}]}
RULE = {
    "kind": "ensure",
    "expression": "NOT is(\\'Belt\\',\\'Heavy\\') OR num(\\'Drive\\') >= 3.0",
    "message": "Heavy belt needs a 3.0 kW+ drive",
}
"""As the vendor's page prints it: the quotes are a shell's."""
BELTS: Json = {"variables": [DRIVE, BELT], "rules": [RULE]}


def solve(caller: Caller, **members: object) -> Json:
    return caller.post("/solve", BELTS | members)


def options(answer: Json, name: str) -> dict[str, Json]:
    [found] = [each for each in answer["variables"] if each["name"] == name]
    return {each["value"]: each for each in found["options"]}


def test_the_cheapest_build_with_a_heavy_belt(caller: Caller) -> None:
    answer = solve(
        caller, mode="optimize", objective={"minimize": "price"}, assignment={"Belt": "Heavy"}
    )
    assert answer["solution"] == {
        "assignment": {"Drive": "3.0 kW", "Belt": "Heavy"},
        "price": 800,
        "proven_optimal": True,
        "bound": 800,
    }
    assert (answer["status"], answer["valid"], answer["complete"]) == ("ok", True, False)


def test_a_blocked_option_names_the_rule_that_blocks_it(caller: Caller) -> None:
    answer = solve(caller, mode="propagate", assignment={"Belt": "Heavy"})
    drive = options(answer, "Drive")
    assert not drive["1.5 kW"]["available"]
    assert drive["1.5 kW"]["blocked_by"] == [{"rule": "rule-1", "message": RULE["message"]}]
    assert drive["3.0 kW"] == {
        "value": "3.0 kW",
        "price": 500,
        "available": True,
        "blocked_by": [],
    }
    assert answer["variables"][0]["forced"] == "3.0 kW"
    assert answer["solution"] is None
    short = solve(caller, mode="propagate", assignment={"Belt": "Heavy"}, explain=False)
    assert "blocked_by" not in options(short, "Drive")["1.5 kW"]


def test_choices_that_exclude_each_other_have_repairs(caller: Caller) -> None:
    answer = solve(caller, mode="all", assignment={"Belt": "Heavy", "Drive": "1.5 kW"})
    assert (answer["valid"], answer["complete"], answer["status"]) == (False, True, "ok")
    [violation] = answer["violations"]
    assert violation == {
        "rule": "rule-1",
        "message": RULE["message"],
        "variables": ["Drive", "Belt"],
    }
    assert [each["price"] for each in answer["repairs"]] == [0, 800]
    assert answer["repairs"][0]["changes"] == [
        {"variable": "Belt", "from": "Heavy", "to": "Standard"}
    ]


def test_every_build_is_listed_up_to_the_limit(caller: Caller) -> None:
    answer = solve(caller, mode="all", limit=2)
    assert [each["price"] for each in answer["solutions"]] == [0, 500]
    assert answer["truncated"]
    assert [each["price"] for each in solve(caller, limit=9)["solutions"]] == [0, 500, 800]


def test_rules_that_exclude_each_other_are_an_answer(caller: Caller) -> None:
    never = {"kind": "ensure", "id": "never", "expression": "Drive = '1.5 kW'", "message": "small"}
    always = {"kind": "ensure", "id": "always", "expression": "num(Drive) > 2", "message": "big"}
    answer = solve(caller, rules=[never, RULE, always])
    assert (answer["status"], answer["valid"]) == ("unsatisfiable", False)
    assert {each["rule"] for each in answer["violations"]} == {"never", "always"}


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("is('Bell','Heavy')", "unknown_variable"),
        ("is('Belt','Havy')", "unknown_option"),
        ("num('Drive') >=", "syntax_error"),
        ("num('Drive') >= 3.0 3", "syntax_error"),
        ("num('Drive')", "not_a_condition"),
        ("'a' > 3", "not_a_number"),
        ("is('Belt')", "wrong_arguments"),
        ("attr('Drive','weight') > 3", "unknown_attribute"),
        ("__import__('os')", "unknown_function"),
        ("(" * 200, "expression_too_deep"),
        ("TRUE" + " AND TRUE" * 300, "expression_too_large"),
        ("'" + "x" * 5000, "expression_too_long"),
        ("'open", "text_not_closed"),
        ("num(Drive) > 1234567890123456789", "number_too_long"),
    ],
)
def test_what_is_wrong_with_an_expression_is_named(
    caller: Caller, expression: str, code: str
) -> None:
    body = BELTS | {"rules": [RULE | {"expression": expression}]}
    problem = caller.post("/solve", body, 422)
    assert problem["code"] == code
    assert problem["errors"][0]["pointer"] == "/rules/0/expression"


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        (
            {"rules": [{"expression": "num(Drive) / 0 > 1"}]},
            "division_by_zero",
            "/rules/0/expression",
        ),
        ({"rules": [{"kind": "maybe"}]}, "unknown_kind", "/rules/0"),
        ({"rules": [{"kind": "table"}]}, "table_too_large", "/rules/0"),
        ({"rules": [RULE | {"id": "a"}, RULE | {"id": "a"}]}, "duplicate_rule", "/rules"),
        ({"variables": [{"name": "Drive", "values": []}]}, "empty_domain", "/variables/0"),
        ({"variables": [DRIVE, DRIVE]}, "duplicate_variable", "/variables/1/name"),
        ({"assignment": {"Bell": "Heavy"}}, "unknown_variable", "/assignment/Bell"),
        ({"assignment": {"Belt": "Havy"}}, "unknown_option", "/assignment/Belt"),
        ({"sku": "VX-2000"}, "two_models", "/variables"),
        ({"variables": None, "rules": None}, "model_missing", "/variables"),
    ],
)
def test_what_is_wrong_with_a_model_is_named(
    caller: Caller, members: Json, code: str, pointer: str
) -> None:
    problem = caller.post("/solve", BELTS | members, 422)
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, pointer)


def test_a_position_and_a_hint_come_with_an_unknown_name(caller: Caller) -> None:
    rule = RULE | {"expression": "NOT is('Bell', 'Heavy')"}
    problem = caller.post("/solve", BELTS | {"rules": [rule]}, 422)
    told = problem["errors"][0]["message"]
    assert told == "Bell is no variable at 8; did you mean 'Belt'?"


def pigeons(count: int) -> Json:
    """More birds than holes: hard for every solver that counts one by one."""
    holes = [{"value": f"h{hole}"} for hole in range(count - 1)]
    birds = [{"name": f"B{bird}", "values": holes} for bird in range(count)]
    rules = [
        {"kind": "exclude", "all": [f"B{one} = 'h{hole}'", f"B{two} = 'h{hole}'"]}
        for one in range(count)
        for two in range(one)
        for hole in range(count - 1)
    ]
    return {"variables": birds, "rules": rules, "mode": "validate"}


def test_a_hostile_model_is_unknown_and_holds_nobody_up(caller: Caller) -> None:
    with ThreadPoolExecutor(2) as pool:
        hard = pool.submit(caller.post, "/solve", pigeons(13))
        time.sleep(0.5)
        caller.post("/pricing", {"lines": [{"sku": "VX-2000", "quantity": 1}]})
        assert not hard.done()
        answer = hard.result()
    assert (answer["status"], answer["valid"]) == ("unknown", False)
    assert answer["reason"]
    assert solve(caller, mode="validate")["valid"]


def memory_of_solvers() -> list[int]:
    """The most memory, in bytes, that each process that solves for this one has ever held."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_text()
            status = dict(
                line.split(":", 1) for line in (folder / "status").read_text().splitlines()
            )
            if "connector.solving.child" in command and int(status["PPid"]) == os.getpid():
                found.append(int(status["VmHWM"].split()[0]) * 1024)
    return found


def test_two_hundred_at_once_are_answered_as_one_alone(caller: Caller, stranger: Caller) -> None:
    modes = ("validate", "propagate", "solve", "optimize", "repair", "all")
    bodies = [
        BELTS | {"mode": mode, "assignment": {"Belt": belt}}
        for mode in modes
        for belt in ("Standard", "Heavy")
    ]
    for seed, mode in enumerate(modes, 90_000):
        document = small(seed).document
        first = document["variables"][0]
        assignment = {first["name"]: first["values"][-1]["value"]}
        bodies.append(document | {"mode": mode, "assignment": assignment})
    bodies += [{"sku": "VX-2000", "mode": mode} for mode in ("propagate", "all")]

    def told(who: Caller, body: Json) -> Json:
        for _ in range(100):
            answer = who.send("POST", "/solve", body)
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                read: Json = answer.json()
                return {name: value for name, value in read.items() if name != "stats"}
            time.sleep(0.1)
        raise AssertionError("always busy")

    who_asks = (caller, stranger)
    alone = {who: [told(who, body) for body in bodies] for who in who_asks}
    work = [(who, place) for place in range(len(bodies)) for who in who_asks] * 5
    assert len(work) == 200
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda each: told(each[0], bodies[each[1]]), work))
    assert found == [alone[who][place] for who, place in work]
    held = memory_of_solvers()
    assert 1 <= len(held) <= 2
    assert max(held) < 512 * 1024**2


def test_the_pages_call_about_a_product_works_as_printed(caller: Caller) -> None:
    body = {
        "sku": "VX-2000",
        "mode": "propagate",
        "assignment": {"Operating Environment": "ATEX Zone 22"},
    }
    answer = caller.post("/solve", body)
    assert answer["valid"]
    drive = options(answer, "Drive")
    assert [value for value, each in drive.items() if each["available"]] == ["7.5 kW Ex"]
    assert drive["5.5 kW"]["blocked_by"][0] == {
        "rule": "ATEX-DRIVE",
        "message": "ATEX Zone 22 needs the explosion-protected drive",
    }
    assert all(
        each["blocked_by"]
        for variable in answer["variables"]
        for each in variable["options"]
        if not each["available"]
    )


def test_a_product_without_options_has_no_model(caller: Caller) -> None:
    for body, code in (
        ({"sku": "VX-HOS-50"}, "not_configurable"),
        ({"sku": "NOPE"}, "unknown_sku"),
        ({"configurator": "NOPE"}, "unknown_configurator"),
    ):
        assert caller.post("/solve", body, 422)["code"] == code


def test_a_configurator_is_put_and_asked(program: Caller, outsider: Caller) -> None:
    path = "/configurators/BELTS"
    made = program.send("PUT", path, BELTS | {"name": "Belts"})
    assert made.status_code == 201, made.text
    assert made.json()["variables"] == BELTS["variables"]
    assert program.send("GET", path).json() | {"lint": made.json()["lint"]} == made.json()
    asked = {"configurator": "BELTS", "mode": "solve", "assignment": {"Belt": "Heavy"}}
    assert program.post("/solve", asked)["solution"]["price"] == 800
    assert outsider.send("GET", path).status_code == 404
    assert outsider.post("/solve", asked, 422)["code"] == "unknown_configurator"
    dearer = {"name": "Drive", "values": [{"value": "1.5 kW"}, {"value": "3.0 kW", "price": 600}]}
    assert program.send("PUT", path, BELTS | {"variables": [dearer, BELT]}).status_code == 200
    assert program.post("/solve", asked)["solution"]["price"] == 900


def test_a_configurator_that_cannot_be_read_changes_nothing(program: Caller) -> None:
    path = "/configurators/VX-2000"
    before = program.send("GET", path).json()
    wrong = BELTS | {"rules": [RULE | {"expression": "is('Bell','Heavy')"}]}
    refused = program.send("PUT", path, wrong)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/rules/0/expression"
    assert refused.json()["code"] == "unknown_variable"
    assert program.send("GET", path).json() == before
