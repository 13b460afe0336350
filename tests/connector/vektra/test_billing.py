"""What was accepted is split into charges and handed to a billing system once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from adapters.billing.simulated import SimulatedBilling
from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.surfaces import vektra
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from engine.services import charging
from tests.adapters.steps import MemorySteps
from tests.connector.vektra.conftest import NOW, ROOT, Caller
from tests.connector.vektra.quotes import CARE, UNITS, act, get, make

Json = dict[str, Any]


@pytest.fixture
def system(tmp_path: Path) -> SimulatedBilling:
    return SimulatedBilling(tmp_path / "billing")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def billing_hub(seeded_url: str, system: SimulatedBilling, clock: FixedClock) -> Iterator[Hub]:
    few = SimulatedBilling(Path("unused"), currencies=frozenset({"SEK"}))
    ports = Ports(billing={"simulated": system, "few": few})
    with closing(Hub(seeded_url, clock=clock, ports=ports)) as hub:
        yield hub


@pytest.fixture
def client(billing_hub: Hub) -> Iterator[TestClient]:
    keys = KeyAuthenticator(billing_hub, billing_hub.clock, public=PublicKeys(demo.KEYS))
    with TestClient(assemble(billing_hub, [vektra(ROOT / "openapi")], keys, keys=keys)) as client:
        yield client


@pytest.fixture
def biller(client: TestClient) -> Caller:
    return Caller(client)


def accepted(caller: Caller, *lines: Json, **members: object) -> Json:
    quote = make(caller, *lines, **members)
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    return act(caller, quote, "accept")


def billed(caller: Caller, quote: Json, status: int = 202, **members: object) -> Json:
    return caller.post("/billing", {"quote_id": quote["id"], **members}, status)


def exact(answer: httpx.Response) -> Json:
    read: Json = answer.json(parse_float=Decimal, parse_int=Decimal)
    return read


def summed(caller: Caller, quote: Json, **members: object) -> tuple[Decimal, Decimal]:
    """What the schedule adds up to, and the quote's net."""
    body = {"quote_id": quote["id"], "dry_run": True, **members}
    found = exact(caller.send("POST", "/billing", body))
    whole = exact(caller.send("GET", f"/quotes/{quote['id']}"))
    return sum(each["amount"] for each in found["schedule"]), whole["totals"]["net"]


def test_a_dry_run_says_what_would_be_handed_over(biller: Caller) -> None:
    care = {"sku": "CARE-PLUS", "quantity": 4, "term_months": 12, "total": 4800}
    units = {"sku": "VX-2000", "quantity": 4, "total": 40000}
    quote = accepted(biller, units, care)
    found = billed(biller, quote, 200, dry_run=True)
    assert (found["id"], found["status"], found["losses"]) == (None, "pending", [])
    bought, kept = found["charges"]
    assert (bought["type"], bought["amount"], bought["start_date"]) == (
        *("one_time", 40000, "2026-11-21"),
    )
    assert (kept["type"], kept["period"], kept["total"]) == ("recurring", "month", 4800)
    assert (kept["amount"], kept["start_date"], kept["end_date"]) == (
        *(400, "2026-11-21", "2027-11-21"),
    )
    months = ["2026-11-21", "2026-12-21", *(f"2027-{month:02}-21" for month in range(1, 11))]
    assert [(each["date"], each["amount"]) for each in found["schedule"]] == [
        ("2026-11-21", 40000),
        *((day, 400) for day in months),
    ]
    assert found["payload"]["trace"] == {
        "quote_id": quote["id"],
        "quote_number": quote["number"],
        "version": 1,
        "pricing_hash": quote["pricing_hash"],
    }
    assert biller.send("GET", f"/quotes/{quote['id']}/billing").json()["data"] == []


def test_the_schedule_adds_up_to_what_was_accepted(biller: Caller) -> None:
    care = CARE | {"term_months": 17, "start_date": "2027-10-31"}
    quote = accepted(biller, UNITS, care, {"sku": "VX-HOS-50", "quantity": 3}, discount_percent=3.3)
    total, net = summed(biller, quote)
    assert total == net
    euros = accepted(biller, UNITS, CARE | {"term_months": 7.3}, currency="EUR")
    total, net = summed(biller, euros)
    assert total == net


