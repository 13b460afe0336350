"""An order as Odoo's sale.order, from the document and what was found there."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from adapters.erp.odoo.amounts import Priced, differences, priced
from adapters.erp.odoo.found import Found, Named, Tax, matching
from engine.ports.connections import Access, Miss, TableName
from engine.ports.erp import ErpLoss, OrderDocument, OrderedLine, PostalAddress

ORIGIN = "Quotewright "
"""What stands before our key in the orders that are ours."""

_SET, _CREATE = 6, 0
_ONE, _ZERO = Decimal(1), Decimal(0)
_Any = TypeVar("_Any", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What would be created, what is missing for it and what it cannot tell.

    `products` are those of the document's lines, by line id.
    """

    values: Mapping[str, object]
    misses: tuple[Miss, ...]
    losses: tuple[ErpLoss, ...]
    products: Mapping[str, int]


def mapped(document: OrderDocument, key: str, access: Access, found: Found) -> Mapped:
    """The order that Odoo would be asked to create under `key`."""
    return _Mapper(document, access, found).mapped(key)


class _Mapper:
    """One order on its way; it gathers what is missing and what is lost."""

    def __init__(self, document: OrderDocument, access: Access, found: Found) -> None:
        self._document = document
        self._access = access
        self._found = found
        self._misses: list[Miss] = []
        self._losses: list[ErpLoss] = []

    def mapped(self, key: str) -> Mapped:
        document, found = self._document, self._found
        account = document.account or ""
        customer = self._one(found.customers, TableName.CUSTOMER, account, "account")
        values: dict[str, object] = {
            "partner_id": customer and customer.id,
            "client_order_ref": document.order_number,
            "origin": ORIGIN + key,
            "company_id": found.company.id,
            "pricelist_id": self._pricelist(),
            **self._addresses(),
            **self._terms(),
            **self._dates(),
        }
        there = [priced(each, found.precision) for each in document.lines]
        lines = [*self._lines(there), *self._rounding(there), *self._notes()]
        values["order_line"] = [
            [_CREATE, 0, {"sequence": place, **each}] for place, each in enumerate(lines, 1)
        ]
        products = {
            each.line_id: line["product_id"]
            for each, line in zip(document.lines, lines, strict=False)
            if isinstance(line["product_id"], int)
        }
        return Mapped(
            values=values,
            misses=tuple(dict.fromkeys(self._misses)),
            losses=tuple(self._losses),
            products=products,
        )

    def _one(self, records: Iterable[_Any], table: TableName, ours: str, where: str) -> _Any | None:
        """The only record that is called what `ours` is called there."""
        theirs = self._access.tables.theirs(table, ours)
        return self._only(matching(records, theirs), Miss(table, ours, theirs, where))

    def _only(self, records: Sequence[_Any], miss: Miss) -> _Any | None:
        if len(records) == 1:
            return records[0]
        several = f"{miss.theirs} ({len(records)} of them)" if records else miss.theirs
        self._misses.append(Miss(miss.table, miss.ours, several, miss.where))
        return None

    def _pricelist(self) -> int | bool:
        """The price list that makes it the order's currency; none where the company's is that."""
        code = self._document.currency
        theirs = self._access.tables.theirs(TableName.CURRENCY, code)
        wish = self._access.options.get("pricelist", "")
        lists = matching(self._found.pricelists, wish) if wish else self._found.pricelists
        if not wish and theirs == self._found.company.currency:
            return False
        if not lists:
            where = "options/pricelist" if wish else "currency"
            self._misses.append(Miss(TableName.CURRENCY, code, wish or theirs, where))
            return False
        return lists[0].id

    def _terms(self) -> Mapping[str, object]:
        wish = self._access.options.get("payment_term", "")
        if not wish:
            return {}
        terms = self._found.terms
        term = self._one(terms, TableName.PAYMENT_TERM, wish, "options/payment_term")
        return {"payment_term_id": term.id} if term else {}

    def _dates(self) -> Mapping[str, object]:
        document = self._document
        dates: dict[str, object] = {}
        if document.placed_on is not None:
            dates["date_order"] = f"{document.placed_on.isoformat()} 00:00:00"
        if document.requested_date is not None:
            dates["commitment_date"] = f"{document.requested_date.isoformat()} 00:00:00"
        return dates

    def _addresses(self) -> Mapping[str, object]:
        customer = self._document.customer
        if customer is None:
            return {}
        fields: dict[str, object] = {}
        for field, kind, address in (
            ("partner_invoice_id", "invoice", customer.invoice),
            ("partner_shipping_id", "delivery", customer.delivery),
        ):
            known = None if address is None else self._address(address)
            if known is not None:
                fields[field] = known
            elif address is not None:
                told = "Odoo does not know this address; the customer's usual one is taken"
                self._losses.append(ErpLoss(path=f"customer/{kind}", message=told))
        return fields

    def _address(self, address: PostalAddress) -> int | None:
        street = address.lines[0] if address.lines else ""
        wanted = _plain(street, address.city, address.zip_code)
        for each in self._found.addresses:
            if _plain(each.name, each.city, each.zip_code) == wanted:
                return each.id
        return None

    def _lines(self, there: Sequence[Priced]) -> Iterator[dict[str, object]]:
        for place, (line, each) in enumerate(zip(self._document.lines, there, strict=True)):
            where = f"lines/{place}"
            product = self._one(self._found.products, TableName.SKU, line.sku, f"{where}/sku")
            self._untold(line, each, where)
            usual = frozenset() if product is None else product.taxes
            yield {
                "product_id": product and product.id,
                "name": _described(line),
                "product_uom_qty": each.quantity,
                "price_unit": each.price,
                **self._unit(line, where),
                **self._tax(line.tax_rate, usual, f"{where}/tax_rate"),
            }

    def _untold(self, line: OrderedLine, there: Priced, where: str) -> None:
        if there.quantity != line.quantity:
            told = f"Odoo keeps {self._found.precision.quantity} digits: {there.quantity:f}"
            self._losses.append(ErpLoss(path=f"{where}/quantity", message=told))
        if line.requested_date not in {None, self._document.requested_date}:
            told = "Odoo has one delivery date for the whole order"
            self._losses.append(ErpLoss(path=f"{where}/requested_date", message=told))

    def _unit(self, line: OrderedLine, where: str) -> Mapping[str, object]:
        """Without a unit it is the one that the product is usually sold in."""
        if not line.unit:
            return {}
        unit = self._one(self._found.units, TableName.UNIT, line.unit, f"{where}/unit")
        return {"product_uom_id": unit.id} if unit else {}

    def _tax(self, rate: Decimal | None, usual: frozenset[int], where: str) -> Mapping[str, object]:
        """Without a rate it is the tax that the product is usually sold with."""
        if rate is None:
            return {}
        ours = percent(rate)
        theirs = self._access.tables.theirs(TableName.TAX, ours)
        if self._access.tables.lists(TableName.TAX, ours):
            taxes = matching(self._found.taxes, theirs)
        else:
            taxes = [each for each in self._found.taxes if each.rate == rate]
            taxes = _preferred(taxes, lambda tax: tax.id in usual)
            if not taxes and not rate:
                return {"tax_ids": [[_SET, 0, []]]}
        tax = self._only(taxes, Miss(TableName.TAX, ours, theirs, where))
        return {"tax_ids": [[_SET, 0, [tax.id]]]} if tax else {}

    def _rounding(self, there: Sequence[Priced]) -> Iterator[dict[str, object]]:
        """What is lacking for our net, as lines of a product that stands for it."""
        lacking = differences(self._document.lines, there, self._found.precision)
        if not lacking:
            return
        wish = self._access.options.get("rounding_product", "")
        if not wish:
            told = "Odoo's rounding comes to another net; name a product as rounding_product"
            amount = sum(lacking.values(), _ZERO)
            self._losses.append(ErpLoss(path="net", message=told, amount=amount))
            return
        where = "options/rounding_product"
        miss = Miss(TableName.SKU, wish, wish, where)
        product = self._only(matching(self._found.products, wish), miss)
        for rate, amount in lacking.items():
            usual = frozenset() if product is None else product.taxes
            yield {
                "product_id": product and product.id,
                "name": "Rounding",
                "product_uom_qty": _ONE,
                "price_unit": amount,
                **self._tax(rate, usual, where),
            }

    def _notes(self) -> Iterator[dict[str, object]]:
        """What people should read; the terms and conditions of the company stay as they are."""
        order = self._document.purchase_order
        told = (f"Your order: {order}" if order else "", self._document.comment)
        for each in filter(None, told):
            yield {"display_type": "line_note", "name": each}


def percent(rate: Decimal) -> str:
    """A tax rate as tables name it: `25`, `7.7`."""
    return f"{rate.normalize():f}" if rate else "0"


def _described(line: OrderedLine) -> str:
    chosen = [f"{name}: {value}" for name, value in line.configuration.items()]
    return "\n".join([line.name or line.sku, *chosen])


def _plain(*parts: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()).casefold() for each in parts)


def _preferred(taxes: Sequence[Tax], is_preferred: Callable[[Tax], bool]) -> list[Tax]:
    return [each for each in taxes if is_preferred(each)] or list(taxes)
