"""What Tryton says of a sale, in our words; and how far one has read what changed."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.erp.tryton.marks import Mark, mark_of
from adapters.erp.tryton.sales import order_state, stage
from adapters.erp.tryton.wire import OddAnswer, amount_of, encoded, moment_of
from engine.ports.erp import Stage
from engine.ports.outcomes import Declined

GOODS = {"id": 1, "type": "line", "product": {"id": 9}, "movable": 1, "unit": {"id": 1}}


@pytest.mark.parametrize(
    ("state", "shipped", "invoiced", "expected"),
    [
        ("draft", "none", "none", Stage.DRAFT),
        ("quotation", "none", "none", Stage.DRAFT),
        ("confirmed", "none", "none", Stage.CONFIRMED),
        ("processing", "waiting", "pending", Stage.IN_PROGRESS),
        ("processing", "waiting", "paid", Stage.IN_PROGRESS),
        ("processing", "none", "awaiting payment", Stage.IN_PROGRESS),
        ("processing", "partially shipped", "paid", Stage.PARTLY_SHIPPED),
        ("processing", "sent", "pending", Stage.SHIPPED),
        ("processing", "sent", "awaiting payment", Stage.INVOICED),
        ("processing", "exception", "pending", Stage.TROUBLED),
        ("processing", "sent", "exception", Stage.TROUBLED),
        ("done", "sent", "paid", Stage.DONE),
        ("cancelled", "none", "none", Stage.CANCELLED),
        ("of its own making", "none", "none", Stage.TROUBLED),
    ],
)
def test_a_stage_comes_of_three_states(
    state: str, shipped: str, invoiced: str, expected: Stage
) -> None:
    row = {"state": state, "shipment_state": shipped, "invoice_state": invoiced}
    assert stage(row | {"lines": [GOODS]}) is expected


def test_services_need_no_shipment() -> None:
    row = {"state": "processing", "shipment_state": "none", "invoice_state": "pending"}
    service = GOODS | {"movable": 0}
    assert stage(row | {"lines": [service]}) is Stage.IN_PROGRESS
    assert stage(row | {"lines": [service], "invoice_state": "paid"}) is Stage.INVOICED


def moved(quantity: object, state: str = "done", unit: int = 1) -> dict[str, Any]:
    return {"id": 1, "quantity": quantity, "state": state, "unit": {"id": unit}}


def test_lines_tell_what_has_left_the_house() -> None:
    half = {"moves_progress": Decimal("0.5"), "moves": [moved(1, unit=2)]}
    row = {
        "id": 7,
        "state": "processing",
        "shipment_state": "partially shipped",
        "lines": [
            GOODS | {"quantity": Decimal(5), "moves": [moved(2), moved(1), moved(2, "draft")]},
            GOODS | {"id": 2, "quantity": 4} | half,
            GOODS | {"id": 3, "quantity": 6, "movable": 0},
            {"id": 4, "type": "line", "product": None, "quantity": 1},
            {"id": 5, "type": "comment"},
        ],
    }
    found = order_state(row)
    assert [(each.external_ref, each.shipped) for each in found.lines] == [
        ("1", Decimal(3)),
        ("2", Decimal(2)),
        ("3", Decimal(0)),
    ]
    over = order_state(row | {"state": "done"})
    assert over.lines[2].shipped == 6
    gone = order_state(row | {"state": "cancelled"})
    assert [each.cancelled for each in gone.lines] == [2, 2, 6]


@pytest.mark.parametrize("odd", [True, None, [], "NaN", "1e400", "1_0", {"__class__": "Decimal"}])
def test_what_is_no_amount_is_not_taken_for_one(odd: object) -> None:
    with pytest.raises(OddAnswer):
        amount_of(odd)


@pytest.mark.parametrize(
    "odd", [5, "2026-01-01", {}, {"year": 2026}, {"year": 10**30, "month": 1, "day": 1}]
)
def test_what_is_no_moment_is_not_taken_for_one(odd: object) -> None:
    with pytest.raises(OddAnswer):
        moment_of(odd)


def test_quantities_are_sent_as_exact_numbers() -> None:
    assert encoded({"quantity": Decimal("0.10")}) == b'{"quantity":0.10}'


@pytest.mark.parametrize(
    "mark",
    [
        Mark(),
        Mark(since=datetime(2026, 11, 21, 17, 31, 5, 302152, tzinfo=UTC)),
        Mark(None, datetime(2026, 1, 1, tzinfo=UTC), 77),
        Mark(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), 5),
    ],
)
def test_a_mark_survives_being_written_down(mark: Mark) -> None:
    assert mark_of(str(mark)) == mark


def test_goods_that_move_change_an_order() -> None:
    since = datetime(2026, 11, 21, 17, 31, tzinfo=UTC)
    clauses: Any = Mark(since).domain(1)[-1]
    assert clauses[0] == "OR"
    assert {path for path, _, _ in clauses[1:]} == {
        *("create_date", "write_date", "lines.write_date", "lines.moves.write_date")
    }
    assert {(operator, at["minute"]) for _, operator, at in clauses[1:]} == {(">=", 30)}


@pytest.mark.parametrize("text", ["x", "1/2", "//", "//1\n", "-1//0", "99999999999999999999//0"])
def test_a_mark_that_was_never_given_out_is_declined(text: str) -> None:
    with pytest.raises(Declined):
        mark_of(text)


def test_an_empty_mark_is_the_first_one() -> None:
    assert mark_of("") == mark_of(None) == Mark()
