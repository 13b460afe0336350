"""A person says what a quote comes to: its lines share it, and it holds for what was offered."""

from decimal import Decimal as D
from typing import Any

import msgspec
import pytest

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import CARE, UNITS, act, get, make

Json = dict[str, Any]
HOSE = {"sku": "VX-HOS-50", "quantity": 3}
exact = msgspec.json.Decoder(float_hook=D).decode


def change(caller: Caller, quote: Json, status: int = 200, **members: object) -> Json:
    answer = caller.send("PATCH", f"/quotes/{quote['id']}", members)
    assert answer.status_code == status, answer.text
    read: Json = exact(answer.content)
    return read


def happened(caller: Caller, quote: Json) -> list[Json]:
    found: list[Json] = get(caller, quote, "?expand=history")["history"]
    return found


def test_lines_share_a_fixed_total_to_the_last_digit(caller: Caller) -> None:
    quote = make(caller, UNITS, HOSE, CARE)
    assert quote["manual_total"] is None
    fixed = change(caller, quote, manual_total="10000.01")
    assert fixed["manual_total"] == D("10000.01")
    assert fixed["totals"]["net"] == D("10000.01")
    assert sum(line["net_total"] for line in fixed["lines"]) == D("10000.01")
    assert fixed["alternatives"][0]["manual_total"] == D("10000.01")
    for line, before in zip(fixed["lines"], quote["lines"], strict=True):
        part = D("10000.01") * D(str(before["net_total"])) / D(str(quote["totals"]["net"]))
        assert abs(line["net_total"] - part) < D("0.01")
        assert line["discount_total"] == line["list_total"] - line["net_total"]
    assert fixed["pricing_hash"] != quote["pricing_hash"]
    freed = change(caller, quote, manual_total=None)
    assert freed["totals"] == exact(msgspec.json.encode(quote["totals"]))
    assert freed["pricing_hash"] == quote["pricing_hash"]


def test_the_waterfall_says_that_a_person_fixed_the_total(caller: Caller) -> None:
    quote = make(caller, HOSE, manual_total=100)
    [line] = get(caller, quote, "?expand=waterfall")["lines"]
    last = line["waterfall"][-1]
    assert (last["code"], last["label"], last["after"]) == (
        "manual_total",
        "Manual total",
        33.333333333333,
    )
    assert last["adjustment"] == {"type": "override", "value": 100}
    total = sum(D(str(bar["delta_total"])) for bar in line["waterfall"])
    assert D(str(line["list_total"])) + total == 100


def test_the_history_tells_who_fixed_what(caller: Caller) -> None:
    quote = make(caller, HOSE)
    change(caller, quote, manual_total=100)
    change(caller, quote, manual_total=90)
    change(caller, quote, manual_total=None)
    told = [each for each in happened(caller, quote) if each["what"].startswith("total_")]
    assert [each["what"] for each in told] == ["total_fixed", "total_fixed", "total_freed"]
    assert {each["by"] for each in told} == {"demo-key"}
    net = quote["totals"]["net"]
    figures = ("manual_total_before", "manual_total", "net_before", "net_after", "calculated")
    assert [tuple(each["details"][name] for name in figures) for each in told] == [
        (None, 100, net, 100, net),
        (100, 90, 100, 90, net),
        (90, None, 90, net, net),
    ]


def test_it_is_kept_as_it_counts(caller: Caller) -> None:
    """Half a cent is none: what is shown is what was taken."""
    quote = make(caller, HOSE, manual_total="10.005")
    assert (quote["manual_total"], quote["totals"]["net"]) == (10.01, 10.01)
    [told] = [each for each in happened(caller, quote) if each["what"] == "total_fixed"]
    assert told["details"]["manual_total"] == 10.01
    change(caller, quote, manual_total="10.009")
    assert [each["what"] for each in happened(caller, quote)].count("total_fixed") == 1


def test_the_history_tells_of_the_totals_of_every_alternative(caller: Caller) -> None:
    quote = make(caller, UNITS, HOSE, manual_total=5000)
    path = f"/quotes/{quote['id']}/alternatives"
    copy = caller.post(path, {"title": "B"}, 201)
    [other] = [each["id"] for each in copy["alternatives"] if each["chosen"]]
    assert caller.send("DELETE", f"{path}/{other}").status_code == 200
    told = [each for each in happened(caller, quote) if each["what"].startswith("total_")]
    [first] = [each["id"] for each in quote["alternatives"]]
    figures = ("alternative", "manual_total_before", "manual_total", "net_after")
    assert [tuple(each["details"][name] for name in figures) for each in told] == [
        (first, None, 5000, 5000),
        (other, None, 5000, 5000),
        (other, 5000, None, None),
    ]


def test_a_clone_is_another_offer(caller: Caller) -> None:
    quote = make(caller, UNITS, HOSE)
    full = quote["totals"]["net"]
    change(caller, quote, manual_total=5000)
    clone = caller.post(f"/quotes/{quote['id']}/clone", {}, 201)
    assert (clone["manual_total"], clone["totals"]["net"]) == (None, full)


