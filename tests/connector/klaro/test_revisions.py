"""Revisions are listed, read and told of, as the page has it."""

from typing import Any

import pytest

from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import NAMES, STATE_NAMES, latest, make, price, put, revision
from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, get

Json = dict[str, Any]
MADE = int(NOW.timestamp())


def test_a_revision_has_the_members_of_the_page(anna: Reader) -> None:
    quotation = make(anna)
    put(anna, quotation, qualifiers={"scope": "equipment"}, log_message="Log message")
    answer = anna.send("GET", f"/quotation/{quotation}/revision/1")
    assert answer.status_code == 200
    whole = answer.json()
    assert whole.keys() == {"data"}
    me = anna.get(f"/quotation/{quotation}")["owner"]
    assert whole["data"] == {
        "quotation_id": quotation,
        "revision_id": 1,
        "user_id": me,
        "qualifiers": {"scope": "equipment"},
        "status": "in_process",
        "order_status": None,
        "log_message": "Log message",
        "created_at": MADE,
        "updated_at": MADE,
    }
    assert isinstance(me, int)


def test_with_state_it_says_what_may_be_done(anna: Reader) -> None:
    quotation = make(anna)
    seen = revision(anna, quotation)
    assert seen.keys() == NAMES | STATE_NAMES
    assert {name: seen[name] for name in STATE_NAMES} == {
        "editable": True,
        "printable": True,
        "won": False,
        "final": False,
        "order": False,
        "latest": True,
        "states": {"in_process": "In Process", "active": "Active", "lost": "Lost"},
        "order_states": [],
    }
    for state in ("1", "yes"):
        assert anna.get(f"/quotation/{quotation}/revision/1?state={state}") == seen
    for state in ("0", "no", "false"):
        assert anna.get(f"/quotation/{quotation}/revision/1?state={state}").keys() == NAMES
    anna.get(f"/quotation/{quotation}/revision/1?state=perhaps", 400)


def test_revisions_are_listed_the_newest_first(bo: Reader) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active", log_message="one")
    put(bo, quotation, status="in_process")
    put(bo, quotation, 2, qualifiers={"round": 2})
    answer = bo.send("GET", f"/quotation/{quotation}/revisions").json()
    assert answer.keys() == {"data"}
    new, old = answer["data"]
    assert new.keys() == old.keys() == NAMES
    assert (new["revision_id"], new["status"], new["log_message"]) == (2, "in_process", "")
    assert (old["revision_id"], old["status"], old["log_message"]) == (1, "active", "one")
    assert (new["qualifiers"], old["qualifiers"]) == ({"round": 2}, {})


def test_qualifiers_are_laid_over_those_there_are(bo: Reader) -> None:
    quotation = make(bo)
    put(bo, quotation, qualifiers={"scope": "equipment", "round": 1.50, "old": True})
    put(bo, quotation, qualifiers={"round": 2, "old": None, "sites": ["Oslo", 3, False]})
    answer = bo.send("GET", f"/quotation/{quotation}/revision/1")
    found = answer.json()["data"]["qualifiers"]
    assert found == {"scope": "equipment", "round": 2, "sites": ["Oslo", 3, False]}
    assert list(found) == ["scope", "round", "sites"]
    put(bo, quotation, qualifiers={"never": None})
    assert bo.get(f"/quotation/{quotation}/revision/1")["qualifiers"] == found


def test_numbers_among_qualifiers_keep_every_digit(bo: Reader) -> None:
    quotation = make(bo)
    raw = b'{"qualifiers": {"long": 1234567890.123456789012345678}}'
    answer = bo.send("POST", f"/quotation/{quotation}/revision/1", raw)
    assert b'"long":1234567890.123456789012345678' in answer.content


def test_put_and_post_do_the_same(bo: Reader) -> None:
    body = {"qualifiers": {"a": "b"}, "status": "active", "log_message": "x"}
    answers = []
    for method in ("PUT", "POST"):
        quotation = make(bo)
        told = bo.call(method, f"/quotation/{quotation}/revision/1", body)
        answers.append({name: told[name] for name in told if name != "quotation_id"})
    assert answers[0] == answers[1]


