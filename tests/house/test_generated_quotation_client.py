"""A partner generates a client of the quotation Web API from its document and works with it."""

import importlib
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from tests.house.generating import generated

PACKAGE = "generated_quotation_client"
ASKED = {"title": "From Python", "account": "ACME", "lines": [{"sku": "VX-2000", "quantity": 2}]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package."""
    with generated("klaro.yaml", PACKAGE, tmp_path_factory.mktemp("quotations")) as package:
        yield package


def part(client: ModuleType, name: str) -> Any:  # noqa: ANN401 (generated code)
    return importlib.import_module(f"{client.__name__}.{name}")


def caller(client: ModuleType, server: str, key: str = "demo-key") -> Any:  # noqa: ANN401 (as above)
    return client.AuthenticatedClient(
        base_url=f"{server}/quotation_app/api", token=key, prefix="", auth_header_name="x-api-key"
    )


def test_a_partner_leads_a_quotation_with_generated_code(
    client: ModuleType, live_server: str
) -> None:
    models = part(client, "models")
    quotations = {
        name: part(client, f"api.quotations.{name}")
        for name in ("create_quotation", "get_quotation", "list_quotations", "add_handlers")
    }
    revisions = part(client, "api.revisions.set_revision_put")
    summaries = part(client, "api.summaries.get_summary")
    with caller(client, live_server) as session:
        made = quotations["create_quotation"].sync(
            "vacuums", client=session, body=models.NewQuotation.from_dict(ASKED)
        )
        number = made.data.quotation_id
        handled = quotations["add_handlers"].sync_detailed(
            number, client=session, body=models.NewHandlers(user_ids=[1])
        )
        page = quotations["list_quotations"].sync(
            "vacuums", client=session, size=1, sort="-quotation_id", user_id=1
        )
        told = models.RevisionChange.from_dict(
            {"qualifiers": {"scope": "equipment"}, "log_message": "Told"}
        )
        changed = revisions.sync(number, 1, client=session, body=told)
        summary = summaries.sync(number, 1, client=session)
        shown = quotations["get_quotation"].sync(
            number, client=session, state=models.GetQuotationState("true")
        )
    assert handled.status_code == 204
    assert (page.total >= 1, page.size, page.page_size) == (True, 1, 1)
    assert page.data[0].quotation_id == number
    assert changed.data.qualifiers["scope"] == "equipment"
    assert changed.data.log_message == "Told"
    assert changed.data.order_status is None
    profit = Decimal(str(summary.data.sales_price)) - Decimal(str(summary.data.cost_price))
    assert Decimal(str(summary.data.profit)) == profit
    assert (shown.data.won, shown.data.final, shown.data.order) == (False, False, False)


def test_a_partner_reads_users_and_refusals(client: ModuleType, live_server: str) -> None:
    models = part(client, "models")
    users = part(client, "api.users.list_users")
    quotation = part(client, "api.quotations.get_quotation")
    with caller(client, live_server) as session:
        found = users.sync(client=session, first_name="an%")
        refused = quotation.sync(2_000_000, client=session)
    assert [each.username for each in found.data] == ["c_anna"]
    assert isinstance(refused, models.Failure)
    assert refused.error.code == 404
    with caller(client, live_server, "wrong") as session:
        assert users.sync(client=session).error.code == 401
