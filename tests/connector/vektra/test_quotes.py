"""Quotes are made, priced, changed and led through their life."""

from typing import Any

import pytest

from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
UNITS = {"sku": "VX-2000", "quantity": 4}
CARE = {"sku": "CARE-PLUS", "quantity": 4}
NOWHERE = "/quotes/qte_01ARZ3NDEKTSV4RRFFQ69G5FAV"


def make(caller: Caller, *lines: Json, **members: object) -> Json:
    body = {"account_id": "ACME", "lines": list(lines) or [UNITS, CARE], **members}
    return caller.post("/quotes", body, 201)


def act(caller: Caller, quote: Json, name: str, status: int = 200, **body: object) -> Json:
    return caller.post(f"/quotes/{quote['id']}/{name}", body, status)


def get(caller: Caller, quote: Json, query: str = "") -> Json:
    answer = caller.send("GET", f"/quotes/{quote['id']}{query}")
    assert answer.status_code == 200, answer.text
    read: Json = answer.json()
    return read


def test_a_quote_is_made_with_the_prices_of_a_pricing_call(caller: Caller) -> None:
    basket = {"account_id": "ACME", "lines": [UNITS, CARE]}
    priced = caller.post("/pricing", basket)
    answer = caller.send("POST", "/quotes", basket | {"title": "Line 4", "product_line": "VX"})
    assert answer.status_code == 201
    quote = answer.json()
    assert answer.headers["location"] == f"/api/v1/quotes/{quote['id']}"
    assert answer.headers["etag"] == '"1"'
    assert quote["id"].startswith("qte_")
    assert quote["number"].startswith("Q-2026-")
    assert (quote["status"], quote["version"]) == ("draft", 1)
    assert (quote["title"], quote["product_line"]) == ("Line 4", "VX")
    assert quote["totals"] == priced["totals"]
    assert quote["pricing_hash"] == priced["pricing_hash"]
    for mine, theirs in zip(quote["lines"], priced["lines"], strict=True):
        assert mine["id"].startswith("qln_")
        assert "waterfall" not in mine
        assert {name: mine[name] for name in theirs if name != "waterfall"} == {
            name: value for name, value in theirs.items() if name != "waterfall"
        }


def test_a_quote_reads_as_it_was_made_with_waterfall_and_history(caller: Caller) -> None:
    made = make(caller)
    assert get(caller, made) == made
    priced = caller.post("/pricing", {"account_id": "ACME", "lines": [UNITS, CARE]})
    whole = get(caller, made, "?expand=waterfall,history")
    assert [line["waterfall"] for line in whole["lines"]] == [
        line["waterfall"] for line in priced["lines"]
    ]
    [entry] = whole["history"]
    assert (entry["what"], entry["by"], entry["version"]) == ("created", "demo-key", 1)


def test_a_quote_needs_an_account(caller: Caller) -> None:
    problem = caller.post("/quotes", {"lines": [UNITS]}, 422)
    assert problem["code"] == "account_required"
    assert problem["errors"][0]["pointer"] == "/account_id"


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"account_id": "NOBODY"}, "unknown_account", "/account_id"),
        ({"lines": [UNITS, {"sku": "NO", "quantity": 1}]}, "unknown_sku", "/lines/1/sku"),
        ({"currency": "XXQ"}, "unknown_currency", "/currency"),
        ({"currency": "EUR", "price_list": "USD-STD"}, "mixed_currencies", "/currency"),
        ({"promotions": ["NEVER"]}, "unknown_promotion", "/promotions/0"),
        ({"discount_percent": 101}, "discount_out_of_range", "/discount_percent"),
        ({"lines": [UNITS | {"quantity": 0}]}, "quantity_out_of_range", "/lines/0/quantity"),
        ({"valid_until": "2026-02-30"}, "not_a_day", "/valid_until"),
        ({"pricing_date": "yesterday"}, "not_a_day", "/pricing_date"),
    ],
)
def test_what_cannot_be_quoted_is_named(
    caller: Caller, members: Json, code: str, pointer: str
) -> None:
    before = caller.send("GET", "/quotes?limit=1").json()["data"]
    problem = caller.post("/quotes", {"account_id": "ACME", "lines": [UNITS]} | members, 422)
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, pointer)
    assert caller.send("GET", "/quotes?limit=1").json()["data"] == before


def test_a_crm_names_its_account_its_own_way(caller: Caller) -> None:
    crm = {
        "system": "superoffice",
        "account_external_id": "2",
        "opportunity_external_id": "sale-77",
    }
    quote = caller.post("/quotes", {"crm": crm, "lines": [UNITS]}, 201)
    assert (quote["account_id"], quote["opportunity_id"]) == ("ACME", "sale-77")
    crm["account_external_id"] = "987654"
    problem = caller.post("/quotes", {"crm": crm}, 422)
    assert problem["code"] == "unknown_account"
    assert problem["errors"][0]["pointer"] == "/crm/account_external_id"


