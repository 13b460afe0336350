"""An order arrives whole and once, whatever happens on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from engine.ports.connections import TableName
from engine.ports.erp import Erp
from engine.ports.outcomes import Declined, Denied
from tests.adapters.conformance import orders
from tests.adapters.conformance.conftest import Site
from tests.adapters.conformance.orders import BOREAL, NOBODY, line, order
from tests.adapters.conformance.proxy import Proxy
from tests.adapters.conformance.registry import REGISTRY, Ability
from tests.adapters.conformance.working import CONFIRMED, key_of, push
from tests.adapters.steps import MemorySteps, TakenOverError


def test_a_test_of_the_connection_finds_no_trouble(erp: Erp) -> None:
    checked = erp.check()
    assert checked.identity
    assert checked.troubles == ()


def test_the_class_of_proof_is_said(site: Site, erp: Erp) -> None:
    better = {each.adapter for each in REGISTRY if each.is_real}
    if site.entry.adapter in better and not site.entry.is_real:
        pytest.skip("what is claimed was proven against another peer")
    assert erp.capabilities().proof == site.peer.proof


def test_an_order_arrives_whole(site: Site, erp: Erp) -> None:
    document = order()
    receipt, state = push(erp, document)
    [held] = site.peer.held(document.order_number)
    assert (held.reference, held.key) == (receipt.reference, document.order_number)
    assert held.net == Decimal("4999.00")  # 4 * 1200 + 2 * 99.50
    assert held.lines == (
        ("VX-2000", Decimal(4), Decimal("4800.00")),
        ("CARE-PLUS", Decimal(2), Decimal("199.00")),
    )
    assert receipt.lines.keys() == {"lin_vx-2000", "lin_care-plus"}
    assert state.stage in CONFIRMED
    assert state.key == document.order_number


def test_what_was_pushed_is_not_made_again(site: Site, erp: Erp) -> None:
    document = order()
    first, _ = push(erp, document)
    again, state = push(erp, document)
    assert again.reference == first.reference
    assert again.lines == first.lines
    assert state.stage in CONFIRMED
    assert len(site.peer.held(document.order_number)) == 1


def test_a_push_goes_on_where_another_stopped(site: Site, erp: Erp) -> None:
    document, steps = order(), MemorySteps()
    made = erp.create(document, key_of(document), steps)
    receipt, state = push(erp, document, MemorySteps())
    assert receipt.reference == made.reference
    assert state.stage in CONFIRMED
    assert len(site.peer.held(document.order_number)) == 1


def test_nothing_is_sent_once_somebody_else_goes_on(site: Site, proxy: Proxy) -> None:
    erp, document = site.erp(proxy.port), order()
    most = 0
    while True:
        steps = MemorySteps(most)
        try:
            receipt, _ = push(erp, document, steps)
        except TakenOverError:
            sent = [call for call in proxy.calls if call[0] != "GET"]
            most += 1
            assert len(site.peer.held(document.order_number)) <= 1, sent
            assert most < 20
            continue
        break
    [held] = site.peer.held(document.order_number)
    assert held.reference == receipt.reference


def test_no_order_is_made_once_somebody_else_goes_on(site: Site, erp: Erp) -> None:
    site.needs(Ability.NETWORK)
    document = order()
    with pytest.raises(TakenOverError):
        erp.create(document, key_of(document), MemorySteps(0))
    assert site.peer.held(document.order_number) == []


def test_another_customers_order_under_our_number_is_not_ours(site: Site, erp: Erp) -> None:
    theirs = order(customer=BOREAL)
    ours = order(number=theirs.order_number)
    push(erp, theirs)
    assert erp.find(ours, f"{key_of(ours)}_ours") is None
    assert len(site.peer.held(ours.order_number)) == 1


def test_many_orders_at_once_arrive_once_each(site: Site, erp: Erp) -> None:
    documents = [order() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        pushed = list(pool.map(lambda document: push(erp, document), documents))
    assert len({receipt.reference for receipt, _ in pushed}) == 4
    for document, (receipt, _) in zip(documents, pushed, strict=True):
        [held] = site.peer.held(document.order_number)
        assert held.reference == receipt.reference


def test_four_workers_one_after_the_other_make_one_order(site: Site, erp: Erp) -> None:
    document, flight = order(), threading.Lock()

    def work(_: int) -> str:
        with flight:
            return push(erp, document)[0].reference

    with ThreadPoolExecutor(4) as pool:
        references = set(pool.map(work, range(4)))
    assert {held.reference for held in site.peer.held(document.order_number)} == references
    assert len(references) == 1


def test_a_plan_names_everything_that_is_missing_and_writes_nothing(site: Site, erp: Erp) -> None:
    site.needs(Ability.MISSES)
    document = order(
        orders.CARE, line("NOT-THERE", "1", "10"), line("NOT-EITHER", "1", "5"), customer=NOBODY
    )
    plan = erp.plan(document)
    assert {(miss.table, miss.where) for miss in plan.misses} >= {
        (TableName.CUSTOMER, "account"),
        (TableName.SKU, "lines/1/sku"),
        (TableName.SKU, "lines/2/sku"),
    }
    assert site.peer.held(document.order_number) == []


def test_a_plan_of_what_is_all_there_has_nothing_to_say(erp: Erp) -> None:
    plan = erp.plan(order())
    assert plan.misses == ()
    assert [loss for loss in plan.losses if loss.amount] == []


def test_an_unknown_product_is_told_by_its_line(site: Site, erp: Erp) -> None:
    site.needs(Ability.MISSES)
    document = order(orders.CARE, line("NOT-THERE", "1", "10"))
    with pytest.raises(Declined) as declined:
        erp.create(document, key_of(document), MemorySteps())
    assert declined.value.fields.keys() == {"lines/1/sku"}
    assert site.peer.held(document.order_number) == []


def test_an_unknown_customer_is_told(site: Site, erp: Erp) -> None:
    site.needs(Ability.MISSES)
    document = order(customer=NOBODY)
    with pytest.raises(Declined) as declined:
        erp.create(document, key_of(document), MemorySteps())
    assert declined.value.fields.keys() == {"account"}


def test_who_is_no_longer_let_in_is_denied_until_they_are(site: Site, erp: Erp) -> None:
    site.needs(Ability.DENIES)
    document = order()
    site.peer.deny()
    try:
        with pytest.raises(Denied):
            erp.find(document, key_of(document))
        with pytest.raises(Denied):
            erp.check()
        with pytest.raises(Denied):
            erp.create(document, key_of(document), MemorySteps())
    finally:
        site.peer.allow()
    push(erp, document)
    assert len(site.peer.held(document.order_number)) == 1
