"""A key means something only beside the name of its CRM."""

from typing import Any
from urllib.parse import quote

import pytest

from engine.hub import Hub
from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
DEAL = {
    "external_id": "D1",
    "name": "Line 4 expansion",
    "amount": 1000,
    "stage": "proposal",
    "close_date": "2027-01-31",
}


def told(caller: Caller, crm: str, key: str, name: str, **members: object) -> Json:
    account = {"external_id": key, "name": name}
    found = caller.post("/crm/sync", {"crm": crm, "account": account, **members})
    answer: Json = found["account"]
    return answer


def name_of(caller: Caller, account: Json) -> str:
    answer = caller.send("GET", f"/accounts/{quote(account['id'], safe='')}")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["name"])


def test_two_crms_call_different_accounts_the_same(program: Caller, hub: Hub) -> None:
    alpha = told(program, "salesforce", "1001", "Alpha AG", opportunity=DEAL)
    beta = told(program, "hubspot", "1001", "Beta Ltd", opportunity=DEAL)
    assert (alpha["id"], alpha["outcome"]) == ("1001", "created")
    assert beta["id"].startswith("acc_")
    assert (beta["outcome"], beta["external_id"]) == ("created", "1001")
    assert (name_of(program, alpha), name_of(program, beta)) == ("Alpha AG", "Beta Ltd")
    for crm, account in (("salesforce", alpha), ("hubspot", beta)):
        again = told(program, crm, "1001", account["name"])
        assert (again["id"], again["outcome"]) == (account["id"], "unchanged")
    with hub.reading("CustDemo") as view:
        deals = [view.opportunities.of_account(each["id"]) for each in (alpha, beta)]
    assert [[each.named.crm for each in found] for found in deals] == [["salesforce"], ["hubspot"]]


def test_quotes_are_for_the_account_of_the_crm_that_is_named(program: Caller) -> None:
    told(program, "salesforce", "1001", "Alpha AG")
    beta = told(program, "hubspot", "1001", "Beta Ltd")
    lines = [{"sku": "VX-HOS-50", "quantity": 1}]

    def asked(crm: str, status: int) -> Json:
        reference = {"system": crm, "account_external_id": "1001"}
        return program.post("/quotes", {"crm": reference, "lines": lines}, status)

    assert asked("Salesforce", 201)["account_id"] == "1001"
    assert asked("HubSpot", 201)["account_id"] == beta["id"]
    refused = asked("zoho", 422)
    assert refused["code"] == "unknown_account"


def test_an_account_of_our_own_is_the_first_crms(program: Caller) -> None:
    first = told(program, "salesforce", "ACME", "ACME Manufacturing Inc.")
    other = told(program, "hubspot", "ACME", "Acme Bakery")
    assert first["id"] == "ACME"
    assert other["id"].startswith("acc_")
    assert name_of(program, first) == "ACME Manufacturing Inc."


def test_a_number_of_superoffice_is_a_contact_and_no_id_of_others(program: Caller) -> None:
    alpha = told(program, "salesforce", "1001", "Alpha AG")
    nordic = told(program, "superoffice", "1001", "Nordic AS")
    assert nordic["id"].startswith("acc_")
    kept = program.send("GET", f"/accounts/{nordic['id']}").json()
    assert (kept["name"], kept["crm_contact_id"]) == ("Nordic AS", 1001)
    assert name_of(program, alpha) == "Alpha AG"
    assert told(program, "superoffice", "1001", "Nordic AS")["outcome"] == "unchanged"


@pytest.mark.parametrize("key", ["a/b", "../accounts", "..", ".", "a b", "a?b", "a#b", "50%", "é"])
def test_a_key_that_cannot_stand_in_a_path_is_no_id(program: Caller, key: str) -> None:
    made = told(program, "salesforce", key, "Alpha AG")
    assert made["id"].startswith("acc_")
    assert made["external_id"] == key
    assert name_of(program, made) == "Alpha AG"
    assert told(program, "salesforce", key, "Alpha AG") == made | {"outcome": "unchanged"}


@pytest.mark.parametrize("key", ["0016E00001", "a.b", "a-b_c~d", "a@b.example", "x:1"])
def test_any_other_key_is_the_id(program: Caller, key: str) -> None:
    assert told(program, "salesforce", key, "Alpha AG")["id"] == key


def test_keys_of_one_tenant_are_nothing_to_another(program: Caller, outsider: Caller) -> None:
    told(program, "salesforce", "1001", "Alpha AG")
    assert told(outsider, "hubspot", "1001", "Beta Ltd")["id"] == "1001"


def test_a_key_that_cannot_be_kept_is_refused(program: Caller) -> None:
    account = {"external_id": "A1", "name": "Alpha AG"}
    deal = DEAL | {"external_id": "D\u0007"}
    body = {"crm": "salesforce", "account": account, "opportunity": deal}
    refused = program.post("/crm/sync", body, 422)
    assert refused["code"] == "not_taken"
    assert refused["errors"][0]["pointer"] == "/opportunity/external_id"
    assert program.send("GET", "/accounts/A1").status_code == 404
