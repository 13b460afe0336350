"""Of a contract that ended before its time is billed what fell due until then, and no more.

Four CARE-PLUS are sold to ACME for a year for 1,200: 100 a month, in advance. What a termination
gives back or still asks for is in its own order, so that all of it adds up.
"""

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
from tests.connector.vektra.services import do, get, order, read

Json = dict[str, Any]
CARE = {"sku": "CARE-PLUS", "quantity": 4, "term_months": 12, "total": 1200}


@pytest.fixture
def hub(seeded_url: str, tmp_path: Path) -> Iterator[Hub]:
    """A hub with a billing system."""
    ports = Ports(billing={"simulated": SimulatedBilling(tmp_path / "billing")})
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        yield hub


def sold(caller: Caller, *lines: Json, account: str = "ACME", **members: object) -> Json:
    """The contract of an order, with the quote that was ordered as `sold_as`."""
    body = {"account_id": account, "currency": "USD", "lines": lines}
    quote = caller.post("/quotes", body, 201)
    placed = order(caller, quote, **members)
    return {**read(caller, placed["contracts"][0]), "sold_as": quote["id"], "order": placed["id"]}


def bill(caller: Caller, quote_id: str, status: int = 200) -> Json:
    """What would be billed of a quote."""
    return caller.post("/billing", {"quote_id": quote_id, "dry_run": True}, status)


def dues(found: Json) -> list[tuple[str, float]]:
    return [(each["date"], each["amount"]) for each in found["schedule"]]


def ended(caller: Caller, contract: Json, day: str) -> str:
    """The quote of what ending a contract comes to."""
    quote: str = do(caller, contract, "terminate", effective_date=day)["quote"]["id"]
    return quote


def test_a_contract_that_ends_between_two_periods(program: Caller) -> None:
    """Three months are due, and 30 percent of the nine that are left."""
    contract = sold(program, CARE, requested_date="2027-01-15")
    over = ended(program, contract, "2027-04-15")
    found = bill(program, contract["sold_as"])
    assert dues(found) == [("2027-01-15", 100), ("2027-02-15", 100), ("2027-03-15", 100)]
    [charge] = found["charges"]
    assert (charge["amount"], charge["total"], found["total"]) == (100, 300, 300)
    assert (charge["start_date"], charge["end_date"]) == ("2027-01-15", "2027-04-15")
    assert bill(program, over)["total"] == 270
    pushed = program.post("/billing", {"quote_id": contract["sold_as"]}, 202)
    assert (pushed["total"], dues(pushed)) == (300, dues(found))


def test_a_contract_that_ends_within_a_period(program: Caller) -> None:
    """20 of the 30 days from 15 April come back: 66.67; 30 percent of eight months are due."""
    contract = sold(program, CARE, requested_date="2027-01-15")
    over = ended(program, contract, "2027-04-25")
    found = bill(program, contract["sold_as"])
    assert dues(found)[-1] == ("2027-04-15", 100)
    assert found["total"] == 400
    assert found["charges"][0]["end_date"] == "2027-05-15"
    assert bill(program, over)["total"] == 173.33  # 240 less 66.67


def test_in_arrears_what_was_not_due_is_of_the_termination(program: Caller) -> None:
    """Resellers are billed on the first for the month before, thirty days each.

    From 15 January: 16 days, then 100 a month. On 15 March 14 days of March are used.
    """
    contract = sold(program, CARE, account="BRUNATEC", requested_date="2027-01-15")
    over = ended(program, contract, "2027-03-15")
    found = bill(program, contract["sold_as"])
    assert dues(found) == [("2027-02-01", 53.33), ("2027-03-01", 100)]
    rest = bill(program, over)["charges"]
    assert rest[0]["total"] == 46.67  # 14 of 30 days
    assert found["total"] + rest[0]["total"] == 200


