"""Two tenants with the same keys everywhere: no operation ever shows one the other's data."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from connector.superoffice import ROOMS
from engine.catalog.listing import ListItem, ListName
from engine.catalog.settings import TenantSettings
from engine.customers.account import Address, AddressKind, Alias
from engine.hub import Hub
from tests.builders import (
    a_ladder,
    a_price_list,
    a_product,
    an_account,
    an_agreement,
    an_entry,
    percent_off,
)
from tests.connector.superoffice.conftest import Crm, a_tenant

Json = dict[str, Any]
MARKS = ("Fjordmark", "Skogmark")
PROMISED = {
    **dict.fromkeys(("iproductprovider_provide_cost", "iproductprovider_provide_extradata"), True),
    **dict.fromkeys(("iproductprovider_provide_picture", "iorderconsumer_place_order"), True),
    **dict.fromkeys(
        ("iorderconsumer_provide_orderstate", "iaddressprovider_provide_addresses"), True
    ),
    **dict.fromkeys(
        ("iconnector_perform_complexsearch", "ilistprovider_provide_productcategorylist"), True
    ),
}


def stocked(hub: Hub, mark: str, price: str) -> str:
    """A tenant whose every text carries `mark` and whose every key is the same as the other's."""
    tenant = a_tenant(hub)
    with hub.unit_of_work(tenant) as uow:
        put = uow.catalogues
        put.put_settings(TenantSettings(capabilities=PROMISED))
        put.put_price_lists([a_price_list("LIST")])
        put.put_products(
            [a_product("PUMP", name=f"{mark} pump", images=(f"https://{mark}.example/",))]
        )
        put.put_entries([an_entry("PUMP", price, "LIST")])
        put.put_list(ListName.PRODUCT_CATEGORY, [ListItem("1", f"{mark} category")])
        put.put_accounts([an_account("ACME", crm_contact_id=2)])
        put.put_addresses(
            [Address(crm_contact_id=2, kind=AddressKind.INVOICE, city=f"{mark} city")]
        )
        put.put_aliases([Alias(2, f"{mark}-1", "PUMP")])
        put.put_agreements([an_agreement(percent_off("10"), name=f"{mark} frame")])
        put.put_ladders([a_ladder(("1", "5"), name=f"{mark} ladder")])
    return tenant


@pytest.fixture
def pair(client: TestClient, hub: Hub) -> tuple[Crm, Crm]:
    """The two tenants."""
    fjord, skog = (
        stocked(hub, mark, price) for mark, price in zip(MARKS, ("100", "300"), strict=True)
    )
    return Crm(client, hub, fjord), Crm(client, hub, skog)


LINE = {
    "QuoteLineId": 4,
    "ERPProductKey": "PUMP",
    "Quantity": 2,
    "UnitListPrice": 50,
    "TotalPrice": 100,
}
QUOTE = {
    "CRMCompany": {"ContactId": 2},
    "CRMSale": {"Currency": "NOK"},
    "CRMQuote": {"QuoteId": 11},
    "CRMQuoteVersion": {"State": "Draft"},
    "CRMAlternativeWithLines": {
        "CRMAlternative": {"QuoteAlternativeId": 1},
        "CRMQuoteLines": [LINE],
    },
    "CRMAlternativesWithLines": [{"CRMAlternative": {}, "CRMQuoteLines": [LINE]}],
}
BODY: Json = {
    "Context": QUOTE,
    "QuoteContext": QUOTE,
    "QuoteLine": LINE,
    "ErpProductKey": "PUMP",
    "ErpProductKeys": ["PUMP"],
    "QuoteListType": "ProductCategory",
    "Restrictions": [{"FieldKey": "code", "Operator": "=", "Values": ["PUMP"]}],
    "UserInput": "pump",
    "Rank": 1,
    "Quote": {"QuoteId": 11},
}
SAYS_NOTHING_OF_ITS_OWN = {
    "GetConfigurationFields", "TestConnection", "GetCapabilities", "OnBeforeCreateQuote",
    "OnBeforeCreateQuoteVersion", "OnBeforeCreateQuoteAlternative", "OnBeforeDeleteQuote",
    "OnAfterSentQuoteVersion", "ValidateQuoteVersion", "PlaceOrder", "GetOrderState",
    "GetNumberOfProductImages", "GetActivePriceLists", "GetAllPriceLists", "GetSearchableFields",
}  # fmt: skip


@pytest.mark.parametrize("operation", sorted(ROOMS))
def test_no_answer_carries_anything_of_the_other(pair: tuple[Crm, Crm], operation: str) -> None:
    for crm, mine, other in zip(pair, MARKS, reversed(MARKS), strict=True):
        said = json.dumps(crm.call(operation, json.loads(json.dumps(BODY))), ensure_ascii=False)
        assert other not in said
        assert (mine in said) or operation in SAYS_NOTHING_OF_ITS_OWN


def test_orders_and_sent_quotes_of_the_same_number_are_two(pair: tuple[Crm, Crm]) -> None:
    fjord, skog = pair
    placed = fjord.call("PlaceOrder", BODY)
    assert placed["State"] == "Ok"
    assert skog.call("GetOrderState", BODY) is None
    skog.call("OnBeforeDeleteQuote", BODY)
    assert fjord.call("GetOrderState", BODY)["CRMQuote"]["ERPOrderKey"]
    assert skog.call("PlaceOrder", BODY)["State"] == "Ok"


def test_another_tenants_secret_opens_nothing(pair: tuple[Crm, Crm]) -> None:
    fjord, skog = pair
    token = fjord.bearer()
    assert fjord.post("GetCapabilities", {}, token).status_code == 200
    as_other = fjord.basic(skog.tenant, "wrong-secret-of-another-tenant-0123456789")
    assert fjord.post("GetCapabilities", {}, as_other).status_code == 401


def test_the_body_never_names_the_tenant(pair: tuple[Crm, Crm]) -> None:
    fjord, skog = pair
    body = BODY | {
        "ConfigValues": {"tenant": skog.tenant, "ctx": skog.tenant},
        "Tenant": skog.tenant,
    }
    said = json.dumps(fjord.call("GetProduct", body))
    assert MARKS[0] in said
    assert MARKS[1] not in said
