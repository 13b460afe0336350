"""Who plays the systems that have no peer of their own elsewhere, started and ended alike."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

from engine.ports.connections import Access
from tests.adapters.billing.stripe_stub import StripeStub
from tests.adapters.billing.vayu_stub import VayuStub
from tests.adapters.conformance.peer import Held
from tests.adapters.erp.sap.stub import SapStub
from tests.faults.site import TENANT


class SapPeer:
    """The stub of SAP's sales order service."""

    name = "sap"

    def __init__(self) -> None:
        self.stub = SapStub()

    @property
    def address(self) -> tuple[str, int]:
        return self.stub.server.address

    def access(self, url: str) -> Access:
        places = ("sales_organization", "distribution_channel", "division")
        return Access(
            tenant=TENANT,
            system="SAP",
            adapter=self.name,
            url=url,
            credentials={"user": "hub", "password": "secret"},
            options=dict(zip(places, ("1710", "10", "00"), strict=True)),
        )

    def held(self, order_number: str) -> list[Held]:
        return [
            Held(
                reference=each["SalesOrder"],
                key=order_number,
                state="confirmed",
                net=Decimal(each["TotalNetAmount"]),
                lines=tuple(
                    (one["Material"], Decimal(one["RequestedQuantity"]), Decimal(one["NetAmount"]))
                    for one in each["to_Item"]["results"]
                ),
            )
            for each in list(self.stub.orders)
            if each["PurchaseOrderByCustomer"] == order_number
        ]

    def close(self) -> None:
        self.stub.close()


@contextmanager
def sap(_: Path) -> Iterator[SapPeer]:
    with closing(SapPeer()) as running:
        yield running


@contextmanager
def vayu(_: Path) -> Iterator[VayuStub]:
    with VayuStub() as running:
        yield running


@contextmanager
def stripe(_: Path) -> Iterator[StripeStub]:
    with StripeStub() as running:
        yield running
