"""Quotations are counted and found as they are kept, whatever becomes of them."""

import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.quotes.quotation import Column, Order, QuotationSearch, Span
from engine.quotes.quote import Quote
from engine.services import staffing
from engine.services.staffing import NewUser
from engine.store import schema
from engine.store.database import Database
from tests.engine.store.nouns import INSTANT, a_quote

LINES = ("", "one", "two")
MEMBERS = (1, 2, 3)
NOBODY = (0, 99)
"""Numbers that no user has."""
CHOSEN = (MEMBERS, MEMBERS, MEMBERS, (*MEMBERS, *NOBODY))
HOURS = 5
QUOTES = ((40, 0), (40, 1), (40, 2), (300, 3))
"""So many quotes, by chance."""


@pytest.fixture
def staffed(hub: Hub) -> Hub:
    """The hub, with three users in fjord."""
    with hub.unit_of_work("fjord") as work:
        for number in MEMBERS:
            made = NewUser(username=f"u_{number}", password="a-password")
            staffing.add(work, made)
    return hub


def quote(serial: int, rng: random.Random) -> Quote:
    made = INSTANT + timedelta(hours=rng.randrange(HOURS))
    return replace(
        a_quote(f"qte_{serial}"),
        created_at=made,
        updated_at=made + timedelta(hours=rng.randrange(3)),
        serial=serial,
        owner=rng.choice((None, *MEMBERS)),
        line=rng.choice(LINES),
    )


@pytest.mark.parametrize(("most", "seed"), QUOTES)
def test_counts_and_pages_are_those_of_a_plain_list(staffed: Hub, most: int, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 (a test)
    kept: dict[int, Quote] = {}
    handlers: dict[int, set[int]] = {}
    for serial in rng.sample(range(1, most + 1), most):
        made = quote(serial, rng)
        with staffed.unit_of_work("fjord") as work:
            work.quotes.add(made)
            handlers[serial] = set() if made.owner is None else {made.owner}
            for member in rng.sample(MEMBERS, rng.randrange(3)):
                work.quote_handlers.add(made, [member, member])
                handlers[serial].add(member)
            if rng.choice((True, False)):
                line = rng.choice(LINES)
                work.quote_handlers.place(made, line)
                made = replace(made, line=line)
        kept[serial] = made
    with staffed.reading("fjord") as view:
        for line in LINES[1:]:
            mine = [each for each in kept.values() if each.line == line]
            assert view.quote_handlers.total(line) == len(mine)
            for member in (*MEMBERS, *NOBODY):
                owned = [each for each in mine if member in handlers[each.serial]]
                assert view.quote_handlers.total(line, member) == len(owned)
            for _ in range(150):
                _compare(view.quotations.search, mine, handlers, line, rng)


def span(rng: random.Random) -> Span:
    """Mostly open; else from an hour on, before one, or both, which may leave nothing."""
    start, end = (INSTANT + timedelta(hours=rng.randrange(HOURS + 1)) for _ in range(2))
    return rng.choice(
        (Span(), Span(), Span(start=start), Span(end=end), Span(start=start, end=end))
    )


def within(span: Span, at: datetime) -> bool:
    return (span.start is None or at >= span.start) and (span.end is None or at < span.end)


def _compare(
    search: Callable[[QuotationSearch], tuple[list[Quote], int]],
    mine: Iterable[Quote],
    handlers: Mapping[int, set[int]],
    line: str,
    rng: random.Random,
) -> None:
    columns = rng.sample(list(Column), rng.randrange(3))
    wanted = QuotationSearch(
        line=line,
        handlers=frozenset(rng.sample(rng.choice(CHOSEN), rng.choice((0, 0, 1, 2)))),
        created=span(rng),
        updated=span(rng),
        orders=tuple(Order(each, rng.choice((True, False))) for each in columns),
        offset=rng.randrange(rng.choice((22, 120))),
        size=rng.randrange(1, 9),
    )
    fitting = [
        each
        for each in mine
        if wanted.handlers <= handlers[each.serial]
        and within(wanted.created, each.created_at)
        and within(wanted.updated, each.updated_at)
    ]
    orders = wanted.orders or (Order(Column.SERIAL),)
    for order in reversed((*orders, Order(Column.SERIAL, orders[-1].is_descending))):
        fitting.sort(key=partial(_value, order.column), reverse=order.is_descending)
    found, total = search(wanted)
    assert total == len(fitting)
    window = fitting[wanted.offset : wanted.offset + wanted.size]
    assert [each.serial for each in found] == [each.serial for each in window]


def _value(column: Column, each: Quote) -> float:
    return {
        Column.SERIAL: each.serial,
        Column.OWNER: each.owner or 0,
        Column.CREATED_AT: each.created_at.timestamp(),
        Column.UPDATED_AT: each.updated_at.timestamp(),
    }[column]


def test_a_quotation_is_found_by_its_serial_in_its_tenant_alone(staffed: Hub) -> None:
    with staffed.unit_of_work("fjord") as work:
        work.quotes.add(a_quote("qte_9"))
    serial = a_quote("qte_9").serial
    with staffed.reading("fjord") as view:
        found = view.quotations.find(serial)
        assert found is not None
        assert found.id == "qte_9"
        assert view.quotations.find(serial + 1) is None
    with staffed.reading("skerry") as view:
        assert view.quotations.find(serial) is None


def test_quotes_that_were_there_before_are_numbered_in_order(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    try:
        schema.migrate(database, "0017")
        with create_engine(database_url, poolclass=NullPool).begin() as connection:
            for tenant in ("one", "two"):
                connection.execute(text(_TENANT), {"tenant": tenant})
            for tenant, name in (("one", "b"), ("one", "a"), ("two", "c"), ("one", "d")):
                connection.execute(text(_QUOTE), {"tenant": tenant, "id": name, "at": INSTANT})
        schema.migrate(database)
    finally:
        database.close()
    with closing(Hub(database_url, clock=FixedClock(INSTANT))) as hub:
        for tenant, names in (("one", ["a", "b", "d"]), ("two", ["c"])):
            with hub.reading(tenant) as view:
                assert view.numbers.last("quotation") == len(names)
                found = [view.quotations.find(serial) for serial in range(1, len(names) + 1)]
                assert [each and (each.id, each.owner, each.line) for each in found] == [
                    (name, None, "") for name in names
                ]


_TENANT = (
    "INSERT INTO tenants (tenant_id, name, sign_in, disabled, credentials_version, revision) "
    "VALUES (:tenant, '', 'shared_secret', false, 1, 1)"
)
_QUOTE = (
    "INSERT INTO quotes (tenant_id, id, number, origin, origin_key, status, created_at, updated_at,"
    " currency, revision, title, version, search) VALUES (:tenant, :id, :id, 'api', :id, 'draft',"
    " :at, :at, 'NOK', 1, '', 0, '')"
)