def test_a_contract_that_never_ran_owes_nothing(program: Caller) -> None:
    contract = sold(program, CARE, requested_date="2027-01-15")
    over = ended(program, contract, "2027-01-15")
    assert bill(program, contract["sold_as"], 409)["code"] == "illegal_transition"
    assert bill(program, over)["total"] == 480  # 40 percent of 1,200 with twelve months left


def test_what_was_bought_beside_it_is_billed(program: Caller) -> None:
    hose = {"sku": "VX-HOS-50", "quantity": 10, "total": 190}
    contract = sold(program, hose, CARE, requested_date="2027-01-15")
    ended(program, contract, "2027-01-15")
    found = bill(program, contract["sold_as"])
    assert (found["total"], dues(found)) == (190, [("2026-11-21", 190)])


def amended(caller: Caller, contract: Json, quantity: int) -> Json:
    return do(
        caller, contract, "amend", changes={"quantity": quantity}, effective_date="2027-01-21"
    )


def test_more_of_it_ends_with_it(program: Caller) -> None:
    """Twice as many from the third month on, for two months: 200 and 400 in all.

    The first quote is billed for four months at 100, the other for what two of them cost more.
    """
    contract = sold(program, CARE)
    more = amended(program, contract, 8)["quote"]
    order(program, more)
    ended(program, contract, "2027-03-21")
    first, second = bill(program, contract["sold_as"]), bill(program, more["id"])
    assert dues(first) == [
        *(("2026-11-21", 100), ("2026-12-21", 100), ("2027-01-21", 100), ("2027-02-21", 100)),
    ]
    assert dues(second) == [("2027-01-21", 100), ("2027-02-21", 100)]
    charges = read(program, contract["id"])["charges"]
    assert first["total"] + second["total"] == sum(each["total"] for each in charges) == 600


def test_less_of_it_was_settled_for_the_whole_term(program: Caller) -> None:
    """200 a month, half of it from the third on: ten times 100 were given back at once.

    Two months at 200 and two at 100 are used, so 1,600 are billed.
    """
    contract = sold(program, {**CARE, "quantity": 8, "total": 2400})
    less = amended(program, contract, 4)
    assert bill(program, less["quote"]["id"])["total"] == -1000
    ended(program, contract, "2027-03-21")
    assert bill(program, contract["sold_as"])["total"] == 1600
    charges = read(program, contract["id"])["charges"]
    assert sum(each["total"] for each in charges) == 600


def test_what_was_settled_about_a_contract_that_never_ran_is_undone(program: Caller) -> None:
    contract = sold(program, CARE, requested_date="2027-01-21")
    less = amended(program, contract, 3)
    ended(program, contract, "2027-01-21")
    for quote in (contract["sold_as"], less["quote"]["id"]):
        assert bill(program, quote, 409)["code"] == "illegal_transition"
    undone = program.send("GET", f"/orders/{less['order']['id']}").json()
    assert (undone["status"], undone["totals"]["net"]) == ("cancelled", 0)


@pytest.mark.parametrize(("day", "total"), [("2027-05-21", -600), ("2027-02-21", -900)])
def test_an_early_renewal_keeps_what_came_back(program: Caller, day: str, total: int) -> None:
    """Nine months of 100 came back with the renewal, of which three or none are used."""
    contract = sold(program, CARE)
    renewal = do(program, contract, "renew", effective_date="2027-02-21", uplift_percent=0)
    [renewed] = order(program, renewal["quote"])["contracts"]
    assert get(program, renewal["quote"])["totals"]["net"] == 300
    ended(program, {"id": renewed}, day)
    assert bill(program, contract["sold_as"])["total"] == 1200
    assert bill(program, renewal["quote"]["id"])["total"] == total


def test_what_was_handed_over_before_stays(program: Caller) -> None:
    contract = sold(program, CARE, requested_date="2027-01-15")
    begun = program.post("/billing", {"quote_id": contract["sold_as"]}, 202)
    ended(program, contract, "2027-04-15")
    again = program.post("/billing", {"quote_id": contract["sold_as"]}, 200)
    assert (again["id"], again["total"]) == (begun["id"], 1200)
