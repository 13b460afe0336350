"""A quote is submitted, agreed to, sent, and accepted, declined or over."""

from typing import Any

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import UNITS, act, get, ids, make

Json = dict[str, Any]


def test_a_quote_that_needs_nothing_goes_straight_through(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-HOS-50", "quantity": 1})
    assert quote["approvals"] == []
    assert act(caller, quote, "submit")["status"] == "approved"
    assert act(caller, quote, "approve", 409)["code"] == "illegal_transition"
    assert act(caller, quote, "send")["status"] == "sent"
    accepted = act(caller, quote, "accept", comment="by phone")
    assert accepted["status"] == "accepted"
    history = get(caller, quote, "?expand=history")["history"]
    assert [each["what"] for each in history] == ["created", "submitted", "sent", "accepted"]
    assert history[-1]["details"] == {"status": "accepted", "comment": "by phone"}


def discounted(caller: Caller, percent: int) -> Json:
    return make(caller, {"sku": "VX-HOS-50", "quantity": 10, "discount_percent": percent})


def test_a_quote_that_needs_approval_waits_for_it(caller: Caller) -> None:
    quote = discounted(caller, 30)
    [needed] = [each for each in quote["approvals"] if each["rule"] == "APP-LINE-20"]
    assert (needed["status"], needed["lines"]) == ("required", [1])
    submitted = act(caller, quote, "submit")
    assert submitted["status"] == "in_approval"
    assert {each["status"] for each in submitted["approvals"]} == {"pending"}
    assert act(caller, quote, "send", 409)["code"] == "illegal_transition"
    locked = caller.post(f"/quotes/{quote['id']}/lines", UNITS, 409)
    assert locked["code"] == "quote_locked"
    approved = act(caller, quote, "approve", comment="fine")
    assert approved["status"] == "approved"
    [given] = [each for each in approved["approvals"] if each["rule"] == "APP-LINE-20"]
    assert (given["status"], given["decided_by"], given["comment"]) == (
        "approved",
        "demo-key",
        "fine",
    )


def test_a_rejected_quote_is_a_draft_that_says_so(caller: Caller) -> None:
    quote = discounted(caller, 30)
    act(caller, quote, "submit")
    rejected = act(caller, quote, "reject", comment="too much")
    assert rejected["status"] == "draft"
    assert rejected["approvals"][-1]["status"] == "rejected"
    assert rejected["approvals"][-1]["comment"] == "too much"
    assert act(caller, quote, "reject", 409)["code"] == "illegal_transition"
    again = act(caller, quote, "submit")
    assert again["status"] == "in_approval"


def test_an_approval_holds_while_what_was_measured_got_no_worse(caller: Caller) -> None:
    quote = discounted(caller, 30)
    act(caller, quote, "submit")
    act(caller, quote, "approve")
    revised = act(caller, quote, "revise")
    assert (revised["status"], revised["version"]) == ("draft", 2)
    line = f"/quotes/{quote['id']}/lines/{quote['lines'][0]['id']}"
    assert caller.send("PATCH", line, {"discount_percent": 25}).status_code == 200
    assert act(caller, quote, "submit")["status"] == "approved"
    act(caller, quote, "revise")
    assert caller.send("PATCH", line, {"discount_percent": 31}).status_code == 200
    assert act(caller, quote, "submit")["status"] == "in_approval"


def test_an_approval_was_for_the_account_it_was_given_for(caller: Caller) -> None:
    quote = discounted(caller, 30)
    act(caller, quote, "submit")
    act(caller, quote, "approve")
    act(caller, quote, "revise")
    moved = caller.send("PATCH", f"/quotes/{quote['id']}", {"account_id": "ACME-NORD"}).json()
    assert {each["status"] for each in moved["approvals"]} == {"required"}


def test_a_revised_quote_keeps_its_number_and_its_older_version(caller: Caller) -> None:
    quote = make(caller)
    act(caller, quote, "submit")
    if get(caller, quote)["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "send")
    revised = act(caller, quote, "revise", comment="two more units")
    assert (revised["number"], revised["version"]) == (quote["number"], 2)
    assert revised["totals"] == quote["totals"]
    told = get(caller, quote, "?expand=history")["history"][-1]
    assert (told["what"], told["details"]) == ("revised", {"comment": "two more units"})
    caller.post(f"/quotes/{quote['id']}/lines", {"sku": "VX-HOS-50", "quantity": 1}, 201)
    old = get(caller, quote, "?version=1")
    assert (old["status"], old["version"]) == ("superseded", 1)
    assert old["lines"] == quote["lines"]
    assert len(get(caller, quote)["lines"]) == 3
    assert caller.send("GET", f"/quotes/{quote['id']}?version=3").status_code == 404


def test_the_customer_may_ask_for_time_and_may_decline(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-HOS-50", "quantity": 1}, valid_until="2026-12-31")
    act(caller, quote, "submit")
    act(caller, quote, "send")
    assert act(caller, quote, "hold")["status"] == "on_hold"
    assert act(caller, quote, "accept", 409)["code"] == "illegal_transition"
    assert act(caller, quote, "resume")["status"] == "sent"
    assert act(caller, quote, "decline", comment="too dear")["status"] == "declined"
    for name in ("accept", "send", "submit", "approve", "decline"):
        assert act(caller, quote, name, 409)["code"] == "illegal_transition"
    assert act(caller, quote, "reprice", 409)["code"] == "quote_locked"


HOSE = {"sku": "VX-HOS-50", "quantity": 1}


def test_nobody_accepts_what_is_over_unless_it_was_extended(caller: Caller) -> None:
    quote = make(caller, HOSE)
    act(caller, quote, "submit")
    path = f"/quotes/{quote['id']}"
    over = caller.send("PATCH", path, {"valid_until": "2026-11-20"})
    assert over.json()["status"] == "expired"
    assert act(caller, quote, "accept", 409)["code"] == "illegal_transition"
    assert quote["id"] in ids(caller, "?status=expired&limit=200")
    assert quote["id"] not in ids(caller, "?status=approved&limit=200")
    extended = caller.send("PATCH", path, {"valid_until": "2026-11-21"})
    assert extended.json()["status"] == "approved"
    assert act(caller, quote, "accept")["status"] == "accepted"
    history = get(caller, quote, "?expand=history")["history"]
    assert "extended" in [each["what"] for each in history]


def test_nobody_submits_what_is_over(caller: Caller) -> None:
    quote = make(caller, HOSE, valid_until="2026-11-20")
    refused = act(caller, quote, "submit", 422)
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [
        ("/valid_until", "day_is_over")
    ]
    assert (refused["code"], get(caller, quote)["status"]) == ("day_is_over", "draft")
    caller.send("PATCH", f"/quotes/{quote['id']}", {"valid_until": "2026-11-21"})
    assert act(caller, quote, "submit")["status"] == "approved"


def test_a_declined_quote_never_expires(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-HOS-50", "quantity": 1}, valid_until="2026-11-20")
    assert act(caller, quote, "decline")["status"] == "declined"


def test_alternatives_stand_side_by_side_and_one_is_accepted(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-HOS-50", "quantity": 1})
    first = quote["alternatives"][0]["id"]
    added = caller.post(f"/quotes/{quote['id']}/alternatives", {"title": "Larger"}, 201)
    [plain, larger] = added["alternatives"]
    assert (plain["id"], plain["chosen"], larger["chosen"]) == (first, False, True)
    grown = caller.post(f"/quotes/{quote['id']}/lines", {"sku": "VX-HOS-70", "quantity": 2}, 201)
    assert [len(grown["quote"]["lines"]), grown["quote"]["alternatives"][0]["totals"]] == [
        2,
        quote["totals"],
    ]
    act(caller, quote, "submit")
    accepted = act(caller, quote, "accept", alternative=first)
    assert accepted["totals"] == quote["totals"]
    assert [each["chosen"] for each in accepted["alternatives"]] == [True, False]


def test_an_alternative_is_chosen_and_removed(caller: Caller) -> None:
    quote = make(caller)
    path = f"/quotes/{quote['id']}"
    first = quote["alternatives"][0]["id"]
    assert caller.send("DELETE", f"{path}/alternatives/{first}").status_code == 409
    second = caller.post(f"{path}/alternatives", {}, 201)["alternatives"][1]["id"]
    chosen = caller.send("PATCH", path, {"alternative": first}).json()
    assert [each["chosen"] for each in chosen["alternatives"]] == [True, False]
    wrong = caller.send("PATCH", path, {"alternative": "qal_none"})
    assert wrong.json()["code"] == "unknown_alternative"
    left = caller.send("DELETE", f"{path}/alternatives/{second}").json()
    assert [each["id"] for each in left["alternatives"]] == [first]


def test_acts_need_no_body(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-HOS-50", "quantity": 1})
    for name, status in (("submit", "approved"), ("send", "sent"), ("accept", "accepted")):
        answer = caller.send("POST", f"/quotes/{quote['id']}/{name}")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
