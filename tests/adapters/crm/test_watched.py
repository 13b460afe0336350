from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.crm.superoffice import SuperOfficeCrm
from adapters.watch import Watch
from tests.adapters.crm.documents import told
from tests.adapters.crm.superoffice_stub import SuperOffice
from tests.adapters.steps import MemorySteps


@pytest.fixture
def there() -> Iterator[SuperOffice]:
    stub = SuperOffice()
    yield stub
    stub.close()


def test_one_call_at_a_time_is_enough(there: SuperOffice) -> None:
    guard = replace(there.guard, watch=Watch(at_once=1))
    found = SuperOfficeCrm(there.access(), guard).write(told(), "eff_1", MemorySteps())
    assert found.written == ("amount", "status", "order", "order_state")