def test_charges_are_handed_over_once(
    biller: Caller, billing_hub: Hub, system: SimulatedBilling
) -> None:
    quote = accepted(biller)
    begun = billed(biller, quote)
    assert begun["status"] == "pending"
    assert billed(biller, quote, 200) == begun
    assert billed(biller, quote, 200, dry_run=True)["id"] == begun["id"]
    assert [each["id"] for each in listed(biller, quote)] == [begun["id"]]
    handed_over(billing_hub, system, begun["id"])
    pushed = biller.send("GET", f"/billing/{begun['id']}").json()
    assert (pushed["status"], pushed["external_ids"]["document"]) == ("pushed", "SIM-000001")
    assert set(pushed["external_ids"]) == {"document", *(each["id"] for each in begun["charges"])}
    assert billed(biller, quote, 200)["external_ids"] == pushed["external_ids"]
    [document] = system.ledger("CustDemo")
    assert (document.quote_id, document.total) == (
        quote["id"],
        exact(biller.send("GET", f"/quotes/{quote['id']}"))["totals"]["net"],
    )
    assert system.ledger("CustOther") == ()


def handed_over(hub: Hub, system: SimulatedBilling, push_id: str, times: int = 2) -> None:
    """What whoever carries effects out does, more than once."""
    for _ in range(times):
        with hub.reading("CustDemo") as reading:
            document = charging.payload(reading, push_id)
        receipt = system.create(document, push_id, MemorySteps())
        with hub.unit_of_work("CustDemo") as uow:
            charging.settled(uow, push_id, receipt)


def listed(caller: Caller, quote: Json) -> list[Json]:
    found: list[Json] = caller.send("GET", f"/quotes/{quote['id']}/billing").json()["data"]
    return found


def test_what_failed_is_tried_again_with_what_it_held(
    biller: Caller, billing_hub: Hub, system: SimulatedBilling
) -> None:
    quote = accepted(biller)
    begun = billed(biller, quote)
    with billing_hub.unit_of_work("CustDemo") as uow:
        charging.failed(uow, begun["id"], "closed for the night")
    found = biller.send("GET", f"/billing/{begun['id']}").json()
    assert (found["status"], found["reason"]) == ("failed", "closed for the night")
    again = billed(biller, quote)
    assert (again["id"], again["status"], again["schedule"]) == (
        *(begun["id"], "pending", begun["schedule"]),
    )
    handed_over(billing_hub, system, begun["id"])
    with billing_hub.unit_of_work("CustDemo") as uow:
        charging.failed(uow, begun["id"], "too late to say so")
    assert billed(biller, quote, 200)["status"] == "pushed"


def test_every_outcome_is_an_event_once(
    biller: Caller, billing_hub: Hub, system: SimulatedBilling
) -> None:
    quote = accepted(biller)
    begun = billed(biller, quote)
    with billing_hub.unit_of_work("CustDemo") as uow:
        charging.failed(uow, begun["id"], "closed for the night")
    billed(biller, quote)
    handed_over(billing_hub, system, begun["id"])
    with billing_hub.reading("CustDemo") as reading:
        told = [each for each in reading.events.chain() if each.subject == begun["id"]]
        owed = reading.effects.of_subjects([begun["id"]])[begun["id"]]
    assert [each.type for each in told] == ["billing.failed", "billing.pushed"]
    assert [(each.kind, each.target) for each in owed] == [("billing", "simulated")]


