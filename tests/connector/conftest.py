"""The platform on a hub of its own: CustA and CustB, a clock that stands still, no socket.

Its surface is SuperOffice's, with handlers that each test may exchange.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from connector import logs
from connector.assembly import assemble
from connector.security import Authenticator
from connector.surface import Handler, Surface
from connector.surfaces import superoffice
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.services.tenancy import create_tenant
from engine.tenants.secrets import KeyRing
from engine.tenants.tenant import SignIn
from tests.connector.wire import SECRETS, Wire

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
RING = KeyRing([bytes(32)])
DOCUMENTS = Path(__file__).parents[2] / "openapi"

Handlers = dict[str, Handler]
Open = Callable[..., Wire]


class NoKeys:
    """An environment without keys: these tenants sign in with their secrets."""

    version = 1

    def find(self, _kid: str) -> None:
        return None


def furnish(hub: Hub) -> Hub:
    """`hub` with the tenants CustA and CustB."""
    with hub.administration() as administration:
        for tenant, secret in SECRETS.items():
            create_tenant(administration, tenant, SignIn.SHARED_SECRET, RING, secret=secret)
    return hub


def a_doorman(hub: Hub, failures_per_minute: int) -> Authenticator:
    """Proves CustA and CustB by their secrets."""
    return Authenticator(
        hub,
        RING,
        NoKeys(),
        audiences=frozenset(),
        issuers=frozenset(),
        clock=hub.clock,
        failures_per_minute=failures_per_minute,
    )


@pytest.fixture(scope="session", autouse=True)
def _quiet() -> None:
    """The log goes nowhere unless a test wants it."""
    logs.configure("info", io.BytesIO())


@pytest.fixture(scope="session")
def superoffice_surface() -> Surface:
    return superoffice(DOCUMENTS)


@pytest.fixture(scope="session")
def _served() -> Handlers:
    return {}


@pytest.fixture(scope="session")
def surface(superoffice_surface: Surface, _served: Handlers) -> Surface:
    """SuperOffice's document, voices and spelling, served by the handlers of the test."""

    def find(operation: str) -> Handler:
        return lambda body: _served.get(operation, _nothing)(body)  # noqa: PLW0108 (as it is then)

    return replace(superoffice_surface, find=find)


@pytest.fixture
def handlers(_served: Handlers) -> Iterator[Handlers]:
    """The handlers by operationId; an operation that is not named answers null."""
    _served |= {
        "OnQuoteLineChanged": lambda body: body["QuoteLine"],
        "RecalculateQuoteAlternative": lambda body: body["Context"]["CRMAlternativeWithLines"],
        "TestConnection": lambda _: {"IsOk": True, "State": "Ok"},
        "GetQuoteList": lambda body: [body["QuoteListType"]],
    }
    yield _served
    _served.clear()


def _nothing(_body: object) -> None:
    return None


@pytest.fixture
def hub(migrated_url: str) -> Iterator[Hub]:
    with closing(Hub(migrated_url, clock=FixedClock(NOON))) as opened:
        yield furnish(opened)


@pytest.fixture
def open_wire(hub: Hub, surface: Surface, handlers: Handlers) -> Open:  # noqa: ARG001 (served)
    """Opens an application of the test's own; what is given goes to `assemble`."""

    def open_wire(**chosen: Any) -> Wire:  # noqa: ANN401 (as `assemble` takes it)
        return Wire(assemble(hub, [surface], a_doorman(hub, 3), **chosen))

    return open_wire


@pytest.fixture(scope="session")
def _application(shared_url: str, surface: Surface) -> Iterator[ASGIApp]:
    with closing(Hub(shared_url, clock=FixedClock(NOON))) as opened:
        yield assemble(furnish(opened), [surface], a_doorman(opened, 0))


@pytest.fixture
def wire(_application: ASGIApp, handlers: Handlers) -> Wire:  # noqa: ARG001 (served)
    """An application all tests share: nothing is counted, and no handler writes."""
    return Wire(_application)
