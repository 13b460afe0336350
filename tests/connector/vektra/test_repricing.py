"""A quote keeps its prices until somebody asks for new ones."""

from typing import Any

from engine.hub import Hub
from tests.connector.vektra.conftest import Caller, dearer

Json = dict[str, Any]
LINES = [{"sku": "VX-2000", "quantity": 4}, {"sku": "VX-HOS-50", "quantity": 60}]
SEAL = {"sku": "VX-SPR-SEAL", "quantity": 2}


def test_a_quote_keeps_its_prices_when_rules_change(hub: Hub, program: Caller) -> None:
    quote = program.post("/quotes", {"account_id": "ACME", "lines": LINES}, 201)
    before = program.post("/pricing", {"account_id": "ACME", "lines": [*LINES, SEAL]})
    dearer(hub)
    path = f"/quotes/{quote['id']}"
    assert program.send("GET", path).json() == quote
    added = program.post(f"{path}/lines", SEAL, 201)["quote"]
    assert added["totals"] == before["totals"]
    assert added["rule_set_version"] == quote["rule_set_version"]


def test_repricing_takes_the_rules_of_now_and_says_what_moved(hub: Hub, program: Caller) -> None:
    quote = program.post("/quotes", {"account_id": "ACME", "lines": LINES}, 201)
    dearer(hub)
    now = program.post("/pricing", {"account_id": "ACME", "lines": LINES})
    path = f"/quotes/{quote['id']}"
    repriced = program.post(f"{path}/reprice", {})
    assert repriced["totals"] == now["totals"] != quote["totals"]
    assert repriced["pricing_hash"] == now["pricing_hash"]
    assert repriced["policy"]["partner_first"] is False
    assert quote["policy"]["partner_first"] is True
    history = program.send("GET", f"{path}?expand=history").json()["history"]
    assert history[-1]["details"] == {
        "net_before": quote["totals"]["net"],
        "net_after": now["totals"]["net"],
        "rule_set_version": now["rule_set_version"],
        "rule_set_version_before": quote["rule_set_version"],
    }


def test_repricing_may_be_as_of_another_day(program: Caller) -> None:
    asked = {"account_id": "ACME", "lines": LINES, "pricing_date": "2026-11-21"}
    quote = program.post("/quotes", asked, 201)
    path = f"/quotes/{quote['id']}/reprice"
    assert program.post(path, {"pricing_date": "2027-03-01"})["pricing_date"] == "2027-03-01"
    assert program.post(path, {})["pricing_date"] == "2026-11-21"


def test_a_revised_quote_keeps_the_prices_it_had(hub: Hub, program: Caller) -> None:
    quote = program.post("/quotes", {"account_id": "ACME", "lines": LINES}, 201)
    path = f"/quotes/{quote['id']}"
    program.post(f"{path}/submit", {})
    dearer(hub)
    revised = program.post(f"{path}/revise", {})
    assert revised["totals"] == quote["totals"]
    line = f"{path}/lines/{quote['lines'][0]['id']}"
    changed = program.send("PATCH", line, {"quantity": 5}).json()
    assert changed["lines"][1] == quote["lines"][1]


def test_a_clone_has_the_prices_of_now(hub: Hub, program: Caller) -> None:
    quote = program.post("/quotes", {"account_id": "ACME", "lines": LINES}, 201)
    dearer(hub)
    now = program.post("/pricing", {"account_id": "ACME", "lines": LINES})
    assert program.post(f"/quotes/{quote['id']}/clone", {}, 201)["totals"] == now["totals"]
