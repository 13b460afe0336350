"""What a CRM tells is kept once, quoted once, and forecast."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.hub import Hub
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act, get

Json = dict[str, Any]
ACCOUNT = {"external_id": "0016E00001", "name": "Acme Manufacturing", "region": "US"}
DEAL = {
    "external_id": "0066E00002",
    "name": "Line 4 expansion",
    "amount": 260000,
    "stage": "proposal",
    "close_date": "2026-09-30",
}


def told(caller: Caller, status: int = 200, crm: str = "salesforce", **members: object) -> Json:
    return caller.post("/crm/sync", {"crm": crm, "account": ACCOUNT, **members}, status)


def deal(**members: object) -> Json:
    return DEAL | members


def outcomes(found: Json) -> tuple[str, str]:
    return found["account"]["outcome"], found["opportunity"]["outcome"]


def test_an_account_and_a_deal_are_kept_and_quoted(program: Caller) -> None:
    found = told(program, opportunity=DEAL, create_quote=True)
    assert outcomes(found) == ("created", "created")
    assert found["account"]["id"] == "0016E00001"
    assert program.send("GET", "/accounts/0016E00001").json() == {
        "id": "0016E00001",
        "name": "Acme Manufacturing",
        "parent": None,
        "group": None,
        "region": "US",
        "crm_contact_id": None,
    }
    quote = found["quote"]
    assert (quote["status"], quote["account_id"], quote["title"], quote["lines"]) == (
        *("draft", "0016E00001", "Line 4 expansion", []),
    )
    assert quote["opportunity_id"] == found["opportunity"]["id"]
    assert found["forecast"] == {
        "amount": 260000,
        "probability": 50,
        "weighted": 130000,
        "currency": "USD",
        "stage": "proposal",
    }
    assert found["pipeline"] == [
        {"currency": "USD", "close_month": "2026-09", "amount": 260000, "weighted": 130000}
    ]


def test_what_is_told_again_changes_nothing(program: Caller, hub: Hub) -> None:
    first = told(program, opportunity=DEAL, create_quote=True)
    before = len(events(hub))
    again = told(program, opportunity=DEAL, create_quote=True, crm=" Salesforce")
    assert outcomes(again) == ("unchanged", "unchanged")
    assert again["quote"] == first["quote"]
    assert len(events(hub)) == before
    assert told(program, opportunity=DEAL)["quote"]["id"] == first["quote"]["id"]
    changed = told(
        program, account=ACCOUNT | {"name": "Acme Inc.", "region": None}, opportunity=deal(amount=1)
    )
    assert outcomes(changed) == ("updated", "updated")
    assert (changed["account"]["name"], changed["account"]["region"]) == ("Acme Inc.", "US")
    assert events(hub)[before:] == [
        ("account.upserted", "0016E00001", "updated"),
        ("opportunity.upserted", "0066E00002", "updated"),
    ]


def events(hub: Hub) -> list[tuple[str, str, object]]:
    with hub.reading("CustDemo") as reading:
        chain = [each for each in reading.events.chain() if each.type.endswith("upserted")]
        return [(each.type, each.subject, each.data["outcome"]) for each in chain]


def test_an_account_that_is_there_is_linked(program: Caller) -> None:
    known = {"external_id": "ACME", "name": "ACME Manufacturing Inc."}
    found = told(program, account=known)
    assert (found["account"]["id"], found["account"]["outcome"]) == ("ACME", "updated")
    assert (found["opportunity"], found["quote"], found["forecast"]) == (None, None, None)
    assert told(program, account=known)["account"]["outcome"] == "unchanged"
    kept = program.send("GET", "/accounts/ACME").json()
    assert (kept["group"], kept["region"], kept["crm_contact_id"]) == (
        *("key-accounts", "us-west", 2),
    )
    by_contact = {"external_id": "3", "name": "ACME Nordic AS"}
    nordic = told(program, crm="superoffice", account=by_contact)
    assert nordic["account"]["id"] == "ACME-NORD"
    parent = program.send("GET", "/accounts/ACME-NORD").json()["parent"]
    assert parent == "ACME"


def test_quotes_find_what_a_crm_has_told(program: Caller) -> None:
    account = ACCOUNT | {"external_id": "ACME"}
    told(program, crm="hubspot", account=account, opportunity=DEAL)
    reference = {
        "system": "HubSpot",
        "account_external_id": "ACME",
        "opportunity_external_id": "0066E00002",
    }
    lines = [{"sku": "VX-HOS-50", "quantity": 1}]
    quote = program.post("/quotes", {"crm": reference, "lines": lines}, 201)
    assert (quote["account_id"], quote["opportunity_id"]) == ("ACME", "0066E00002")
    shown = told(program, crm="hubspot", account=account, opportunity=DEAL, create_quote=True)
    assert shown["quote"]["id"] == quote["id"]


def test_two_crms_may_use_the_same_key(program: Caller) -> None:
    told(program, opportunity=DEAL)
    other = told(program, crm="hubspot", opportunity=DEAL)
    assert other["opportunity"]["external_id"] == "0066E00002"
    assert other["opportunity"]["id"].startswith("opp_")
    assert [each["amount"] for each in other["pipeline"]] == [260000]  # of an account of its own


@pytest.mark.parametrize(
    ("stage", "probability"),
    [
        *(("prospecting", 10), ("qualification", 20), ("Proposal", 50), ("negotiation", 80)),
        *(("verbal", 90), ("won", 100), ("lost", 0)),
    ],
)
@pytest.mark.parametrize("crm", ["salesforce", "pipedrive"])
def test_a_stage_has_a_probability(caller: Caller, crm: str, stage: str, probability: int) -> None:
    found = told(caller, crm=crm, opportunity=deal(stage=stage))["forecast"]
    assert (found["probability"], found["weighted"]) == (probability, 2600 * probability)


def test_a_crm_may_have_stages_of_its_own(caller: Caller) -> None:
    price_quote = deal(stage="Proposal/Price Quote")
    assert told(caller, opportunity=price_quote)["forecast"]["probability"] == 50
    assert told(caller, 422, crm="zoho", opportunity=price_quote)["code"] == "unknown_stage"


def test_a_probability_that_is_told_wins_and_is_kept(program: Caller) -> None:
    found = told(program, opportunity=deal(amount=1000.1, probability=33.3))
    assert found["opportunity"]["probability"] == 33.3
    assert found["forecast"]["weighted"] == 333.03  # 333.0333
    later = told(program, opportunity=deal(external_id="other", amount=10))
    assert later["pipeline"][0]["weighted"] == 338.03  # the first one keeps its 33.3 %


def test_the_net_of_the_newest_quote_takes_the_place_of_what_was_typed(program: Caller) -> None:
    first = told(program, opportunity=DEAL, create_quote=True)["quote"]
    line = {"sku": "VX-HOS-50", "quantity": 2, "total": 1234.5}
    program.post(f"/quotes/{first['id']}/lines", line, 201)
    found = told(program, opportunity=DEAL)
    assert (found["forecast"]["amount"], found["forecast"]["weighted"]) == (1234.5, 617.25)
    assert found["opportunity"]["amount"] == 260000
    newer = program.post(f"/quotes/{first['id']}/clone", {}, 201)
    assert told(program, opportunity=DEAL)["quote"]["id"] == newer["id"]
    act(program, newer, "decline")
    assert told(program, opportunity=DEAL)["quote"]["id"] == first["id"]
    act(program, first, "decline")
    assert get(program, first)["status"] == "declined"
    again = told(program, opportunity=DEAL, create_quote=True)
    assert again["quote"]["id"] not in {first["id"], newer["id"]}
    assert again["forecast"]["amount"] == 260000


def test_the_pipeline_never_adds_different_currencies(program: Caller) -> None:
    told(program, opportunity=deal(external_id="1", amount=100, currency="eur"))
    told(program, opportunity=deal(external_id="2", amount=40, currency="EUR", stage="won"))
    told(program, opportunity=deal(external_id="3", amount=7, close_date="2027-01-01"))
    told(program, opportunity=deal(external_id="4", amount=1000, stage="lost"))
    found = told(program, opportunity=deal(external_id="5", amount=100, currency="USD"))
    assert found["pipeline"] == [
        {"currency": "EUR", "close_month": "2026-09", "amount": 140, "weighted": 90},
        {"currency": "USD", "close_month": "2026-09", "amount": 100, "weighted": 50},
        {"currency": "USD", "close_month": "2027-01", "amount": 7, "weighted": 3.5},
    ]


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"stage": "daydream"}, "unknown_stage", "/opportunity/stage"),
        ({"probability": 101}, "probability_out_of_range", "/opportunity/probability"),
        ({"probability": -1}, "probability_out_of_range", "/opportunity/probability"),
        ({"amount": -1}, "price_out_of_range", "/opportunity/amount"),
        ({"amount": 10**15}, "price_out_of_range", "/opportunity/amount"),
        ({"currency": "XQX"}, "unknown_currency", "/opportunity/currency"),
        ({"close_date": "2026-02-30"}, "not_a_day", "/opportunity/close_date"),
        ({"external_id": " "}, "text_missing", "/opportunity/external_id"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    program: Caller, members: Json, code: str, pointer: str
) -> None:
    refused = told(program, 422, opportunity=DEAL | members, create_quote=True)
    assert (refused["code"], refused["errors"][0]["pointer"]) == (code, pointer)
    assert program.send("GET", "/accounts/0016E00001").status_code == 404


def test_members_nobody_may_set_are_refused(caller: Caller) -> None:
    told(caller, 400, tenant="CustOther")
    told(caller, 400, account=ACCOUNT | {"id": "ACME"})
    told(caller, 400, opportunity=deal(weighted=1))
    spaces = told(caller, 422, account=ACCOUNT | {"external_id": "  "})
    assert spaces["errors"][0]["pointer"] == "/account/external_id"
    control = told(caller, 422, account=ACCOUNT | {"external_id": "A\u0007B"})
    assert control["errors"][0]["pointer"] == "/account/external_id"


def test_tenants_do_not_see_each_others_deals(program: Caller, outsider: Caller) -> None:
    first = told(program, opportunity=DEAL, create_quote=True)
    other = told(outsider, opportunity=DEAL)
    assert outcomes(other) == ("created", "created")
    assert other["quote"] is None
    assert other["pipeline"] == first["pipeline"]
    path = f"/quotes/{first['quote']['id']}"
    assert outsider.send("GET", path).status_code == 404


def test_a_repeated_request_is_answered_as_the_first_one_was(program: Caller) -> None:
    body = {"crm": "salesforce", "account": ACCOUNT, "opportunity": DEAL, "create_quote": True}
    first = program.send("POST", "/crm/sync", body, **{"idempotency-key": "sync-1"})
    again = program.send("POST", "/crm/sync", body, **{"idempotency-key": "sync-1"})
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content


def test_without_a_deal_the_quote_is_for_the_account(program: Caller) -> None:
    first = told(program, create_quote=True)["quote"]
    assert (first["opportunity_id"], first["title"]) == (None, "Acme Manufacturing")
    assert told(program, create_quote=True)["quote"]["id"] == first["id"]


def test_many_who_tell_the_same_at_once_make_it_once(program: Caller) -> None:
    body = {"crm": "salesforce", "account": ACCOUNT, "opportunity": DEAL, "create_quote": True}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: program.send("POST", "/crm/sync", body), range(8)))
    found = [each.json() for each in answers]
    assert sorted(outcomes(each) for each in found) == [
        ("created", "created"),
        *[("unchanged", "unchanged")] * 7,
    ]
    assert len({each["quote"]["id"] for each in found}) == 1
