"""An old price comes back byte for byte, whatever has happened to the rules since."""

from typing import Any

from engine.hub import Hub
from tests.connector.vektra.conftest import Caller, dearer

BASKET: dict[str, Any] = {
    "account_id": "ACME",
    "pricing_date": "2026-11-21",
    "lines": [{"sku": "VX-2000", "quantity": 4}, {"sku": "VX-HOS-50", "quantity": 60}],
}


def test_an_older_version_of_the_rules_gives_the_old_bytes(hub: Hub, program: Caller) -> None:
    before = program.send("POST", "/pricing", BASKET)
    version = before.json()["rule_set_version"]
    for _ in range(3):
        dearer(hub)
    now = program.send("POST", "/pricing", BASKET)
    assert now.json()["rule_set_version"] != version
    assert now.json()["totals"]["net"] > before.json()["totals"]["net"]
    again = program.send("POST", "/pricing", {**BASKET, "rule_set_version": version})
    assert again.content == before.content


def test_a_version_that_has_never_been_is_refused(program: Caller) -> None:
    newest = int(program.post("/pricing", BASKET)["rule_set_version"])
    asked = {**BASKET, "rule_set_version": str(newest + 1)}
    refused = program.post("/pricing", asked, 422)
    assert (refused["code"], refused["errors"][0]["pointer"]) == (
        "unknown_rule_set_version",
        "/rule_set_version",
    )
