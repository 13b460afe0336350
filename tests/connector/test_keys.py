"""API keys at the door of the REST API."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import vektra
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.services import keys, tenancy
from engine.tenants.secrets import KeyRing, new_key
from engine.tenants.tenant import SignIn
from tests.builders import a_price_list, a_product, an_entry

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
BODY = {"lines": [{"sku": "PUMP", "quantity": 1}]}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def hub(migrated_url: str, clock: FixedClock) -> Iterator[Hub]:
    with closing(Hub(migrated_url, clock=clock)) as hub:
        for tenant, price in (("fjord", "100"), ("skerry-2", "7")):
            with hub.administration() as administration:
                ring = KeyRing.read(new_key())
                tenancy.create_tenant(administration, tenant, SignIn.SHARED_SECRET, ring)
            with hub.unit_of_work(tenant) as uow:
                uow.catalogues.put_price_lists([a_price_list()])
                uow.catalogues.put_products([a_product()])
                uow.catalogues.put_entries([an_entry(list_price=price)])
        yield hub


def served(hub: Hub, public: PublicKeys | None = None) -> TestClient:
    authenticator = KeyAuthenticator(hub, hub.clock, public=public)
    surfaces = [vektra(ROOT / "openapi")]
    return TestClient(assemble(hub, surfaces, authenticator, keys=authenticator))


def a_key(hub: Hub, tenant: str = "fjord") -> str:
    with hub.administration() as administration:
        return keys.create(administration, tenant, "shop", hub.clock).text


def asked(client: TestClient, key: str | None) -> httpx.Response:
    headers = {} if key is None else {"x-api-key": key}
    answer: httpx.Response = client.post("/api/v1/pricing", json=BODY, headers=headers)
    return answer


def test_a_key_names_its_tenant(hub: Hub) -> None:
    with served(hub) as client:
        nets = [
            asked(client, a_key(hub, tenant)).json()["totals"]["net"]
            for tenant in ("fjord", "skerry-2", "fjord")
        ]
    assert nets == [100, 7, 100]


def test_what_is_no_key_is_refused_alike(hub: Hub) -> None:
    right = a_key(hub)
    key_id, _, secret = right.partition(".")
    other = a_key(hub, "skerry-2").partition(".")[0]
    wrong = [
        None, "", ".", "fjord", key_id, f"{key_id}.", f"{key_id}.{secret}x", f"{other}.{secret}",
        f"nobody-0123456789.{secret}", f"fjord-0000000000.{secret}", "x" * 5000, "demo-key",
    ]  # fmt: skip
    with served(hub) as client:
        answers = [asked(client, None if key is None else key) for key in wrong]
        assert asked(client, right).status_code == 200
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {
        'ApiKey realm="quotewright"'
    }
    assert len({answer.json()["detail"] for answer in answers}) == 1


def test_a_revoked_key_is_refused_at_the_next_call_in_every_process(hub: Hub) -> None:
    right = a_key(hub)
    with served(hub) as one, served(hub) as other:
        assert [asked(each, right).status_code for each in (one, other)] == [200, 200]
        with hub.administration() as administration:
            keys.revoke(administration, right.partition(".")[0], hub.clock)
        assert [asked(each, right).status_code for each in (one, other)] == [401, 401]


def test_a_disabled_tenant_is_not_served(hub: Hub) -> None:
    right = a_key(hub)
    with served(hub) as client:
        assert asked(client, right).status_code == 200
        with hub.administration() as administration:
            tenancy.disable(administration, "fjord")
        assert asked(client, right).status_code == 403


def test_guessing_is_slowed_down_and_never_locks_out_a_right_key(
    hub: Hub, clock: FixedClock
) -> None:
    right = a_key(hub)
    wrong = right + "x"
    with served(hub) as client:
        found = [asked(client, wrong).status_code for _ in range(32)]
        assert (found[:30], found[30:]) == ([401] * 30, [429] * 2)
        assert asked(client, right).status_code == 200
        clock.instant += timedelta(seconds=61)
        assert asked(client, wrong).status_code == 401


def test_public_keys_and_nobody_are_served_where_that_is_wanted(hub: Hub) -> None:
    public = PublicKeys({"demo-key": "fjord"}, anonymous="skerry-2")
    with served(hub, public) as client:
        assert asked(client, "demo-key").json()["totals"]["net"] == 100
        assert asked(client, None).json()["totals"]["net"] == 7
        assert asked(client, "other").status_code == 401
    with served(hub, PublicKeys({"demo-key": "fjord"})) as client:
        assert asked(client, None).status_code == 401
