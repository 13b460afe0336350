"""Sites of processes: one loaded application for the run, a database of its own for each test."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from connector.cli import demo
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.services.subscribing import Subscribe, subscribe
from tests.conftest import Server
from tests.connector.worker.listener import Listener
from tests.faults import pushes, systems
from tests.faults.client import Client, accepted, to_cash
from tests.faults.network import Network
from tests.faults.processes import Nursery
from tests.faults.pushes import World
from tests.faults.site import KEYRING, TENANT, Site, opened

BOTH = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)]
)


@dataclass(frozen=True)
class Template:
    """A database that is copied: a file, or a database of the server."""

    place: str
    server: Server | None = None

    @property
    def url(self) -> str:
        return f"sqlite:///{self.place}" if self.server is None else self.server.url(self.place)

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        if self.server is None:
            for suffix in ("", "-wal"):
                with suppress(FileNotFoundError):
                    shutil.copyfile(self.place + suffix, folder / f"hub.db{suffix}")
            yield f"sqlite:///{folder / 'hub.db'}"
            return
        name = self.server.create(template=self.place)
        yield self.server.url(name)
        self.server.drop(name)


Templates = Callable[[str, str], Template]
Sites = Callable[..., AbstractContextManager[Site]]
Worlds = Callable[..., AbstractContextManager[World]]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="session")
def receiver() -> Iterator[Listener]:
    """The receiver of everything that is told; it forgets before each test."""
    with Listener() as listener:
        yield listener


@pytest.fixture(scope="session")
def templates(
    nursery: Nursery,
    receiver: Listener,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Templates:
    """Databases by engine and kind.

    `seeded`, or `owing` what two orders and bills call for, or `pushing`: they are owed to systems
    that the tenants have connected.
    """
    made: dict[tuple[str, str], Template] = {}

    def template(engine: str, kind: str) -> Template:
        if (engine, kind) not in made:
            folder = tmp_path_factory.mktemp(f"{engine}-{kind}")
            server = None
            place = str(folder / "template.db")
            if engine == "postgresql":
                server = request.getfixturevalue("postgresql_server")
                place = server.create()
            new = Template(place, server)
            _seed(new, receiver)
            if kind == "owing":
                with opened(Site(new.url, folder, nursery, receiver)) as site:
                    owe(site)
            if kind == "pushing":
                network: Network = request.getfixturevalue("network")
                with (
                    systems.running(network, folder) as found,
                    opened(site_of(new.url, folder, nursery, receiver, found)) as site,
                ):
                    systems.connect(site, found)
                    pushes.owe(site)
            made[engine, kind] = new
        return made[engine, kind]

    return template


@pytest.fixture
def sites(nursery: Nursery, receiver: Listener, templates: Templates, tmp_path: Path) -> Sites:
    """Opens a site on a copy of a database; it has ended when it is left."""

    @contextmanager
    def site(engine: str, kind: str = "seeded") -> Iterator[Site]:
        template = templates(engine, kind)
        receiver.heard.clear()
        with (
            template.copied(tmp_path) as url,
            opened(Site(url, tmp_path, nursery, receiver)) as opened_site,
        ):
            yield opened_site

    return site


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    """The lines to the systems outside, which stay where they are for the run."""
    with Network() as network:
        yield network


@pytest.fixture
def worlds(
    nursery: Nursery, receiver: Listener, templates: Templates, network: Network, tmp_path: Path
) -> Worlds:
    """Opens a site whose tenants owe an order and its bills to systems of their own."""

    @contextmanager
    def world(engine: str) -> Iterator[World]:
        template = templates(engine, "pushing")
        receiver.heard.clear()
        with (
            systems.running(network, tmp_path) as found,
            template.copied(tmp_path) as url,
            opened(site_of(url, tmp_path, nursery, receiver, found)) as site,
            closing(site.hub()) as hub,
        ):
            yield World(site, hub, network, found)

    return world


def site_of(
    url: str,
    folder: Path,
    nursery: Nursery,
    receiver: Listener,
    found: Mapping[str, systems.System],
) -> Site:
    """A site from which these systems may be called."""
    inside = tuple(each.door.url for each in found.values())
    return Site(url, folder, nursery, receiver, inside=inside)


def owe(site: Site) -> None:
    """Two orders with their bills, and a quote that was accepted and not ordered."""
    with closing(Client(site)) as client:
        accepted(client)
        to_cash(client)
        to_cash(client)


def _seed(template: Template, receiver: Listener) -> None:
    """The demo, two subscriptions, and what is to be done today done."""
    with closing(Hub(template.url, clock=SystemClock(), keyring=KEYRING)) as hub:
        hub.migrate()
        demo.seed(hub, KEYRING)
        Worker(hub).drain()
        targets = frozenset({receiver.target})
        with hub.unit_of_work(TENANT) as uow:
            for events in (("*",), ("order.*", "billing.pushed")):
                wanted = Subscribe(url=receiver.url, events=events, targets=targets)
                subscribe(uow, KEYRING, wanted)