def test_lines_come_change_and_go(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-HOS-50", "quantity": 3})
    path = f"/quotes/{quote['id']}"
    added = caller.post(f"{path}/lines", UNITS, 201)
    line = added["line"]
    assert line == added["quote"]["lines"][1]
    assert line["sku"] == "VX-2000"
    assert not line["price_overridden"]
    overridden = caller.send("PATCH", f"{path}/lines/{line['id']}", {"unit_price": 1000}).json()
    changed = overridden["lines"][1]
    assert changed["price_overridden"]
    assert (changed["net_unit_price"], changed["net_total"]) == (1000, 4000)
    assert changed["list_unit_price"] == line["list_unit_price"]
    back = caller.send("PATCH", f"{path}/lines/{line['id']}", {"unit_price": None}).json()
    assert back["lines"] == added["quote"]["lines"]
    left = caller.send("DELETE", f"{path}/lines/{line['id']}")
    assert left.status_code == 200
    assert [each["id"] for each in left.json()["lines"]] == [quote["lines"][0]["id"]]
    assert left.json()["totals"] == quote["totals"]
    assert caller.send("DELETE", f"{path}/lines/{line['id']}").status_code == 404


def test_what_is_wrong_with_a_line_is_told_by_its_own_members(caller: Caller) -> None:
    quote = make(caller)
    path = f"/quotes/{quote['id']}/lines"
    problem = caller.post(path, {"sku": "NO-SUCH", "quantity": 1}, 422)
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("unknown_sku", "/sku")
    answer = caller.send("PATCH", f"{path}/{quote['lines'][0]['id']}", {"quantity": -1})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/quantity"
    assert get(caller, quote) == quote


def test_lines_that_count_together_change_together(caller: Caller) -> None:
    """PROMO-SPARES asks for a number of spares over the whole quote."""
    seal = {"sku": "VX-SPR-SEAL", "quantity": 6}
    quote = make(caller, seal)
    alone = quote["lines"][0]["net_unit_price"]
    added = caller.post(f"/quotes/{quote['id']}/lines", {"sku": "VX-SPR-BRG", "quantity": 30}, 201)
    together = caller.post(
        "/pricing",
        {"account_id": "ACME", "lines": [seal, {"sku": "VX-SPR-BRG", "quantity": 30}]},
    )
    assert added["quote"]["totals"] == together["totals"]
    assert added["quote"]["lines"][0]["net_unit_price"] <= alone


def test_an_empty_quote_is_filled_later(caller: Caller) -> None:
    quote = caller.post("/quotes", {"account_id": "ACME", "currency": "EUR"}, 201)
    assert (quote["lines"], quote["totals"]["total"], quote["currency"]) == ([], 0, "EUR")
    problem = act(caller, quote, "submit", 422)
    assert problem["code"] == "no_lines"
    added = caller.post(f"/quotes/{quote['id']}/lines", UNITS, 201)
    assert added["quote"]["currency"] == "EUR"
    assert added["line"]["net_total"] > 0


def test_members_of_a_draft_change_and_its_prices_with_them(caller: Caller) -> None:
    quote = make(caller)
    answer = caller.send(
        "PATCH",
        f"/quotes/{quote['id']}",
        {"title": "Second", "discount_percent": "10", "currency": "EUR", "account_id": "ACME-NORD"},
    )
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    expected = caller.post(
        "/pricing",
        {
            "account_id": "ACME-NORD",
            "currency": "EUR",
            "discount_percent": 10,
            "lines": [UNITS, CARE],
        },
    )
    assert changed["totals"] == expected["totals"]
    assert changed["title"] == "Second"
    assert [line["id"] for line in changed["lines"]] == [line["id"] for line in quote["lines"]]


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
    revised = act(caller, quote, "revise")
    assert (revised["number"], revised["version"]) == (quote["number"], 2)
    assert revised["totals"] == quote["totals"]
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


def test_nobody_accepts_what_is_over_unless_it_was_extended(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-HOS-50", "quantity": 1}, valid_until="2026-11-20")
    assert act(caller, quote, "submit")["status"] == "expired"
    assert act(caller, quote, "accept", 409)["code"] == "illegal_transition"
    assert quote["id"] in ids(caller, "?status=expired&limit=200")
    assert quote["id"] not in ids(caller, "?status=approved&limit=200")
    extended = caller.send("PATCH", f"/quotes/{quote['id']}", {"valid_until": "2026-11-21"})
    assert extended.json()["status"] == "approved"
    assert act(caller, quote, "accept")["status"] == "accepted"
    history = get(caller, quote, "?expand=history")["history"]
    assert "extended" in [each["what"] for each in history]


def test_a_declined_quote_never_expires(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-HOS-50", "quantity": 1}, valid_until="2026-11-20")
    assert act(caller, quote, "decline")["status"] == "declined"


def ids(caller: Caller, query: str) -> list[str]:
    answer = caller.send("GET", f"/quotes{query}")
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["data"]]


def test_quotes_are_listed_newest_first_and_page_by_page(caller: Caller) -> None:
    made = [make(caller, title=f"Paging {number}")["id"] for number in range(5)]
    seen: list[str] = []
    path = "/quotes?q=PAGING&limit=2"
    while True:
        page = caller.send("GET", path).json()
        assert "lines" not in page["data"][0]
        seen += [each["id"] for each in page["data"]]
        if page["next_cursor"] is None:
            break
        path = f"/quotes?q=PAGING&limit=2&cursor={page['next_cursor']}"
    assert seen == made[::-1]
    assert ids(caller, "?q=paging+3") == [made[3]]
    assert ids(caller, "?q=%25") == []
    assert caller.send("GET", "/quotes?cursor=bm93aGVyZQ").status_code == 422
    assert caller.send("GET", "/quotes?status=lost").status_code == 400


def test_quotes_are_found_by_status_and_account(caller: Caller) -> None:
    sold = make(caller, {"sku": "VX-HOS-50", "quantity": 2}, account_id="ACME-NORD")
    act(caller, sold, "submit")
    assert sold["id"] in ids(caller, "?status=approved&account_id=ACME-NORD")
    assert sold["id"] not in ids(caller, "?status=draft&account_id=ACME-NORD")
    assert sold["id"] not in ids(caller, "?status=approved&account_id=ACME")
    assert ids(caller, f"?q={sold['number']}") == [sold["id"]]


def test_a_stale_write_changes_nothing(caller: Caller) -> None:
    quote = make(caller)
    path = f"/quotes/{quote['id']}"
    first = caller.send("GET", path).headers["etag"]
    fresh = caller.send("PATCH", path, {"title": "mine"}, **{"if-match": first})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] != first
    for method, below, body in (
        ("PATCH", "", {"title": "yours"}),
        ("POST", "/lines", UNITS),
        ("DELETE", f"/lines/{quote['lines'][0]['id']}", None),
        ("POST", "/submit", {}),
        ("POST", "/reprice", {}),
        ("POST", "/revise", {}),
    ):
        answer = caller.send(method, f"{path}{below}", body, **{"if-match": first})
        assert (answer.status_code, answer.json()["code"]) == (412, "stale_revision"), below
    assert caller.send("PATCH", path, {"title": "x"}, **{"if-match": '"x"'}).status_code == 412
    assert caller.send("PATCH", path, {"title": "any"}, **{"if-match": "*"}).status_code == 200


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


def test_a_clone_is_a_quote_of_its_own(caller: Caller) -> None:
    quote = make(caller, title="Again")
    copy = caller.post(f"/quotes/{quote['id']}/clone", {}, 201)
    assert copy["id"] != quote["id"]
    assert copy["number"] != quote["number"]
    assert copy["totals"] == quote["totals"]
    assert copy["title"] == "Again"


def test_a_quote_of_one_tenant_is_nowhere_for_another(caller: Caller, stranger: Caller) -> None:
    quote = make(caller, title="Secret")
    path = f"/quotes/{quote['id']}"
    line = quote["lines"][0]["id"]
    for method, below, body in (
        ("GET", "", None),
        ("PATCH", "", {"title": "x"}),
        ("POST", "/lines", UNITS),
        ("PATCH", f"/lines/{line}", {"quantity": 1}),
        ("DELETE", f"/lines/{line}", None),
        *(
            ("POST", f"/{name}", {})
            for name in (
                *("submit", "approve", "reject", "send", "hold", "resume", "accept"),
                *("decline", "revise", "reprice", "clone", "alternatives"),
            )
        ),
    ):
        theirs = stranger.send(method, f"{path}{below}", body)
        nobodys = stranger.send(method, f"{NOWHERE}{below}", body)
        assert theirs.status_code == nobodys.status_code == 404, (method, below)
        told, plain = theirs.json(), nobodys.json()
        assert told["code"] == plain["code"]
    assert ids(stranger, "?q=secret") == []
    cursor = caller.send("GET", "/quotes?limit=1").json()["next_cursor"]
    assert stranger.send("GET", f"/quotes?cursor={cursor}").status_code == 422
    assert get(caller, quote) == quote
