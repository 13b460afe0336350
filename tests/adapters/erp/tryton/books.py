"""What the stub of Tryton keeps: records of a few models, and what may be done with them."""

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

Record = dict[str, Any]
ONE = {
    "sale.sale": {
        "company": "company.company",
        "party": "party.party",
        "currency": "currency.currency",
        "invoice_address": "party.address",
        "shipment_address": "party.address",
        "payment_term": "account.invoice.payment_term",
    },
    "sale.line": {"product": "product.product", "unit": "product.uom"},
    "stock.move": {"unit": "product.uom"},
    "company.company": {"party": "party.party", "currency": "currency.currency"},
    "party.party": {"customer_payment_term": "account.invoice.payment_term"},
    "product.product": {"template": "product.template"},
    "product.template": {"sale_uom": "product.uom", "account_category": "product.category"},
    "product.uom": {"category": "product.uom.category"},
    "account.tax": {"group": "account.tax.group", "parent": "account.tax"},
}
MANY = {
    "sale.sale": {"lines": "sale.line", "shipments": "stock.shipment.out"},
    "sale.line": {"moves": "stock.move", "taxes": "account.tax"},
    "party.party": {"addresses": "party.address", "identifiers": "party.identifier"},
    "product.category": {"customer_taxes": "account.tax"},
}
SALE = {
    "company": 1,
    "party": None,
    "reference": None,
    "description": None,
    "comment": None,
    "sale_date": None,
    "shipping_date": None,
    "invoice_address": None,
    "shipment_address": None,
    "currency": 1,
    "payment_term": None,
    "lines": (),
}
LINE = {
    "type": None,
    "sequence": None,
    "description": None,
    "product": None,
    "unit": None,
    "taxes": (),
    "quantity": None,
    "unit_price": None,
}
PRICE_DIGITS = 4
_NOW = dt.datetime.now


class UserError(Exception):
    """What Tryton tells whoever asked."""


