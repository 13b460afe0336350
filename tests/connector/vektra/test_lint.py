"""What is odd about a model is told to its author."""

from typing import Any

from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
DRIVE = {"name": "Drive", "values": [{"value": "1.5 kW"}, {"value": "3.0 kW", "price": 500}]}
BELT = {"name": "Belt", "values": [{"value": "Standard"}, {"value": "Heavy", "price": 300}]}


def lint(caller: Caller, *rules: Json, variables: list[Json] | None = None) -> list[Json]:
    told = caller.post("/solve/lint", {"variables": variables or [DRIVE, BELT], "rules": rules})
    assert told["complete"]
    findings: list[Json] = told["findings"]
    return findings


def ensure(expression: str, name: str) -> Json:
    return {"id": name, "kind": "ensure", "expression": expression}


def test_a_sound_model_has_no_findings(caller: Caller) -> None:
    assert lint(caller, ensure("Belt = 'Standard' OR num(Drive) >= 3", "HEAVY")) == []


def test_rules_that_exclude_each_other_are_an_error(caller: Caller) -> None:
    rules = (
        ensure("Drive = '1.5 kW'", "SMALL"),
        ensure("Belt = 'Standard' OR num(Drive) >= 3", "HEAVY"),
        ensure("Belt = 'Heavy'", "ALWAYS"),
    )
    assert lint(caller, *rules) == [
        {
            "severity": "error",
            "code": "contradiction",
            "message": "SMALL, HEAVY, ALWAYS exclude each other: there is no build",
            "pointer": "rules/0",
        }
    ]


def test_an_option_in_no_build_is_told_with_the_rules(caller: Caller) -> None:
    [finding] = lint(caller, ensure("Belt = 'Standard'", "NEVER"))
    assert finding["code"] == "dead_option"
    assert finding["message"] == "Heavy of Belt is in no build, because of NEVER"
    assert finding["pointer"] == "variables/1/values/1"


def test_a_rule_that_can_never_matter_is_told(caller: Caller) -> None:
    heavy = ensure("Belt = 'Standard' OR num(Drive) >= 3", "HEAVY")
    again = {"id": "AGAIN", "kind": "exclude", "all": ["Belt = 'Heavy'", "Drive = '1.5 kW'"]}
    true = ensure("Belt = 'Standard' OR Belt = 'Heavy'", "TRUE")
    told = [(each["code"], each["pointer"]) for each in lint(caller, heavy, again, true)]
    assert told == [("redundant_rule", f"rules/{place}") for place in range(3)]
    charge = {
        "id": "CHARGE",
        "kind": "price",
        "if": "Belt = 'Heavy' AND Drive = '1.5 kW'",
        "add": 9,
    }
    assert [(each["code"], each["pointer"]) for each in lint(caller, heavy, charge)] == [
        ("idle_rule", "rules/1")
    ]


def test_a_text_whose_number_is_doubtful_is_told_where_it_is_compared(caller: Caller) -> None:
    texts = ("1/2 in", "1,5 in", "2 in", "none")
    pipe: Json = {"name": "Pipe", "values": [{"value": text} for text in texts]}
    above = ensure("num(Pipe) <= 2 OR Pipe = 'none'", "PIPE")
    found = lint(caller, above, variables=[pipe, BELT])
    told = [(each["code"], each["pointer"]) for each in found]
    assert told[:3] == [
        ("ambiguous_number", "variables/0/values/0"),
        ("ambiguous_number", "variables/0/values/1"),
        ("no_number", "variables/0/values/3"),
    ]
    half = {"value": "1/2 in", "number": 0.5}
    explicit: Json = {"name": "Pipe", "values": [half, {"value": "2 in"}]}
    rule = ensure("num(Pipe) <= 1 OR Belt = 'Heavy'", "PIPE")
    assert lint(caller, rule, variables=[explicit, BELT]) == []


def test_a_configurator_is_looked_at_when_it_is_put(program: Caller) -> None:
    body = {"variables": [DRIVE, BELT], "rules": [ensure("Belt = 'Standard'", "NEVER")]}
    told = program.send("PUT", "/configurators/ODD", body).json()["lint"]
    assert told["complete"]
    assert [each["code"] for each in told["findings"]] == ["dead_option"]
    assert program.post("/solve/lint", {"configurator": "ODD"}) == told


def test_the_demos_models_are_sound(caller: Caller) -> None:
    for sku in ("VX-2000", "CARE-PLUS"):
        assert caller.post("/solve/lint", {"sku": sku}) == {"findings": [], "complete": True}