def test_what_is_remarked_is_in_the_history(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    put(bo, quotation, qualifiers={"a": "b"})
    put(bo, quotation, log_message="x")
    told = get(caller, latest(caller), "?expand=history")["history"]
    assert [(each["what"], each["by"], each["details"]) for each in told[1:]] == [
        ("noted", "c_bo", {"members": ["qualifiers"]}),
        ("noted", "c_bo", {"members": ["log_message"]}),
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"status": "gone"}, "/status"),
        ({"status": ""}, "/status"),
        ({"status": "draft"}, "/status"),
        ({"status": 1}, "/status"),
        ({"order_status": "sent"}, "/order_status"),
        ({"qualifiers": {"n" * 101: 1}}, "/qualifiers"),
        ({"qualifiers": {"": 1}}, "/qualifiers"),
        ({"qualifiers": {"deep": {"er": 1}}}, "/qualifiers/deep"),
        ({"qualifiers": {"deep": [["er"]]}}, "/qualifiers/deep/0"),
        ({"qualifiers": ["a"]}, "/qualifiers"),
        ({"qualifiers": [[]]}, "/qualifiers"),
        ({"qualifiers": ""}, "/qualifiers"),
        ({"qualifiers": {str(each): 1 for each in range(101)}}, "/qualifiers"),
        ({"log_message": "x" * 2001}, "/log_message"),
        ({"unknown": 1}, "/unknown"),
        ({"log_message": 5}, "/log_message"),
        ({}, ""),
        ([], ""),
        (b"{", ""),
    ],
)
def test_what_cannot_be_set_changes_nothing(bo: Reader, body: object, pointer: str) -> None:
    quotation = make(bo)
    before = bo.get(f"/quotation/{quotation}/revision/1")
    for method in ("POST", "PUT"):
        refused = bo.call(method, f"/quotation/{quotation}/revision/1", body, 400)
        assert refused.keys() == {"error", "meta"}
        if pointer:
            assert refused["meta"]["errors"][0]["pointer"].startswith(pointer)
    assert bo.get(f"/quotation/{quotation}/revision/1") == before


def test_no_more_than_a_hundred_qualifiers(bo: Reader) -> None:
    quotation = make(bo)
    put(bo, quotation, qualifiers={str(each): each for each in range(100)})
    refused = put(bo, quotation, 1, 400, qualifiers={"one": "more"})
    assert refused["meta"]["reason"] == "too_many_qualifiers"
    put(bo, quotation, qualifiers={"99": None, "one": "more"})


def test_there_are_only_revisions_that_were_made(bo: Reader) -> None:
    quotation = make(bo)
    for path in ("", "/summary", "/phase?phaseId=general"):
        bo.get(f"/quotation/{quotation}/revision/2{path}", 404)
    put(bo, quotation, 2, 404, log_message="x")
    price(bo, quotation, 10, 2, 404)
    for number in ("0", "-1", "x", "99999999999"):
        assert bo.send("GET", f"/quotation/{quotation}/revision/{number}").status_code in {400, 404}


def test_nobody_else_sees_it(bo: Reader, anna: Reader, stranger: Reader) -> None:
    quotation = make(bo)
    path = f"/quotation/{quotation}"
    for reader in (anna, stranger):
        for each in ("/revisions", "/revision/1", "/revision/1/summary"):
            reader.get(f"{path}{each}", 404)
        reader.get(f"{path}/revision/1/phase?phaseId=general", 404)
        put(reader, quotation, 1, 404, log_message="x")
        price(reader, quotation, 10, 1, 404)
    me = anna.get("/users?first_name=Anna")[0]["id"]
    assert bo.send("POST", f"{path}/users", {"userIds": [me]}).status_code == 204
    assert put(anna, quotation, log_message="mine too")["log_message"] == "mine too"


def test_what_superoffice_keeps_is_told_of_and_not_changed(
    program: Reader, caller: Caller, seller: Crm
) -> None:
    """A quote that was handed over goes on there; what the customer says is taken here as well."""
    quotation = make(program)
    quote = latest(caller)
    act(caller, quote, "submit")
    body = seller.order_body(quote_id=770_001)
    body["Context"]["CRMQuote"]["ERPQuoteKey"] = quote["id"]
    context = {"Context": body["Context"], "Action": "Validate"}
    seller.call("ValidateQuoteVersion", context)
    assert get(caller, quote)["origin"]["system"] == "superoffice"
    newest = program.get(f"/quotation/{quotation}")["latest_revision"]
    put(program, quotation, newest, 409, qualifiers={"a": "b"})
    put(program, quotation, newest, 409, log_message="x")
    price(program, quotation, 10, newest, 409)
