"""Quotes from before there were product lines find theirs, once the import is over."""

from dataclasses import replace

import pytest

from engine.hub import Hub
from engine.quotes.quotation import QuotationSearch
from engine.services import assigning, publishing, staffing
from engine.services.staffing import NewUser
from tests.engine.services.selling import (
    ELSEWHERE,
    door,
    kept,
    lines,
    made,
    repeated,
    sold,
    staff,
)
from tests.engine.services.uploads import TENANT


def found(hub: Hub, line: str) -> tuple[list[int], int]:
    with hub.reading(TENANT) as view:
        quotes, total = view.quotations.search(QuotationSearch(line=line))
    return [each.serial for each in quotes], total


def test_quotes_find_their_line_after_the_import(hub: Hub) -> None:
    data = sold(hub)
    made(hub, data)
    made(hub, data, empty=True)
    lines(hub)
    assert found(hub, "pumps") == ([], 0)
    assigning.assign_all(door(hub))
    assert found(hub, "pumps") == ([1], 1)
    assert found(hub, "rest") == ([], 0)


def test_without_product_lines_nothing_is_assigned(hub: Hub) -> None:
    quote = made(hub, sold(hub))
    with hub.unit_of_work(TENANT) as uow:
        assert assigning.assign_some(uow, 0) is None
    assert [each.line for each, _ in kept(hub)] == [quote.line] == [""]


def test_few_are_assigned_at_a_time(hub: Hub) -> None:
    """The third step finds the last five."""
    repeated(hub, made(hub, sold(hub)), times=44, members=0)
    lines(hub)
    reached: list[int | None] = [0]
    while (after := reached[-1]) is not None:
        with hub.unit_of_work(TENANT) as uow:
            reached.append(assigning.assign_some(uow, after))
        assert found(hub, "pumps")[1] == min(45, 20 * (len(reached) - 1))
    assert reached == [0, 20, 40, None]


def test_who_handles_a_quote_finds_it_in_its_line(hub: Hub) -> None:
    staff(hub, 2)
    made(hub, sold(hub), owner=2)
    lines(hub)
    assigning.assign_all(door(hub))
    with hub.reading(TENANT) as view:
        for member, serials in ((1, []), (2, [1])):
            wanted = QuotationSearch(line="pumps", handlers=frozenset({member}))
            quotes, total = view.quotations.search(wanted)
            assert ([each.serial for each in quotes], total) == (serials, len(serials))


def test_what_was_deleted_stays_without_a_line(hub: Hub) -> None:
    repeated(hub, made(hub, sold(hub)), times=1, members=0)
    with hub.unit_of_work(TENANT) as uow:
        publishing.deleted(uow, ELSEWHERE, "1")
    lines(hub)
    assigning.assign_all(door(hub))
    assert [each.line for each, _ in kept(hub)] == ["pumps", ""]
    assert found(hub, "pumps") == ([1], 1)


def test_a_quote_that_was_placed_meanwhile_is_counted_once(hub: Hub) -> None:
    """Whoever has read it before does not move it again."""
    quote = made(hub, sold(hub))
    lines(hub)
    assigning.assign_all(door(hub))
    with hub.unit_of_work(TENANT) as uow:
        uow.quote_handlers.place(quote, "rest")
    assert [each.line for each, _ in kept(hub)] == ["pumps"]
    assert (found(hub, "pumps"), found(hub, "rest")) == (([1], 1), ([], 0))


def test_counts_hold_within_a_transaction_and_are_given_back_with_it(hub: Hub) -> None:
    quote = made(hub, sold(hub))

    def given_up() -> None:
        with hub.unit_of_work(TENANT) as uow:
            uow.quote_handlers.place(quote, "rest")
            assert uow.quote_handlers.total("rest") == 1
            uow.quote_handlers.place(replace(quote, line="rest"), "pumps")
            assert uow.quote_handlers.total("rest") == 0
            assert uow.quote_handlers.total("pumps") == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given_up()
    assert (found(hub, "pumps"), found(hub, "rest")) == (([], 0), ([], 0))


def test_a_quote_is_of_nobody_who_is_let_in_no_longer(hub: Hub) -> None:
    """Of two with one address it is the other's."""
    with hub.unit_of_work(TENANT) as uow:
        for name in ("first", "second"):
            staffing.add(uow, NewUser(username=name, email="me@x.example"))
        assert assigning.owner_of(uow, "ME@x.example") == 1
        staffing.disable(uow, "first")
        assert assigning.owner_of(uow, "me@x.example") == 2
        assert assigning.owner_of(uow, "first") is None
        staffing.disable(uow, "second")
        assert assigning.owner_of(uow, "me@x.example") is None
