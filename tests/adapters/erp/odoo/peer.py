"""The Odoo stub, as the conformance suite meets it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from engine.ports.connections import Access, TableName, Tables
from tests.adapters.conformance.peer import Held
from tests.adapters.erp.odoo.stub import DATABASE, KEY, OdooStub


class OdooPeer:
    name = "odoo"
    proof = "own stub"
    version = "19.0 (JSON-2)"

    def __init__(self, stub: OdooStub | None = None) -> None:
        self.stub = stub or OdooStub()

    @property
    def address(self) -> tuple[str, int]:
        return self.stub.server.address

    def access(self, url: str) -> Access:
        return Access(
            tenant="CustA",
            system="ERP-ODOO",
            adapter=self.name,
            url=url,
            credentials={"api_key": KEY},
            options={"database": DATABASE, "rounding_product": "ROUNDING"},
            tables=Tables({TableName.UNIT: {"pcs": "Units"}}),
        )

    def held(self, order_number: str) -> list[Held]:
        return [
            Held(
                reference=str(each["id"]),
                key=each["client_order_ref"],
                state=each["state"],
                net=Decimal(repr(each["amount_untaxed"])),
                lines=tuple(_line(line) for line in self.stub.sales.goods(each["id"])),
            )
            for each in self.stub.rows["sale.order"].values()
            if each["client_order_ref"] == order_number
        ]

    def deny(self) -> None:
        self.stub.key = None

    def allow(self) -> None:
        self.stub.key = KEY

    def ship(self, reference: str) -> None:
        self.stub.sales.ship(int(reference))

    def close(self) -> None:
        self.stub.server.close()


def _line(line: dict[str, object]) -> tuple[str, Decimal, Decimal]:
    [sku] = re.findall(r"^\[(.*?)\]", str(line["product_id"][1]))  # type: ignore[index]  # number and name
    return sku, Decimal(repr(line["product_uom_qty"])), Decimal(repr(line["price_subtotal"]))


@contextmanager
def peer(_: Path) -> Iterator[OdooPeer]:
    running = OdooPeer()
    try:
        yield running
    finally:
        running.close()
