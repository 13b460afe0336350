"""An emulator of SAP (`mock-sap`), as the conformance suite meets it.

It is no SAP: it checks no customer of an order, and prices nothing, so that what its orders come
to is worked out here from their conditions, as SAP documents them.
"""

import socket
import subprocess
import time
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import requests

from engine.ports.connections import Access, TableName, Tables
from tests.adapters.conformance.peer import Held

_USER, _PASSWORD = "hub", "hub-secret"
_ORDERS = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"
_PRODUCTS = "/sap/opu/odata/sap/API_PRODUCT_SRV"
_UNITS = {"VX-2000": "PC", "CARE-PLUS": "PC", "KIT-10": "PC", "CABLE-M": "M"}
_CUSTOMERS = {"ACME": "1000004", "acc_acme": "1000004", "acc_boreal": "1000005"}
_SECONDS = 30
_CENT = Decimal("0.01")


class MockSapPeer:
    """The emulator at `executable`, started with a system of its own in memory."""

    name = "sap"
    proof = "third-party emulator"

    def __init__(self, executable: Path) -> None:
        told = subprocess.run([executable, "--version"], capture_output=True, check=True, text=True)
        self.version = told.stdout.split()[-1]
        self._port = _free_port()
        self._process = subprocess.Popen(
            [
                executable,
                *("--port", str(self._port), "--auth", f"{_USER}:{_PASSWORD}"),
                *("--require-if-match", "--quiet"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._session = requests.Session()
        self._session.trust_env = False
        try:
            self._seed()
        except BaseException:
            self.close()
            raise

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self._port

    def access(self, url: str) -> Access:
        return Access(
            tenant="CustA",
            system="ERP",
            adapter=self.name,
            url=url,
            credentials={"user": _USER, "password": _PASSWORD},
            options={
                "sales_organization": "1710",
                "distribution_channel": "10",
                "division": "00",
                "partner_service": "API_BUSINESS_PARTNER_SRV",
                "delivery_service": "API_OUTBOUND_DELIVERY_SRV",
                "changed_member": "LastChangeDate",
                "text_id": "TX01",
                "totals": "no",
            },
            tables=Tables(
                {
                    TableName.CUSTOMER: _CUSTOMERS,
                    TableName.UNIT: {"pcs": "PC", "m": "M"},
                }
            ),
        )

    def held(self, order_number: str) -> list[Held]:
        told = order_number.replace("'", "''")
        asked = {
            "$filter": f"PurchaseOrderByCustomer eq '{told}'",
            "$expand": "to_Item/to_PricingElement",
        }
        rows = self._called("GET", f"{_ORDERS}/A_SalesOrder", params=asked)["d"]["results"]
        return [_held(each) for each in rows]

    def deny(self) -> None:
        self._called("POST", "/_mock/faults", json={"match": "/sap/opu/", "scenario": "auth"})

    def allow(self) -> None:
        self._called("DELETE", "/_mock/faults")

    def ship(self, reference: str) -> None:
        """Post a delivery of what is open, as a message to the carrier does."""
        told = {"mestyp": "DELVRY07", "SalesOrder": reference}
        self._called("POST", "/sap/bc/idoc/generate", json=told, headers=self._token())

    def close(self) -> None:
        self._session.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _seed(self) -> None:
        self._await()
        headers = self._token()
        for sku, unit in _UNITS.items():
            product = {"Product": sku, "ProductType": "HAWA", "BaseUnit": unit}
            self._called("POST", f"{_PRODUCTS}/A_Product", json=product, headers=headers)

    def _await(self) -> None:
        for _ in range(_SECONDS * 10):
            try:
                self._called("GET", "/_mock/health")
            except requests.ConnectionError:
                if self._process.poll() is not None:
                    raise
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the emulator does not answer")

    def _token(self) -> dict[str, str]:
        url = f"http://127.0.0.1:{self._port}{_ORDERS}/"
        headers = {"X-CSRF-Token": "Fetch", "Accept": "application/json"}
        with self._session.get(
            url, headers=headers, auth=(_USER, _PASSWORD), timeout=_SECONDS
        ) as answer:
            answer.raise_for_status()
            return {"X-CSRF-Token": answer.headers["X-CSRF-Token"]}

    def _called(self, method: str, path: str, **call: Any) -> Any:  # noqa: ANN401 (whatever it answers)
        headers = {"Accept": "application/json", **call.pop("headers", {})}
        with self._session.request(
            method,
            f"http://127.0.0.1:{self._port}{path}",
            headers=headers,
            auth=(_USER, _PASSWORD),
            timeout=_SECONDS,
            **call,
        ) as answer:
            answer.raise_for_status()
            return answer.json() if answer.content else None


def _held(order: dict[str, Any]) -> Held:
    lines = tuple(_line(each) for each in order["to_Item"]["results"])
    return Held(
        reference=order["SalesOrder"],
        key=order["PurchaseOrderByCustomer"],
        state=order["OverallSDProcessStatus"],
        net=sum((net for _, _, net in lines), Decimal(0)),
        lines=lines,
    )


def _line(item: dict[str, Any]) -> tuple[str, Decimal, Decimal]:
    """What an item comes to: its rate for so many units, half a cent going up."""
    [price] = item["to_PricingElement"]["results"]
    quantity = Decimal(item["RequestedQuantity"])
    rate, units = Decimal(price["ConditionRateValue"]), Decimal(price["ConditionQuantity"])
    return item["Material"], quantity, (rate * quantity / units).quantize(_CENT, ROUND_HALF_UP)


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])
