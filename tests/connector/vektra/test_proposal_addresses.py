"""Addresses of proposals lead to this server, whatever a request says of its host."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.settings import ConnectorSettings
from connector.surfaces import vektra
from engine.hub import Hub
from tests.connector.vektra.conftest import ROOT, Caller
from tests.connector.vektra.proposing import offered

Serve = Callable[[dict[str, str]], Caller]


@pytest.fixture
def serve(hub: Hub) -> Iterator[Serve]:
    """A server with these settings."""
    with ExitStack() as stack:

        def served(environ: dict[str, str]) -> Caller:
            chosen = ConnectorSettings.from_env(environ)
            keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
            app = assemble(
                hub,
                [vektra(ROOT / "openapi")],
                keys,
                keys=keys,
                public_url=chosen.public_url,
                listens_at=chosen.listens_at,
            )
            return Caller(stack.enter_context(TestClient(app)))

        yield served


def address(caller: Caller, host: str) -> str:
    path = f"/proposals/{offered(caller)['id']}"
    answer = caller.send("POST", path, {}, host=host)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"]).partition("/p/")[0]


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"),
        *("10.1.2.4:8080", "evil.example@localhost", "localhost/evil.example", "[2001:db8::1]"),
        *("localhost:", "0"),
    ],
)
def test_a_host_that_is_not_this_machine_is_not_believed(serve: Serve, host: str) -> None:
    caller = serve({"HUB_HOST": "10.1.2.3", "PORT": "8080"})
    assert address(caller, host) == "http://10.1.2.3:8080"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:9000", "127.0.0.1:18080", "127.9.9.9", "[::1]:9000"]
)
def test_this_machine_is_called_as_the_request_calls_it(serve: Serve, host: str) -> None:
    assert address(serve({"HUB_HOST": "10.1.2.3"}), host) == f"http://{host}"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"HUB_HOST": "quotes.internal", "PORT": "80"}, "http://quotes.internal:80"),
        ({"HUB_HOST": "::1", "PORT": "9000"}, "http://[::1]:9000"),
        ({"HUB_PUBLIC_URL": "https://quotes.example/hub"}, "https://quotes.example/hub"),
    ],
)
def test_an_address_begins_where_the_server_was_told_to_be(
    serve: Serve, environ: dict[str, str], expected: str
) -> None:
    assert address(serve(environ), "evil.example") == expected


def test_what_people_are_told_wins_over_this_machine(serve: Serve) -> None:
    caller = serve({"HUB_PUBLIC_URL": "https://quotes.example"})
    assert address(caller, "localhost:8080") == "https://quotes.example"
