"""What a CRM is told of the deals that it knows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from engine.connections.connection import Connection, ConnectionKind
from engine.events.effect import Attempt, Effect
from engine.hub import Hub
from engine.ports.crm import CrmDocument, DealStage, Said
from engine.ports.effects import EffectKind
from engine.services import reporting_back
from engine.services.relaying import done
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, get
from tests.connector.vektra.test_crm import ACCOUNT, DEAL, told

Json = dict[str, Any]
TENANT = "CustDemo"
LINE = {"sku": "VX-HOS-50", "quantity": 2, "total": 1234.5}


def accepted(program: Caller, quote: Json) -> Json:
    program.post(f"/quotes/{quote['id']}/lines", LINE, 201)
    act(program, quote, "submit")
    if get(program, quote)["status"] == "in_approval":
        act(program, quote, "approve")
    return act(program, quote, "accept")


def of_the_deal(program: Caller) -> Json:
    told(program, opportunity=DEAL)
    reference = {
        "system": "salesforce",
        "account_external_id": ACCOUNT["external_id"],
        "opportunity_external_id": DEAL["external_id"],
    }
    quote: Json = program.post("/quotes", {"crm": reference, "lines": []}, 201)
    return quote


def owed(hub: Hub, quote: Json) -> Effect:
    with hub.unit_of_work(TENANT) as uow:
        return uow.effects.owe(EffectKind.CRM, "salesforce", quote["id"])


def document(hub: Hub, effect: Effect) -> CrmDocument | None:
    with hub.reading(TENANT) as reading:
        return reporting_back.document_of(reading, effect)


def connect(hub: Hub, system: str, adapter: str = "salesforce") -> None:
    with hub.unit_of_work(TENANT) as uow:
        uow.connections.add(
            Connection(
                id=uow.ids.new("con"),
                kind=ConnectionKind.CRM,
                system=system,
                adapter=adapter,
                url="https://acme.my.salesforce.com",
                sealed="",
                created_at=NOW,
                updated_at=NOW,
            )
        )


def told_to(hub: Hub, quote: Json) -> str | None:
    with hub.unit_of_work(TENANT) as uow:
        effect = reporting_back.owe(uow, quote["id"])
        return None if effect is None else effect.target


def test_nothing_is_told_before_a_quote_is_accepted(program: Caller, hub: Hub) -> None:
    quote = told(program, opportunity=DEAL, create_quote=True)["quote"]
    assert document(hub, owed(hub, quote)) is None


def test_what_was_accepted_is_told(program: Caller, hub: Hub) -> None:
    quote = accepted(program, told(program, opportunity=DEAL, create_quote=True)["quote"])
    assert document(hub, owed(hub, quote)) == CrmDocument(
        tenant=TENANT,
        system="salesforce",
        crm="salesforce",
        opportunity="0066E00002",
        stage=DealStage.ACCEPTED,
        amount=Decimal("1234.5"),
        currency="USD",
        at=NOW,
        title="Line 4 expansion",
        quote_id=quote["id"],
        quote_number=quote["number"],
    )


def test_an_order_is_told_with_its_state(program: Caller, hub: Hub) -> None:
    quote = accepted(program, told(program, opportunity=DEAL, create_quote=True)["quote"])
    order = program.post("/orders", {"quote_id": quote["id"]}, 201)
    placed = document(hub, owed(hub, quote))
    assert placed is not None
    assert (placed.stage, placed.amount) == (DealStage.ORDERED, Decimal("1234.5"))
    assert (placed.order_id, placed.order_number, placed.order_state) == (
        *(order["id"], order["number"], "placed"),
    )
    report = {"fulfillment_system": "ERP-MFG", "status": "completed"}
    program.post(f"/orders/{order['id']}/status", report)
    completed = document(hub, owed(hub, quote))
    assert completed is not None
    assert (completed.stage, completed.order_state) == (DealStage.FULFILLED, "completed")


def test_the_amount_of_what_was_given_up_is_not_told(program: Caller, hub: Hub) -> None:
    quote = accepted(program, told(program, opportunity=DEAL, create_quote=True)["quote"])
    order = program.post("/orders", {"quote_id": quote["id"]}, 201)
    report = {"fulfillment_system": "ERP-MFG", "status": "cancelled"}
    program.post(f"/orders/{order['id']}/status", report)
    found = document(hub, owed(hub, quote))
    assert found is not None
    assert (found.stage, found.amount, found.order_state) == (
        *(DealStage.CANCELLED, None, "cancelled"),
    )


def test_the_newest_quote_that_was_accepted_speaks_for_a_deal(program: Caller, hub: Hub) -> None:
    first, second = of_the_deal(program), of_the_deal(program)
    accepted(program, first)
    assert document(hub, owed(hub, first)) is not None
    assert document(hub, owed(hub, second)) is None  # nobody has accepted it
    accepted(program, second)
    assert document(hub, owed(hub, first)) is None
    found = document(hub, owed(hub, second))
    assert found is not None
    assert found.quote_id == second["id"]
    order = program.post("/orders", {"quote_id": second["id"]}, 201)
    report = {"fulfillment_system": "ERP-MFG", "status": "cancelled"}
    program.post(f"/orders/{order['id']}/status", report)
    again = document(hub, owed(hub, first))
    assert again is not None
    assert (again.stage, again.quote_id) == (DealStage.ACCEPTED, first["id"])


def test_a_deal_that_no_crm_has_told_of_needs_the_only_crm(program: Caller, hub: Hub) -> None:
    body = {"account_id": "ACME", "opportunity_id": "77", "lines": []}
    quote = accepted(program, program.post("/quotes", body, 201))
    effect = owed(hub, quote)
    assert document(hub, effect) is None
    assert told_to(hub, quote) is None
    connect(hub, "Salesforce")
    found = document(hub, effect)
    assert found is not None
    assert (found.crm, found.opportunity) == ("salesforce", "77")
    assert told_to(hub, quote) == "Salesforce"
    alone = accepted(program, program.post("/quotes", {"account_id": "ACME", "lines": []}, 201))
    assert document(hub, owed(hub, alone)) is None
    assert told_to(hub, alone) is None
    connect(hub, "hubspot", "other")
    assert told_to(hub, quote) is None  # nobody knows whose deal it is


def test_the_crm_that_knows_a_deal_is_told(program: Caller, hub: Hub) -> None:
    quote = of_the_deal(program)
    connect(hub, "hubspot", "other")
    assert told_to(hub, quote) is None
    connect(hub, "our-crm")
    assert told_to(hub, quote) == "our-crm"  # its adapter is called so
    connect(hub, "salesforce")
    assert told_to(hub, quote) == "salesforce"


def test_what_was_said_last_is_remembered(program: Caller, hub: Hub) -> None:
    first, second = of_the_deal(program), of_the_deal(program)
    accepted(program, first)
    earlier, later = owed(hub, first), owed(hub, first)
    at = NOW + timedelta(seconds=1)
    with hub.unit_of_work(TENANT) as uow:
        for effect, told_at in ((later, at), (earlier, NOW)):
            steps = {"told_at": told_at.isoformat(), "said_amount": f"{told_at:%S} USD"}
            uow.push_steps.keep(effect.id, {**steps, "seen_amount": "0 USD"})
            uow.effects.settle(effect, Attempt(at=told_at), **done())
    accepted(program, second)
    found = document(hub, owed(hub, second))
    assert found is not None
    assert found.last == Said(at=at, members={"amount": "01 USD"})


def test_deals_of_another_tenant_are_not_told(program: Caller, outsider: Caller, hub: Hub) -> None:
    quote = accepted(program, told(program, opportunity=DEAL, create_quote=True)["quote"])
    told(outsider, opportunity=DEAL)
    effect = owed(hub, quote)
    with hub.reading("CustOther") as reading:
        assert reading.effects.get(effect.id) is None
        assert reporting_back.last_said(reading, "salesforce", [quote["id"]]) is None
