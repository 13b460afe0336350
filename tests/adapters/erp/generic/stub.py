"""A receiver of signed orders, written by what is said of them and without our code.

It checks signatures by itself, demands what the schema demands and refuses what it does not
know. One that `replays` makes one order of what comes twice under a key; others make two.
"""

import base64
import hashlib
import hmac
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema

from tests.adapters.erp.generic.ubl_schema import CAC, CBC, Element, checked
from tests.adapters.serving import Asked, Reply, Server

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
SCHEMA = json.loads((Path(__file__).parents[4] / "openapi" / "order-1.schema.json").read_text())
GOODS = {"VX-2000", "CARE-PLUS", "KIT-10", "CABLE-M"}
CUSTOMERS = {"ACME", "acc_acme", "acc_boreal"}


class Refused(Exception):
    def __init__(self, status: int, message: str = "", **fields: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "fields": fields}


class GenericStub:
    def __init__(self, *, replays: bool = True, looks_up: bool = True) -> None:
        self.secret: str | None = SECRET
        self.replays = replays
        self.looks_up = looks_up
        self.loses = False
        """what it takes, nobody is told of"""
        self.orders: list[dict[str, Any]] = []
        self.server = Server(self.answer)

    def answer(self, asked: Asked) -> Reply:
        try:
            if asked.method == "OPTIONS":
                return Reply(status=204)
            self._check_signature(asked)
            told = self.told(asked)
        except Refused as error:
            return Reply(status=error.status, body=json.dumps(error.body).encode())
        if self.loses:
            return Reply(status=502)
        return Reply(status=201 if asked.method == "POST" else 200, body=json.dumps(told).encode())

    def _check_signature(self, asked: Asked) -> None:
        if self.secret is None:
            raise Refused(401, "the secret was withdrawn")
        name, at = asked.headers.get("webhook-id", ""), asked.headers.get("webhook-timestamp", "")
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        said = f"{name}.{at}.".encode() + asked.body
        right = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        given = asked.headers.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(right, each) for each in given):
            raise Refused(401, "the signature is wrong")
        place = asked.target.removeprefix("/orders").removeprefix("/")
        meant = {"GET": place, "DELETE": f"cancel-{place}", "PUT": f"change-{place}"}
        if name != meant.get(asked.method, name):
            raise Refused(401, "the signature is another call's")

    def told(self, asked: Asked) -> dict[str, Any]:
        if asked.path == "/orders" and asked.method == "POST":
            return self._taken(asked)
        name = unquote(asked.target.removeprefix("/orders/"))
        found = [each for each in self.orders if name in {each["key"], each["reference"]}]
        if not found or not self.looks_up:
            raise Refused(404, "there is no such order")
        if asked.method == "DELETE":
            if found[0]["status"] == "shipped":
                raise Refused(409, "it has left the house")
            found[0]["status"] = "cancelled"
        elif asked.method == "PUT":
            self._changed(found[0], asked)
        elif asked.method != "GET":
            raise Refused(405, "orders are sent to /orders")
        return _shown(found[0])

    def _changed(self, order: dict[str, Any], asked: Asked) -> None:
        """The order as it is sent now; what has left the house stays as it is."""
        if order["status"] != "confirmed":
            raise Refused(409, f"it is {order['status']}")
        key = asked.headers.get("idempotency-key", "")
        new = _of_xml(asked.body) if self._is_xml(asked) else _of_json(asked.body, key)
        if new["order_number"] != order["order_number"] or new["account"] != order["account"]:
            raise Refused(409, "this is another order")
        order |= {"lines": new["lines"], "net": new["net"]}

    def _taken(self, asked: Asked) -> dict[str, Any]:
        key = asked.headers.get("idempotency-key", "")
        if not key or key != asked.headers["webhook-id"]:
            raise Refused(400, "the key is missing, or is not the one that was signed")
        known = [each for each in self.orders if each["key"] == key]
        if self.replays and known:
            if known[0]["body"] != asked.body:
                raise Refused(409, "this key came with another order")
            return _shown(known[0])
        order = _of_xml(asked.body) if self._is_xml(asked) else _of_json(asked.body, key)
        if order["account"] not in CUSTOMERS:
            raise Refused(422, "not to be fulfilled", **{"customer/id": "is not known"})
        for place, line in enumerate(order["lines"]):
            if line["sku"] not in GOODS:
                fields = {f"lines/{place}/sku": f"{line['sku']} is not known"}
                raise Refused(422, "not to be fulfilled", **fields)
        number = str(4711 + len(self.orders))
        order |= {"key": key, "reference": number, "status": "confirmed", "body": asked.body}
        self.orders.append(order)
        return _shown(order)

    @staticmethod
    def _is_xml(asked: Asked) -> bool:
        kind = asked.headers["content-type"]
        if kind not in {"application/json", "application/xml"}:
            raise Refused(415, "JSON or XML, please")
        return kind == "application/xml"


def _of_json(body: bytes, key: str) -> dict[str, Any]:
    order = json.loads(body)
    wrong = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(order))
    if wrong:
        where = "/".join(str(each) for each in wrong[0].absolute_path)
        raise Refused(400, "it is not as the schema says", **{where or "order": wrong[0].message})
    if order["key"] != key:
        raise Refused(400, "the key is another one")
    lines = [
        {
            "line_id": each["line_id"],
            "sku": each["sku"],
            "quantity": Decimal(each["quantity"]),
            "net": Decimal(each["net"]),
        }
        for each in order["lines"]
    ]
    net = sum((each["net"] for each in lines), Decimal(0))
    if net != Decimal(order["net"]):
        raise Refused(422, "the lines do not add up", net=str(net))
    account = order.get("customer", {}).get("id")
    return {"order_number": order["order_number"], "account": account, "lines": lines, "net": net}


def _of_xml(body: bytes) -> dict[str, Any]:
    try:
        order = checked(body)
    except (ValueError, KeyError) as error:
        raise Refused(400, f"it is no UBL order: {error}") from None
    items = order.findall(f"{CAC}OrderLine/{CAC}LineItem")
    lines: list[dict[str, Any]] = [
        {
            "line_id": _text(each, f"{CBC}UUID"),
            "sku": _text(each, f"{CAC}Item/{CAC}SellersItemIdentification/{CBC}ID"),
            "quantity": Decimal(_text(each, f"{CBC}Quantity")),
            "net": Decimal(_text(each, f"{CBC}LineExtensionAmount")),
        }
        for each in items
    ]
    net = sum((each["net"] for each in lines), Decimal(0))
    if net != Decimal(_text(order, f"{CAC}AnticipatedMonetaryTotal/{CBC}LineExtensionAmount")):
        raise Refused(422, "the lines do not add up", net=str(net))
    buyer = f"{CAC}BuyerCustomerParty/{CAC}Party/{CAC}PartyIdentification/{CBC}ID"
    number = _text(order, f"{CBC}ID")
    return {"order_number": number, "account": _text(order, buyer), "lines": lines, "net": net}


def _text(element: Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else str(found.text)


def _shown(order: dict[str, Any]) -> dict[str, Any]:
    is_gone = order["status"] == "shipped"
    return {
        "reference": order["reference"],
        "number": f"SO-{order['reference']}",
        "order_number": order["order_number"],
        "status": order["status"],
        "net": str(order["net"]),
        "lines": [
            {
                "line_id": each["line_id"],
                "reference": f"{order['reference']}/{place}",
                "shipped": str(each["quantity"] if is_gone else 0),
            }
            for place, each in enumerate(order["lines"], 1)
        ],
    }
