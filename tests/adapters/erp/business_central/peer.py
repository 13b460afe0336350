"""The Business Central stub, as the conformance suite meets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.ports.connections import Access, TableName, Tables
from tests.adapters.conformance.peer import Held
from tests.adapters.erp.business_central.stub import (
    CLIENT,
    COMPANY,
    ENVIRONMENT,
    SECRET,
    TENANT,
    TOKENS,
    BusinessCentralStub,
)


class BusinessCentralPeer:
    name = "business_central"
    proof = "own stub"
    version = "2.0"

    def __init__(self, stub: BusinessCentralStub | None = None) -> None:
        self.stub = stub or BusinessCentralStub()

    @property
    def address(self) -> tuple[str, int]:
        return self.stub.server.address

    def access(self, url: str) -> Access:
        return Access(
            tenant="CustA",
            system="ERP",
            adapter=self.name,
            url=url,
            credentials={"client_id": CLIENT, "client_secret": SECRET},
            options={
                "tenant_id": TENANT,
                "environment": ENVIRONMENT,
                "company_id": COMPANY,
                "token_url": f"{url}{TOKENS}",
                "payment_term": "NET30",
            },
            tables=Tables(
                {
                    TableName.CUSTOMER: {"acc_acme": "C10000", "acc_boreal": "C20000"},
                    TableName.TAX: {"25": "VAT25"},
                }
            ),
        )

    def held(self, order_number: str) -> list[Held]:
        books = self.stub.books
        return [
            Held(
                reference=each["id"],
                key=each["externalDocumentNumber"],
                state=each["status"],
                net=each["totalAmountExcludingTax"],
                lines=tuple(
                    (line["lineObjectNumber"], line["quantity"], line["netAmount"])
                    for line in books.lines(each["id"])
                    if line["lineType"] == "Item"
                ),
            )
            for each in books.rows["salesOrders"].values()
            if each["externalDocumentNumber"] == order_number
        ]

    def deny(self) -> None:
        self.stub.lets_in = False

    def allow(self) -> None:
        self.stub.lets_in = True

    def ship(self, reference: str) -> None:
        self.stub.books.ship(reference)

    def close(self) -> None:
        self.stub.close()


@contextmanager
def peer(_: Path) -> Iterator[BusinessCentralPeer]:
    running = BusinessCentralPeer()
    try:
        yield running
    finally:
        running.close()
