"""An order of SuperOffice and one of the REST API go the whole way in the tenant's own ERP.

They are made here, confirmed, shipped and invoiced there, and told here again, to the cent.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest
from starlette.testclient import TestClient

from adapters.systems import Systems, inside
from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.security import Authenticator
from connector.surfaces import superoffice, vektra
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.ports.ports import Ports
from tests.adapters.conformance.conftest import Site
from tests.connector.superoffice.conftest import KEYRING, Crm, NoKeys
from tests.connector.vektra.changes import read
from tests.connector.vektra.conftest import NOW, ROOT, Caller
from tests.connector.vektra.quotes import act, make
from tests.connector.vektra.test_crm_orders import order_of
from tests.connector.vektra.test_crm_quotes import calculated, context, validated
from tests.connector.worker import test_altering

if TYPE_CHECKING:
    from tests.adapters.conformance.peer import Invoicing

Json = dict[str, Any]


@pytest.fixture
def hub(site: Site, seeded_url: str) -> Iterator[Hub]:
    """A hub whose demo tenant has connected the peer as its factory's system."""
    if site.peer.name != "tryton":
        pytest.skip("its goods are those of Tryton")
    host, port = site.peer.address
    url = f"http://{host}:{port}"
    ports = Ports(adapters=Systems(inside([url])))
    with closing(Hub(seeded_url, clock=FixedClock(NOW), keyring=KEYRING, ports=ports)) as hub:
        test_altering.connect(hub, site.peer.access(url))
        yield hub


@pytest.fixture
def client(hub: Hub) -> Iterator[TestClient]:
    credentials = Authenticator(
        hub,
        KEYRING,
        NoKeys(),
        audiences=frozenset({"quotewright-demo"}),
        issuers=frozenset({"SuperOffice AS"}),
        clock=hub.clock,
    )
    keys = KeyAuthenticator(hub, hub.clock, public=PublicKeys(demo.KEYS))
    surfaces = [superoffice(ROOT / "openapi"), vektra(ROOT / "openapi")]
    with TestClient(assemble(hub, surfaces, credentials, keys=keys)) as client:
        yield client


def sold_in_superoffice(seller: Crm) -> Json:
    """The context of an order of three separators."""
    asked = {"CRMSale": {"Currency": "EUR"}, "ERPCompanyKey": "ACME"}
    [line] = seller.call(
        "GetQuoteLinesFromProduct", {"Context": asked, "ErpProductKey": "VX-2000@EUR-STD"}
    )
    whole = context(71_001, line | {"QuoteLineId": 1, "Quantity": 3})
    whole["CRMSale"]["Currency"] = "EUR"
    quote = calculated(seller, whole)
    validated(seller, quote)
    ordering: Json = {
        **quote,
        "CRMAlternativeWithLines": quote["CRMAlternativesWithLines"][0],
        "CRMQuoteVersion": {**quote["CRMQuoteVersion"], "State": "Sent"},
    }
    answer = seller.call("PlaceOrder", {"Context": ordering})
    assert answer["IsOk"], answer
    return {**ordering, **{name: answer[name] for name in ("CRMQuote", "CRMQuoteVersion")}}


def sold_over_rest(caller: Caller) -> Json:
    quote = make(caller, {"sku": "VX-2000", "quantity": 4, "unit_price": 9999.99}, currency="EUR")
    if act(caller, quote, "submit")["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "accept")
    return caller.post("/orders", {"quote_id": quote["id"]}, 201)


def asked_for_news(hub: Hub, worker: Worker) -> None:
    """The system is asked for everything that has changed."""
    assert isinstance(hub.clock, FixedClock)
    hub.clock.instant += timedelta(minutes=2)
    worker.drain()


def test_two_orders_go_the_whole_way(site: Site, hub: Hub, client: TestClient) -> None:
    seller, caller = Crm(client, hub, "CustDemo"), Caller(client)
    seller.secret = demo.TENANTS["CustDemo"][1]
    context = sold_in_superoffice(seller)
    orders = [order_of(caller, context), sold_over_rest(caller)]
    worker = Worker(hub)
    worker.drain()
    for order in orders:
        [held] = site.peer.held(order["number"])
        net = Decimal(str(order["totals"]["net"]))
        assert (held.net, held.state) == (net, "processing")
        assert read(caller, order)["lines"][0]["status"] == "acknowledged"
        with hub.reading("CustDemo") as view:
            [there] = view.handovers.of_order(order["id"])
        assert (there.net_there, there.difference) == (net, Decimal(0))
        site.peer.ship(held.reference)
    asked_for_news(hub, worker)
    for order in orders:
        assert read(caller, order)["lines"][0]["status"] == "shipped"
    state = seller.call("GetOrderState", {"Context": context})
    assert (state["IsOk"], orders[0]["number"] in state["UserExplanation"]) == (True, True)
    for order in orders:
        [held] = site.peer.held(order["number"])
        cast("Invoicing", site.peer).invoice(held.reference)
    asked_for_news(hub, worker)
    for order in orders:
        after = read(caller, order)
        assert (after["status"], after["lines"][0]["status"]) == ("completed", "completed")
    state = seller.call("GetOrderState", {"Context": context})
    delivered = state["CRMAlternativeWithLines"]["CRMQuoteLines"]
    assert [each["DeliveredQuantity"] for each in delivered] == [3]
