import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.catalog.product import Product
from engine.kernel.errors import Unavailable
from engine.pricing.snapshot import CatalogueData, Snapshot
from engine.store.snapshots import Snapshots


def a_snapshot(tenant: str, revision: int, size: int = 0) -> Snapshot:
    product = Product(sku="a", code="", name="", description="x" * size)
    return Snapshot(tenant, revision, CatalogueData(products=(product,)))


class Shelf:
    """Loads whatever revision stands here, and remembers for whom it did."""

    def __init__(self, *, size: int = 0) -> None:
        self.revision = 1
        self.size = size
        self.loads: list[str] = []

    def load(self, tenant: str) -> Snapshot:
        self.loads.append(tenant)
        return a_snapshot(tenant, self.revision, self.size)


def test_a_snapshot_is_loaded_once_for_its_revision() -> None:
    shelf = Shelf()
    snapshots = Snapshots(shelf.load)
    assert snapshots.at("fjord", 1) is snapshots.at("fjord", 1)
    assert shelf.loads == ["fjord"]


def test_a_newer_revision_is_loaded_and_serves_those_who_ask_for_an_older() -> None:
    shelf = Shelf()
    snapshots = Snapshots(shelf.load)
    snapshots.at("fjord", 1)
    shelf.revision = 3
    assert snapshots.at("fjord", 2).revision == 3
    assert snapshots.at("fjord", 1).revision == 3
    assert len(shelf.loads) == 2


def test_a_revision_that_cannot_be_read_yet_is_never_answered_with_an_older() -> None:
    snapshots = Snapshots(Shelf().load)
    with pytest.raises(Unavailable):
        snapshots.at("fjord", 2)
    assert snapshots.at("fjord", 1).revision == 1


def test_the_snapshot_used_longest_ago_goes_first() -> None:
    shelf = Shelf()
    snapshots = Snapshots(shelf.load, most=2)
    for tenant in ("fjord", "skerry", "fjord", "glacier", "fjord", "skerry"):
        snapshots.at(tenant, 1)
    assert shelf.loads == ["fjord", "skerry", "glacier", "skerry"]


def test_large_snapshots_push_each_other_out_but_the_newest_stays() -> None:
    shelf = Shelf(size=10_000)
    snapshots = Snapshots(shelf.load, most_bytes=100_000)
    for tenant in ("fjord", "skerry", "glacier", "skerry", "fjord"):
        snapshots.at(tenant, 1)
    assert shelf.loads == ["fjord", "skerry", "glacier", "fjord"]
    shelf.size = 1_000_000
    shelf.revision = 2
    assert snapshots.at("fjord", 2) is snapshots.at("fjord", 2)


def test_a_tenant_that_shrank_makes_room() -> None:
    shelf = Shelf(size=15_000)
    snapshots = Snapshots(shelf.load, most_bytes=100_000)
    snapshots.at("fjord", 1)
    shelf.revision, shelf.size = 2, 0
    snapshots.at("fjord", 2)
    shelf.size = 15_000
    snapshots.at("skerry", 2)
    snapshots.at("fjord", 2)
    assert shelf.loads == ["fjord", "fjord", "skerry"]


def test_one_thread_loads_for_all_who_wait() -> None:
    begun, go_on = threading.Event(), threading.Event()
    loads: list[str] = []

    def load(tenant: str) -> Snapshot:
        loads.append(tenant)
        begun.set()
        assert go_on.wait(timeout=30)
        return a_snapshot(tenant, 1)

    snapshots = Snapshots(load)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(snapshots.at, "fjord", 1) for _ in range(8)]
        assert begun.wait(timeout=30)
        go_on.set()
        answers = {id(each.result(timeout=30)) for each in asked}
    assert len(answers) == 1
    assert loads == ["fjord"]


def test_who_waits_for_a_newer_revision_than_is_being_loaded_gets_it_loaded() -> None:
    begun, go_on = threading.Event(), threading.Event()
    revisions = iter([1, 2])

    def load(tenant: str) -> Snapshot:
        revision = next(revisions)
        begun.set()
        assert go_on.wait(timeout=30)
        return a_snapshot(tenant, revision)

    snapshots = Snapshots(load)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(snapshots.at, "fjord", 1)
        assert begun.wait(timeout=30)
        second = pool.submit(snapshots.at, "fjord", 2)
        go_on.set()
        assert first.result(timeout=30).revision == 1
        assert second.result(timeout=30).revision == 2


def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    begun, go_on = threading.Event(), threading.Event()
    answers: list[Snapshot] = []

    def load(_tenant: str) -> Snapshot:
        begun.set()
        assert go_on.wait(timeout=30)
        if not answers:
            raise Unavailable("the database does not answer")
        return answers[0]

    snapshots = Snapshots(load)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(snapshots.at, "fjord", 1)]
        assert begun.wait(timeout=30)
        asked.append(pool.submit(snapshots.at, "fjord", 1))
        go_on.set()
        for each in asked:
            with pytest.raises(Unavailable):
                each.result(timeout=30)
    answers.append(a_snapshot("fjord", 1))
    assert snapshots.at("fjord", 1) is answers[0]
