"""Every test here runs once for each adapter of the registry."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from adapters.http import Guard
from engine.ports.erp import Erp
from tests.adapters.conformance.peer import ErpPeer
from tests.adapters.conformance.proxy import Proxy
from tests.adapters.conformance.registry import REGISTRY, Ability, Entry


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "entry" in metafunc.fixturenames:
        real = metafunc.config.getoption("--peers", default=None)
        known = [each for each in REGISTRY if real is not None or not each.is_real]
        chosen = [each for each in known if not real or each.name in real.split(",")]
        metafunc.parametrize("entry", chosen, ids=lambda entry: entry.name, scope="session")


@pytest.fixture(scope="session")
def peer(entry: Entry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ErpPeer]:
    """The system on the other side, started once for all tests of an adapter."""
    with entry.start(tmp_path_factory.mktemp(entry.name)) as running:
        yield running


@pytest.fixture(autouse=True)
def _told(peer: ErpPeer, entry: Entry, record_property: Callable[[str, object], None]) -> None:
    """What the table of `make prove` says of this test."""
    record_property("adapter", entry.name)
    record_property("proof", peer.proof)
    record_property("version", peer.version)


@dataclass(frozen=True, slots=True)
class Site:
    """An adapter with the peer it pushes to."""

    entry: Entry
    peer: ErpPeer

    def needs(self, *abilities: Ability) -> None:
        """End the test where the peer cannot show it."""
        for each in abilities:
            if each in self.entry.cannot:
                pytest.skip(self.entry.cannot[each])

    def erp(self, port: int | None = None, **limits: float) -> Erp:
        """The adapter; through what listens at `port`, or straight to the peer."""
        if Ability.NETWORK in self.entry.cannot:
            return self.entry.adapter(self.peer.access(""), Guard())
        host, port = ("127.0.0.1", port) if port else self.peer.address
        guard = Guard(
            seconds=limits.get("seconds", 60.0),
            largest=int(limits.get("largest", 4_000_000)),
            plain=frozenset({(host, port)}),
        )
        return self.entry.adapter(self.peer.access(f"http://{host}:{port}"), guard)


@pytest.fixture
def site(entry: Entry, peer: ErpPeer) -> Site:
    return Site(entry, peer)


@pytest.fixture
def erp(site: Site) -> Erp:
    return site.erp()


@pytest.fixture
def proxy(site: Site) -> Iterator[Proxy]:
    """What stands in between; only of peers that are reached over a network."""
    site.needs(Ability.NETWORK)
    with ExitStack() as stack:
        between = Proxy(site.peer.address)
        stack.callback(between.close)
        yield between