def test_what_was_ordered_is_billed_as_what_was_accepted(biller: Caller) -> None:
    quote = accepted(biller)
    before = billed(biller, quote, 200, dry_run=True)
    biller.post("/orders", {"quote_id": quote["id"]}, 201)
    assert get(biller, quote)["status"] == "ordered"
    assert billed(biller, quote)["schedule"] == before["schedule"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_only_what_was_accepted_is_billed(biller: Caller, dry_run: bool) -> None:
    quote = make(biller, {"sku": "VX-HOS-50", "quantity": 1})
    refused = billed(biller, quote, 409, dry_run=dry_run)
    assert refused["code"] == "illegal_transition"
    act(biller, quote, "decline")
    assert billed(biller, quote, 409, dry_run=dry_run)["code"] == "illegal_transition"


def test_unknown_systems_and_quotes_are_refused(biller: Caller) -> None:
    quote = accepted(biller, {"sku": "VX-HOS-50", "quantity": 1})
    refused = billed(biller, quote, 422, system="none")
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("unknown_system", "/system")
    assert billed(biller, {"id": "qte_none"}, 404)["code"] == "not_found"
    assert biller.send("GET", "/billing/bil_none").status_code == 404
    assert biller.send("GET", "/quotes/qte_none/billing").status_code == 404
    for name in ("status", "total", "tenant", "external_ids"):
        biller.post("/billing", {"quote_id": quote["id"], name: "pushed"}, 400)
    assert listed(biller, quote) == []


def test_where_money_would_be_lost_nothing_is_handed_over(biller: Caller) -> None:
    quote = accepted(biller, {"sku": "VX-HOS-50", "quantity": 1, "total": 99.5})
    currency = quote["currency"]
    told = billed(biller, quote, 200, system="few", dry_run=True)["losses"]
    assert told == [{"path": "currency", "message": f"{currency} cannot be billed", "amount": 99.5}]
    refused = billed(biller, quote, 422, system="few")
    assert (refused["code"], refused["errors"][0]["message"]) == (
        "money_at_stake",
        f"cannot take currency, of 99.50: {currency} cannot be billed",
    )
    assert listed(biller, quote) == []


def test_what_is_another_tenants_does_not_exist(biller: Caller, client: TestClient) -> None:
    other = Caller(client, "other-key")
    quote = accepted(biller)
    begun = billed(biller, quote)
    assert billed(other, quote, 404)["code"] == "not_found"
    assert billed(other, quote, 404, dry_run=True)["code"] == "not_found"
    assert other.send("GET", f"/billing/{begun['id']}").status_code == 404
    assert other.send("GET", f"/quotes/{quote['id']}/billing").status_code == 404


def test_a_repeated_request_is_answered_as_the_first_one_was(biller: Caller) -> None:
    quote = accepted(biller)
    body, key = {"quote_id": quote["id"]}, {"idempotency-key": "billing-1"}
    first = biller.send("POST", "/billing", body, **key)
    again = biller.send("POST", "/billing", body, **key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
    other = biller.send("POST", "/billing", body | {"system": "few"}, **key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_terms_begin_on_the_day_of_acceptance_however_late_they_are_billed(
    biller: Caller, clock: FixedClock
) -> None:
    quote = accepted(biller, CARE)
    before = billed(biller, quote, 200, dry_run=True)
    clock.instant = datetime.fromisoformat("2027-03-01T08:00:00+00:00")
    after = billed(biller, quote, 200, dry_run=True)
    assert after["schedule"] == before["schedule"]
    assert after["charges"][0]["start_date"] == "2026-11-21"


def test_a_policy_says_when_what_recurs_is_billed(biller: Caller) -> None:
    terms = {"in_arrears": True, "billing_day": 1, "dialect": "strict_30"}
    policy = {"id": "SP", "account": "ACME", "priority": 1000, **terms}
    imported = biller.send("POST", "/catalog/imports", {"service_policies": [policy]})
    assert imported.status_code == 200, imported.text
    assert imported.json()["rejected"] == []
    quote = accepted(biller, {**CARE, "term_months": 12, "total": 1200})
    found = billed(biller, quote, 200, dry_run=True)
    [charge] = found["charges"]
    assert (charge["time"], charge["billing_day"]) == ("in_arrears", 1)
    assert found["schedule"][0]["date"] == "2026-12-01"
    assert found["schedule"][0]["proration"]["dialect"] == "strict_30"


def test_many_who_ask_at_once_begin_one_push(biller: Caller, billing_hub: Hub) -> None:
    quote = accepted(biller, {"sku": "VX-HOS-50", "quantity": 1})
    body = {"quote_id": quote["id"]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: biller.send("POST", "/billing", body), range(8)))
    assert sorted(each.status_code for each in answers) == [*[200] * 7, 202]
    [begun] = {each.json()["id"] for each in answers}
    with billing_hub.reading("CustDemo") as reading:
        assert len(reading.effects.of_subjects([begun])[begun]) == 1
