"""Whose quotations a caller finds: its own, those of another that are its own too, or all."""

from dataclasses import replace
from itertools import product

import pytest

from engine.hub import Hub
from engine.quotes.quotation import Column, Order, QuotationSearch, Span, Viewer
from engine.services import assigning, handling
from tests.engine.services import selling
from tests.engine.services.uploads import TENANT

QUOTES = 30
MEMBERS = (1, 2, 3)
VIEWERS = (
    *(Viewer(member=each) for each in (*MEMBERS, 99, None)),
    *(Viewer(member=each, is_privileged=True) for each in (1, None)),
)
ASKED = (frozenset[int](), *(frozenset({each}) for each in (*MEMBERS, 0, 99)))


@pytest.fixture
def handlers(hub: Hub) -> dict[int, set[int]]:
    """Who handles which quotation; every fourth has no owner, some have handlers more."""
    selling.staff(hub, len(MEMBERS))
    selling.repeated(hub, selling.made(hub, selling.sold(hub)), QUOTES - 1, len(MEMBERS))
    selling.lines(hub)
    assigning.assign_all(selling.door(hub))
    with hub.unit_of_work(TENANT) as uow:
        for serial in range(1, QUOTES + 1, 3):
            handling.add_handlers(uow, VIEWERS[-1], serial, [1 + serial % len(MEMBERS)])
    return {quote.serial: set(members) for quote, members in selling.kept(hub)}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_caller_finds_what_it_may_see(
    hub: Hub, handlers: dict[int, set[int]], viewer: Viewer
) -> None:
    own = set() if viewer.is_privileged else {viewer.member or 0}
    assert len(handlers) == QUOTES
    with hub.reading(TENANT) as view:
        for asked, is_open, (offset, size) in product(
            ASKED, (True, False), ((0, 5), (3, 50), (22, 5), (40, 5))
        ):
            wanted = QuotationSearch(
                line="pumps",
                handlers=asked,
                created=Span() if is_open else Span(start=hub.clock.now()),
                orders=(Order(Column.OWNER, is_descending=True),),
                offset=offset,
                size=size,
            )
            whole, _ = handling.search(view, viewer, replace(wanted, offset=0, size=QUOTES))
            owners = [each.owner or 0 for each in whole]
            assert owners == sorted(owners, reverse=True)
            expected = {each for each, who in handlers.items() if asked | own <= who}
            assert {each.serial for each in whole} == expected
            page, total = handling.search(view, viewer, wanted)
            assert list(page) == list(whole)[offset : offset + size]
            assert total == len(expected)
