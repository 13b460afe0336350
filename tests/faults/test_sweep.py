"""A process is killed at every failpoint: nothing is lost, and nothing happens twice."""

from contextlib import closing

import pytest

from tests.faults.checking import check, drained
from tests.faults.client import Client, accepted, check_answers, to_cash
from tests.faults.conftest import BOTH, Sites
from tests.faults.points import KNOWN, WEB_SWEEP, WORKER_SWEEP, in_the_code
from tests.faults.site import LEASE, Site

AFTERWARDS = 2
"""Seconds after the lease within which somebody else has taken over."""
SHORT_WEB = {("order_kept", 1), ("after_commit", 4)}
SHORT_WORKER = {("erp_took_it", 1), ("webhook_sent", 2)}


def places(sweep: tuple[tuple[str, int], ...], short: set[tuple[str, int]]) -> list[object]:
    return [
        pytest.param(*each, id="-".join(map(str, each)),
                     marks=() if each in short else pytest.mark.soak)
        for each in sweep
    ]  # fmt: skip


def test_every_failpoint_of_the_code_is_swept() -> None:
    assert in_the_code().keys() == KNOWN
    assert KNOWN == {name for name, _ in (*WEB_SWEEP, *WORKER_SWEEP)}


@BOTH
@pytest.mark.parametrize(("point", "nth"), places(WEB_SWEEP, SHORT_WEB))
def test_the_web_process_is_killed(sites: Sites, engine: str, point: str, nth: int) -> None:
    is_commit = point.endswith("_commit")
    with sites(engine) as site, closing(Client(site, f"{point}:{nth}:kill")) as client:
        orders = [to_cash(client) for _ in range(1 if is_commit else nth)]
        [_] = client.deaths
        [again] = [each for each in client.asked if each.tries > 1]
        assert again.is_replayed is (point == "after_commit")
        accepted(client)
        site.worker()
        drained(site)
        check_answers(client)
        found = check(site, ordered=len(orders))
        assert sorted(each.id for each in found.orders) == sorted(each["id"] for each in orders)
        assert len(found.quotes) == len(orders) + 1


@BOTH
@pytest.mark.parametrize(("point", "nth"), places(WORKER_SWEEP, SHORT_WORKER))
def test_the_worker_is_killed(sites: Sites, engine: str, point: str, nth: int) -> None:
    with sites(engine, "owing") as site:
        is_on_time = took_over(site, f"{point}:{nth}:kill")
        check(site, ordered=2)
        assert is_on_time


def took_over(site: Site, failpoints: str) -> bool:
    """Whether another worker had done everything soon after the first one's lease was over."""
    site.worker(failpoints).dies()
    site.worker()
    return drained(site) <= LEASE + AFTERWARDS
