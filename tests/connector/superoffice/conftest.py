"""A CRM that calls the connector: the whole application, with a tenant whose catalogue is
SuperOffice's own reference workbook."""

import base64
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.files.reading import read_path
from connector.security import Authenticator
from connector.surfaces import superoffice
from engine.catalog.intake import Upload
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.services.importing import import_catalogue
from engine.services.tenancy import create_tenant
from engine.tenants.secrets import KeyRing, new_key
from engine.tenants.tenant import SignIn
from tests.builders import a_price_list, a_product, an_entry

ROOT = Path(__file__).parents[3]
KEYRING = KeyRing.read(new_key())
SECRET = "a-shared-secret-of-these-tests-0123456789abcdef"
_NUMBERS = itertools.count(1)
CONTEXT_CLAIM = "http://schemes.superoffice.net/identity/ctx"


class NoKeys:
    """An environment that has no keys: these tenants sign in with their secret."""

    version = 1

    def find(self, _kid: str) -> None:
        return None


class Crm:
    """Calls operations as one tenant and reads the bare JSON they answer."""

    def __init__(self, client: TestClient, hub: Hub, tenant: str) -> None:
        self._client = client
        self._hub = hub
        self.tenant = tenant
        self.secret = SECRET

    def call(self, operation: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 (any JSON value)
        answer = self.post(operation, body, self.basic(self.tenant, self.secret))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, operation: str, body: object, headers: dict[str, str]) -> httpx.Response:
        sent = {"Content-Type": "application/json"} | headers
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = f"/superoffice/{operation}"
        answer: httpx.Response = self._client.post(path, content=raw, headers=sent)
        return answer

    @staticmethod
    def basic(tenant: str, secret: str) -> dict[str, str]:
        token = base64.b64encode(f"{tenant}:{secret}".encode()).decode()
        return {"Authorization": f"Basic {token}"}

    def bearer(self, *, secret: str = "", expired: bool = False) -> dict[str, str]:
        now = int(time.time())
        claims = {
            CONTEXT_CLAIM: self.tenant,
            "aud": "quotewright-demo",
            "iss": "SuperOffice AS",
            "nbf": now - 600,
            "exp": now - 300 if expired else now + 300,
        }
        return {"Authorization": f"Bearer {jwt.encode(claims, secret or self.secret, 'HS256')}"}

    def switch(self, *names: str) -> None:
        """Turn fault switches on."""
        with self._hub.unit_of_work(self.tenant) as uow:
            settings = uow.catalogues.load().settings
            switches = dict(settings.switches) | dict.fromkeys(names, True)
            uow.catalogues.put_settings(replace(settings, switches=switches))

    def promise(self, **capabilities: bool) -> None:
        """Change what the tenant promises."""
        with self._hub.unit_of_work(self.tenant) as uow:
            settings = uow.catalogues.load().settings
            promised = dict(settings.capabilities) | capabilities
            uow.catalogues.put_settings(replace(settings, capabilities=promised))

    @staticmethod
    def order_body(*, quote_id: int, alternative_id: int = 1) -> dict[str, Any]:
        """One line of a real product, ready to be ordered."""
        line = {
            "QuoteLineId": 70,
            "ERPProductKey": "18600",
            "Name": "a1",
            "Quantity": 2,
            "UnitListPrice": 200,
            "UnitMinimumPrice": 120,
            "SubTotal": 400,
            "TotalPrice": 400,
        }
        return {
            "Context": {
                "CRMSale": {"Currency": "NOK"},
                "CRMQuote": {"QuoteId": quote_id, "PoNumber": "PO-1"},
                "CRMQuoteVersion": {"QuoteVersionId": 3, "State": "Sent"},
                "CRMAlternativeWithLines": {
                    "CRMAlternative": {"QuoteAlternativeId": alternative_id},
                    "CRMQuoteLines": [line],
                },
            }
        }


@pytest.fixture(scope="session")
def hub_url(
    database_engine: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> str:
    """One database for all of these tests: each has tenants of its own."""
    if database_engine == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('superoffice') / 'hub.db'}"
    server = request.getfixturevalue("postgresql_server")
    return str(server.url(server.create()))


@pytest.fixture(scope="session")
def hub(hub_url: str) -> Iterator[Hub]:
    """The hub on that database."""
    with closing(Hub(hub_url, clock=SystemClock())) as hub:
        hub.migrate()
        yield hub


@pytest.fixture(scope="session")
def client(hub: Hub) -> Iterator[TestClient]:
    """The application over its ASGI door."""
    authenticator = Authenticator(
        hub,
        KEYRING,
        NoKeys(),
        audiences=frozenset({"quotewright-demo", "spn:quotewright-demo"}),
        issuers=frozenset({"SuperOffice AS"}),
        clock=SystemClock(),
    )
    with TestClient(assemble(hub, [superoffice(ROOT / "openapi")], authenticator)) as client:
        yield client


@pytest.fixture(scope="session")
def workbook() -> Upload:
    """SuperOffice's reference workbook, read."""
    return read_path(ROOT / "tests/data/reference-workbook.xlsx")


@pytest.fixture
def crm(client: TestClient, hub: Hub, workbook: Upload) -> Crm:
    """A new tenant with the reference workbook's catalogue."""
    tenant = a_tenant(hub)
    with hub.unit_of_work(tenant) as uow:
        import_catalogue(uow, workbook, sandbox=True)
    return Crm(client, hub, tenant)


@pytest.fixture
def other(client: TestClient, hub: Hub) -> Crm:
    """A new tenant with one of the same keys at another price."""
    tenant = a_tenant(hub)
    promised = {
        "iorderconsumer_place_order": True,
        "iorderconsumer_provide_orderstate": True,
    }
    with hub.unit_of_work(tenant) as uow:
        uow.catalogues.put_price_lists([a_price_list("NOK2013")])
        uow.catalogues.put_products([a_product("18600")])
        uow.catalogues.put_entries([an_entry("18600", "777", "NOK2013")])
        settings = uow.catalogues.load().settings
        uow.catalogues.put_settings(replace(settings, capabilities=promised))
    return Crm(client, hub, tenant)


def a_tenant(hub: Hub) -> str:
    """A tenant nobody else knows, with the secret all of these tests use."""
    tenant = f"Cust{next(_NUMBERS)}"
    with hub.administration() as administration:
        create_tenant(administration, tenant, SignIn.SHARED_SECRET, KEYRING, secret=SECRET)
    return tenant
