"""What billing systems have of charges is compared with what was handed over, to the cent."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.ledgers import opened
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.adapters.billing.serving import Reply
from tests.adapters.billing.stripe_stub import StripeStub
from tests.adapters.billing.vayu_stub import VayuStub
from tests.connector.cli.reconciling.conftest import Reconcile, accepted
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import do

Json = dict[str, Any]


def billed(caller: Caller, hub: Hub, system: str, quote: Json | None = None) -> Json:
    """A quote whose charges a system has taken."""
    found = quote or accepted(caller)
    caller.post("/billing", {"quote_id": found["id"], "system": system}, 202)
    Worker(hub).drain()
    return found


def told(caller: Caller) -> list[Json]:
    """What was told of differences, in order."""
    events = caller.send("GET", "/events?type=billing.*").json()["data"]
    kinds = {"billing.differs", "billing.agrees"}
    return [each for each in reversed(events) if each["type"] in kinds]


@pytest.mark.parametrize("system", ["vayu", "stripe", "simulated"])
def test_what_was_taken_as_it_was_sold_agrees(
    caller: Caller, hub: Hub, reconcile: Reconcile, system: str
) -> None:
    for _ in range(3):
        billed(caller, hub, system)
    found = reconcile(system)
    assert found.exit_code == 0, found.output
    assert found.stdout.strip() == "3 compared, 0 differ."
    assert told(caller) == []


def test_a_cent_in_a_contract_is_told_once_until_it_is_gone(
    caller: Caller, hub: Hub, reconcile: Reconcile, vayu: VayuStub
) -> None:
    quote = billed(caller, hub, "vayu")
    billed(caller, hub, "vayu")
    pricing = next(iter(vayu.contracts.values()))["products"][0]["pricing"]
    was, pricing["price"] = pricing["price"], 39999  # of 40,000.04
    for _ in range(2):
        found = reconcile("vayu")
        assert found.exit_code == 1
        assert "2 compared, 1 differ." in found.stdout
        assert quote["number"] in found.stdout
        assert "it comes to 40999.00 there, not to 41000.04" in found.stdout
    [event] = told(caller)
    data = event["data"]
    assert (data["quote_id"], data["system"], data["currency"]) == (quote["id"], "vayu", "EUR")
    assert (data["total"], data["total_there"]) == (41000.04, 40999)
    pricing["price"] = 40000
    assert reconcile("vayu").exit_code == 1
    pricing["price"] = was
    assert reconcile("vayu").exit_code == 0
    assert reconcile("vayu").exit_code == 0
    assert [each["type"] for each in told(caller)] == [
        *("billing.differs", "billing.differs", "billing.agrees")
    ]
    pricing["price"] = 39999
    assert reconcile("vayu").exit_code == 1
    assert len(told(caller)) == 4


def a_cent_more(stub: StripeStub) -> None:
    next(iter(stub.rows["invoices"].values()))["subtotal"] += 1


def other_currency(stub: StripeStub) -> None:
    next(iter(stub.rows["subscriptions"].values()))["currency"] = "usd"


def another_quotes(stub: StripeStub) -> None:
    next(iter(stub.rows["invoices"].values()))["metadata"]["quotewright_quote_id"] = "qte_other"


def another_number(stub: StripeStub) -> None:
    next(iter(stub.rows["invoices"].values()))["metadata"]["quotewright_quote"] = "Q-\x1b[2J"


def gone(stub: StripeStub) -> None:
    stub.rows["subscriptions"].clear()


def called_off(stub: StripeStub) -> None:
    next(iter(stub.rows["subscriptions"].values()))["status"] = "canceled"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (a_cent_more, "it comes to 41000.05 there, not to 41000.04"),
        (other_currency, "it is in USD there, not in EUR"),
        (another_quotes, "it is there for the quote qte_other"),
        (another_number, "stands there as Q- [2J"),
        (gone, "there is no sub_"),
        (called_off, "it is canceled there"),
    ],
)
def test_what_is_otherwise_there_is_named(
    caller: Caller,
    hub: Hub,
    reconcile: Reconcile,
    stripe: StripeStub,
    change: Callable[[StripeStub], None],
    word: str,
) -> None:
    billed(caller, hub, "stripe")
    change(stripe)
    found = reconcile("stripe")
    assert found.exit_code == 1
    assert word in found.stdout
    [event] = told(caller)
    assert any(word in each for each in event["data"]["reasons"])


def test_a_ledger_that_lost_an_amount_differs(
    caller: Caller, hub: Hub, reconcile: Reconcile, tmp_path: Path
) -> None:
    billed(caller, hub, "simulated")
    with opened(tmp_path / "simulated" / "billing.sqlite3", "") as ledger:
        ledger.execute("UPDATE entries SET amount = '83.34' WHERE rowid = 2")
    found = reconcile("simulated")
    assert found.exit_code == 1
    assert "it comes to 41000.05 there, not to 41000.04" in found.stdout


def test_who_does_not_tell_an_amount_raises_no_alarm(
    caller: Caller, hub: Hub, reconcile: Reconcile, stripe: StripeStub
) -> None:
    billed(caller, hub, "stripe")
    next(iter(stripe.rows["invoices"].values()))["subtotal"] = None
    found = reconcile("stripe")
    assert found.exit_code == 0
    assert found.stdout.strip() == "1 compared, 1 of which it does not tell all, 0 differ."
    assert told(caller) == []


def test_what_people_should_know_is_shown(
    caller: Caller, hub: Hub, reconcile: Reconcile, vayu: VayuStub
) -> None:
    quote = accepted(caller)
    billed(caller, hub, "vayu", accepted(caller))
    [first] = vayu.contracts.values()
    twin = {name: value for name, value in first.items() if name != "id"}
    for _ in range(2):
        vayu.add_contract(**twin | {"externalId": quote["number"], "name": quote["number"]})
    billed(caller, hub, "vayu", quote)
    found = reconcile("vayu")
    assert f"there are 2 contracts of {quote['number']}" in found.stdout


def test_what_was_called_off_here_is_not_compared(
    caller: Caller, hub: Hub, reconcile: Reconcile, stripe: StripeStub
) -> None:
    quote = billed(caller, hub, "stripe")
    order = caller.post("/orders", {"quote_id": quote["id"]}, 201)
    [contract] = order["contracts"]
    called_off(stripe)
    assert reconcile("stripe").exit_code == 1
    assert isinstance(hub.clock, FixedClock)
    hub.clock.instant += timedelta(hours=1)
    do(caller, {"id": contract}, "terminate", effective_date="2027-04-21")
    found = reconcile("stripe")
    assert found.exit_code == 0
    assert "it was called off here before its time" in found.stdout


def test_a_system_that_wants_to_be_left_alone_is_asked_again(
    caller: Caller, hub: Hub, reconcile: Reconcile, vayu: VayuStub
) -> None:
    billed(caller, hub, "vayu")
    [contract] = vayu.contracts
    what = f"GET /contracts/{contract}"
    vayu.faults[what] = [Reply(429, {}, Retry_After="0")]
    assert reconcile("vayu").exit_code == 0
    vayu.faults[what] = [Reply(429, {}, Retry_After="0") for _ in range(9)]
    found = reconcile("vayu")
    assert found.exit_code == 1
    assert "429" in found.output
    assert len(vayu.faults[what]) == 6
    vayu.faults.clear()
    vayu.deny()
    assert reconcile("vayu").exit_code == 1
