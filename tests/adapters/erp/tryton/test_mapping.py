"""An order becomes a sale: everything by its name there, every amount exactly."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from adapters.erp.tryton.mapping import Mapped, mapped
from adapters.erp.tryton.names import Names, names_of
from adapters.erp.tryton.records import Address, Currency, Found, Party, Product, Tax, Unit
from engine.ports.connections import Access, TableName, Tables
from engine.ports.erp import Customer, OrderDocument, OrderedLine, PostalAddress
from engine.ports.outcomes import Declined

D = Decimal
PIECE = Unit(id=1, names=frozenset({"u", "Unit"}), digits=0, rounding=D(1), category=1)
METRE = Unit(id=11, names=frozenset({"m", "Meter"}), digits=2, rounding=D("0.01"), category=4)
VAT, LOW = Tax(id=1, name="VAT 25", percent=D(25)), Tax(id=2, name="VAT 12", percent=D(12))
OFFICE = Address(
    id=5,
    street="Gata 1",
    zip_code="0154",
    city="Oslo",
    is_for_invoices=True,
    is_for_deliveries=False,
)
STORE = replace(OFFICE, id=6, street="Kaia 9", is_for_invoices=False, is_for_deliveries=True)
PARTY = Party(id=2, addresses=(OFFICE, STORE), payment_term=7)
FOUND = Found(
    parties=(PARTY,),
    currencies=(Currency(id=3, rounding=D("0.01")),),
    terms=(),
    taxes=(VAT, LOW),
    products={
        "VX": (Product(id=20, is_salable=True, unit=PIECE, taxes=(VAT,)),),
        "CABLE": (Product(id=21, is_salable=True, unit=METRE, taxes=(VAT,)),),
    },
)
NAMES = Names(tables=Tables(), company=1)


def line(  # the members that the cases vary
    sku: str = "VX",
    quantity: str = "4",
    net: str = "40",
    *,
    unit: str = "u",
    tax_rate: Decimal | None = None,
    requested_date: date | None = None,
) -> OrderedLine:
    return OrderedLine(
        line_id=f"lin_{sku}",
        sku=sku,
        name=sku,
        quantity=D(quantity),
        unit=unit,
        net=D(net),
        unit_price=D(net) / D(quantity),
        tax_rate=tax_rate,
        requested_date=requested_date,
    )


def order(*lines: OrderedLine) -> OrderDocument:
    return OrderDocument(
        tenant="t",
        system="erp",
        order_id="ord_1",
        order_number="O-1",
        account="acc_1",
        currency="EUR",
        purchase_order="",
        lines=lines or (line(),),
        customer=Customer(id="acc_1", name="Acme", contact_id=4711),
    )


def lines_of(made: Mapped) -> list[dict[str, Any]]:
    commands: Any = made.payload["lines"]
    [[act, lines]] = commands
    assert act == "create"
    return list(lines)


def exact(value: str) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": value}


def test_a_sale_says_everything_by_its_id() -> None:
    document = replace(
        order(), purchase_order="PO 7", comment="Ring first", placed_on=date(2026, 11, 3)
    )
    assert mapped(document, FOUND, NAMES).payload == {
        "company": 1,
        "reference": "O-1",
        "description": "PO 7",
        "comment": "Ring first",
        "sale_date": {"__class__": "date", "year": 2026, "month": 11, "day": 3},
        "party": 2,
        "invoice_address": 5,
        "shipment_address": 6,
        "currency": 3,
        "payment_term": 7,
        "lines": [
            [
                "create",
                [
                    {
                        "type": "line",
                        "sequence": 1,
                        "description": "VX",
                        "product": 20,
                        "unit": 1,
                        "taxes": [["add", [1]]],
                        "quantity": D(4),
                        "unit_price": exact("10"),
                    }
                ],
            ]
        ],
    }


@pytest.mark.parametrize(
    ("quantity", "net", "price", "difference"),
    [
        ("3", "100.00", "33.3333", None),  # 99.9999, kept as 100.00
        ("99999", "3333.27", "0.0333", "3.30"),  # 99999 * 0.0333 = 3329.9667, kept as 3329.97
        ("700000", "100000.00", "0.1429", "-30.00"),  # 700000 * 0.1429 = 100030
        ("1", "0.00", "0", None),
    ],
)
def test_what_a_price_cannot_express_becomes_a_line(
    quantity: str, net: str, price: str, difference: str | None
) -> None:
    made = mapped(order(line(quantity=quantity, net=net)), FOUND, NAMES)
    first, *rest = lines_of(made)
    assert D(first["unit_price"]["decimal"]) == D(price)
    if difference is None:
        assert (rest, made.losses) == ([], ())
        return
    [made_up] = rest
    assert made_up == {
        "type": "line",
        "sequence": 2,
        "description": "Rounding",
        "quantity": D(1),
        "unit_price": exact(difference),
        "taxes": [["add", [1]]],
    }
    [loss] = made.losses
    assert (loss.path, loss.amount) == ("lines/0/unit_price", D(difference))


def test_our_own_price_is_sent_where_it_does() -> None:
    one = replace(line(quantity="1", net="10.00"), unit_price=D("9.995"))
    [sent] = lines_of(mapped(order(one), FOUND, NAMES))
    assert D(sent["unit_price"]["decimal"]) == D("9.995")


def test_differences_are_made_up_for_tax_by_tax() -> None:
    rates = (D(25), D(12), D("25.0"))
    document = order(*(line("VX", "99999", "3333.27", tax_rate=rate) for rate in rates))
    made_up = lines_of(mapped(document, FOUND, NAMES))[3:]
    assert [(each["unit_price"]["decimal"], each["taxes"]) for each in made_up] == [
        ("6.60", [["add", [1]]]),
        ("3.30", [["add", [2]]]),
    ]


def test_where_amounts_are_coarse_the_rest_is_said() -> None:
    coarse = replace(FOUND, currencies=(Currency(id=3, rounding=D("0.05")),))
    made = mapped(order(line(quantity="1", net="10.02")), coarse, NAMES)
    assert [(loss.path, loss.amount) for loss in made.losses] == [
        ("lines/0/unit_price", D("0.02")),
        ("net", D("0.02")),
    ]


def test_differences_go_to_a_product_where_one_is_named() -> None:
    rounding = {"ROUND": (Product(id=30, is_salable=True, unit=PIECE, taxes=()),)}
    found = replace(FOUND, products={**FOUND.products, **rounding})
    names = replace(NAMES, rounding_sku="ROUND")
    last = lines_of(mapped(order(line(quantity="99999", net="3333.27")), found, names))[-1]
    assert (last["product"], last["unit"]) == (30, 1)


def test_everything_that_is_missing_is_told_at_once() -> None:
    document = order(line("GONE"), line("VX", unit="crate"), line("VX", tax_rate=D(6)))
    tables = Tables({TableName.CUSTOMER: MappingProxyType({"acc_1": "C1"})})
    names = Names(tables=tables, company=1, payment_term="NET30")
    made = mapped(document, replace(FOUND, parties=(), currencies=()), names)
    assert [(miss.table, miss.ours, miss.theirs, miss.where) for miss in made.misses] == [
        (TableName.CUSTOMER, "acc_1", "C1", "account"),
        (TableName.CURRENCY, "EUR", "EUR", "currency"),
        (TableName.PAYMENT_TERM, "NET30", "NET30", "options/payment_term"),
        (TableName.SKU, "GONE", "GONE", "lines/0/sku"),
        (TableName.UNIT, "crate", "crate", "lines/1/unit"),
        (TableName.TAX, "6", "6 %", "lines/2/tax_rate"),
    ]
    assert made.refusals.keys() == {miss.where for miss in made.misses}
    assert made.hindrances() == ()


def test_two_of_a_name_are_as_good_as_none() -> None:
    twins = FOUND.products["VX"] * 2
    made = mapped(order(), replace(FOUND, parties=(PARTY, PARTY), products={"VX": twins}), NAMES)
    assert [(miss.table, miss.theirs) for miss in made.misses] == [
        (TableName.CUSTOMER, "superoffice:contact:4711 (2 of them)"),
        (TableName.SKU, "VX (2 of them)"),
    ]


@pytest.mark.parametrize(
    ("quantity", "unit", "told"),
    [
        ("1.5", "u", {"lines/0/quantity"}),
        ("1.50", "m", set()),
        ("1.505", "m", {"lines/0/quantity"}),
        ("1.00", "", set()),
        ("1", "kg", {"lines/0/unit"}),
    ],
)
def test_a_quantity_is_kept_or_refused(quantity: str, unit: str, told: set[str]) -> None:
    sku = "CABLE" if unit == "m" else "VX"
    weight = Unit(id=9, names=frozenset({"kg"}), digits=3, rounding=D("0.001"), category=2)
    made = mapped(
        order(line(sku, quantity, "15", unit=unit)), replace(FOUND, units={"kg": (weight,)}), NAMES
    )
    assert made.refusals.keys() == told
    assert {loss.path for loss in made.hindrances()} == told


def test_tables_say_what_it_is_called_there() -> None:
    rows = {
        TableName.SKU: {"A-1": "VX"},
        TableName.UNIT: {"pcs": "Unit"},
        TableName.TAX: {"25": "VAT 12"},
    }
    names = replace(NAMES, tables=Tables(rows))
    [one] = lines_of(mapped(order(line("A-1", unit="pcs", tax_rate=D("25.00"))), FOUND, names))
    assert (one["product"], one["unit"], one["taxes"]) == (20, 1, [["add", [2]]])


def test_no_tax_needs_no_tax_there() -> None:
    [one] = lines_of(mapped(order(line(tax_rate=D(0))), FOUND, NAMES))
    assert one["taxes"] == []


def test_an_address_is_the_one_that_is_meant_or_a_loss() -> None:
    kaia = PostalAddress(lines=("kaia  9",), zip_code="0154", city="OSLO")
    away = PostalAddress(lines=("Elsewhere 2",), city="Bergen")
    customer = Customer(id="acc_1", name="Acme", contact_id=4711, invoice=kaia, delivery=away)
    made = mapped(replace(order(), customer=customer), FOUND, NAMES)
    assert (made.payload["invoice_address"], made.payload["shipment_address"]) == (6, 6)
    assert [loss.path for loss in made.losses] == ["customer/delivery"]


def test_a_customer_without_an_address_is_refused() -> None:
    made = mapped(order(), replace(FOUND, parties=(replace(PARTY, addresses=()),)), NAMES)
    assert made.refusals.keys() == {"customer"}


def test_a_line_has_no_date_of_its_own() -> None:
    document = replace(
        order(line(requested_date=date(2027, 1, 1))), requested_date=date(2027, 2, 1)
    )
    made = mapped(document, FOUND, NAMES)
    assert [loss.path for loss in made.losses] == ["lines/0/requested_date"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"values": '{"shipment_cost_method": null}'}, None),
        ({"values": "[1]"}, "options/values"),
        ({"values": "["}, "options/values"),
        ({"price_digits": "4.5"}, "options/price_digits"),
    ],
)
def test_options_are_read_or_named(options: dict[str, str], told: str | None) -> None:
    access = Access(
        tenant="t", system="s", adapter="tryton", url="", credentials={}, options=options
    )
    if told is None:
        assert mapped(order(), FOUND, names_of(access, 1)).payload["shipment_cost_method"] is None
        return
    with pytest.raises(Declined) as declined:
        names_of(access, 1)
    assert declined.value.fields.keys() == {told}
