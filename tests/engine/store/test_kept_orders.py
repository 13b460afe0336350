"""Orders that were placed before it was kept when contracts begin are provided all the same."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import msgspec
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from engine.contracts.instruction import Action
from engine.contracts.plan import Plan
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.orders.order import LineStatus, Order, OrderLine, OrderSearch, Progress
from engine.store import schema
from engine.store.database import Database
from tests.engine.contracts.contracts import a_contract, an_item
from tests.engine.store.nouns import a_line, an_order
from tests.engine.store.test_kept_secrets import put

START, PLANNED = date(2026, 12, 15), date(2027, 2, 1)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TAKEN_UP = LineStatus.ACKNOWLEDGED


def served(ref: str, status: LineStatus = TAKEN_UP, system: str = "CONTRACTS") -> OrderLine:
    line = a_line(f"oln_{ref}", D(1200))
    quantities = {status.value: line.quantity}
    return replace(line, line_ref=ref, system=system, progress=Progress(quantities=quantities))


def before(order: Order) -> str:
    """The body of an order as it was written then."""
    body: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode(replace(order, document={}), enc_hook=dict)
    )
    for each in body["lines"]:
        del each["begun_at"]
    return msgspec.json.encode(body).decode()


def placed(connection: Connection, name: str, *lines: OrderLine) -> None:
    """An order called so, with a quote and a contract of its own from the fifteenth on."""
    key = {"tenant_id": "one"}
    quote, order, contract = f"qte_{name}", f"ord_{name}", f"ctr_{name}"
    put(connection, "quotes", **key, id=quote, number=quote, origin_key=quote, currency="NOK")
    body = before(replace(an_order(order, quote_id=quote), lines=lines))
    put(
        connection, "orders", **key, id=order, number=order, quote_id=quote, status="placed",
        body=body, document="{}",
    )  # fmt: skip
    item = an_item(START, date(2027, 12, 15), "1200")
    item = replace(item, charge=replace(item.charge, line_id="qln_care"))
    kept = a_contract(item, id=contract, number=contract)
    put(
        connection, "contracts", **key, id=contract, number=contract, start_date=START,
        body=msgspec.json.encode(kept).decode(),
    )  # fmt: skip
    put(connection, "contract_orders", **key, order_id=order, contract_id=contract)


def migrated(url: str) -> None:
    """A database that was made before, and is of today."""
    with closing(Database(url, pool_size=1)) as database:
        schema.migrate(database, "0013")
        _fill(url)
        schema.migrate(database)


def _fill(url: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        put(connection, "tenants", tenant_id="one")
        put(
            connection, "tenant_settings", tenant_id="one", time_zone="Europe/Oslo",
            capabilities="{}", switches="{}",
        )  # fmt: skip
        placed(connection, "made", served("qln_care"))
        placed(connection, "other", served("crm 7"))
        placed(connection, "planned", served("qln_care"))
        plan = Plan(action=Action.AMEND, contracts=("ctr_planned",), on=PLANNED, by="us")
        put(
            connection, "contract_plans", tenant_id="one", quote_id="qte_planned",
            body=msgspec.json.encode(plan).decode(),
        )  # fmt: skip
        pump = served("qln_pump", LineStatus.PENDING, "ERP-MFG")
        placed(connection, "mixed", served("qln_care"), pump)
        placed(connection, "shipped", pump)


def test_their_contracts_say_when_they_begin(database_url: str) -> None:
    """The first day is over at midnight in Oslo, an hour before it is in Greenwich."""
    first = datetime(2026, 12, 15, 23, tzinfo=UTC)
    second = datetime(2027, 2, 1, 23, tzinfo=UTC)
    moment = timedelta(seconds=1)
    migrated(database_url)
    with closing(Hub(database_url, clock=FixedClock(NOW))) as hub, hub.reading("one") as view:
        orders = {each.id: each for each in view.orders.search(OrderSearch(), 10)}
        due = view.orders.provided_by
        found = [
            *(set(due(first - moment, 10)), set(due(first, 10))),
            *(set(due(second - moment, 10)), set(due(second, 10))),
        ]
    assert _begun(orders["ord_made"].lines) == [first]
    assert _begun(orders["ord_other"].lines) == [first]
    assert _begun(orders["ord_planned"].lines) == [second]
    assert _begun(orders["ord_mixed"].lines) == [first, None]
    assert _begun(orders["ord_shipped"].lines) == [None]
    early = {"ord_made", "ord_other"}
    assert found == [set(), early, early, early | {"ord_planned"}]


def _begun(lines: Iterable[OrderLine]) -> list[datetime | None]:
    return [each.begun_at for each in lines]
