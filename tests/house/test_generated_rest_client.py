"""A partner generates a client of the REST API from its document and prices with it."""

import importlib
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from tests.house.generating import generated

PACKAGE = "generated_rest_client"
ASKED = {
    "account_id": "ACME",
    "lines": [{"sku": "VX-2000", "quantity": 4}, {"sku": "CARE-PLUS", "quantity": "4"}],
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package."""
    with generated("vektra.yaml", PACKAGE, tmp_path_factory.mktemp("rest")) as package:
        yield package


def part(client: ModuleType, name: str) -> Any:  # noqa: ANN401 (generated code)
    return importlib.import_module(f"{client.__name__}.{name}")


def caller(client: ModuleType, server: str, key: str = "demo-key") -> Any:  # noqa: ANN401 (as above)
    return client.AuthenticatedClient(
        base_url=f"{server}/api/v1", token=key, prefix="", auth_header_name="x-api-key"
    )


def test_a_partner_prices_with_generated_code(client: ModuleType, live_server: str) -> None:
    models = part(client, "models")
    call = part(client, "api.pricing.price_transaction")
    with caller(client, live_server) as session:
        answer = call.sync(client=session, body=models.PricingRequest.from_dict(ASKED))
    assert isinstance(answer, models.Pricing)
    assert Decimal(str(answer.totals.net)) == Decimal("50755.2")
    units, care = answer.lines
    acted = [bar.code for bar in units.waterfall if bar.skipped_because is None]
    assert acted == ["list", "agreement", "volume"]
    assert care.charge.period == "month"


def test_a_partner_quotes_with_generated_code(client: ModuleType, live_server: str) -> None:
    models = part(client, "models")
    quotes = {
        name: part(client, f"api.quotes.{name}")
        for name in ("create_quote", "add_quote_line", "get_quote", "submit_quote")
    }
    body = models.NewQuote.from_dict(ASKED | {"title": "From Python"})
    line = models.PricingLineRequest.from_dict({"sku": "VX-HOS-50", "quantity": 3})
    with caller(client, live_server) as session:
        made = quotes["create_quote"].sync(client=session, body=body, idempotency_key="python-1")
        again = quotes["create_quote"].sync(client=session, body=body, idempotency_key="python-1")
        added = quotes["add_quote_line"].sync(made.id, client=session, body=line, if_match='"1"')
        stale = quotes["add_quote_line"].sync(made.id, client=session, body=line, if_match='"1"')
        submitted = quotes["submit_quote"].sync(made.id, client=session)
        whole = quotes["get_quote"].sync(made.id, client=session, expand="waterfall")
    assert isinstance(made, models.Quote)
    assert again.id == made.id
    assert Decimal(str(made.totals.net)) == Decimal("50755.2")
    assert added.quote.totals.net > made.totals.net
    assert (stale.status, stale.code) == (412, "stale_revision")
    assert submitted.status == whole.status == "approved"
    assert [line.sku for line in whole.lines] == ["VX-2000", "CARE-PLUS", "VX-HOS-50"]
    assert whole.lines[0].waterfall[0].code == "list"


def test_a_partner_reads_every_product_page_by_page(client: ModuleType, live_server: str) -> None:
    models = part(client, "models")
    call = part(client, "api.products.list_products")
    found: list[str] = []
    with caller(client, live_server) as session:
        page = call.sync(client=session, limit=4)
        while isinstance(page, models.ProductPage):
            found += [product.sku for product in page.data]
            if not page.next_cursor:
                break
            page = call.sync(client=session, limit=4, cursor=page.next_cursor)
    assert len(found) == len(set(found)) == 21


def test_a_refusal_is_read_as_a_problem(client: ModuleType, live_server: str) -> None:
    models = part(client, "models")
    call = part(client, "api.products.get_product")
    with caller(client, live_server) as session:
        refused = call.sync("NOPE", client=session)
    assert isinstance(refused, models.Problem)
    assert refused.code == "not_found"
    with caller(client, live_server, "wrong") as session:
        assert call.sync("VX-2000", client=session).status == 401
