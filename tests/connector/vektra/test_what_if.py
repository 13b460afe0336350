"""What follows from taking an option all the same."""

from typing import Any

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.test_solve import BELTS, options, solve

Json = dict[str, Any]


def test_every_option_tells_its_price_and_what_has_to_change(caller: Caller) -> None:
    answer = solve(
        caller,
        mode="propagate",
        assignment={"Drive": "1.5 kW", "Belt": "Standard"},
        what_if=["Belt", "Drive"],
    )
    belt, drive = options(answer, "Belt"), options(answer, "Drive")
    assert belt["Standard"]["what_if"] == {"changes": [], "price": 0, "price_difference": 0}
    assert belt["Heavy"]["what_if"] == {
        "changes": [{"variable": "Drive", "from": "1.5 kW", "to": "3.0 kW"}],
        "price": 800,
        "price_difference": 800,
    }
    assert drive["3.0 kW"]["what_if"] == {"changes": [], "price": 500, "price_difference": 500}


def test_what_is_in_no_build_has_no_what_if(caller: Caller) -> None:
    never = {"kind": "exclude", "expression": "Belt = 'Heavy'"}
    body = BELTS | {"rules": [never], "mode": "propagate", "what_if": ["Belt"]}
    told = options(caller.post("/solve", body), "Belt")
    assert told["Heavy"]["what_if"] is None
    assert told["Standard"]["what_if"]["price_difference"] == 0


def test_an_impossible_assignment_has_no_price_to_differ_from(caller: Caller) -> None:
    answer = solve(
        caller,
        mode="propagate",
        assignment={"Drive": "1.5 kW", "Belt": "Heavy"},
        what_if=["Belt"],
    )
    told = options(answer, "Belt")
    assert told["Standard"]["what_if"] == {"changes": [], "price": 0, "price_difference": None}
    assert told["Heavy"]["what_if"]["changes"] == [
        {"variable": "Drive", "from": "1.5 kW", "to": "3.0 kW"}
    ]


def test_only_what_is_asked_for_is_supposed(caller: Caller) -> None:
    answer = solve(caller, mode="all", what_if=["Belt"])
    assert all("what_if" not in each for each in options(answer, "Drive").values())
    wrong = caller.post("/solve", BELTS | {"what_if": ["Belts"]}, 422)
    assert wrong["code"] == "unknown_variable"
    assert wrong["errors"][0]["pointer"].endswith("what_if/Belts")
