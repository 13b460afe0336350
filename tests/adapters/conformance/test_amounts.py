"""The net there is the net here, to the cent, whatever the price and the quantity."""

from decimal import Decimal

import pytest

from engine.ports.erp import Erp, OrderDocument
from engine.ports.outcomes import Declined
from tests.adapters.conformance.conftest import Site
from tests.adapters.conformance.orders import line, order
from tests.adapters.conformance.registry import Ability
from tests.adapters.conformance.working import key_of, push
from tests.adapters.steps import MemorySteps

D = Decimal
LINES = {
    "a third of a hundred": (line("VX-2000", "3", "100.00"), D("100.00")),
    "a seventh": (line("VX-2000", "7", "100.00"), D("100.00")),
    "a price of many digits": (line("VX-2000", "9", "0.11", price="0.0123456789"), D("0.11")),
    "many of something cheap": (
        line("KIT-10", "99999", "3333.27", price="0.033333"),
        D("3333.27"),
    ),
    "a price that is off its net": (line("VX-2000", "2", "10.01", price="5"), D("10.01")),
    "for nothing": (line("VX-2000", "1", "0"), D(0)),
    "as large as it gets": (line("VX-2000", "1", "9999999999.99"), D("9999999999.99")),
}
PARTS = {
    "a part of a metre": (line("CABLE-M", "2.5", "3.09", "m", price="1.2345"), D("3.09")),
    "a hundredth of a metre": (line("CABLE-M", "0.01", "0.07", "m", price="6.99"), D("0.07")),
}


@pytest.mark.parametrize("case", LINES)
def test_the_net_is_the_same_to_the_cent(site: Site, erp: Erp, case: str) -> None:
    site.needs(Ability.CENTS)
    ordered, net = LINES[case]
    _arrives(site, erp, order(ordered), net)


@pytest.mark.parametrize("case", PARTS)
def test_a_part_of_a_unit_is_that_part_there(site: Site, erp: Erp, case: str) -> None:
    site.needs(Ability.CENTS, Ability.FRACTIONS)
    ordered, net = PARTS[case]
    _arrives(site, erp, order(ordered), net)


def test_differences_of_several_lines_are_made_up_for_together(site: Site, erp: Erp) -> None:
    site.needs(Ability.CENTS)
    document = order(*(line(sku, "3", "100.00") for sku in ("VX-2000", "KIT-10", "CARE-PLUS")))
    _arrives(site, erp, document, D("300.00"))


def test_a_currency_without_decimals_gets_none(site: Site, erp: Erp) -> None:
    site.needs(Ability.CENTS, Ability.YEN)
    document = order(line("VX-2000", "3", "1000"), currency="JPY")
    _arrives(site, erp, document, D(1000))


def test_a_part_of_a_piece_is_told_by_its_line(site: Site, erp: Erp) -> None:
    site.needs(Ability.WHOLE_UNITS)
    document = order(line("VX-2000", "1.5", "15"))
    with pytest.raises(Declined) as declined:
        erp.create(document, key_of(document), MemorySteps())
    assert declined.value.fields.keys() == {"lines/0/quantity"}
    assert site.peer.held(document.order_number) == []


def _arrives(site: Site, erp: Erp, document: OrderDocument, net: Decimal) -> None:
    receipt, state = push(erp, document)
    [held] = site.peer.held(document.order_number)
    assert held.net == net
    assert {receipt.net, state.net} <= {None, net}
    told = {(sku, quantity) for sku, quantity, _ in held.lines}
    assert {(each.sku, each.quantity) for each in document.lines} <= told
