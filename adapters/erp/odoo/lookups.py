"""Looking up in Odoo what an order names."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.erp.odoo.amounts import Precision
from adapters.erp.odoo.client import Domain, Odoo, Record, is_id
from adapters.erp.odoo.found import (
    Address,
    Company,
    Found,
    Named,
    Product,
    Tax,
    matching,
    number_in,
)
from adapters.erp.odoo.mapping import percent
from engine.kernel.currency import currency
from engine.ports.connections import Access, TableName
from engine.ports.erp import OrderDocument
from engine.ports.outcomes import Declined, Postponed

USUAL_DIGITS = 2
"""What Odoo keeps of prices and quantities where nobody has said otherwise."""

_ANY = 9
"""What is used of the digits of a field that keeps any."""


class LookUps:
    """Asks for what a connection's orders name; writes nothing."""

    def __init__(self, odoo: Odoo, access: Access) -> None:
        self._odoo = odoo
        self._access = access

    def company(self) -> Company:
        """The company that the option names, or the only one there is."""
        fields = ("name", "currency_id", "tax_calculation_rounding_method")
        known = [_company(each) for each in self._odoo.search("res.company", [], fields)]
        wish = self._access.options.get("company", "")
        meant = matching(known, wish) if wish else known
        if len(meant) != 1:
            names = ", ".join(each.name for each in known)
            field = {"options/company": wish or f"one of {names}"}
            raise Declined("which of Odoo's companies sells is not clear", field)
        return meant[0]

    def found(self, document: OrderDocument) -> Found:
        """Everything that a document names."""
        company = self.company()
        customers = self.customers(document, company)
        return Found(
            company=company,
            precision=self._precision(document, company),
            customers=customers,
            addresses=self._addresses(customers, company),
            products=self.products(document, company),
            units=self._units(document),
            taxes=self._taxes(document, company),
            pricelists=self._pricelists(document, company),
            terms=self._terms(company),
        )

    def customers(self, document: OrderDocument, company: Company) -> list[Named]:
        """Who may be meant by the document's account."""
        theirs = self._access.tables.theirs(TableName.CUSTOMER, document.account or "")
        if not theirs:
            return []
        records = self._odoo.search(
            "res.partner", _called("ref", [theirs]), ("ref",), company=company.id
        )
        return [Named(id=each["id"], name=_text(each, "ref")) for each in records]

    def products(self, document: OrderDocument, company: Company) -> list[Product]:
        """What the lines name, and what rounding is put on."""
        skus = {each.sku for each in document.lines}
        theirs = {self._access.tables.theirs(TableName.SKU, each) for each in skus}
        rounding = self._access.options.get("rounding_product", "")
        wanted = _called("default_code", theirs | ({rounding} if rounding else set()))
        fields = ("default_code", "taxes_id")
        records = self._odoo.all(
            "product.product", [["sale_ok", "=", True], *wanted], fields, company.id
        )
        return [
            Product(
                id=each["id"],
                name=_text(each, "default_code"),
                taxes=frozenset(filter(is_id, _list(each, "taxes_id"))),
            )
            for each in records
        ]

    def _addresses(self, customers: Sequence[Named], company: Company) -> list[Address]:
        if len(customers) != 1:
            return []
        domain = [["id", "child_of", customers[0].id]]
        fields = ("street", "city", "zip")
        records = self._odoo.search("res.partner", domain, fields, company=company.id)
        return [
            Address(
                id=each["id"],
                name=_text(each, "street"),
                city=_text(each, "city"),
                zip_code=_text(each, "zip"),
            )
            for each in records
        ]

    def _units(self, document: OrderDocument) -> list[Named]:
        ours = {each.unit for each in document.lines if each.unit}
        return self._named("uom.uom", {self._access.tables.theirs(TableName.UNIT, u) for u in ours})

    def _terms(self, company: Company) -> list[Named]:
        wish = self._access.options.get("payment_term", "")
        theirs = self._access.tables.theirs(TableName.PAYMENT_TERM, wish)
        return self._named("account.payment.term", {theirs} if wish else set(), company)

    def _named(self, model: str, names: set[str], company: Company | None = None) -> list[Named]:
        if not names:
            return []
        whose = None if company is None else company.id
        records = self._odoo.search(model, _called("name", names), ("name",), company=whose)
        return [Named(id=each["id"], name=_text(each, "name")) for each in records]

    def _taxes(self, document: OrderDocument, company: Company) -> list[Tax]:
        rates = {each.tax_rate for each in document.lines if each.tax_rate is not None}
        if not rates:
            return []
        names = {self._access.tables.theirs(TableName.TAX, percent(each)) for each in rates}
        domain: Domain = [
            ["type_tax_use", "=", "sale"],
            ["company_id", "=", company.id],
            "|",
            ["amount", "in", sorted(rates)],
            *_called("name", names),
        ]
        fields = ("name", "amount", "amount_type", "price_include")
        records = self._odoo.search("account.tax", domain, fields, company=company.id)
        return [Tax(id=each["id"], name=_text(each, "name"), rate=_rate(each)) for each in records]

    def _pricelists(self, document: OrderDocument, company: Company) -> list[Named]:
        theirs = self._access.tables.theirs(TableName.CURRENCY, document.currency)
        domain = [["currency_id.name", "=", theirs]]
        records = self._odoo.search("product.pricelist", domain, ("name",), company=company.id)
        return [Named(id=each["id"], name=_text(each, "name")) for each in records]

    def _precision(self, document: OrderDocument, company: Company) -> Precision:
        wish = self._access.options.get("price_digits", "")
        told = self._odoo.call(
            "sale.order.line/fields_get",
            writes=False,
            allfields=["price_unit", "product_uom_qty"],
            attributes=["type", "digits"],
        )
        if not isinstance(told, dict):
            raise Postponed("Odoo did not say how it keeps prices")
        return Precision(
            price=int(wish) if wish.isdecimal() else _digits(told.get("price_unit")),
            quantity=_digits(told.get("product_uom_qty")),
            money=currency(document.currency).digits,
            by_line=company.rounds_lines,
        )


