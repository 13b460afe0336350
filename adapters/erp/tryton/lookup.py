"""Looks up in Tryton what an order names; it writes nothing."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from adapters.erp.tryton import records
from adapters.erp.tryton.client import Client, understood
from adapters.erp.tryton.names import Names
from adapters.erp.tryton.records import Found, Party, Product, Unit
from adapters.erp.tryton.wire import Row, text_of
from engine.ports.erp import OrderDocument

_AT_ONCE = 40
"""Names in one question: they travel in its address, which servers want short."""
_ALIKE = 3
"""More records under one name are as useless as three."""
_MOST_TAXES = 500
Made = TypeVar("Made")


def found(client: Client, names: Names, document: OrderDocument) -> Found:
    """Everything there is of what the order names."""
    parties = customers(client, names, document)
    codes = [names.sku(line) for line in document.lines]
    products = _products(client, [*codes, *([names.rounding_sku] if names.rounding_sku else [])])
    return Found(
        parties=parties,
        currencies=_currencies(client, names.currency(document)),
        terms=_terms(client, names.term()),
        taxes=_taxes(client, document),
        products=products,
        units=_units(client, _unknown_units(names, document, products)),
    )


def customers(client: Client, names: Names, document: OrderDocument) -> tuple[Party, ...]:
    """Who answers to the customer's code or identifier."""
    name = names.customer(document)
    if not name:
        return ()
    who = ["OR", ["code", "=", name], ["identifiers.code", "=", name]]
    return _read(records.party, client.search("party.party", who, records.PARTY, most=_ALIKE))


def _products(client: Client, codes: Iterable[str]) -> dict[str, tuple[Product, ...]]:
    rows: list[Row] = []
    for some in _slices(codes):
        domain = [["code", "in", some]]
        most = _ALIKE * len(some)
        rows.extend(client.search("product.product", domain, records.PRODUCT, most=most))
    return {
        code: _read(records.product, [row for row in rows if text_of(row.get("code")) == code])
        for code in {text_of(row.get("code")) for row in rows}
    }


def _unknown_units(
    names: Names, document: OrderDocument, products: dict[str, tuple[Product, ...]]
) -> set[str]:
    """Units that are not those that the products are sold in anyway."""
    unknown = set()
    for line in document.lines:
        name = names.unit(line)
        sold_in = [each.unit for each in products.get(names.sku(line), ())]
        if name and not all(unit is not None and name in unit.names for unit in sold_in):
            unknown.add(name)
    return unknown


def _units(client: Client, wanted: set[str]) -> dict[str, tuple[Unit, ...]]:
    units: list[Unit] = []
    for some in _slices(wanted):
        domain = ["OR", ["symbol", "in", some], ["name", "in", some]]
        most = _ALIKE * len(some)
        units += _read(records.unit, client.search("product.uom", domain, records.UNIT, most=most))
    return {name: tuple(each for each in units if name in each.names) for name in wanted}


def _currencies(client: Client, code: str) -> tuple[records.Currency, ...]:
    domain = [["code", "=", code]]
    rows = client.search("currency.currency", domain, records.CURRENCY, most=_ALIKE)
    return _read(records.currency, rows)


def _terms(client: Client, name: str) -> tuple[int, ...]:
    if not name:
        return ()
    domain = [["name", "=", name]]
    rows = client.search("account.invoice.payment_term", domain, ("name",), most=_ALIKE)
    return _read(records.known, rows)


def _taxes(client: Client, document: OrderDocument) -> tuple[records.Tax, ...]:
    """The taxes of sales; nobody asks for them where no line says what it is taxed."""
    if all(line.tax_rate is None for line in document.lines):
        return ()
    domain = [
        ["company", "=", client.company],
        ["parent", "=", None],
        ["OR", ["group", "=", None], ["group.kind", "in", ["sale", "both"]]],
    ]
    return _read(records.tax, client.search("account.tax", domain, records.TAX, most=_MOST_TAXES))


def _read(how: Callable[[Row], Made], rows: Iterable[Row]) -> tuple[Made, ...]:
    return understood(lambda: tuple(how(row) for row in rows), writes=False)


def _slices(names: Iterable[str]) -> Iterable[list[str]]:
    every = sorted(set(names))
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
