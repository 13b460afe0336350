"""The commands of `python app.py` on a migrated database."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from connector.cli import commands
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.tenants.secrets import KeyRing

Run = Callable[..., Result]
RING = KeyRing([bytes(32)])
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def hub_of(url: str) -> Hub:
    return Hub(url, clock=FixedClock(NOON))


@pytest.fixture
def run(migrated_url: str) -> Run:
    """Run one command, given as words."""

    def run(*words: str) -> Result:
        group = commands(lambda: hub_of(migrated_url), lambda: RING)
        return CliRunner().invoke(group, words)

    return run


@pytest.fixture
def hub(migrated_url: str) -> Iterator[Hub]:
    with closing(hub_of(migrated_url)) as hub:
        yield hub
