"""Changed rules are told of, and so are quotes they no longer let anybody build."""

from typing import Any

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import make

Json = dict[str, Any]


def told(caller: Caller, kind: str) -> list[Json]:
    found: list[Json] = caller.send("GET", f"/events?type={kind}").json()["data"]
    return found


def test_a_changed_rule_is_told_once_with_the_revision_it_led_to(program: Caller) -> None:
    before = len(told(program, "pricing.rule_changed"))
    rule = {"name": "June", "value": 5, "valid_from": "2026-06-01", "priority": 7}
    assert program.send("PUT", "/promotions/PROMO-JUNE", rule).status_code == 201
    after = told(program, "pricing.rule_changed")
    assert len(after) == before + 1
    priced = program.post("/pricing", {"lines": [{"sku": "VX-HOS-50", "quantity": 1}]})
    assert priced["rule_set_version"] == str(after[0]["data"]["revision"])
    assert program.send("PUT", "/promotions/PROMO-JUNE", rule).status_code == 200
    assert len(told(program, "pricing.rule_changed")) == before + 1
    assert program.send("DELETE", "/promotions/PROMO-JUNE").status_code == 204
    assert told(program, "pricing.rule_changed")[0]["data"]["removed"] == "PROMO-JUNE"


def test_open_quotes_that_can_no_longer_be_built_are_told_of(program: Caller) -> None:
    sound = make(program, {"sku": "VX-2000", "quantity": 1})
    heavy = make(
        program,
        {
            "sku": "VX-2000",
            "quantity": 1,
            "configuration": {"Belt": "Heavy", "Drive": "7.5 kW"},
        },
    )
    model = program.send("GET", "/configurators/VX-2000").json()
    rules = [
        *model["rules"],
        {"id": "NO-HEAVY", "kind": "ensure", "expression": "NOT is('Belt','Heavy')"},
    ]
    body = {name: model[name] for name in ("name", "variables")} | {"rules": rules}
    answer = program.send("PUT", "/configurators/VX-2000", body)
    assert answer.status_code == 200, answer.text
    [event] = told(program, "configuration.invalidated")
    assert event["subject"] == heavy["id"] != sound["id"]
    assert event["data"]["lines"] == [heavy["lines"][0]["id"]]
