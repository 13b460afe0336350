"""Product lines come while people work: nobody is sent away, and every count is right."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from engine.hub import Hub
from engine.kernel.errors import NotFound
from engine.pricing.snapshot import Snapshot
from engine.quotes.history import Happening
from engine.quotes.quotation import Viewer
from engine.quotes.quote import QuoteStatus
from engine.services import assigning, drafting, handling, publishing
from engine.services.drafting import Touch
from tests.engine.services.selling import (
    door,
    kept,
    lines,
    made,
    repeated,
    sold,
    staff,
)
from tests.engine.services.uploads import TENANT

SUITE, SOAK = 300, 2_000
"""So many quotes are there when the import comes."""
MEMBERS = 3
WRITERS = 4
ROUNDS = 25
AT_HAND = 40
"""The next quotes without a line; half of them are held."""
PROGRAM = Viewer(is_privileged=True)


@pytest.mark.parametrize("quotes", [SUITE, pytest.param(SOAK, marks=pytest.mark.soak)])
def test_an_import_beside_writers_keeps_nobody_and_loses_no_count(hub: Hub, quotes: int) -> None:
    data = sold(hub)
    staff(hub, MEMBERS)
    repeated(hub, made(hub, data), quotes - 1, MEMBERS)
    ready = Barrier(WRITERS + 1)
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        writers = [pool.submit(_write, hub, data, ready, seed) for seed in range(WRITERS)]
        pool.submit(_import, hub, ready).result(timeout=120)
        for each in writers:
            each.result(timeout=120)
    assert len(_left(hub, quotes)) <= WRITERS * ROUNDS, "no step has failed"
    assigning.assign_all(door(hub))
    found = kept(hub)
    assert len(found) > quotes
    counted: Counter[tuple[str, int | None]] = Counter()
    for quote, handlers in found:
        is_deleted = quote.status is QuoteStatus.DELETED
        assert quote.line == ("" if is_deleted else "pumps"), quote
        counted.update((quote.line, each) for each in (None, *handlers))
    with hub.reading(TENANT) as view:
        for member in (None, *range(1, MEMBERS + 1)):
            for line in ("pumps", "rest"):
                assert view.quote_handlers.total(line, member) == counted[line, member]


def _import(hub: Hub, ready: Barrier) -> None:
    """The import and what follows it."""
    ready.wait(30)
    lines(hub)
    assigning.assign_all(door(hub))


def _left(hub: Hub, most: int) -> list[int]:
    with hub.reading(TENANT) as view:
        return view.quotations.without_line(0, most)


def _write(hub: Hub, data: Snapshot, ready: Barrier, seed: int) -> None:
    """What people do with quotes, mostly where the next few are being assigned."""
    rng = random.Random(seed)  # noqa: S311 (a test)
    ready.wait(30)
    for _ in range(ROUNDS):
        made(hub, data, owner=rng.randint(1, MEMBERS))
        for act in (_handle, _change, _delete):
            left = _left(hub, AT_HAND)
            act(hub, rng.choice(left) if left else rng.randint(1, SUITE), rng)
            time.sleep(0.002)  # as long as a caller takes at least; SQLite's writers queue unfairly


def _handle(hub: Hub, serial: int, rng: random.Random) -> None:
    members = rng.sample(range(1, MEMBERS + 1), 2)
    with suppress(NotFound), hub.unit_of_work(TENANT) as uow:  # it may be deleted
        handling.add_handlers(uow, PROGRAM, serial, members)


def _change(hub: Hub, serial: int, _: random.Random) -> None:
    with suppress(NotFound), hub.unit_of_work(TENANT) as uow:
        touch = Touch(quote_id=handling.visible(uow, PROGRAM, serial).id, by="me")
        drafting.kept(uow, drafting.taken(uow, touch), Happening.CHANGED, "me")


def _delete(hub: Hub, serial: int, _: random.Random) -> None:
    with suppress(NotFound), hub.unit_of_work(TENANT) as uow:
        quote = handling.visible(uow, PROGRAM, serial)
        publishing.deleted(uow, quote.origin, quote.origin_key)
