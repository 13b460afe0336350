"""Vayu takes a document once, whatever happens on the way."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from adapters.billing.vayu.billing import VayuBilling
from engine.ports.billing import BillingDocument, BillingReceipt
from engine.ports.connections import TableName, Tables
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain
from tests.adapters.billing.samples import BOTH, CALLS, CARE, PUMP, a_document
from tests.adapters.billing.serving import Reply, guard_for
from tests.adapters.billing.vayu_stub import VayuStub, an_id
from tests.adapters.steps import MemorySteps


@pytest.fixture
def stub() -> Iterator[VayuStub]:
    with VayuStub() as stub:
        yield stub


def connected(stub: VayuStub, tables: Tables | None = None, **options: str) -> VayuBilling:
    access = replace(stub.access(stub.url), options=options, tables=tables or Tables())
    return VayuBilling(access, guard_for(stub.address[1]))


def pushed(billing: VayuBilling, document: BillingDocument = BOTH) -> BillingReceipt:
    return billing.create(document, "eff_1", MemorySteps())


def test_customer_and_contract_are_made(stub: VayuStub) -> None:
    receipt = pushed(connected(stub, due_days="30_DAYS"))
    [customer] = stub.customers.values()
    assert customer["externalId"] == customer["customerErpId"] == "ACME"
    assert (customer["name"], customer["dueDays"]) == ("Acme Manufacturing", "30_DAYS")
    assert customer["address"] == {
        "addressText": "Fabrikkveien 1, Hall 2",
        "postalCode": "0150",
        "city": "Oslo",
        "country": "NO",
    }
    [contract] = stub.contracts.values()
    assert contract["customerId"] == customer["id"]
    assert receipt.total == D("1499.70")
    assert receipt.notes == ()
    id = contract["id"]
    assert dict(receipt.external_ids) == {
        "document": id,
        "chg_pump": f"{id}/products/0",
        "chg_care": f"{id}/products/1",
    }


def test_usage_is_linked_to_the_catalogue_and_missed_where_it_is_not_there(stub: VayuStub) -> None:
    document = a_document((CALLS, CARE))
    pushed(connected(stub))  # another document of the customer
    document = replace(document, trace=replace(document.trace, quote_number="Q-2"))
    pushed(connected(stub), document)
    sent = list(stub.contracts.values())[1]["products"][0]
    assert sent["catalogProductId"] == stub.products[-1]["id"]
    elsewhere = Tables({TableName.SKU: {"CALLS": "CALLS-EU"}})
    billing = connected(stub, elsewhere)
    document = replace(document, trace=replace(document.trace, quote_number="Q-3"))
    [miss] = billing.plan(document).misses
    assert (miss.table, miss.ours, miss.theirs) == (TableName.SKU, "CALLS", "CALLS-EU")
    assert miss.where == "charges/0/sku"
    with pytest.raises(Declined) as declined:
        pushed(billing, document)
    assert dict(declined.value.fields) == {"charges/0/sku": "sku CALLS-EU is not there"}
    assert len(stub.contracts) == 2


def test_a_contract_is_found_on_any_page(stub: VayuStub) -> None:
    billing = connected(stub)
    assert billing.find(BOTH, "eff_1") is None
    receipt = pushed(billing)
    [customer] = stub.customers
    for place in range(5):
        stub.add_contract(customerId=customer, name=f"N-{place}", externalId=f"N-{place}")
    mine = stub.contracts.pop(receipt.external_ids["document"])
    stub.contracts[mine["id"]] = mine  # the last one
    assert billing.find(BOTH, "eff_1") == receipt
    assert pushed(billing) == receipt
    assert stub.count("POST /contracts") == 1


@pytest.mark.parametrize(
    ("changed", "is_mine"),
    [({}, True), ({"name": "Q-9 Acme"}, False), ({"purchaseOrder": "PO-78"}, False)],
)
def test_without_our_number_it_is_known_by_name_and_purchase_order(
    stub: VayuStub, changed: dict[str, Any], is_mine: bool
) -> None:
    billing = connected(stub)
    pushed(billing)
    stub.echoes_numbers = False
    [contract] = stub.contracts.values()
    contract |= changed
    assert (billing.find(BOTH, "eff_1") is not None) is is_mine


def test_of_several_the_oldest_that_is_alive_is_taken_and_that_is_said(stub: VayuStub) -> None:
    billing = connected(stub)
    first = pushed(billing)
    [contract] = list(stub.contracts.values())
    second = stub.add_contract(**{k: v for k, v in contract.items() if k != "id"})
    found = billing.find(BOTH, "eff_1")
    assert found is not None
    assert found.external_ids["document"] == first.external_ids["document"]
    assert found.notes == ("there are 2 contracts of Q-2027-000001",)
    contract["status"] = "Terminated"
    found = billing.find(BOTH, "eff_1")
    assert found is not None
    assert found.external_ids["document"] == second["id"]


def test_a_currency_it_cannot_take_is_declined_before_anything_is_asked(stub: VayuStub) -> None:
    with pytest.raises(Declined, match="NOK") as declined:
        pushed(connected(stub), replace(BOTH, currency="NOK"))
    assert list(declined.value.fields) == ["currency"]
    assert stub.asked == []


def test_a_token_is_used_again_and_renewed_once_where_it_is_refused(stub: VayuStub) -> None:
    billing = connected(stub)
    billing.check()
    billing.check()
    assert stub.count("POST /login") == 1
    stub.tokens.clear()
    billing.check()
    assert stub.count("POST /login") == 2
    stub.faults["GET /catalogProducts"] = [Reply(401), Reply(401)]
    with pytest.raises(Denied):
        billing.check()
    assert stub.count("POST /login") == 3


def test_a_token_that_is_about_to_end_is_renewed_before_it_is_used(stub: VayuStub) -> None:
    stub.life = 1
    billing = connected(stub)
    billing.check()
    billing.check()
    assert stub.count("POST /login") == 2


def test_a_key_that_is_refused_is_not_tried_again(stub: VayuStub) -> None:
    stub.deny()
    with pytest.raises(Denied):
        pushed(connected(stub))
    assert [each.what for each in stub.asked] == ["POST /login"]


def test_faults_are_told_member_by_member(stub: VayuStub) -> None:
    stub.refused(BOTH)
    with pytest.raises(Declined, match="not for sale") as declined:
        pushed(connected(stub))
    assert dict(declined.value.fields) == {"products.0": "is not for sale"}


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(500, {"message": "oops"}), Uncertain),
        (Reply(200, b"<html>welcome</html>"), Uncertain),
        (Reply(200, []), Uncertain),
        (Reply(200, {"contract": {"customerId": an_id(1), "name": "another"}}), Uncertain),
        (Reply(200, b"[" * 1000), Uncertain),
        (Reply(200, b"x" * 300_000), Uncertain),
        (Reply(429, {}, Retry_After="7"), Postponed),
        (Reply(302, {}, Location="https://elsewhere.example/"), Declined),
    ],
)
def test_hostile_answers_have_named_ends(
    stub: VayuStub, reply: Reply, outcome: type[Exception]
) -> None:
    stub.faults["POST /contracts"] = [reply]
    with pytest.raises(outcome):
        pushed(connected(stub))


def test_another_customer_than_the_one_that_was_asked_for_is_not_taken(stub: VayuStub) -> None:
    other = {"id": an_id(99), "externalId": "BOREAL"}
    stub.faults["GET /customers/externalId/ACME"] = [Reply(200, {"customer": other})]
    with pytest.raises(Declined, match="another one"):
        pushed(connected(stub))
    assert stub.contracts == {}


def test_pages_that_go_round_in_circles_end(stub: VayuStub) -> None:
    page = {"catalogProducts": [], "hasMore": True, "nextCursor": "c1"}
    stub.faults["GET /catalogProducts"] = [Reply(200, page) for _ in range(5)]
    with pytest.raises(Postponed, match="circles"):
        connected(stub).check()


def test_a_customer_may_have_to_be_there(stub: VayuStub) -> None:
    billing = connected(stub, creates_customers="false")
    [miss] = billing.plan(BOTH).misses
    assert (miss.table, miss.ours, miss.where) == (TableName.CUSTOMER, "ACME", "account")
    with pytest.raises(Declined) as declined:
        pushed(billing)
    assert list(declined.value.fields) == ["account"]


def test_a_customer_may_be_named_by_its_own_id(stub: VayuStub) -> None:
    pushed(connected(stub))
    [id] = stub.customers
    billing = connected(stub, Tables({TableName.CUSTOMER: {"ACME": id}}))
    assert billing.find(BOTH, "eff_1") is not None


def test_a_plan_shows_all_and_writes_nothing(stub: VayuStub) -> None:
    plan = connected(stub).plan(a_document((PUMP, CARE)))
    assert (plan.misses, plan.losses) == ((), ())
    assert plan.payload["customerId"] == "(is made by the push)"
    assert plan.payload["autoRenewContract"] is False
    assert stub.customers == stub.contracts == {}


def test_a_contract_is_read_back(stub: VayuStub) -> None:
    billing = connected(stub)
    document = replace(a_document((PUMP, CARE, CALLS)))
    names = pushed(billing, document).external_ids
    [contract] = stub.contracts.values()
    state = billing.read(document, names)
    assert (state.key, state.quote_id, state.state) == ("Q-2027-000001", "qte_1", "Active")
    assert (state.currency, state.total, state.is_alive) == ("EUR", D("1537.20"), True)
    contract["products"][0]["pricing"]["price"] = D("299.69")
    assert billing.read(document, names).total == D("1537.19")
    contract["products"][1]["pricing"]["subscriptionCadence"]["value"] = 5
    assert billing.read(document, names).total is None
    with pytest.raises(Declined):
        billing.read(document, {"document": an_id(4711)})


@pytest.mark.parametrize(
    ("status", "ends", "is_alive"),
    [("Terminated", True, False), ("Expired", True, True), ("Expired", False, False)],
)
def test_a_contract_that_is_over_with_its_term_was_not_called_off(
    stub: VayuStub, status: str, ends: bool, is_alive: bool
) -> None:
    document = BOTH if ends else replace(BOTH, ends_at=None)
    billing = connected(stub)
    names = pushed(billing, document).external_ids
    [contract] = stub.contracts.values()
    contract["status"] = status
    assert billing.read(document, names).is_alive is is_alive


def test_another_quotes_contract_is_known_by_number_and_id(stub: VayuStub) -> None:
    billing = connected(stub)
    names = pushed(billing).external_ids
    [contract] = stub.contracts.values()
    contract["customFields"][0]["value"] = "qte_9"
    assert billing.read(BOTH, names).quote_id == "qte_9"
    contract["externalId"] = "Q-9"
    assert billing.read(BOTH, names).key == "Q-9"


def test_a_price_that_was_changed_there_is_told(stub: VayuStub) -> None:
    billing = connected(stub)
    pushed(billing)
    [contract] = stub.contracts.values()
    contract["products"][0]["pricing"]["price"] = D("299.69")
    stub.contracts.clear()
    stub.faults["POST /contracts"] = [Reply(200, {"contract": contract})]
    receipt = pushed(billing)
    assert receipt.total == D("1499.69")
    assert receipt.notes == ("it comes to 1499.69 there and was sent as 1499.70",)
