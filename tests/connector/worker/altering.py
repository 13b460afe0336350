"""What the tests of changes that systems are told do again and again."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.hub import Hub
from engine.services import retrying
from tests.adapters.erp.generic.peer import GenericPeer
from tests.adapters.serving import Asked
from tests.connector.vektra.conftest import Caller
from tests.connector.worker.test_altering import (
    connect,
    given_up,
)

Json = dict[str, Any]


def joined(hub: Hub, receiver: GenericPeer, **options: str) -> str:
    host, port = receiver.address
    return connect(hub, receiver.access(f"http://{host}:{port}"), **options)


def there(receiver: GenericPeer, order: Json) -> list[Decimal]:
    """How many of each line the system has."""
    [held] = receiver.held(order["number"])
    return [quantity for _, quantity, _ in held.lines]


def differs(caller: Caller) -> list[tuple[float, float]]:
    told = caller.send("GET", "/events?type=fulfillment.differs").json()["data"]
    return [(each["data"]["net"], each["data"]["net_there"]) for each in told]


def again(hub: Hub) -> None:
    """A person has looked, and asks for what is parked again."""
    ids = [each.effect.id for each in given_up(hub)]
    with hub.unit_of_work("CustDemo") as uow:
        retrying.again(uow, ids)


def spoilt(receiver: GenericPeer, spoil: Callable[[Asked, Callable[[], Json]], Json]) -> None:
    """What the system tells goes through `spoil`, which is handed the honest answer."""
    honest = receiver.stub.told
    receiver.stub.told = lambda asked: spoil(asked, lambda: honest(asked))  # type: ignore[method-assign]


def lines_of(*quantities: int) -> list[Json]:
    return [{"sku": "VX-2000", "quantity": each, "unit_price": 100} for each in quantities]
