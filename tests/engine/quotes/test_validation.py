from datetime import date
from decimal import Decimal as D

import pytest

from engine.kernel.finding import Severity
from engine.kernel.period import Period
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.quotes.calculation import price_alternative, price_line
from engine.quotes.line import Alternative, Line
from engine.quotes.validation import Checks, alternative_findings, line_findings
from tests.builders import TODAY, a_price_list, a_snapshot, an_entry

CENTS = Rounding(2)


def found(
    line: Line, snapshot: Snapshot | None = None, **checks: object
) -> list[tuple[str, Severity]]:
    data = a_snapshot() if snapshot is None else snapshot
    offer = data.offer(line.product_key) if line.product_key else None
    asked = Checks(**{"on": TODAY, "currency": "NOK", "rounding": Rounding(2), **checks})  # type: ignore[arg-type]
    findings = line_findings(price_line(line, None, CENTS), offer, asked)
    return [(finding.code, finding.severity) for finding in findings]


PUMP = Line(product_key="PUMP", quantity=D(1), unit_list_price=D(100))


def test_a_sound_line_has_no_findings() -> None:
    assert found(PUMP) == []


def test_a_line_typed_by_hand_has_no_product_to_miss() -> None:
    assert found(Line(quantity=D(1), unit_list_price=D(5))) == []


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (PUMP._replace(product_key="GONE"), ("product_unknown", Severity.WARNING)),
        (PUMP._replace(unit_minimum_price=D("100.01")), ("below_minimum_price", Severity.ERROR)),
        (PUMP._replace(unit_cost=D("100.01")), ("below_cost", Severity.WARNING)),
    ],
)
def test_a_line_is_told_what_is_wrong_with_it(line: Line, finding: tuple[str, Severity]) -> None:
    assert found(line) == [finding]


def test_the_price_compared_is_the_net_price_of_one_unit() -> None:
    line = PUMP._replace(quantity=D(10), unit_minimum_price=D(90), suggested_percent=D(10))
    assert found(line) == []
    assert found(line._replace(suggested_percent=D("10.1"))) == [
        ("below_minimum_price", Severity.ERROR)
    ]


def test_costs_and_minimum_prices_are_only_spoken_of_where_promised() -> None:
    line = PUMP._replace(unit_cost=D(500), unit_minimum_price=D(500))
    assert found(line, cost=False, minimum_price=False) == []


def test_a_discontinued_product_in_an_expired_list_of_another_currency() -> None:
    data = a_snapshot(
        price_lists=(a_price_list(validity=Period(None, TODAY)),),
        entries=(an_entry(in_assortment=False),),
    )
    assert found(PUMP, data, currency="USD") == [
        ("product_discontinued", Severity.WARNING),
        ("price_list_inactive", Severity.WARNING),
        ("currency_mismatch", Severity.ERROR),
    ]


def test_the_last_day_of_a_price_list_still_counts() -> None:
    lists = (a_price_list(validity=Period.of_days(date(2026, 1, 1), TODAY)),)
    assert found(PUMP, a_snapshot(price_lists=lists)) == []


@pytest.mark.parametrize(
    ("price", "finding"),
    [("0", ("total_zero", Severity.INFO)), ("-1", ("total_negative", Severity.ERROR))],
)
def test_an_alternative_worth_nothing_is_remarked_on(
    price: str, finding: tuple[str, Severity]
) -> None:
    line = price_line(Line(quantity=D(1), unit_list_price=D(price)), None, CENTS)
    [only] = alternative_findings(price_alternative(Alternative(), [line], CENTS))
    assert (only.code, only.severity) == finding
