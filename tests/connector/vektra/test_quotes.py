"""Quotes are made, priced, read, changed and listed."""

from typing import Any

import pytest

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import CARE, UNITS, act, get, ids, make

Json = dict[str, Any]
NOWHERE = "/quotes/qte_01ARZ3NDEKTSV4RRFFQ69G5FAV"


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
