"""Sales orders of the Odoo stub: what may be written, what that comes to, and their states."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.adapters.erp.odoo.records import JPY, SELLER, Rows

_ORDER = {
    *("partner_id", "client_order_ref", "origin", "company_id", "pricelist_id", "order_line"),
    *("partner_invoice_id", "partner_shipping_id", "payment_term_id", "date_order"),
    "commitment_date",
}
_GOODS = {
    *("sequence", "product_id", "name", "product_uom_qty", "price_unit"),
    *("product_uom_id", "tax_ids"),
}
_NOTE = {"sequence", "name", "display_type"}


class Refused(Exception):
    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name
        self.message = message


class Sales:
    def __init__(self, rows: dict[str, Rows], price_digits: int | None) -> None:
        self.price_digits = price_digits
        self._rows = rows
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.locks = False
        """orders are locked when they are confirmed"""

    def create(
        self,
        model: str,  # noqa: ARG002 (as of all methods)
        ids: list[int],
        context: dict[str, Any],  # noqa: ARG002 (as of all methods)
        vals_list: list[dict[str, Any]],
    ) -> list[int]:
        if ids:
            raise Refused(422, "werkzeug.exceptions.UnprocessableEntity", "cannot call with ids")
        return [self._created(each) for each in vals_list]

    def action_confirm(self, model: str, ids: list[int], context: dict[str, Any]) -> bool:  # noqa: ARG002 (as of all methods)
        for order in self._orders(ids):
            if order["state"] not in {"draft", "sent"}:
                raise _user_error("Some orders are not in a state requiring confirmation.")
            self.write(order, state="sale", invoice_status="to invoice", locked=self.locks)
        return True

    def action_cancel(self, model: str, ids: list[int], context: dict[str, Any]) -> Any:  # noqa: ANN401, ARG002 (true, or what a person is shown)
        for order in self._orders(ids):
            if order["locked"]:
                raise _user_error("You cannot cancel a locked order. Please unlock it first.")
            if order["state"] != "draft" and not context.get("disable_cancel_warning"):
                return {"type": "ir.actions.act_window", "res_model": "sale.order.cancel"}
            self.write(order, state="cancel", invoice_status="no")
        return True

    def ship(self, number: int, share: int = 1) -> None:
        """Deliver one part in `share` of everything but of what stands for rounding."""
        for line in self.goods(number):
            if "ROUNDING" not in line["product_id"][1]:
                line["qty_delivered"] = line["product_uom_qty"] / share
        self.write(self._rows["sale.order"][number])

    def goods(self, number: int) -> list[dict[str, Any]]:
        lines = self._rows["sale.order.line"].values()
        return [
            each for each in lines if each["order_id"][0] == number and not each["display_type"]
        ]

    def write(self, order: dict[str, Any], **values: object) -> None:
        self.now += timedelta(seconds=1)
        order.update(values, write_date=f"{self.now:%Y-%m-%d %H:%M:%S}")

    def _orders(self, ids: list[int]) -> list[dict[str, Any]]:
        known = self._rows["sale.order"]
        if not ids or any(each not in known for each in ids):
            message = "Record does not exist or has been deleted."
            raise Refused(404, "odoo.exceptions.MissingError", message)
        return [known[each] for each in ids]

    def _created(self, values: dict[str, Any]) -> int:
        _only(values, _ORDER, "sale.order")
        partner = self._one("res.partner", values.get("partner_id"))
        number = len(self._rows["sale.order"]) + 1
        pricelist = values.get("pricelist_id")
        currency = self._company["currency_id"]
        if pricelist:
            currency = self._one("product.pricelist", pricelist)["currency_id"]
        for field in ("partner_invoice_id", "partner_shipping_id"):
            self._one("res.partner", values.get(field, partner["id"]))
        term = values.get("payment_term_id")
        order = {
            "id": number,
            "name": f"S{number:05d}",
            "client_order_ref": _text(values, "client_order_ref"),
            "origin": _text(values, "origin"),
            "partner_id": (partner["id"], partner["name"]),
            "partner_shipping_id": values.get("partner_shipping_id", partner["id"]),
            "payment_term_id": self._one("account.payment.term", term)["id"] if term else False,
            "company_id": (self._one("res.company", values["company_id"])["id"], SELLER[1]),
            "currency_id": currency,
            "state": "draft",
            "invoice_status": "no",
            "locked": False,
            "date_order": _moment(values, "date_order"),
            "commitment_date": _moment(values, "commitment_date"),
        }
        self._rows["sale.order"][number] = order
        for command in values["order_line"]:
            if len(command) != 3 or command[:2] != [0, 0]:
                raise ValueError(f"Invalid command {command}")
            self._add_line(order, command[2])
        self._compute(order)
        self.write(order)
        return number

    @property
    def _company(self) -> dict[str, Any]:
        return self._rows["res.company"][1]

    def _add_line(self, order: dict[str, Any], values: dict[str, Any]) -> None:
        number = len(self._rows["sale.order.line"]) + 1
        head = {"id": number, "order_id": (order["id"], order["name"])}
        head |= {"sequence": values["sequence"], "name": _text(values, "name")}
        if values.get("display_type"):
            _only(values, _NOTE, "sale.order.line")
            nothing = {"product_id": False, "product_uom_qty": 0.0, "price_unit": 0.0}
            rest = {"qty_delivered": 0.0, "price_subtotal": 0.0, "tax_ids": []}
            line = head | nothing | rest | {"display_type": values["display_type"]}
        else:
            _only(values, _GOODS, "sale.order.line")
            product = self._one("product.product", values["product_id"])
            [[command, _, taxes]] = values.get("tax_ids", [[6, 0, product["taxes_id"]]])
            if command != 6:
                raise ValueError(f"Invalid command {command}")
            line = head | {
                "display_type": False,
                "product_id": (product["id"], f"[{product['default_code']}] {product['name']}"),
                "product_uom_qty": float(_kept(values["product_uom_qty"], 2)),
                "product_uom_id": values.get("product_uom_id", product["uom_id"][0]),
                "price_unit": float(_kept(values["price_unit"], self.price_digits)),
                "tax_ids": [self._one("account.tax", each)["id"] for each in taxes],
                "qty_delivered": 0.0,
            }
            self._one("uom.uom", line["product_uom_id"])
        self._rows["sale.order.line"][number] = line

    def _compute(self, order: dict[str, Any]) -> None:
        """Half a cent is rounded away from zero, line by line or all of them together."""
        digits = 0 if order["currency_id"] == JPY else 2
        by_line = self._company["tax_calculation_rounding_method"] == "round_per_line"
        net = tax = Decimal(0)
        for line in self.goods(order["id"]):
            raw = _exact(line["price_unit"]) * _exact(line["product_uom_qty"])
            line["price_subtotal"] = float(_near(raw, digits))
            base = _near(raw, digits) if by_line else raw
            rates = [self._rows["account.tax"][each]["amount"] for each in line["tax_ids"]]
            taxes = [base * _exact(each) / 100 for each in rates]
            net += base
            tax += sum((_near(each, digits) if by_line else each for each in taxes), Decimal(0))
        net, tax = _near(net, digits), _near(tax, digits)
        order |= {"amount_untaxed": float(net), "amount_tax": float(tax)}
        order["amount_total"] = float(net + tax)

    def _one(self, model: str, number: object) -> dict[str, Any]:
        if (
            isinstance(number, bool)
            or not isinstance(number, int)
            or number not in self._rows[model]
        ):
            raise Refused(422, "odoo.exceptions.ValidationError", f"there is no {model} {number}")
        return self._rows[model][number]


def _only(values: Mapping[str, object], fields: set[str], model: str) -> None:
    unknown = set(values) - fields
    if unknown:
        raise ValueError(f"Invalid field {min(unknown)!r} in {model!r}")


def _text(values: Mapping[str, object], field: str) -> str:
    value = values.get(field)
    if not isinstance(value, str):
        raise Refused(422, "odoo.exceptions.ValidationError", f"{field} is no text")
    return value


def _moment(values: Mapping[str, object], field: str) -> object:
    value = values.get(field, False)
    if value is not False:
        datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return value


def _user_error(message: str) -> Refused:
    return Refused(422, "odoo.exceptions.UserError", message)


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))


def _near(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _kept(value: object, digits: int | None) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"could not convert {value!r} to float")
    return _exact(value) if digits is None else _near(_exact(value), digits)
