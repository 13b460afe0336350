import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.hub import Hub
from engine.kernel.errors import AlreadyOrdered, Conflict, NotFound
from engine.orders.order import Order, OrderStatus, Progress
from tests.engine.store.nouns import ACME, ZENITH, a_line, a_quote, an_order


@pytest.fixture
def quoted(hub: Hub) -> Hub:
    """The hub, with the quotes `qte_1` and `qte_2` in both tenants."""
    for tenant in ("fjord", "skerry"):
        with hub.unit_of_work(tenant) as work:
            work.quotes.add(a_quote("qte_1"))
            work.quotes.add(a_quote("qte_2"))
    return hub


def ordered(hub: Hub, quote_id: str = "qte_1", tenant: str = "fjord") -> Order | None:
    with hub.reading(tenant) as view:
        return view.orders.find_by_quote(quote_id)


@pytest.mark.parametrize("lines", [0, 1, 500])
def test_an_order_comes_back_as_it_was_added(quoted: Hub, lines: int) -> None:
    order = replace(an_order(lines=lines), account="ACME", status=OrderStatus.CANCELLED)
    with quoted.unit_of_work("fjord") as work:
        work.catalogues.put_accounts([ACME, ZENITH])
        work.orders.add(order)
        assert work.orders.find_by_quote("qte_1", lock=True) == order
    with quoted.reading("fjord") as view:
        assert view.orders.find_by_number("O-ord_1") == order
        assert view.orders.find_by_number("O-ord_2") is None


def test_a_second_order_of_a_quote_names_the_first_and_one_can_read_again(quoted: Hub) -> None:
    with quoted.unit_of_work("fjord") as work:
        work.orders.add(an_order())
    with quoted.unit_of_work("fjord") as work:
        with pytest.raises(AlreadyOrdered) as refusal:
            work.orders.add(an_order("ord_2"))
        first = work.orders.find_by_quote("qte_1")
    assert refusal.value.params == {"order": "O-ord_1"}
    assert first == an_order()


def test_a_taken_number_is_a_conflict_but_no_order_of_the_quote(quoted: Hub) -> None:
    with quoted.unit_of_work("fjord") as work:
        work.orders.add(an_order())
        with pytest.raises(Conflict) as refusal:
            work.orders.add(an_order("ord_2", quote_id="qte_2", number="O-ord_1"))
    assert not isinstance(refusal.value, AlreadyOrdered)
    assert ordered(quoted, "qte_2") is None


def test_twenty_orders_placed_at_once_for_one_quote_are_one_order(quoted: Hub) -> None:
    everybody = threading.Barrier(20)

    def place(number: int) -> str | None:
        everybody.wait(timeout=30)
        try:
            with quoted.unit_of_work("fjord") as work:
                work.orders.add(an_order(f"ord_{number}"))
        except AlreadyOrdered as refusal:
            return str(refusal.params["order"])
        return None

    with ThreadPoolExecutor(20) as pool:
        refusals = list(pool.map(place, range(20)))
    kept = ordered(quoted)
    assert kept is not None
    assert refusals.count(None) == 1
    assert refusals.index(None) == int(kept.id.removeprefix("ord_"))
    assert refusals.count(kept.number) == 19
    assert len(kept.lines) == 2


def test_two_tenants_name_their_orders_alike_and_stay_apart(quoted: Hub) -> None:
    with quoted.unit_of_work("fjord") as work:
        work.orders.add(an_order())
    assert ordered(quoted, tenant="skerry") is None
    theirs = replace(an_order(lines=1), total=Decimal(1))
    with quoted.unit_of_work("skerry") as work:
        with pytest.raises(NotFound):
            work.orders.save(theirs)
        assert work.orders.find_by_number("O-ord_1") is None
        work.orders.add(theirs)
        work.orders.save(replace(theirs, comment="theirs"))
    assert ordered(quoted) == an_order()
    assert ordered(quoted, tenant="skerry") == replace(theirs, comment="theirs", revision=2)


def test_no_order_can_name_a_quote_or_an_account_of_another_tenant(quoted: Hub) -> None:
    with quoted.unit_of_work("fjord") as work:
        work.quotes.add(a_quote("qte_3"))
        work.catalogues.put_accounts([ZENITH])
    with quoted.unit_of_work("skerry") as work:
        with pytest.raises(Conflict):
            work.orders.add(an_order(quote_id="qte_3"))
        with pytest.raises(Conflict):
            work.orders.add(replace(an_order(), account="ZENITH"))
    assert ordered(quoted, "qte_3", "skerry") is None


def test_saving_keeps_what_changed(quoted: Hub) -> None:
    with quoted.unit_of_work("fjord") as work:
        work.orders.add(an_order())
        work.orders.add(an_order("ord_2", quote_id="qte_2"))
    on_the_way = {"delivered": Decimal("0.05"), "shipped": Decimal("0.05")}
    delivered = replace(a_line("orl_2"), progress=Progress(quantities=on_the_way))
    changed = replace(
        an_order(), status=OrderStatus.PARTIALLY_SHIPPED, lines=(delivered, a_line("orl_3"))
    )
    with quoted.unit_of_work("fjord") as work:
        saved = work.orders.save(changed)
        assert work.orders.find_by_number("O-ord_1") == saved
    assert ordered(quoted) == saved == replace(changed, revision=2)
    assert ordered(quoted, "qte_2") == an_order("ord_2", quote_id="qte_2")


def test_a_rollback_leaves_neither_order_nor_lines(quoted: Hub) -> None:
    def given_up() -> None:
        with quoted.unit_of_work("fjord") as work:
            work.orders.add(an_order())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given_up()
    assert ordered(quoted) is None
    with quoted.unit_of_work("fjord") as work:
        work.orders.add(an_order())  # its lines would collide with any left behind
