"""Orders are handed to the systems that fulfil them: once, whatever becomes of a try."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from adapters.erp.simulated import SimulatedErp
from connector.cli.outbox import outbox_group
from connector.worker.carrying import Carrier
from connector.worker.loop import LEASE, Worker
from engine.events.effect import Claimed
from engine.hub import Hub
from engine.kernel import failpoints
from engine.kernel.clock import FixedClock
from engine.services import keys
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.test_orders import line, ordered

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


def read(caller: Caller, order: Json) -> Json:
    found: Json = caller.send("GET", f"/orders/{order['id']}").json()
    return found


def claimed(hub: Hub) -> list[Claimed]:
    """Everything that is due, suspects too."""
    now, lease = hub.clock.now(), timedelta(seconds=30)
    with hub.administration() as administration:
        outbox = administration.outbox
        room = {(each.tenant, each.target): 50 for each in outbox.waiting(now)}
        doubtful = {(each.tenant, each.target): 50 for each in outbox.suspected(now)}
        return outbox.claim(room, now, lease) + outbox.claim(doubtful, now, lease, suspects=True)


def dies(hub: Hub, clock: FixedClock) -> None:
    """A worker ends with an effect in hand, without a word, as whatever had it before."""
    [mine] = claimed(hub)
    if mine.effect.is_suspect:
        with hub.unit_of_work(mine.tenant) as uow:
            assert uow.effects.begin(mine.effect, clock.now() + timedelta(seconds=30))
    clock.instant += timedelta(seconds=31)


def test_every_system_has_its_lines_and_names_them(
    caller: Caller, worker: Worker, erp: SimulatedErp
) -> None:
    order = ordered(
        caller, {"sku": "VX-2000", "quantity": 4}, {"sku": "VX-TRN-OPS", "quantity": 1},
        {"sku": "CARE-PLUS", "quantity": 4},
    )  # fmt: skip
    assert [each["system"] for each in order["fulfillments"]] == [
        "ERP-MFG", "FIELD-SERVICE", "CONTRACTS",
    ]  # fmt: skip
    assert line(order, "VX-TRN-OPS")["waits_for"] == "ERP-MFG"
    worker.drain()
    after = read(caller, order)
    assert [each["status"] for each in after["fulfillments"]] == ["acknowledged"] * 3
    assert after["status"] == "placed"
    taken = erp.ledger("CustDemo")
    assert {each.system: each.lines for each in taken} == {
        "ERP-MFG": (line(order, "VX-2000")["id"],),
        "FIELD-SERVICE": (line(order, "VX-TRN-OPS")["id"],),
    }
    numbers = {each.system: each.number for each in taken}
    for sku, system in (("VX-2000", "ERP-MFG"), ("VX-TRN-OPS", "FIELD-SERVICE")):
        assert line(after, sku)["external_ref"] == f"{system}-{numbers[system]:06d}/1"
    assert [each["what"] for each in after["history"]] == ["placed", *["pushed"] * 3]
    shipped = {"fulfillment_system": "ERP-MFG", "status": "shipped"}
    lines = [{"external_ref": line(after, "VX-2000")["external_ref"], "quantity": 1}]
    heard = caller.post(f"/orders/{order['id']}/status", shipped | {"lines": lines})
    assert line(heard["order"], "VX-2000")["quantity_by_status"] == {
        "acknowledged": 3, "shipped": 1,
    }  # fmt: skip


def test_an_answer_that_was_lost_makes_no_second_order(
    caller: Caller, worker: Worker, erp: SimulatedErp, clock: FixedClock
) -> None:
    order = ordered(caller, {"sku": "VX-2000", "quantity": 1})
    failpoints.arm("erp_took_it:1:raise")
    worker.drain()
    assert read(caller, order)["fulfillments"][0]["status"] == "pending"
    assert len(erp.ledger("CustDemo")) == 1
    clock.instant += timedelta(seconds=119)  # it may still be at it
    worker.drain()
    assert read(caller, order)["fulfillments"][0]["status"] == "pending"
    clock.instant += timedelta(seconds=2)
    worker.drain()
    assert read(caller, order)["fulfillments"][0]["status"] == "acknowledged"
    assert len(erp.ledger("CustDemo")) == 1


def test_whoever_lost_its_claim_is_not_believed(
    hub: Hub, caller: Caller, erp: SimulatedErp, clock: FixedClock
) -> None:
    order = ordered(caller, {"sku": "VX-2000", "quantity": 1})
    [first] = claimed(hub)
    assert claimed(hub) == []
    clock.instant += timedelta(seconds=31)
    [second] = claimed(hub)
    assert second.effect.generation == first.effect.generation + 1
    carrier = Carrier(hub, LEASE)
    carrier.push(first)
    assert read(caller, order)["history"][-1]["what"] == "placed"
    carrier.push(second)
    carrier.push(second)
    assert [each["what"] for each in read(caller, order)["history"]] == ["placed", "pushed"]
    assert len(erp.ledger("CustDemo")) == 1


def test_what_a_system_may_have_is_cancelled_when_it_confirms(
    caller: Caller, hub: Hub, worker: Worker, erp: SimulatedErp, clock: FixedClock
) -> None:
    order = ordered(caller, {"sku": "VX-2000", "quantity": 4})
    path = f"/orders/{order['id']}"
    part = {"type": "cancel", "lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}]}
    free = caller.post(f"{path}/change", part)["order"]
    assert free["lines"][0]["quantity_by_status"] == {"cancelled": 1, "pending": 3}
    assert len(claimed(hub)) == 1  # somebody is handing it over at this moment
    asked = caller.post(f"{path}/change", part)["order"]
    assert asked["lines"][0]["quantity_by_status"] == {
        "cancelled": 1, "cancel_requested": 1, "pending": 2,
    }  # fmt: skip
    clock.instant += timedelta(seconds=31)
    worker.drain()
    [document] = erp.documents("CustDemo")
    handed = document.lines[0]  # it was not there: what was asked back is not made any more
    assert (handed.quantity, handed.net) == (Decimal(2), Decimal("21417.60"))  # 2 x 10,708.80
    after = caller.send("GET", path).json()
    assert after["lines"][0]["quantity_by_status"] == {"acknowledged": 2, "cancelled": 2}
    assert asked["totals"]["net"] == 21417.6


def test_what_kills_each_time_is_given_up_and_said(
    caller: Caller, hub: Hub, worker: Worker, clock: FixedClock
) -> None:
    order = ordered(caller, {"sku": "VX-2000", "quantity": 1})
    for _ in range(2 + 9):  # the first two may have been ended by another that they had
        dies(hub, clock)
    failpoints.arm("before_erp:1:raise")
    worker.drain()
    history = read(caller, order)["history"]
    assert history[-1]["what"] == "push_failed"
    assert history[-1]["details"] == {"system": "ERP-MFG", "reason": "Failed"}
    clock.instant += timedelta(days=2)
    assert claimed(hub) == []


def test_a_system_with_a_key_of_its_own_reports_with_it(
    caller: Caller, client: TestClient, hub: Hub
) -> None:
    order = ordered(caller, {"sku": "VX-2000", "quantity": 1})
    with hub.administration() as administration:
        made = keys.create(administration, "CustDemo", "erp", hub.clock, system="ERP-MFG")
    erp, path = Caller(client, made.text), f"/orders/{order['id']}/status"
    shipped = {"fulfillment_system": "ERP-MFG", "status": "shipped"}
    assert caller.post(path, shipped, 403)["code"] == "forbidden"
    assert erp.post(path, shipped | {"fulfillment_system": "CONTRACTS"}, 403)
    assert erp.post("/orders", {"quote_id": order["quote_id"]}, 403)["code"] == "forbidden"
    assert erp.send("GET", "/quotes").status_code == 403
    assert erp.post(path, shipped)["applied"] is True
    assert read(erp, order)["history"][-1]["by"] == made.key.id
    with hub.administration() as administration:
        keys.revoke(administration, made.key.id, hub.clock)
    assert erp.send("POST", path, shipped).status_code == 401
    assert caller.post(path, shipped | {"status": "delivered"})["applied"] is True


def test_what_was_given_up_is_listed_and_asked_for_again(
    caller: Caller, hub: Hub, worker: Worker, erp: SimulatedErp, clock: FixedClock
) -> None:
    order = ordered(caller, {"sku": "VX-2000", "quantity": 1})
    for _ in range(2 + 9):
        dies(hub, clock)
    failpoints.arm("before_erp:1:raise")
    worker.drain()
    commands = outbox_group(lambda: hub)
    listed = CliRunner().invoke(commands, ["list", "CustDemo"], env={"COLUMNS": "200"})
    assert listed.exit_code == 0
    [line_of_it] = [each for each in listed.output.splitlines() if order["id"] in each]
    effect_id = line_of_it.split()[0]
    assert line_of_it.split()[1:3] == ["erp", "ERP-MFG"]
    assert CliRunner().invoke(commands, ["again", "CustOther", effect_id]).exit_code != 0
    done = CliRunner().invoke(commands, ["again", "CustDemo", effect_id])
    assert (done.exit_code, done.output) == (0, "1 will be tried again.\n")
    worker.drain()
    assert read(caller, order)["fulfillments"][0]["status"] == "acknowledged"
    assert len(erp.ledger("CustDemo")) == 1
    assert CliRunner().invoke(commands, ["again", "CustDemo", effect_id]).exit_code != 0


def test_tenants_take_turns(hub: Hub, caller: Caller, stranger: Caller) -> None:
    for _ in range(3):
        ordered(caller, {"sku": "VX-HOS-50", "quantity": 1})
    ordered(stranger, {"sku": "VX-HOS-50", "quantity": 1})
    with hub.administration() as administration:
        outbox, now = administration.outbox, hub.clock.now()
        waiting = outbox.waiting(now)
        assert {each.tenant for each in waiting} == {"CustDemo", "CustOther"}
        room = {(each.tenant, each.target): 1 for each in waiting}
        got = outbox.claim(room, now, timedelta(seconds=30))
    assert [each.tenant for each in got] == ["CustDemo", "CustOther"]


def test_what_is_owed_and_for_how_long_is_counted(
    caller: Caller, client: TestClient, worker: Worker, clock: FixedClock
) -> None:
    def counted(name: str) -> float:
        lines = client.get("/metrics").text.splitlines()
        [value] = [each.split()[1] for each in lines if each.split()[0] == f"quotewright_{name}"]
        return float(value)

    assert counted("effects_due") == 0
    ordered(caller, {"sku": "VX-2000", "quantity": 1})
    clock.instant += timedelta(seconds=40)
    assert (counted("effects_due"), counted("effects_oldest_seconds")) == (1, 40)
    worker.drain()
    assert (counted("effects_due"), counted("effects_dead")) == (0, 0)
