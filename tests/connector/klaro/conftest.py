"""Clients of the quotation Web API, with the two other surfaces beside it on the same hub."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.security import Authenticator
from connector.surfaces import klaro, superoffice, vektra
from connector.users import UserAuthenticator
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.conftest import Copied
from tests.connector.superoffice.conftest import KEYRING, Crm, NoKeys
from tests.connector.vektra.conftest import NOW, ROOT, Caller

Json = dict[str, Any]
API = "/quotation_app/api"


class Reader:
    """Calls the quotation Web API as one user, or with an API key, and reads what is answered."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    @classmethod
    def user(cls, client: TestClient, name: str, password: str) -> "Reader":
        """A user of a tenant, by the name `TENANT/username`."""
        token = base64.b64encode(f"{name}:{password}".encode()).decode()
        return cls(client, {"Authorization": f"Basic {token}"})

    @classmethod
    def key(cls, client: TestClient, key: str) -> "Reader":
        return cls(client, {"x-api-key": key})

    def send(self, method: str, path: str, body: object = None) -> httpx.Response:
        given: dict[str, Any] = {}
        headers = dict(self._headers)
        if body is not None:
            given = {"content": body if isinstance(body, bytes) else json.dumps(body).encode()}
            headers["content-type"] = "application/json"
        answer: httpx.Response = self._client.request(
            method, f"{API}{path}", headers=headers, **given
        )
        return answer

    def form(
        self,
        method: str,
        path: str,
        body: str | bytes,
        media_type: str = "application/x-www-form-urlencoded",
        **headers: str,
    ) -> httpx.Response:
        """As `send`, of a form as it is written."""
        sent = {**self._headers, "content-type": media_type, **headers}
        content = body if isinstance(body, bytes) else body.encode()
        answer: httpx.Response = self._client.request(
            method, f"{API}{path}", headers=sent, content=content
        )
        return answer

    def call(self, method: str, path: str, body: object = None, status: int = 200) -> Any:  # noqa: ANN401 (any JSON value)
        """The payload of an answer; the whole answer where it is a refusal."""
        answer = self.send(method, path, body)
        assert answer.status_code == status, answer.text
        read = answer.json()
        if status >= 400:
            assert read["error"]["code"] == status
            assert read["error"]["message"]
            return read
        return read["data"]

    def get(self, path: str, status: int = 200) -> Any:  # noqa: ANN401 (any JSON value)
        return self.call("GET", path, status=status)

    def post(self, path: str, body: object, status: int = 200) -> Any:  # noqa: ANN401 (any JSON value)
        return self.call("POST", path, body, status)

    def post_nothing(self, path: str, body: object) -> None:
        """What is answered with nothing but that it was done."""
        answer = self.send("POST", path, body)
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.fixture(scope="session")
def demo_hub(
    database_engine: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Hub]:
    """A hub with the demo tenants on a day of autumn 2026."""
    if database_engine == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('klaro') / 'hub.db'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        url = str(server.url(server.create()))
    with closing(Hub(url, clock=FixedClock(NOW), keyring=KEYRING)) as hub:
        hub.migrate()
        demo.seed(hub, KEYRING)
        yield hub


def surfaces_of(hub: Hub, documents: Path = ROOT / "openapi") -> TestClient:
    """A client of all three surfaces of a hub."""
    credentials = Authenticator(
        hub,
        KEYRING,
        NoKeys(),
        audiences=frozenset({"quotewright-demo"}),
        issuers=frozenset({"SuperOffice AS"}),
        clock=hub.clock,
    )
    public = PublicKeys(demo.KEYS, anonymous=demo.ANONYMOUS)
    return TestClient(
        assemble(
            hub,
            [superoffice(documents), vektra(documents), klaro(documents)],
            credentials,
            keys=KeyAuthenticator(hub, hub.clock, public=public),
            users=UserAuthenticator(hub, hub.clock),
            listens_at="testserver",
        )
    )


@pytest.fixture(scope="session")
def demo_client(demo_hub: Hub) -> Iterator[TestClient]:
    """All surfaces of the application."""
    with surfaces_of(demo_hub) as client:
        yield client


@pytest.fixture
def hub(seeded_url: str) -> Iterator[Hub]:
    """A hub of one test's own."""
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING)) as hub:
        yield hub


@pytest.fixture
def hub_client(hub: Hub) -> Iterator[TestClient]:
    """All surfaces of a hub of one test's own."""
    with surfaces_of(hub) as client:
        yield client


@pytest.fixture
def anna(demo_client: TestClient) -> Reader:
    """A user of CustDemo who sees what is hers."""
    return Reader.user(demo_client, "CustDemo/c_anna", "demo-anna-password")


@pytest.fixture
def bo(demo_client: TestClient) -> Reader:
    """A user of CustDemo who sees everything."""
    return Reader.user(demo_client, "CustDemo/c_bo", "demo-bo-password")


@pytest.fixture
def stranger(demo_client: TestClient) -> Reader:
    """A user of another tenant."""
    return Reader.user(demo_client, "CustOther/c_per", "demo-per-password")


@pytest.fixture
def program(demo_client: TestClient) -> Reader:
    """A program of CustDemo with its API key."""
    return Reader.key(demo_client, "demo-key")


@pytest.fixture
def caller(demo_client: TestClient) -> Caller:
    """The same program at `/api/v1`."""
    return Caller(demo_client)


@pytest.fixture
def seller(demo_client: TestClient, demo_hub: Hub) -> Crm:
    """SuperOffice, with a salesperson of CustDemo."""
    crm = Crm(demo_client, demo_hub, "CustDemo")
    crm.secret = demo.TENANTS["CustDemo"][1]
    return crm


@pytest.fixture(scope="module")
def common_hub(
    _copied: Copied, _seeded_once: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hub]:
    """A hub that the tests of one module share."""
    with (
        _copied(_seeded_once, tmp_path_factory.mktemp("common")) as url,
        closing(Hub(url, clock=FixedClock(NOW), keyring=KEYRING)) as hub,
    ):
        yield hub


@pytest.fixture(scope="module")
def common_client(common_hub: Hub) -> Iterator[TestClient]:
    """All surfaces of that hub."""
    with surfaces_of(common_hub) as client:
        yield client
