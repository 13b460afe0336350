"""A hub on a migrated database with two tenants, `fjord` and `skerry`."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.tenants.tenant import Tenant
from tests.engine.store.nouns import INSTANT


@pytest.fixture
def hub(migrated_url: str) -> Iterator[Hub]:
    with closing(Hub(migrated_url, clock=FixedClock(INSTANT))) as hub:
        with hub.administration() as administration:
            administration.tenants.add(Tenant(id="fjord"))
            administration.tenants.add(Tenant(id="skerry"))
        yield hub
