"""Callers of the REST API: the whole application with the demo tenants, and a CRM beside them."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.security import Authenticator
from connector.surfaces import superoffice, vektra
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.superoffice.conftest import KEYRING, Crm, NoKeys

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
Json = dict[str, Any]


class Caller:
    """Calls `/api/v1` with one key and reads what is answered."""

    def __init__(self, client: TestClient, key: str | None = "demo-key") -> None:
        self._client = client
        self._headers = {} if key is None else {"x-api-key": key}

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        given: dict[str, Any] = {}
        if body is not None:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            given = {"content": raw}
            headers = {"content-type": "application/json"} | headers
        answer: httpx.Response = self._client.request(
            method, f"/api/v1{path}", headers=self._headers | headers, **given
        )
        return answer

    def post(self, path: str, body: object, status: int = 200) -> Json:
        answer = self.send("POST", path, body)
        assert answer.status_code == status, answer.text
        read: Json = answer.json()
        return read


@pytest.fixture(scope="session")
def demo_hub(
    database_engine: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Hub]:
    """A hub with the demo tenants on a day of autumn 2026."""
    if database_engine == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('vektra') / 'hub.db'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        url = str(server.url(server.create()))
    with closing(Hub(url, clock=FixedClock(NOW), keyring=KEYRING)) as hub:
        hub.migrate()
        demo.seed(hub, KEYRING)
        yield hub


@pytest.fixture(scope="session")
def demo_client(demo_hub: Hub) -> Iterator[TestClient]:
    """Both surfaces of the application."""
    credentials = Authenticator(
        demo_hub,
        KEYRING,
        NoKeys(),
        audiences=frozenset({"quotewright-demo"}),
        issuers=frozenset({"SuperOffice AS"}),
        clock=demo_hub.clock,
    )
    keys = KeyAuthenticator(
        demo_hub, demo_hub.clock, public=PublicKeys(demo.KEYS, anonymous=demo.ANONYMOUS)
    )
    surfaces = [superoffice(ROOT / "openapi"), vektra(ROOT / "openapi")]
    with TestClient(
        assemble(demo_hub, surfaces, credentials, keys=keys, listens_at="testserver")
    ) as client:
        yield client


@pytest.fixture
def caller(demo_client: TestClient) -> Caller:
    """A program of CustDemo."""
    return Caller(demo_client)


@pytest.fixture
def stranger(demo_client: TestClient) -> Caller:
    """A program of CustOther."""
    return Caller(demo_client, "other-key")


@pytest.fixture
def seller(demo_client: TestClient, demo_hub: Hub) -> Crm:
    """SuperOffice, with a salesperson of CustDemo."""
    crm = Crm(demo_client, demo_hub, "CustDemo")
    crm.secret = demo.TENANTS["CustDemo"][1]
    return crm


@pytest.fixture
def hub(seeded_url: str) -> Iterator[Hub]:
    """A hub of one test's own."""
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING)) as hub:
        yield hub


@pytest.fixture
def hub_client(hub: Hub) -> Iterator[TestClient]:
    keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
    with TestClient(
        assemble(hub, [vektra(ROOT / "openapi")], keys, keys=keys, listens_at="testserver")
    ) as client:
        yield client


@pytest.fixture
def program(hub_client: TestClient) -> Caller:
    """A program of CustDemo, whose catalogue this test may change."""
    return Caller(hub_client)


@pytest.fixture
def outsider(hub_client: TestClient) -> Caller:
    """A program of CustOther beside it."""
    return Caller(hub_client, "other-key")


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