def test_a_lower_total_is_a_discount_that_somebody_agrees_to(caller: Caller) -> None:
    quote = make(caller, HOSE)
    assert quote["approvals"] == []
    low = D(str(quote["totals"]["list"])) * D("0.75")
    needed = change(caller, quote, manual_total=float(low))["approvals"]
    [line] = [each for each in needed if each["rule"] == "APP-LINE-20"]
    assert line["measured"] == 25
    assert act(caller, quote, "submit")["status"] == "in_approval"
    locked = change(caller, quote, 409, manual_total=None)
    assert locked["code"] == "quote_locked"
    assert act(caller, quote, "approve")["status"] == "approved"


def test_a_higher_total_is_a_surcharge(caller: Caller) -> None:
    quote = make(caller, UNITS, HOSE)
    high = change(caller, quote, manual_total=999_999)
    assert high["totals"]["net"] == 999_999
    assert high["totals"]["discount"] == high["totals"]["list"] - 999_999


@pytest.mark.parametrize(
    "members",
    [
        {"discount_percent": 5},
        {"discount_amount": 1},
        {"account_id": "ACME-NORD"},
        {"currency": "EUR"},
    ],
)
def test_another_offer_is_worth_another_total(caller: Caller, members: Json) -> None:
    quote = make(caller, UNITS, HOSE, manual_total=5000)
    changed = change(caller, quote, **members)
    assert changed["manual_total"] is None
    assert changed["totals"]["net"] != 5000
    assert [each["what"] for each in happened(caller, quote)] == [
        *("created", "total_fixed", "changed", "total_freed"),
    ]


@pytest.mark.parametrize(
    ("method", "line", "body"),
    [("POST", "", CARE), ("PATCH", "/{}", {"quantity": 4}), ("DELETE", "/{}", None)],
)
def test_lines_that_come_change_or_go_take_it_away(
    caller: Caller, method: str, line: str, body: Json | None
) -> None:
    quote = make(caller, UNITS, HOSE, manual_total=5000)
    path = f"/quotes/{quote['id']}/lines{line.format(quote['lines'][1]['id'])}"
    assert caller.send(method, path, body).status_code in {200, 201}
    assert get(caller, quote)["manual_total"] is None
    assert happened(caller, quote)[-1]["what"] == "total_freed"


@pytest.mark.parametrize(
    "members",
    [
        {"title": "Line 5"},
        {"valid_until": "2027-01-31"},
        {"discount_percent": 0},
        {"account_id": "ACME", "currency": "USD"},
        {"discount_percent": 5, "manual_total": 5000},
    ],
)
def test_it_stays_where_the_offer_is_the_same(caller: Caller, members: Json) -> None:
    quote = make(caller, UNITS, HOSE, manual_total=5000)
    changed = change(caller, quote, **members)
    assert (changed["manual_total"], changed["totals"]["net"]) == (5000, 5000)


def test_it_stays_through_repricing_and_revising(caller: Caller) -> None:
    quote = make(caller, UNITS, HOSE, manual_total=9999)
    assert act(caller, quote, "reprice", pricing_date="2026-12-24")["totals"]["net"] == 9999
    act(caller, quote, "submit")
    if get(caller, quote)["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "send")
    revised = act(caller, quote, "revise")
    assert (revised["version"], revised["manual_total"]) == (2, 9999)
    line = caller.send(
        "PATCH", f"/quotes/{quote['id']}/lines/{quote['lines'][0]['id']}", {"quantity": 9}
    )
    assert line.json()["manual_total"] is None
    old = get(caller, quote, "?version=1")
    assert (old["manual_total"], old["totals"]["net"]) == (9999, 9999)


def test_each_alternative_has_its_own(caller: Caller) -> None:
    quote = make(caller, UNITS, HOSE)
    copy = caller.post(f"/quotes/{quote['id']}/alternatives", {"title": "B"}, 201)
    change(caller, copy, manual_total=700)
    one, other = get(caller, quote)["alternatives"]
    assert (one["manual_total"], other["manual_total"]) == (None, 700)
    assert one["totals"] == quote["totals"]
    assert other["totals"]["net"] == 700


def test_what_is_ordered_comes_to_it(caller: Caller) -> None:
    quote = make(caller, UNITS, HOSE, manual_total="12345.67")
    act(caller, quote, "submit")
    if get(caller, quote)["status"] == "in_approval":
        act(caller, quote, "approve")
    act(caller, quote, "accept")
    order = caller.post("/orders", {"quote_id": quote["id"]}, 201)
    assert order["totals"]["net"] == 12345.67
    assert sum(D(str(line["net_total"])) for line in order["lines"]) == D("12345.67")


@pytest.mark.parametrize(
    ("total", "code"),
    [
        (-1, "price_out_of_range"),
        ("1000000000000000", "price_out_of_range"),
        ("0.1234567890123", "too_many_digits"),
    ],
)
def test_what_cannot_be_a_total_is_named(caller: Caller, total: object, code: str) -> None:
    quote = make(caller, HOSE)
    problem = change(caller, quote, 422, manual_total=total)
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, "/manual_total")
    assert get(caller, quote) == quote


def test_nothing_can_be_fixed_where_there_is_no_line(caller: Caller) -> None:
    quote = caller.post("/quotes", {"account_id": "ACME"}, 201)
    problem = change(caller, quote, 422, manual_total=10)
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("no_lines", "/manual_total")
