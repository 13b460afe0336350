import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from engine.catalog.product import Product
from engine.hub import Hub
from engine.kernel.clock import FixedClock, SystemClock
from engine.kernel.errors import NotFound
from engine.kernel.ids import SequentialIds
from engine.tenants.tenant import Tenant

ROOT = Path(__file__).parents[2]

WRITES = """
import sys
from contextlib import closing
from engine.catalog.product import Product
from engine.hub import Hub
from engine.kernel.clock import SystemClock

with closing(Hub(sys.argv[1], clock=SystemClock())) as hub:
    for line in sys.stdin:
        with hub.unit_of_work("fjord") as work:
            work.catalogues.put_products([Product(sku=line.strip(), code="", name="")])
        print(hub.standing("fjord").revision, flush=True)
"""

MIGRATES = """
import sys
from contextlib import closing
from engine.hub import Hub
from engine.kernel.clock import SystemClock

with closing(Hub(sys.argv[1], clock=SystemClock())) as hub:
    print("here", flush=True)
    sys.stdin.readline()
    hub.migrate()
    print(hub.ready(), flush=True)
"""


def another_process(script: str, database_url: str) -> "subprocess.Popen[str]":
    """A second Python on the same database, driven line by line."""
    return subprocess.Popen(
        [sys.executable, "-c", script, database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def said(process: "subprocess.Popen[str]", line: str | None = None) -> str:
    """What the process answers to `line`, or says of its own accord."""
    assert process.stdin is not None
    assert process.stdout is not None
    if line is not None:
        process.stdin.write(line + "\n")
        process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.fixture
def hub(migrated_url: str) -> Iterator[Hub]:
    with closing(Hub(migrated_url, clock=SystemClock())) as hub:
        with hub.administration() as administration:
            administration.tenants.add(Tenant(id="fjord", name="Fjord AS"))
        yield hub


def test_a_hub_is_ready_once_it_has_migrated(database_url: str) -> None:
    with closing(Hub(database_url, clock=SystemClock())) as hub:
        assert not hub.ready()
        hub.migrate()
        assert hub.ready()
        hub.migrate()
        assert hub.ready()


def test_a_folder_for_the_database_is_made_by_migrating(tmp_path: Path) -> None:
    place = tmp_path / "100%" / "var"
    with closing(Hub(f"sqlite:///{place / 'hub.db'}", clock=SystemClock())) as hub:
        assert not hub.ready()
        hub.migrate()
        assert hub.ready()


def test_processes_that_start_together_migrate_in_turns(database_url: str) -> None:
    processes = [another_process(MIGRATES, database_url) for _ in range(3)]
    assert [said(process) for process in processes] == ["here"] * 3
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert answers == ["True"] * 3
    assert [process.returncode for process in processes] == [0] * 3


@pytest.mark.parametrize(
    "url", ["mysql://host/db", "sqlite://", "sqlite:///:memory:", "hub.db", ""]
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="database"):
        Hub(url, clock=SystemClock())


def test_ids_and_clock_reach_every_unit_of_work(migrated_url: str) -> None:
    clock, ids = FixedClock(SystemClock().now()), SequentialIds()
    with closing(Hub(migrated_url, clock=clock, ids=ids)) as hub:
        for door in (hub.unit_of_work, hub.reading):
            with door("fjord") as work:
                assert (work.clock, work.ids, work.tenant_id) == (clock, ids, "fjord")


def test_a_hub_makes_ids_of_its_own(hub: Hub) -> None:
    assert hub.ids.new("qte") != hub.ids.new("qte")


@pytest.mark.parametrize("tenant_id", ["nobody", "FJORD", "", "fjord\0", "fjord\n", "å", "\ud800"])
def test_who_is_not_a_tenant_has_no_standing(hub: Hub, tenant_id: str) -> None:
    assert hub.standing(tenant_id) is None


def test_standing_is_asked_by_many_threads_at_once(hub: Hub) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(hub.standing, ["fjord", "nobody"] * 400))
    assert answers == {Tenant(id="fjord", name="Fjord AS"), None}


def test_a_snapshot_is_kept_until_the_revision_moves(hub: Hub) -> None:
    first = hub.snapshot("fjord", 1)
    assert hub.snapshot("fjord", 1) is first
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_products([Product(sku="VX-2000", code="", name="")])
    second = hub.snapshot("fjord", 2)
    assert (first.revision, first.data.products) == (1, ())
    assert (second.revision, list(second.products)) == (2, ["VX-2000"])
    assert hub.snapshot("fjord", 1) is second


def test_nobody_has_no_snapshot(hub: Hub) -> None:
    with pytest.raises(NotFound):
        hub.snapshot("nobody", 1)


def test_what_another_process_commits_is_seen_at_once(hub: Hub, migrated_url: str) -> None:
    process = another_process(WRITES, migrated_url)
    try:
        for revision, sku in enumerate(["a", "b", "c"], start=2):
            assert said(process, sku) == str(revision)
            standing = hub.standing("fjord")
            assert standing is not None
            assert standing.revision == revision
            assert list(hub.snapshot("fjord", revision).products)[-1] == sku
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_snapshot_never_mixes_two_revisions(hub: Hub, migrated_url: str) -> None:
    process = another_process(WRITES, migrated_url)
    try:
        said(process, "0")
        assert process.stdin is not None
        process.stdin.write("".join(f"{number}\n" for number in range(1, 40)))
        process.stdin.close()
        revision = 2
        while revision < 41:
            standing = hub.standing("fjord")
            assert standing is not None
            snapshot = hub.snapshot("fjord", standing.revision)
            assert len(snapshot.products) == snapshot.revision - 1
            assert snapshot.revision >= standing.revision >= revision
            revision = standing.revision
    finally:
        assert process.stdout is not None
        process.stdout.close()
        process.wait(timeout=60)


def test_a_reading_sees_one_moment_and_waits_for_no_writer(hub: Hub) -> None:
    with hub.reading("fjord") as view:
        before = view.catalogues.load()
        with hub.unit_of_work("fjord") as work:
            work.catalogues.put_products([Product(sku="VX-2000", code="", name="")])
        assert view.catalogues.revision() == 1
        assert view.catalogues.load() == before
    with hub.reading("fjord") as view:
        assert view.catalogues.revision() == 2


def test_a_reading_cannot_write(hub: Hub) -> None:
    with pytest.raises(Exception, match=r"read-?only"), hub.reading("fjord") as view:
        view.catalogues.touch()
    with hub.unit_of_work("fjord") as work:
        work.catalogues.touch()
    standing = hub.standing("fjord")
    assert standing is not None
    assert standing.revision == 2


def test_a_closed_hub_opens_again(hub: Hub) -> None:
    hub.close()
    assert hub.standing("fjord") is not None
    assert hub.ready()
