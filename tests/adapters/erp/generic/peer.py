"""The receiver of signed orders, as the conformance suite meets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.ports.connections import Access, TableName, Tables
from tests.adapters.conformance.peer import Held
from tests.adapters.erp.generic.stub import SECRET, GenericStub

UNITS = Tables({TableName.UNIT: {"Units": "C62", "m": "MTR"}})


class GenericPeer:
    name = "generic"
    proof = "own stub"

    def __init__(self, stub: GenericStub | None = None, format_: str = "json") -> None:
        self.stub = stub or GenericStub()
        self.version = "UBL 2.1" if format_ == "ubl" else "order/1"
        self._format = format_

    @property
    def address(self) -> tuple[str, int]:
        return self.stub.server.address

    def access(self, url: str) -> Access:
        """Orders go to `/orders` below the address."""
        return Access(
            tenant="CustA",
            system="ERP-X",
            adapter=self.name,
            url=f"{url.rstrip('/')}/orders",
            credentials={"secret": SECRET},
            options={"format": self._format, "cancel": "yes"},
            tables=UNITS,
        )

    def held(self, order_number: str) -> list[Held]:
        return [
            Held(
                reference=each["reference"],
                key=each["order_number"],
                state=each["status"],
                net=each["net"],
                lines=tuple((one["sku"], one["quantity"], one["net"]) for one in each["lines"]),
            )
            for each in self.stub.orders
            if each["order_number"] == order_number
        ]

    def deny(self) -> None:
        self.stub.secret = None

    def allow(self) -> None:
        self.stub.secret = SECRET

    def ship(self, reference: str) -> None:
        [order] = [each for each in self.stub.orders if each["reference"] == reference]
        order["status"] = "shipped"

    def close(self) -> None:
        self.stub.server.close()


@contextmanager
def json_peer(_: Path) -> Iterator[GenericPeer]:
    with _running("json") as running:
        yield running


@contextmanager
def ubl_peer(_: Path) -> Iterator[GenericPeer]:
    with _running("ubl") as running:
        yield running


@contextmanager
def _running(format_: str) -> Iterator[GenericPeer]:
    peer = GenericPeer(format_=format_)
    try:
        yield peer
    finally:
        peer.close()
