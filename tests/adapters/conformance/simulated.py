"""The simulated ERP as a peer: its ledger is read from the side."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.erp.simulated import SimulatedErp
from engine.ports.connections import Access
from tests.adapters.conformance.peer import Held

_TENANT = "tnt_1"


class SimulatedPeer:
    name = "simulated"
    proof = "own stub"
    version = "-"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def address(self) -> tuple[str, int]:
        raise NotImplementedError

    def access(self, url: str) -> Access:  # noqa: ARG002 (nothing leads there)
        place = str(self._folder)
        return Access(tenant=_TENANT, system="erp", adapter=self.name, url=place, credentials={})

    def held(self, order_number: str) -> list[Held]:
        erp = SimulatedErp(self._folder)
        taken = zip(erp.ledger(_TENANT), erp.documents(_TENANT), strict=True)
        return [
            Held(
                reference=f"{order.system}-{order.number:06d}",
                key=order.order_number,
                state="taken",
                net=document.net,
                lines=tuple((each.sku, each.quantity, each.net) for each in document.lines),
            )
            for order, document in taken
            if order.order_number == order_number
        ]

    def deny(self) -> None:
        raise NotImplementedError

    def allow(self) -> None:
        raise NotImplementedError

    def ship(self, reference: str) -> None:
        raise NotImplementedError


@contextmanager
def peer(folder: Path) -> Iterator[SimulatedPeer]:
    yield SimulatedPeer(folder)
