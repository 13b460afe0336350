"""How far an order is, in six words."""

from datetime import UTC, datetime
from decimal import Decimal as D
from typing import Any

import pytest

from engine.orders.order import Order
from engine.orders.steps import Step, step_of
from tests.engine.orders.test_changing import a_line

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("units", "step"),
    [
        ([], Step.RECEIVED),
        ([{"pending": 2}], Step.RECEIVED),
        ([{"acknowledged": 2}], Step.CONFIRMED),
        ([{"pending": 1, "acknowledged": 1}], Step.RECEIVED),
        ([{"acknowledged": 1}, {"completed": 1}], Step.CONFIRMED),
        ([{"in_progress": 1}, {"shipped": 1}], Step.IN_PRODUCTION),
        ([{"ready": 1}], Step.IN_PRODUCTION),
        ([{"held": 1}, {"delivered": 1}], Step.IN_PRODUCTION),
        ([{"failed": 1}], Step.IN_PRODUCTION),
        ([{"cancel_requested": 1}], Step.IN_PRODUCTION),
        ([{"shipped": 1, "delivered": 1}], Step.DELIVERED),
        ([{"delivered": 1}, {"completed": 1}], Step.DELIVERED),
        ([{"completed": 1}], Step.CLOSED),
        ([{"completed": 1, "cancelled": 1}], Step.CLOSED),
        ([{"cancelled": 1}, {"rejected": 1}], Step.CANCELLED),
        ([{"returned": 1}, {"cancelled": 1}], Step.CLOSED),
        ([{"pending": 1, "cancelled": 3}], Step.RECEIVED),
    ],
)
def test_an_order_is_as_far_as_its_last_unit(units: list[dict[str, Any]], step: Step) -> None:
    lines = tuple(a_line(f"l{place}", **each) for place, each in enumerate(units))
    order = Order(
        id="ord",
        number="O-2026-000001",
        quote_id="qte",
        alternative_ref="qal",
        currency="USD",
        total=D(0),
        placed_at=NOW,
        lines=lines,
    )
    assert step_of(order) is step
