"""A hub on a migrated database with one tenant, `fjord`."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.tenants.tenant import Tenant
from tests.engine.services.uploads import TENANT


@pytest.fixture
def hub(migrated_url: str) -> Iterator[Hub]:
    clock = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
    with closing(Hub(migrated_url, clock=clock)) as hub:
        with hub.administration() as administration:
            administration.tenants.add(Tenant(id=TENANT))
        yield hub