class Books:
    """One company that sells the suite's goods to its customers."""

    def __init__(self) -> None:
        made = ("sale.sale", "sale.line", "stock.move", "stock.shipment.out")
        self.rows: dict[str, dict[int, Record]] = {model: {} for model in made}
        for code, rounding in (("EUR", "0.01"), ("NOK", "0.01"), ("JPY", "1")):
            self.add("currency.currency", code=code, rounding=Decimal(rounding))
        firm = self.add("party.party", name="Peer Trading AS", code="1", addresses=[])
        self.add("company.company", party=firm, currency=1)
        for percent in ("0.25", "0.12", "0"):
            name = f"VAT {Decimal(percent) * 100:f}"
            kept = {"rate": Decimal(percent), "type": "percentage", "company": 1}
            self.add("account.tax", name=name, group=None, parent=None, **kept)
        for symbol, name, digits in (("u", "Unit", 0), ("m", "Meter", 2), ("h", "Hour", 2)):
            category = self.add("product.uom.category")
            kept = {"digits": digits, "rounding": 10.0**-digits, "category": category}
            self.add("product.uom", symbol=symbol, name=name, **kept)
        self.add("product.category", customer_taxes=[1])
        for code, unit, kind in (
            *(("VX-2000", 1, "goods"), ("KIT-10", 1, "goods"), ("CABLE-M", 2, "goods")),
            *(("CARE-PLUS", 1, "service"), ("HOURS", 3, "service")),
        ):
            kept = {"sale_uom": unit, "account_category": 1, "type": kind}
            template = self.add("product.template", salable=1, **kept)
            self.add("product.product", code=code, template=template)
        for contact, code in ((4711, "ACME"), (4712, "BOREAL")):
            where = {"street": "Gata 1", "postal_code": "0154", "city": "Oslo"}
            address = self.add("party.address", **where, invoice=0, delivery=0)
            known = self.add("party.identifier", code=f"superoffice:contact:{contact}")
            listed = {"addresses": [address], "identifiers": [known]}
            self.add("party.party", name=code, code=code, customer_payment_term=None, **listed)
        self.add("account.invoice.payment_term", name="NET30")

    def add(self, model: str, **members: object) -> int:
        rows = self.rows.setdefault(model, {})
        number = len(rows) + 1
        now = _NOW(dt.UTC).replace(tzinfo=None)
        rows[number] = {"id": number, "create_date": now, "write_date": None, **members}
        return number

    def get(self, model: str, number: int) -> Record | None:
        return self.rows.get(model, {}).get(number)

    def sell(self, values: Record) -> int:
        """A draft, with all its lines or not at all."""
        sale = _members(SALE, values)
        [[act, lines]] = sale.pop("lines")
        if act != "create":
            raise UserError("lines are created")
        party = self.get("party.party", sale["party"] or 0)
        if party is None:
            raise UserError('A value is required for field "Party".')
        for name in ("invoice_address", "shipment_address"):
            if sale[name] not in party["addresses"]:
                raise UserError(f'The value for field "{name}" is not valid.')
        checked = [self._line(_members(LINE, each)) for each in lines]
        ids = [self.add("sale.line", **each) for each in checked]
        states = {"state": "draft", "shipment_state": "none", "invoice_state": "none"}
        return self.add("sale.sale", **sale, **states, number=None, shipments=[], lines=ids)

    def press(self, sale: Record, button: str) -> None:
        steps = {
            "quote": ({"draft"}, "quotation"),
            "confirm": ({"quotation"}, "confirmed"),
            "cancel": ({"draft", "quotation"}, "cancelled"),
            "draft": ({"cancelled", "quotation", "confirmed"}, "draft"),
        }
        before, after = steps[button]
        if sale["state"] not in before:
            raise UserError(f'You can not call "{button}" on "{sale["reference"]}" of "Sale".')
        self.write(sale, state=after)
        if button == "quote" and not sale["number"]:
            sale["number"] = str(
                sum(1 for each in self.rows["sale.sale"].values() if each["number"]) + 1
            )

    def process(self, sale: Record) -> None:
        """What Tryton does by itself after it has answered."""
        if sale["state"] == "confirmed":
            goods = [line for line in self.lines(sale) if self.movable(line)]
            for line in goods:
                moved = {"quantity": line["quantity"], "unit": line["unit"], "state": "draft"}
                line["moves"] = [self.add("stock.move", **moved)]
            shipped = "waiting" if goods else "none"
            self.write(sale, state="processing", shipment_state=shipped, invoice_state="pending")
            if goods:
                sale["shipments"] = [self.add("stock.shipment.out", number="1", state="waiting")]

    def ship(self, sale: Record) -> None:
        for line in self.lines(sale):
            for move in line["moves"]:
                self.write(self.rows["stock.move"][move], state="done")
        for shipment in sale["shipments"]:
            self.rows["stock.shipment.out"][shipment]["state"] = "done"
        self.write(sale, shipment_state="sent")

    @staticmethod
    def write(record: Record, **members: object) -> None:
        record |= {**members, "write_date": _NOW(dt.UTC).replace(tzinfo=None)}

    def lines(self, sale: Record) -> Iterator[Record]:
        return (self.rows["sale.line"][each] for each in sale["lines"])

    def movable(self, line: Record) -> bool:
        product = self.get("product.product", line["product"] or 0)
        return product is not None and (
            self.rows["product.template"][product["template"]]["type"] == "goods"
        )

    def amount(self, sale: Record, line: Record) -> Decimal:
        step = self.rows["currency.currency"][sale["currency"]]["rounding"]
        whole = Decimal(str(line["quantity"])) * line["unit_price"] / step
        return Decimal(whole.to_integral_value(ROUND_HALF_EVEN) * step)

    def _line(self, line: Record) -> Record:
        if line["type"] != "line" or not isinstance(line["quantity"], int | float):
            raise UserError("a line has a quantity")
        price = line["unit_price"]
        if not isinstance(price, Decimal):
            raise UserError("a price is a Decimal")
        _few_digits(price, PRICE_DIGITS, "Unit Price")
        if line["product"]:
            product = self.get("product.product", line["product"])
            unit = self.get("product.uom", line["unit"] or 0)
            if product is None or unit is None:
                raise UserError('The value for field "Product" is not valid.')
            template = self.rows["product.template"][product["template"]]
            sold_in = self.rows["product.uom"][template["sale_uom"]]
            if unit["category"] != sold_in["category"]:
                raise UserError('The value for field "Unit" is not valid.')
            _few_digits(Decimal(str(line["quantity"])), unit["digits"], "Quantity")
        taxes = [tax for act, ids in line["taxes"] if act == "add" for tax in ids]
        if any(self.get("account.tax", tax) is None for tax in taxes):
            raise UserError('The value for field "Taxes" is not valid.')
        return {**line, "taxes": taxes, "moves": [], "moves_progress": 0.0}


def _members(known: Record, values: Record) -> Record:
    """All members of a record; KeyError for one that there is not."""
    for name in values:
        known[name]
    return {**known, **values}


def _few_digits(value: Decimal, digits: int, name: str) -> None:
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > digits:
        raise UserError(f'The number of digits for field "{name}" exceeds the limit.')
