"""A running Tryton as the conformance suite sees it, asked without any code of the project."""

import base64
import json
import urllib.error
import urllib.request
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from engine.ports.connections import Access, TableName, Tables
from tests.adapters.conformance.peer import Held

_HELD = (
    *("state", "reference", "untaxed_amount"),
    *("lines.product.code", "lines.quantity", "lines.amount"),
)
_SHIPPING = ("assign_try", "pick", "pack", "do")


class TrytonPeer:
    """One Tryton server with one database, and the keys of the hub's user and of people there."""

    name = "tryton"
    proof = "real peer"

    def __init__(self, port: int, database: str, key: str, people: str, version: str) -> None:
        self.version = version
        self._port = port
        self._database = database
        self._key = key
        self._people = people
        self._user: int | None = None

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self._port

    def access(self, url: str) -> Access:
        return Access(
            tenant="tnt_1",
            system="erp",
            adapter=self.name,
            url=f"{url}/{self._database}",
            credentials={"key": self._key},
            options={"payment_term": "net-30"},
            tables=Tables(
                {
                    TableName.UNIT: MappingProxyType({"pcs": "u"}),
                    TableName.PAYMENT_TERM: MappingProxyType({"net-30": "NET30"}),
                }
            ),
        )

    def held(self, order_number: str) -> list[Held]:
        return [
            Held(
                reference=str(row["id"]),
                key=row["reference"],
                state=row["state"],
                net=_exact(row["untaxed_amount"]),
                lines=tuple(
                    (
                        (line["product"] or {}).get("code", ""),
                        Decimal(line["quantity"]),
                        _exact(line["amount"]),
                    )
                    for line in row["lines"]
                ),
            )
            for row in self._search("sale.sale", [["reference", "=", order_number]], *_HELD)
        ]

    def deny(self) -> None:
        [row] = self._search("res.user.application", [["key", "=", self._key]], "user.id")
        self._user = row["user"]["id"]
        self._call("POST", f"res.user.application/{row['id']}/cancel", {})
        self._call("DELETE", f"res.user.application/{row['id']}")

    def allow(self) -> None:
        key = {"key": self._key, "user": self._user, "application": "rest"}
        self._call("POST", "res.user.application", key)

    def ship(self, reference: str) -> None:
        sale = self._call("GET", f"sale.sale/{reference}?f=shipments.id")
        for shipment in sale["shipments"]:
            for step in _SHIPPING:
                self._call("POST", f"stock.shipment.out/{shipment['id']}/{step}", {})

    def invoice(self, reference: str) -> None:
        """Post what is invoiced of an order."""
        sale = self._call("GET", f"sale.sale/{reference}?f=invoices.id&f=invoices.state")
        for invoice in sale["invoices"]:
            if invoice["state"] == "draft":
                self._call("POST", f"account.invoice/{invoice['id']}/post", {})

    def _search(self, model: str, domain: list[object], *fields: str) -> list[dict[str, Any]]:
        packed = base64.urlsafe_b64encode(json.dumps(domain).encode()).decode()
        found: list[dict[str, Any]] = self._call(
            "GET", f"{model}?d={packed}" + "".join(f"&f={field}" for field in fields)
        )
        return found

    def _call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 (whatever it says)
        context = base64.urlsafe_b64encode(b'{"company": 1, "companies": [1]}').decode()
        head = {
            "Authorization": f"Bearer {self._people}",
            "X-Tryton-Context": context,
            "Content-Type": "application/json",
        }
        url = f"http://127.0.0.1:{self._port}/{self._database}/rest/model/{path}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, head, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (as above)
                said = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from error
        return json.loads(said, parse_float=Decimal) if said else None


def _exact(value: Any) -> Decimal:  # noqa: ANN401 (whatever it says)
    return Decimal(value["decimal"])
