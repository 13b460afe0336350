"""Who comes in: an API key, or a user by name and password; nobody else, in the demo either."""

import base64

import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import klaro
from connector.users import UserAuthenticator
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.services import keys, staffing, tenancy
from engine.services.staffing import NewUser, UserChange
from tests.connector.klaro.conftest import API, Reader
from tests.connector.vektra.conftest import ROOT

ANNA = ("CustDemo/c_anna", "demo-anna-password")


def status(client: TestClient, headers: dict[str, str], path: str = "/users") -> int:
    found: int = client.get(f"{API}{path}", headers=headers).status_code
    return found


def basic(name: str, password: str) -> dict[str, str]:
    pair = f"{name}:{password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, 401),
        ({"x-api-key": "demo-key"}, 200),
        ({"x-api-key": "wrong"}, 401),
        ({"x-api-key": "wrong"} | basic(*ANNA), 401),
        ({"x-api-key": "demo-key"} | basic("CustDemo/c_anna", "wrong"), 200),
        (basic(*ANNA), 200),
        (basic("CustDemo\\c_anna", ANNA[1]), 200),
        (basic("CustDemo/C_ANNA", ANNA[1]), 200),
        (basic("CustDemo/c_anna", "wrong"), 401),
        (basic("CustDemo/c_nobody", ANNA[1]), 401),
        (basic("CustOther/c_anna", ANNA[1]), 401),
        (basic("Nobody/c_anna", ANNA[1]), 401),
        (basic("c_anna", ANNA[1]), 401),
        (basic("CustDemo", demo.TENANTS["CustDemo"][1]), 401),
        ({"Authorization": "Basic !!!"}, 401),
        ({"Authorization": "Bearer x.y.z"}, 401),
        ({"Authorization": ""}, 401),
    ],
)
def test_nobody_is_let_in_unproven(
    demo_client: TestClient, headers: dict[str, str], found: int
) -> None:
    assert status(demo_client, headers) == found


def test_a_refusal_says_what_would_open(demo_client: TestClient) -> None:
    refused = demo_client.get(f"{API}/users")
    challenge = refused.headers["www-authenticate"]
    assert challenge.startswith("ApiKey")
    assert 'Basic realm="quotewright"' in challenge
    assert refused.json()["error"] == {
        "code": 401,
        "message": "The credentials are missing or not valid.",
    }


def test_who_is_not_let_in_is_not_told_what_there_is(demo_client: TestClient) -> None:
    assert status(demo_client, {}, "/nowhere") == 401
    assert status(demo_client, {"x-api-key": "demo-key"}, "/nowhere") == 404


def test_a_key_of_a_fulfilment_system_opens_nothing(hub: Hub, hub_client: TestClient) -> None:
    with hub.administration() as administration:
        made = keys.create(administration, "CustDemo", "erp", hub.clock, "ERP")
        own = keys.create(administration, "CustDemo", "shop", hub.clock)
    refused = hub_client.get(f"{API}/users", headers={"x-api-key": made.text})
    assert refused.status_code == refused.json()["error"]["code"] == 403
    assert status(hub_client, {"x-api-key": own.text}) == 200


def test_a_changed_or_disabled_user_counts_at_once(hub: Hub, hub_client: TestClient) -> None:
    quotation = Reader.key(hub_client, "demo-key").post(
        "/quotations/vacuums", {"account": "ACME"}, 201
    )["quotation_id"]
    anna = Reader.user(hub_client, *ANNA)
    anna.get(f"/quotation/{quotation}", 404)
    with hub.unit_of_work("CustDemo") as uow:
        staffing.change(uow, "c_anna", UserChange(is_privileged=True))
    anna.get(f"/quotation/{quotation}")
    with hub.unit_of_work("CustDemo") as uow:
        staffing.change(uow, "c_anna", UserChange(password="another-password"))
    assert status(hub_client, basic(*ANNA)) == 401
    assert status(hub_client, basic("CustDemo/c_anna", "another-password")) == 200
    with hub.unit_of_work("CustDemo") as uow:
        staffing.disable(uow, "c_anna")
    assert status(hub_client, basic("CustDemo/c_anna", "another-password")) == 401
    with hub.unit_of_work("CustDemo") as uow:
        staffing.change(uow, "c_anna", UserChange(disabled=False))
    assert status(hub_client, basic("CustDemo/c_anna", "another-password")) == 200


def test_users_of_a_tenant_that_is_not_served_are_told_so(hub: Hub, hub_client: TestClient) -> None:
    assert status(hub_client, basic(*ANNA)) == 200
    with hub.administration() as administration:
        tenancy.disable(administration, "CustDemo")
    assert status(hub_client, basic(*ANNA)) == 403
    assert status(hub_client, basic("CustDemo/c_bo", "demo-bo-password")) == 403


def test_whoever_guesses_has_to_wait(hub: Hub) -> None:
    clock = hub.clock
    assert isinstance(clock, FixedClock)
    users = UserAuthenticator(hub, clock, failures_per_minute=2)
    program = KeyAuthenticator(hub, clock, public=PublicKeys(demo.KEYS, demo.ANONYMOUS))
    with TestClient(
        assemble(hub, [klaro(ROOT / "openapi")], program, keys=program, users=users)
    ) as client:
        assert status(client, basic(*ANNA)) == 200
        wrong = [status(client, basic("CustDemo/c_anna", f"wrong-{n}")) for n in range(4)]
        assert wrong == [401, 401, 429, 429]
        refused = client.get(f"{API}/users", headers=basic("CustDemo/c_bo", "demo-bo-password"))
        assert refused.status_code == refused.json()["error"]["code"] == 429
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert status(client, basic(*ANNA)) == 200, "who was proven before goes on"
        assert status(client, {"x-api-key": "demo-key"}) == 200
        clock.instant = clock.instant.replace(minute=45)
        assert status(client, basic("CustDemo/c_bo", "demo-bo-password")) == 200


def test_users_count_for_each_tenant(hub: Hub) -> None:
    for tenant in ("CustDemo", "CustOther"):
        with hub.unit_of_work(tenant) as uow:
            made = staffing.add(uow, NewUser(username="c_new")).user
        assert made.number == 3


def test_whoever_guesses_at_many_tenants_has_to_wait(hub: Hub) -> None:
    """Each guess costs as much as one at a tenant that there is."""
    users = UserAuthenticator(hub, hub.clock, failures_per_minute=2)
    keys_ = KeyAuthenticator(hub, hub.clock)
    app = assemble(hub, [klaro(ROOT / "openapi")], users, keys=keys_, users=users)
    with TestClient(app) as client:
        found = [status(client, basic(f"T{each}/x", "wrong")) for each in range(6)]
    assert found == [401, 401, 401, 401, 429, 429]
