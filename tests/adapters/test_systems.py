"""Systems are opened once for as long as they are reached alike, and can be asked anew."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.systems import Systems, inside
from engine.ports.connections import Access
from engine.ports.outcomes import Postponed
from tests.adapters.erp.tryton.stub import peer

ACCESS = Access(
    tenant="CustA",
    system="ERP",
    adapter="tryton",
    url="https://erp.example.com/hub",
    credentials={"key": "k"},
    revision=1,
    id="con_1",
)


def test_a_system_is_opened_anew_only_where_it_is_reached_in_another_way() -> None:
    systems = Systems()
    opened = systems.erp(ACCESS)
    assert systems.erp(ACCESS) is opened
    others = [
        replace(ACCESS, revision=2),
        replace(ACCESS, id="con_2"),
        replace(ACCESS, tenant="CustB"),
    ]
    for other in others:
        assert systems.erp(other) is not opened
    assert systems.anew().erp(ACCESS) is not opened
    assert systems.erp(ACCESS) is opened


def test_no_call_is_begun_once_all_are_to_be_over(tmp_path: Path) -> None:
    with peer(tmp_path) as tryton:
        host, port = tryton.address
        access = tryton.access(f"http://{host}:{port}")
        guard = inside([f"http://{host}:{port}"])
        assert Systems(guard).erp(access).check().troubles == ()
        late = Systems(replace(guard, until=time.monotonic())).erp(access)
        with pytest.raises(Postponed, match="time for this call is over"):
            late.check()
