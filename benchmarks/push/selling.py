"""Tenants with a system of their own, and what they sell."""

import time
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from adapters.systems import Systems, inside
from benchmarks.cash.installation import Installation
from connector.cli import demo
from connector.files import reading
from engine.connections.connection import Connection, ConnectionKind
from engine.kernel.errors import NotFound
from engine.orders.order import Order
from engine.ports.connections import Access, TableName
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.quotes.acts import Act
from engine.quotes.quote import QuoteStatus
from engine.services import connecting, deciding, drafting, ordering, tenancy
from engine.services.connecting import Connect
from engine.services.deciding import Word
from engine.services.drafting import NewQuote, Touch
from engine.services.importing import import_catalogue
from engine.services.ordering import PlaceOrder
from engine.services.pricing import PriceBasket
from engine.tenants.tenant import SignIn

SYSTEM = "ERP-MFG"
"""What the demo's routing calls the system that makes and ships."""
CUSTOMER = "ACME"
_BY = "benchmark"
_OPTIONS = {"poll_seconds": "86400"}
"""What has changed there is not asked for while something is measured."""
_CATALOGUE = Path(demo.__file__).with_name(f"{demo.ANONYMOUS}.json")
_BASKET = PriceBasket(
    asks=(
        Ask(sku="VX-2000", quantity=Decimal(4)),
        Ask(sku="VX-FLT-HEPA", quantity=Decimal(12)),
    ),
    account_id=CUSTOMER,
    currency="EUR",
)


def opened(on: Installation, tenants: Iterable[str]) -> None:
    """New tenants, each with the demo's catalogue."""
    upload = reading.read_path(_CATALOGUE)
    for tenant in tenants:
        with on.hub.administration() as administration:
            mode = SignIn.SHARED_SECRET
            tenancy.create_tenant(administration, tenant, mode, on.keyring, name=tenant)
        with on.hub.unit_of_work(tenant) as uow:
            import_catalogue(uow, upload)


def connected(
    on: Installation, tenant: str, access: Access, names: Mapping[TableName, Mapping[str, str]]
) -> Connection:
    """A new connection to the system that `access` describes, over http; as `connections add`."""
    command = Connect(
        kind=ConnectionKind.ERP,
        system=SYSTEM,
        adapter=access.adapter,
        url=access.url,
        credentials=access.credentials,
        options={**access.options, **_OPTIONS},
    )
    with on.hub.unit_of_work(tenant) as uow:
        made = connecting.connect(uow, on.keyring, systems(access.url), command)
        for table, rows in names.items():
            made = connecting.name(uow, made.id, table, rows)
    return made


def moved(on: Installation, tenant: str, connection: Connection, url: str) -> None:
    """The same system is reached at another address."""
    with on.hub.unit_of_work(tenant) as uow:
        connecting.reconnect(uow, on.keyring, systems(url), connection.id, url=url)


def target(url: str) -> str:
    """An address as the setting HUB_INSIDE has it: without a path."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def systems(url: str) -> Systems:
    """The adapters there are, which may call this address."""
    return Systems(inside([target(url)]))


def snapshot(on: Installation, tenant: str) -> Snapshot:
    """The tenant's data of now."""
    standing = on.hub.standing(tenant)
    if standing is None:
        raise NotFound(tenant)
    return on.hub.snapshot(tenant, standing.revision)


def accepted(on: Installation, tenant: str, count: int) -> list[str]:
    """The ids of so many new quotes of two lines that were accepted."""
    data, made = snapshot(on, tenant), []
    with on.hub.unit_of_work(tenant) as uow:
        for _ in range(count):
            quoted = drafting.create(uow, data, NewQuote(basket=_BASKET, made_by=_BY))
            touch = Touch(quote_id=quoted.quote.id, by=_BY)
            quoted = deciding.decide(uow, data, touch, Act.SUBMIT, Word())
            if quoted.quote.status is QuoteStatus.IN_APPROVAL:
                deciding.decide(uow, data, touch, Act.APPROVE, Word())
            deciding.decide(uow, data, touch, Act.ACCEPT, Word())
            made.append(quoted.quote.id)
    return made


def placed(on: Installation, tenant: str, quotes: Sequence[str]) -> tuple[list[Order], float]:
    """The orders of these quotes, all of one commit, and the second in which it was over."""
    data = snapshot(on, tenant)
    with on.hub.unit_of_work(tenant) as uow:
        commands = [PlaceOrder(quote_id=each, by=_BY) for each in quotes]
        orders = [ordering.place(uow, data, each).order for each in commands]
    return orders, time.time()