def amount(value: object) -> Decimal | None:
    """A number that Odoo answered."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    return Decimal(value)


def _called(field: str, names: Iterable[str]) -> list[object]:
    """The domain of records that are called, or numbered, as `names` say."""
    numbers = {name: number_in(name) for name in names}
    texts = sorted(name for name, number in numbers.items() if number is None)
    ids = sorted(number for number in numbers.values() if number is not None)
    if not ids:
        return [[field, "in", texts]]
    return ["|", [field, "in", texts], ["id", "in", ids]]


def _company(record: Record) -> Company:
    known = record.get("currency_id")
    if not isinstance(known, list) or not known or not isinstance(known[-1], str):
        raise Postponed("Odoo answered a company without a currency")
    return Company(
        id=record["id"],
        name=_text(record, "name"),
        currency=known[-1],
        rounds_lines=record.get("tax_calculation_rounding_method") != "round_globally",
    )


def _rate(record: Mapping[str, Any]) -> Decimal | None:
    is_plain = record.get("amount_type") == "percent" and record.get("price_include") is False
    return amount(record.get("amount")) if is_plain else None


def _text(record: Record, field: str) -> str:
    """A text; Odoo says false where there is none."""
    value = record.get(field)
    return value if isinstance(value, str) else ""


def _list(record: Record, field: str) -> list[object]:
    value = record.get(field)
    return value if isinstance(value, list) else []


def _digits(field: object) -> int:
    """What is kept of a field's numbers after the point."""
    if not isinstance(field, dict):
        raise Postponed("Odoo did not say how it keeps prices and quantities")
    match field.get("digits"):
        case [int(), int(kept)]:
            return kept
        case _:
            return _ANY
