"""Answers that carry their certificates, judged by a checker that knows nothing of the solver."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.check_certificate.claims import Verdict, check
from tests.connector.vektra.conftest import Caller
from tests.engine.configuration.brute import small

Json = dict[str, Any]
ASSIGNMENTS: list[Json] = [
    {},
    {"Operating Environment": "ATEX Zone 22"},
    {"Operating Environment": "ATEX Zone 22", "Drive": "5.5 kW"},
]


def judged(caller: Caller, body: Json) -> list[str]:
    """What the checker objects to."""
    answer = caller.send("POST", "/solve", body | {"certificate": True})
    assert answer.status_code == 200, answer.text
    findings = check(json.loads(answer.text, parse_float=Decimal))
    assert findings
    return [f"{each.claim}: {each.reason}" for each in findings if each.verdict is not Verdict.OK]


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=["nothing", "possible", "impossible"])
@pytest.mark.parametrize("objective", [None, {"minimize": "price"}, {"maximize": "price"}])
def test_what_is_said_of_the_vacuum_unit_is_so(
    caller: Caller, assignment: Json, objective: Json | None
) -> None:
    body = {"sku": "VX-2000", "assignment": assignment, "objective": objective}
    assert judged(caller, body | {"mode": "all"}) == []


@pytest.mark.parametrize("mode", ["validate", "propagate", "solve", "optimize", "repair", "all"])
def test_what_is_said_of_small_models_is_so(caller: Caller, mode: str) -> None:
    for seed in range(50_000, 50_025):
        document = small(seed).document
        assignment = {
            each["name"]: each["values"][seed % len(each["values"])]["value"]
            for each in document["variables"][::2]
        }
        body = document | {"mode": mode, "assignment": assignment}
        assert judged(caller, body) == [], seed


def test_a_certificate_names_what_was_asked(caller: Caller) -> None:
    body = {"sku": "VX-2000", "mode": "solve", "assignment": {"Drive": "7.5 kW Ex"}}
    told = caller.post("/solve", body | {"certificate": True})["certificate"]
    assert told["assignment"] == {"Drive": "7.5 kW Ex"}
    assert (told["mode"], told["day"], told["objective"]) == ("solve", "2026-11-21", None)
    assert told["variables"] == caller.send("GET", "/configurators/VX-2000").json()["variables"]
    assert "certificate" not in caller.post("/solve", body)
