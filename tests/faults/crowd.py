"""Many tenants, each with a system of its own that takes signed orders."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adapters.systems import Systems, inside
from connector.cli import demo
from connector.files import reading
from engine.connections.connection import ConnectionKind
from engine.hub import Hub
from engine.ports.connections import TableName
from engine.pricing.line import Ask
from engine.quotes.acts import Act
from engine.services import connecting, deciding, drafting, ordering, tenancy
from engine.services.connecting import Connect
from engine.services.deciding import Word
from engine.services.drafting import NewQuote, Touch
from engine.services.importing import import_catalogue
from engine.services.ordering import PlaceOrder
from engine.services.pricing import PriceBasket
from engine.tenants.tenant import SignIn
from tests.adapters.erp.generic.peer import GenericPeer
from tests.faults.network import Network
from tests.faults.site import KEYRING

SYSTEM = "ERP-MFG"
BAD = "crowd-00"
OTHERS = tuple(f"crowd-{number:02d}" for number in range(1, 20))
DOORS = ("bad-system", "good-systems")
_CATALOGUE = Path(demo.__file__).with_name(f"{demo.ANONYMOUS}.json")
_BASKET = PriceBasket(
    asks=(Ask(sku="VX-2000", quantity=Decimal(4)),), account_id="ACME", currency="EUR"
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The system of the first tenant, and that of all others."""

    network: Network
    bad: GenericPeer
    good: GenericPeer


@contextmanager
def running(network: Network) -> Iterator[Crowd]:
    """New systems behind their doors."""
    peers = [GenericPeer() for _ in DOORS]
    try:
        for name, peer in zip(DOORS, peers, strict=True):
            network.door(name).lead_to(peer.address)
        yield Crowd(network, *peers)
    finally:
        for peer in peers:
            peer.close()


def settle(hub: Hub, crowd: Crowd, orders: Mapping[str, int]) -> None:
    """The tenants move in, and owe so many orders each."""
    upload = reading.read_path(_CATALOGUE)
    for tenant, count in orders.items():
        with hub.administration() as administration:
            mode = SignIn.SHARED_SECRET
            tenancy.create_tenant(administration, tenant, mode, KEYRING, name=tenant)
        with hub.unit_of_work(tenant) as uow:
            import_catalogue(uow, upload)
        is_bad = tenant == BAD
        url = crowd.network.door(DOORS[0 if is_bad else 1]).url
        _connect(hub, tenant, crowd.bad if is_bad else crowd.good, url)
        _order(hub, tenant, count)


def _connect(hub: Hub, tenant: str, peer: GenericPeer, url: str) -> None:
    access, adapters = peer.access(url), Systems(inside([url]))
    command = Connect(
        kind=ConnectionKind.ERP,
        system=SYSTEM,
        adapter=access.adapter,
        url=access.url,
        credentials=access.credentials,
        options=access.options,
    )
    with hub.unit_of_work(tenant) as uow:
        made = connecting.connect(uow, KEYRING, adapters, command)
        connecting.name(uow, made.id, TableName.CUSTOMER, {"ACME": "ACME"})


def _order(hub: Hub, tenant: str, count: int) -> None:
    standing = hub.standing(tenant)
    data = hub.snapshot(tenant, standing.revision if standing else 0)
    with hub.unit_of_work(tenant) as uow:
        for _ in range(count):
            made = drafting.create(uow, data, NewQuote(basket=_BASKET, made_by="test"))
            touch = Touch(quote_id=made.quote.id, by="test")
            for act in (Act.SUBMIT, Act.ACCEPT):
                deciding.decide(uow, data, touch, act, Word())
            ordering.place(uow, data, PlaceOrder(quote_id=made.quote.id, by="test"))
