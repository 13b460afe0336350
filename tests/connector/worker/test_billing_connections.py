"""Charges go to the billing systems that tenants have connected, once, to the last cent."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal as D
from typing import Any

import pytest

from adapters.systems import Systems, inside
from connector.worker.loop import Worker
from engine.connections.connection import ConnectionKind
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.connections import Access
from engine.ports.ports import Ports
from engine.services import connecting
from engine.services.connecting import Connect
from tests.adapters.billing.stripe_stub import StripeStub
from tests.adapters.billing.vayu_invoices import invoiced
from tests.adapters.billing.vayu_stub import VayuStub
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, make

Json = dict[str, Any]
UNITS = {"sku": "VX-2000", "quantity": 4, "unit_price": 10000.01}
CARE = {"sku": "CARE-PLUS", "quantity": 3, "term_months": 12, "total": 1000}
"""A thousand for twelve months: 83.33 and a third a month."""


@pytest.fixture
def vayu() -> Iterator[VayuStub]:
    with VayuStub() as stub:
        yield stub


@pytest.fixture
def stripe() -> Iterator[StripeStub]:
    with StripeStub() as stub:
        yield stub


@pytest.fixture
def hub(seeded_url: str, vayu: VayuStub, stripe: StripeStub) -> Iterator[Hub]:
    ports = Ports(adapters=Systems(inside([vayu.url, stripe.url])))
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        for access in (vayu.access(vayu.url), stripe.access(stripe.url)):
            connect(hub, access)
        yield hub


def connect(hub: Hub, access: Access) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        connecting.connect(
            uow,
            KEYRING,
            connecting.adapters_of(hub.ports),
            Connect(
                kind=ConnectionKind.BILLING,
                system=access.adapter,
                adapter=access.adapter,
                url=access.url,
                credentials=access.credentials,
                options=access.options,
            ),
        )


def accepted(caller: Caller, *lines: Json, **members: object) -> Json:
    quote = make(caller, *lines, **members)
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    return act(caller, quote, "accept")


def billed(caller: Caller, hub: Hub, quote: Json, system: str) -> Json:
    """What became of its charges, which are carried out twice."""
    push = caller.post("/billing", {"quote_id": quote["id"], "system": system}, 202)
    for _ in range(2):
        Worker(hub).drain()
    found: Json = caller.send("GET", f"/billing/{push['id']}").json()
    return found


def test_vayu_has_the_contract_once(caller: Caller, hub: Hub, vayu: VayuStub) -> None:
    quote = accepted(caller, UNITS, CARE, currency="EUR")
    push = billed(caller, hub, quote, "vayu")
    assert push["status"] == "pushed"
    [contract] = vayu.contracts.values()
    assert push["external_ids"]["document"] == contract["id"]
    assert sum((amount for _, amount in invoiced(contract)), D(0)) == D("41000.04")
    assert contract["externalId"] == quote["number"]
    assert contract["name"].startswith(f"{quote['number']} ")
    [customer] = vayu.customers.values()
    assert customer["externalId"] == "ACME"
    fields = {each["vayuCustomFieldName"]: each["value"] for each in contract["customFields"]}
    assert (fields["Quote id"], fields["Pricing hash"]) == (quote["id"], quote["pricing_hash"])


def test_a_currency_that_vayu_cannot_take_is_told_before_anything_is_owed(
    caller: Caller, vayu: VayuStub
) -> None:
    quote = accepted(caller, UNITS, currency="NOK")
    answer = caller.send("POST", "/billing", {"quote_id": quote["id"], "system": "vayu"})
    assert answer.status_code == 422
    assert "Vayu cannot invoice in NOK" in answer.text
    assert vayu.asked == []


def test_stripe_has_subscription_and_invoice_once(
    caller: Caller, hub: Hub, stripe: StripeStub
) -> None:
    """12 × 83.33 and 0.04 that rounding leaves are a thousand."""
    quote = accepted(caller, UNITS, CARE, currency="EUR")
    push = billed(caller, hub, quote, "stripe")
    assert push["status"] == "pushed"
    [held] = stripe.held(quote["number"])
    assert held.total == D("41000.04")
    [invoice] = stripe.rows["invoices"].values()
    assert (invoice["status"], invoice["subtotal"]) == ("open", 4000008)
    assert {each["path"] for each in push["losses"]} == {"charges/1/schedule"}
