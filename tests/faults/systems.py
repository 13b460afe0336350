"""The systems a tenant pushes to: an ERP of each kind and two that bill, each behind a door.

Every order has two lines for each ERP and a plan that is billed for a year. No price is one that
a system's digits can hold, and each ERP gets 30,000.01 all the same.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from adapters.systems import Systems, inside
from connector.files import reading
from engine.connections.connection import ConnectionKind
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.ports.connections import Access, TableName, Tables
from engine.ports.ports import Ports
from engine.services import connecting
from engine.services.connecting import Connect
from engine.services.importing import import_catalogue
from tests.adapters.erp.business_central import peer as business_central
from tests.adapters.erp.generic import peer as generic
from tests.adapters.erp.odoo import peer as odoo
from tests.adapters.erp.tryton import stub as tryton
from tests.faults import peers
from tests.faults.network import Door, Network
from tests.faults.site import KEYRING, STRANGER, TENANT, Site

NET = Decimal("30000.01")
"""What each ERP has of an order."""
PLAN = Decimal("1000.00")
TOTAL = 5 * NET + PLAN
_QUANTITIES = (7, 3)
_AMOUNTS = ("20000.00", "10000.01")
GOODS = ("VX-2000", "KIT-10")
"""Two goods that every ERP here has."""
NEIGHBOURS = "ERP-MFG"
"""The system of the other tenant."""


class Peer(Protocol):
    """Whoever plays a system."""

    @property
    def address(self) -> tuple[str, int]: ...

    def access(self, url: str) -> Access: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A system by the name that routing or billing knows it by.

    An ERP fulfils the goods of a `category`; `customer` is what it calls ACME, `unit` a piece.
    `states` are those of an order that was confirmed there.
    """

    system: str
    start: Callable[[Path], AbstractContextManager[Peer]]
    category: str = ""
    skus: tuple[str, ...] = ()
    customer: str = ""
    unit: str = ""
    states: frozenset[str] = field(default=frozenset())

    @property
    def bills(self) -> bool:
        return not self.skus

    @property
    def names(self) -> Mapping[TableName, Mapping[str, str]]:
        if self.bills:
            return {}
        names: dict[TableName, dict[str, str]] = {
            TableName.SKU: dict(zip(self.skus, GOODS, strict=True)),
            TableName.CUSTOMER: {"ACME": self.customer},
        }
        if self.unit:
            names[TableName.UNIT] = {"pcs": self.unit, "set": self.unit}
        return names


ERPS = (
    Kind(
        system="TRYTON",
        start=tryton.peer,
        category="VX",
        skus=("VX-1200", "VX-ATEX-KIT"),
        customer="superoffice:contact:4711",
        unit="u",
        states=frozenset({"processing"}),
    ),
    Kind(
        system="BUSINESS-CENTRAL",
        start=business_central.peer,
        category="DRV",
        skus=("VX-DRV-EC", "VX-BLT-HD"),
        customer="C10000",
        unit="PCS",
        states=frozenset({"Draft", "Open"}),
    ),
    Kind(
        system="ODOO",
        start=odoo.peer,
        category="FLT",
        skus=("VX-FLT-HEPA", "VX-FLT-M"),
        customer="ACME",
        unit="Units",
        states=frozenset({"sale"}),
    ),
    Kind(
        system="SAP",
        start=peers.sap,
        category="ACC",
        skus=("VX-CYC-100", "VX-BIN-60"),
        customer="1000004",
        unit="PC",
        states=frozenset({"confirmed"}),
    ),
    Kind(
        system="GENERIC",
        start=generic.json_peer,
        category="SPR",
        skus=("VX-SPR-SEAL", "VX-SPR-BRG"),
        customer="ACME",
        states=frozenset({"confirmed"}),
    ),
)
BILLERS = (Kind(system="vayu", start=peers.vayu), Kind(system="stripe", start=peers.stripe))
STRANGERS = Kind(
    system=NEIGHBOURS,
    start=generic.json_peer,
    skus=("VX-1200", "VX-ATEX-KIT"),
    customer="ACME",
    states=frozenset({"confirmed"}),
)
ALL = (*ERPS, *BILLERS, STRANGERS)


@dataclass(frozen=True, slots=True)
class System:
    """A system that runs."""

    kind: Kind
    peer: Peer
    door: Door

    @property
    def access(self) -> Access:
        found = self.peer.access(self.door.url)
        rows = {table: dict(kept) for table, kept in found.tables.rows.items()}
        for table, named in self.kind.names.items():
            rows[table] = {**rows.get(table, {}), **named}
        return Access(
            tenant=found.tenant,
            system=self.kind.system,
            adapter=found.adapter,
            url=found.url,
            credentials=found.credentials,
            options=found.options,
            tables=Tables(rows),
        )


@contextmanager
def running(network: Network, folder: Path) -> Iterator[Mapping[str, System]]:
    """A new peer of each kind, behind its door."""
    with ExitStack() as stack:
        found = {}
        for kind in ALL:
            peer, door = stack.enter_context(kind.start(folder)), network.door(kind.system)
            door.lead_to(peer.address)
            found[kind.system] = System(kind, peer, door)
        yield found


def connect(site: Site, systems: Mapping[str, System]) -> None:
    """Each tenant is connected with its systems, and the goods of each go to one of them."""
    ports = Ports(adapters=Systems(inside(site.inside)))
    with closing(Hub(site.url, clock=SystemClock(), keyring=KEYRING, ports=ports)) as hub:
        with hub.unit_of_work(TENANT) as uow:
            import_catalogue(uow, reading.read_bytes(_ROUTES, "routes.json"))
        for each in systems.values():
            tenant = STRANGER if each.kind is STRANGERS else TENANT
            _connect(hub, tenant, each)


def _connect(hub: Hub, tenant: str, system: System) -> None:
    access, kind = system.access, ConnectionKind.ERP
    command = Connect(
        kind=ConnectionKind.BILLING if system.kind.bills else kind,
        system=system.kind.system,
        adapter=access.adapter,
        url=access.url,
        credentials=access.credentials,
        options=access.options,
    )
    with hub.unit_of_work(tenant) as uow:
        made = connecting.connect(uow, KEYRING, connecting.adapters_of(hub.ports), command)
        for table, rows in access.tables.rows.items():
            connecting.name(uow, made.id, table, rows)


def lines_for(*kinds: Kind) -> list[dict[str, object]]:
    """The lines of an order: two for each of these."""
    return [
        {"sku": sku, "quantity": quantity, "total": float(amount)}
        for kind in kinds
        for sku, quantity, amount in zip(kind.skus, _QUANTITIES, _AMOUNTS, strict=True)
    ]


def ordered_goods() -> list[tuple[str, Decimal]]:
    """What an ERP has to have of an order."""
    return sorted(zip(GOODS, map(Decimal, _QUANTITIES), strict=True))


_ROUTES = json.dumps(
    {
        "routing_rules": [
            {
                "id": f"ROUTE-{each.system}",
                "name": f"Goods of {each.system}",
                "system": each.system,
                "category": each.category,
                "charge": "one_time",
            }
            for each in ERPS
        ]
    }
).encode()
