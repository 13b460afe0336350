"""What a change does to each line: which units go, what they came to, and what is too late."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from engine.catalog.charge import Charge, ChargePeriod, ChargeType
from engine.kernel.currency import currency
from engine.kernel.errors import IllegalTransition, Invalid, NotChangeable
from engine.orders.amounts import alive, net_of
from engine.orders.changed import affected, moved
from engine.orders.changing import Change, LineChange, Plan, planned
from engine.orders.order import Order, OrderLine, OrderStatus, Progress
from engine.orders.order_change import ChangeType
from engine.pricing.rounding import Rounding

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
TODAY = date(2026, 3, 12)
NOBODY = frozenset[str]()
CENTS = Rounding(2)
YEARLY = Charge(type=ChargeType.RECURRING, period=ChargePeriod.YEAR, term_months=D(12))


def a_line(id_: str = "a", total: str = "1000", **units: object) -> OrderLine:
    """A line with so many units in each status; other members by their names."""
    known = {name: value for name, value in units.items() if name in OrderLine.__slots__}
    there = {name: D(str(value)) for name, value in units.items() if name not in known}
    return OrderLine(
        **{  # type: ignore[arg-type]
            "id": id_,
            "line_ref": f"ref-{id_}",
            "sku": id_.upper(),
            "name": id_.upper(),
            "quantity": sum(there.values(), D(0)),
            "unit": "pcs",
            "unit_list_price": D(0),
            "discount": D(0),
            "total": D(total),
            "progress": Progress(quantities=there),
            "system": "ERP",
            **known,
        }
    )


def an_order(*lines: OrderLine, code: str = "USD") -> Order:
    return Order(
        id="ord",
        number="O-1",
        quote_id="qte",
        alternative_ref="qal",
        currency=code,
        total=D(0),
        placed_at=NOW,
        lines=lines,
    )


def plan_of(
    order: Order, kind: ChangeType, *lines: LineChange, begun: frozenset[str] = NOBODY
) -> Plan:
    return planned(order, Change(type=kind, lines=lines or None), TODAY, begun)


def cancel(order: Order, quantity: str | None = None, id_: str = "a") -> Plan:
    wanted = None if quantity is None else D(quantity)
    return plan_of(order, ChangeType.CANCEL, LineChange(line_id=id_, quantity=wanted))


def after(order: Order, plan: Plan, rounding: Rounding = CENTS) -> dict[str, dict[str, D]]:
    lines = moved(order, plan, {}, NOW, rounding).lines
    return {each.id: dict(each.progress.quantities) for each in lines}


STAGES = a_line(
    failed=1, pending=2, acknowledged=3, backordered=1, held=1, in_progress=2, ready=1, shipped=4
)


@pytest.mark.parametrize(
    ("quantity", "left"),
    [
        ("1", {"cancelled": 1, "pending": 2, "acknowledged": 3, "ready": 1}),
        ("2", {"cancelled": 2, "pending": 1, "acknowledged": 3, "ready": 1}),
        ("4.5", {"cancelled": 3, "cancel_requested": D("1.5"), "acknowledged": D("1.5")}),
        ("6", {"cancelled": 3, "cancel_requested": 3, "backordered": 1, "held": 1}),
        ("9", {"cancelled": 3, "cancel_requested": 6, "in_progress": 1, "ready": 1}),
        ("11", {"cancelled": 3, "cancel_requested": 8, "shipped": 4}),
    ],
)
def test_the_earliest_units_go_first(quantity: str, left: dict[str, D]) -> None:
    order = an_order(STAGES)
    found = after(order, cancel(order, quantity))["a"]
    assert {status: found[status] for status in left} == left
    assert sum(found.values()) == 15


def test_a_unit_that_left_the_house_does_not_go() -> None:
    with pytest.raises(NotChangeable) as excinfo:
        cancel(an_order(STAGES), "12")
    [finding] = excinfo.value.findings
    assert (finding.code, finding.where) == ("already_shipped", "lines/0/quantity")
    assert finding.params["left"] == 11


@pytest.mark.parametrize(
    ("code", "total", "nets"),
    [
        # 3 of 7 units of 100: what 4 leave is 57.142857..., so the three had 42.86
        ("USD", "100", ["28.57", "14.29"]),
        # of 100 yen 57 are left, and 43 are shared 28.67 to 14.33
        ("JPY", "100", ["29", "14"]),
        # of a dinar 0.571 is left, and 0.429 is shared 0.286 to 0.143
        ("KWD", "1", ["0.286", "0.143"]),
    ],
)
def test_what_units_came_to_is_whole_minor_units(code: str, total: str, nets: list[str]) -> None:
    order = an_order(a_line(total=total, pending=2, acknowledged=5), code=code)
    rounding = Rounding(currency(code).digits)
    parts = affected(order, cancel(order, "3"), {}, rounding)
    assert [(each.stage, each.quantity) for each in parts] == [
        ("pending", D(2)),
        ("acknowledged", D(1)),
    ]
    assert [each.net for each in parts] == [D(net) for net in nets]
    changed = moved(order, cancel(order, "3"), {}, NOW, rounding)
    assert net_of(changed.lines, rounding) == D(total) - sum(map(D, nets))


def test_more_units_cost_what_those_there_are_cost() -> None:
    order = an_order(a_line(total="10", pending=1, shipped=2, cost=D(7)))
    plan = plan_of(order, ChangeType.REVISE, LineChange(line_id="a", quantity=D(5)))
    [line] = moved(order, plan, {}, NOW, CENTS).lines
    # 5 of 3 units of 10 are 16.666..., of 7 they are 11.666...
    assert (line.quantity, line.total, line.cost) == (D(5), D("16.67"), D("11.67"))
    assert line.progress.quantities == {"pending": 3, "shipped": 2}


@pytest.mark.parametrize(
    ("total", "quantity", "code"),
    [
        ("10", "999999999", None),
        ("10", "999999999.5", "quantity_out_of_range"),
        ("200000000", "100000000", "amount_out_of_range"),
    ],
)
def test_a_line_grows_within_the_bounds_of_its_price(
    total: str, quantity: str, code: str | None
) -> None:
    order = an_order(a_line(total=total, pending=1, cancelled=1, shipped=1))
    asked = LineChange(line_id="a", quantity=D(quantity))
    if code is None:
        [move] = plan_of(order, ChangeType.REVISE, asked).moves
        assert move.added == D(quantity) - 2
        return
    with pytest.raises(Invalid) as excinfo:
        plan_of(order, ChangeType.REVISE, asked)
    assert [(each.code, each.where) for each in excinfo.value.findings] == [
        (code, "lines/0/quantity")
    ]


def test_a_revision_counts_what_is_left_of_a_line() -> None:
    order = an_order(a_line(total="10", pending=3, cancelled=1, cancel_requested=1))
    plan = plan_of(order, ChangeType.REVISE, LineChange(line_id="a", quantity=D(2)))
    [line] = moved(order, plan, {}, NOW, CENTS).lines
    assert line.progress.quantities == {"pending": 2, "cancelled": 2, "cancel_requested": 1}
    assert alive(line) == 2
    with pytest.raises(Invalid):
        plan_of(order, ChangeType.REVISE, LineChange(line_id="a", quantity=D(3)))
    with pytest.raises(Invalid):
        cancel(order, "4")


def a_bundle() -> Order:
    """Two bundles of three and a half units of b and one of c; b is further than c."""
    return an_order(
        a_line("a", "900", pending=2, is_bundle=True),
        a_line("b", "0", pending=2, in_progress=5, parent="a"),
        a_line("c", "0", acknowledged=2, parent="a"),
    )


def test_a_bundle_goes_with_its_components() -> None:
    order = a_bundle()
    assert after(order, cancel(order, "1")) == {
        "a": {"pending": 1, "cancelled": 1},
        "b": {"cancelled": 2, "cancel_requested": D("1.5"), "in_progress": D("3.5")},
        "c": {"acknowledged": 1, "cancel_requested": 1},
    }
    [part] = affected(order, cancel(order, "1"), {}, CENTS)
    assert (part.line_id, part.stage, part.net) == ("a", "in_progress", D(450))


def test_a_component_does_not_go_without_its_bundle() -> None:
    with pytest.raises(Invalid) as excinfo:
        cancel(a_bundle(), "1", "b")
    assert [each.code for each in excinfo.value.findings] == ["component_line"]


@pytest.mark.parametrize("rest", ["acknowledged", "shipped"])
def test_a_bundle_of_which_a_part_was_shipped_stays(rest: str) -> None:
    order = an_order(
        a_line("a", "900", pending=2, is_bundle=True),
        a_line("b", "0", shipped=2, parent="a"),
        a_line("c", "0", **{rest: 2}, parent="a"),
    )
    with pytest.raises(NotChangeable):
        cancel(order, "1")
    with pytest.raises(NotChangeable):
        plan_of(order, ChangeType.CANCEL)


def test_a_whole_order_goes_but_for_contracts_that_have_begun() -> None:
    order = an_order(
        a_line("a", pending=1, cancelled=1),
        a_line("b", acknowledged=2, charge=YEARLY, system="CONTRACTS"),
        a_line("c", in_progress=2, charge=YEARLY, system="CONTRACTS"),
        a_line("d", pending=2, charge=YEARLY, system="CONTRACTS"),
        a_line("e", pending=1, system="CONTRACTS"),
        a_line("f", cancelled=3),
    )
    plan = plan_of(order, ChangeType.CANCEL, begun=frozenset({"d"}))
    assert plan.kept == ("c", "d", "e")
    assert after(order, plan) == {
        "a": {"cancelled": 2},
        "b": {"cancelled": 2},
        "c": {"in_progress": 2},
        "d": {"pending": 2},
        "e": {"pending": 1},
        "f": {"cancelled": 3},
    }


@pytest.mark.parametrize(
    "status", [OrderStatus.COMPLETED, OrderStatus.COMPLETED_PARTIALLY, OrderStatus.CANCELLED]
)
def test_an_order_that_is_over_stays_as_it_is(status: OrderStatus) -> None:
    order = replace(an_order(a_line(pending=1)), status=status)
    for kind in ChangeType:
        with pytest.raises(IllegalTransition):
            plan_of(order, kind, LineChange(line_id="a", quantity=D(2)))


def test_what_was_asked_for_and_waits_is_not_cancelled_again() -> None:
    order = an_order(a_line(cancel_requested=2), a_line("b", rejected=1))
    with pytest.raises(NotChangeable) as excinfo:
        plan_of(order, ChangeType.CANCEL)
    assert [each.code for each in excinfo.value.findings] == ["nothing_changes"]
