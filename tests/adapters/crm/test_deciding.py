from datetime import UTC, datetime
from decimal import Decimal

import pytest

from adapters.crm.deciding import Rule, Wish, decided, instant_of, keep_said, money_text
from adapters.crm.superoffice.mapping import patch
from engine.ports.crm import Said
from tests.adapters.crm.documents import AT, LATER, told
from tests.adapters.steps import MemorySteps


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1249.50", "1249.5 EUR"),
        ("1249.5", "1249.5 EUR"),
        ("1200", "1200 EUR"),
        ("0.00", "0 EUR"),
        ("1.2E+3", "1200 EUR"),
        ("1E+999999999", "1E+999999999 EUR"),
    ],
)
def test_equal_amounts_read_the_same(amount: str, text: str) -> None:
    assert money_text(Decimal(amount), "EUR") == text


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-21T12:00:00Z", AT),
        ("2026-11-21T12:00:00", AT),
        ("2026-11-21T13:00:00.0000000+01:00", AT),
        ("2026-11-21T12:00:00.000+0000", AT),
        ("yesterday", None),
        (12, None),
        (None, None),
    ],
)
def test_instants(text: object, instant: datetime | None) -> None:
    assert instant_of(text) == instant


@pytest.mark.parametrize(
    ("there", "last", "changed_at", "is_written"),
    [
        ("Open", None, None, True),
        ("Open", None, AT, True),
        ("Open", None, LATER, False),
        ("Open", "Open", LATER, True),
        ("Lost", "Open", None, False),
        ("", "Open", None, False),
    ],
)
def test_a_member_is_written_while_it_is_as_it_was(
    there: str, last: str | None, changed_at: datetime | None, is_written: bool
) -> None:
    before = None if last is None else Said(at=AT, members={"status": last})
    wish = Wish(member="status", wanted="Sold", there=there)
    found = decided(told(last=before), [wish], changed_at, MemorySteps())
    assert (found.writes == (wish,), found.kept == ()) == (is_written, is_written)


def test_what_is_ours_is_always_written() -> None:
    wish = Wish(member="order_state", wanted="placed", there="typed", rule=Rule.OURS)
    assert decided(told(), [wish], LATER, MemorySteps()).writes == (wish,)


def test_a_claim_of_an_earlier_order_of_the_same_deal_is_written_over() -> None:
    wish = Wish(member="order", wanted="O-2", there="O-1", rule=Rule.CLAIM)
    last = Said(at=AT, members={"order": "O-1"})
    assert decided(told(at=LATER, last=last), [wish], None, MemorySteps()).writes == (wish,)


def test_what_was_said_is_kept_as_steps() -> None:
    steps = MemorySteps()
    keep_said(steps, Said(at=AT, members={"at": "x", "amount": "5 EUR"}))
    assert steps.reached == {
        "told_at": "2026-11-21T12:00:00+00:00",
        "said_at": "x",
        "said_amount": "5 EUR",
    }


def test_names_in_a_path_are_escaped() -> None:
    held = {"CustomFields": {"a/b~c": "x"}, "Amount": Decimal(1)}
    wish = Wish(
        member="m", wanted="", there="", sets={"/CustomFields/a~1b~0c": "y", "/Status": "Sold"}
    )
    assert patch(held, [wish]) == [
        {"op": "test", "path": "/CustomFields/a~1b~0c", "value": "x"},
        {"op": "replace", "path": "/CustomFields/a~1b~0c", "value": "y"},
        {"op": "add", "path": "/Status", "value": "Sold"},
    ]


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    assert instant_of("2026-11-21T13:00:00+01:00") == datetime(2026, 11, 21, 12, tzinfo=UTC)
