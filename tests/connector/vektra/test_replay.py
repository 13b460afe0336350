"""An old price comes back byte for byte, whatever has happened to the rules since."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import vektra
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, ROOT, Caller

BASKET: dict[str, Any] = {
    "account_id": "ACME",
    "pricing_date": "2026-11-21",
    "lines": [{"sku": "VX-2000", "quantity": 4}, {"sku": "VX-HOS-50", "quantity": 60}],
}


@pytest.fixture
def hub(database_url: str) -> Iterator[Hub]:
    with closing(Hub(database_url, clock=FixedClock(NOW))) as hub:
        hub.migrate()
        demo.seed(hub, KEYRING)
        yield hub


@pytest.fixture
def program(hub: Hub) -> Iterator[Caller]:
    keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
    with TestClient(assemble(hub, [vektra(ROOT / "openapi")], keys, keys=keys)) as client:
        yield Caller(client)


def dearer(hub: Hub) -> None:
    """Every price a tenth higher, the agreement gone worse, the ladder steeper."""
    with hub.unit_of_work("CustDemo") as uow:
        data = uow.catalogues.load()
        uow.catalogues.put_entries(
            replace(each, list_price=each.list_price * Decimal("1.1")) for each in data.entries
        )
        uow.catalogues.put_agreements(replace(each, terms=()) for each in data.agreements)
        uow.catalogues.put_ladders(
            replace(each, tiers=each.tiers[:1], name="steeper") for each in data.ladders
        )
        pricing = replace(data.settings.pricing, partner_first=False)
        uow.catalogues.put_settings(replace(data.settings, pricing=pricing))


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
