"""On which days what recurs is billed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.billing.simulated import SimulatedBilling
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, make

Json = dict[str, Any]
PLAN = {"sku": "CARE-QUARTER", "name": "Care by the quarter", "is_subscription": True}


@pytest.fixture
def hub(seeded_url: str, tmp_path: Path) -> Iterator[Hub]:
    """A hub with a billing system."""
    ports = Ports(billing={"simulated": SimulatedBilling(tmp_path / "billing")})
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


@pytest.mark.parametrize(
    ("billing_day", "dues", "parts"),
    [
        # the first is over: 72 of the 92 days from 1 November to 1 February, then 20 of 89
        (1, [("2026-11-21", 720), ("2027-02-01", 200)], [(72, 92), (20, 89)]),
        # to the 29th: 8 of the 92 days from 29 August, then 84 of those to the end of February
        (29, [("2026-11-21", 80), ("2026-11-29", 840)], [(8, 92), (84, 91)]),
        (21, [("2026-11-21", 920)], [None]),
    ],
)
def test_a_quarter_is_billed_from_the_billing_day_of_its_first_month(
    program: Caller, billing_day: int, dues: list[object], parts: list[object]
) -> None:
    policy = {"id": "DAYS", "name": "A day of ours", "account": "ACME", "priority": 1000}
    imported = program.post(
        "/catalog/imports",
        {
            "products": [PLAN | {"subscription_unit": "quarter"}],
            "entries": [{"price_list": "USD-STD", "sku": "CARE-QUARTER", "list_price": 920}],
            "service_policies": [policy | {"billing_day": billing_day}],
        },
    )
    assert imported["rejected"] == []
    quote = make(program, {"sku": "CARE-QUARTER", "quantity": 1, "total": 920})
    act(program, quote, "submit")
    act(program, quote, "accept")
    found = program.post("/billing", {"quote_id": quote["id"], "dry_run": True})
    assert [(each["date"], each["amount"]) for each in found["schedule"]] == dues
    told = [each["proration"] for each in found["schedule"]]
    assert [each and (each["numerator"], each["denominator"]) for each in told] == parts


@pytest.mark.parametrize(
    ("last", "part"),
    [
        ("2027-03-27", (28, 31)),  # to the 28th: no month, which lasts to the 31st
        ("2027-03-28", (29, 31)),
        ("2027-03-29", (30, 31)),
        ("2027-03-30", None),
    ],
)
def test_a_part_of_a_month_from_a_short_months_end_is_no_more_than_it(
    program: Caller, last: str, part: tuple[int, int] | None
) -> None:
    """HARBOR: whole months first. From 31 December, so the third month is from 28 February."""
    line = {"sku": "CARE-PLUS", "quantity": 1, "start_date": "2026-12-31", "end_date": last}
    quote = make(program, line, account_id="HARBOR")
    if act(program, quote, "submit")["status"] == "in_approval":
        act(program, quote, "approve")
    act(program, quote, "accept")
    found = program.post("/billing", {"quote_id": quote["id"], "dry_run": True})
    assert [each["date"] for each in found["schedule"]] == [
        *("2026-12-31", "2027-01-31", "2027-02-28"),
    ]
    told = found["schedule"][-1]["proration"]
    assert (told and (told["numerator"], told["denominator"])) == part
