"""Rules about prices judge what somebody decided, not what follows from a contract.

The demo tenant asks about discounts above 20 percent, margins below 15, typed prices and prices
below 140, the floor. CARE-PLUS is listed at 180 and costs 94 a month; ACME has it for 165.
"""

import pytest

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import PLAN, Json, act, contract_of, do, get, order, read

TYPED = PLAN | {"unit_price": 130}
"""27.8 percent below the list, and below the floor: agreed to when the contract is made."""


def asked(quote: Json) -> dict[str, float]:
    """What was measured, by what somebody has to agree to."""
    return {each["trigger"]: each["measured"] for each in quote["approvals"]}


def changed(caller: Caller, quote: Json, **members: object) -> Json:
    """The quote with its first line changed."""
    path = f"/quotes/{quote['id']}/lines/{quote['lines'][0]['id']}"
    answer = caller.send("PATCH", path, members)
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    return after


def watch(program: Caller, trigger: str, threshold: int) -> None:
    """From now on somebody is asked as soon as `trigger` passes `threshold`."""
    rule = {"id": f"APP-{trigger}", "name": "Watched", "trigger": trigger, "threshold": threshold}
    rule |= {"currency": "USD"}
    answer = program.post("/catalog/imports", {"approval_rules": [rule]})
    assert answer["rejected"] == [], answer


@pytest.mark.parametrize(
    ("account", "changes", "on", "credit", "net"),
    [
        ("ACME", {"quantity": 5}, None, 7920, 1980),  # 5 x 165 x 12 less 4 x 165 x 12
        ("ACME", {"coverage_level": "Total"}, "2027-01-06", 6919.35, 3145.17),
        ("HARBOR", {"quantity": 5}, None, 8640, 2160),
    ],
)
def test_what_comes_back_is_no_discount(
    caller: Caller,
    account: str,
    changes: Json,
    on: str | None,
    credit: float,
    net: float,
) -> None:
    contract = contract_of(caller, account=account)
    quote = do(caller, contract, "amend", changes=changes, effective_date=on)["quote"]
    [line] = quote["lines"]
    assert (line["credit"], line["net_total"], line["price_overridden"]) == (credit, net, False)
    assert (quote["approvals"], line["warnings"]) == ([], [])
    assert act(caller, quote, "submit")["status"] == "approved"


def test_an_early_renewal_loses_no_margin(caller: Caller) -> None:
    contract = contract_of(caller, account="ACME")
    quote = do(caller, contract, "renew", effective_date="2027-05-21")["quote"]
    assert (quote["lines"][0]["credit"], quote["totals"]["net"]) == (3960, 3960)
    assert act(caller, quote, "submit")["status"] == "approved"


def test_margins_are_of_what_is_charged_before_the_credit(program: Caller) -> None:
    """Five for a year are 9,900 and cost 5,640; the offer of 1,980 alone would earn nothing."""
    watch(program, "margin", 44)
    contract = contract_of(program, account="ACME")
    quote = do(program, contract, "amend", changes={"quantity": 5})["quote"]
    assert asked(quote) == {"margin": 43.0303030303}


def test_what_somebody_takes_off_an_amendment_is_judged_in_full(caller: Caller) -> None:
    """Eight for a year: 17,280 by the list, 15,840 by the contract, 11,088 at 30 percent off.

    The floor of 8 x 140 x 12 = 13,440 is missed by 2,352; a margin of 18.6 percent is left.
    """
    contract = contract_of(caller, account="ACME")
    quote = do(caller, contract, "amend", changes={"quantity": 8})["quote"]
    assert asked(quote) == {}
    less = changed(caller, quote, discount_percent=30)
    assert less["totals"]["net"] == 3168  # 11,088 less the credit of 7,920
    assert asked(less) == {"line_discount": 35.8333333333, "below_floor": 17.5}
    whole = changed(caller, quote, discount_percent=0)
    assert asked(whole) == {}
    shared = caller.send("PATCH", f"/quotes/{quote['id']}", {"discount_percent": 60}).json()
    assert asked(shared) == {  # 4,752 off 15,840 leave 11,088 as well
        "line_discount": 35.8333333333,
        "below_floor": 17.5,
    }


def test_an_amount_off_is_besides_the_credit(caller: Caller) -> None:
    contract = contract_of(caller, account="ACME")
    quote = do(caller, contract, "amend", changes={"quantity": 5})["quote"]
    less = changed(caller, quote, discount_amount=100)
    [line] = less["lines"]
    assert (line["credit"], line["net_total"]) == (7920, 1880)
    told = get(caller, less, "?expand=waterfall")["lines"][0]
    by_hand = [each["delta_total"] for each in told["waterfall"] if each["code"] == "manual"]
    assert by_hand == [-100, -7920]
    assert sum(each["delta_total"] for each in told["waterfall"]) + told["list_total"] == 1880
    order(caller, less)
    assert [each["total"] for each in read(caller, contract["id"])["charges"]] == [0, 9800]


def test_a_kept_price_was_agreed_to_with_the_contract(caller: Caller) -> None:
    contract = contract_of(caller, TYPED, account="ACME")
    same = do(caller, contract, "renew")["quote"]
    assert (same["totals"]["net"], same["approvals"]) == (6240, [])
    assert same["lines"][0]["price_overridden"] is False
    more = do(caller, contract, "amend", changes={"quantity": 5})["quote"]
    assert (more["totals"]["net"], more["approvals"]) == (1560, [])  # 130 x 12
    assert asked(changed(caller, same, quantity=6)) == {}
    assert act(caller, same, "submit")["status"] == "approved"


def test_rules_about_the_whole_judge_kept_prices_as_well(program: Caller) -> None:
    """4 x 130 x 12 = 6,240 cost 4,512; nothing is taken off what was agreed."""
    for trigger, threshold in (("margin", 30), ("total", 6000), ("quote_discount", 0)):
        watch(program, trigger, threshold)
    contract = contract_of(program, TYPED, account="ACME")
    quote = do(program, contract, "renew")["quote"]
    assert asked(quote) == {"margin": 27.6923076923, "total": 6240}


def test_what_is_typed_in_a_renewal_is_judged(caller: Caller) -> None:
    contract = contract_of(caller, TYPED, account="ACME")
    raised = do(caller, contract, "renew", uplift_percent=10)["quote"]
    assert asked(raised) == {"price_override": 1}
    assert raised["lines"][0]["price_overridden"] is True
    lowered = do(caller, contract, "renew", uplift_percent=-10)["quote"]  # 117 of 180
    assert asked(lowered) == {
        "price_override": 1,
        "line_discount": 35,
        "below_floor": 16.4285714286,  # 23 of 140
    }
    as_before = do(caller, contract, "renew", uplift_percent=0)["quote"]
    assert asked(as_before) == {}
    by_hand = changed(caller, as_before, unit_price=120)
    assert asked(by_hand) == {
        "price_override": 1,
        "line_discount": 33.3333333333,
        "below_floor": 14.2857142857,
    }


def test_a_price_that_follows_from_the_policy_is_not_typed(caller: Caller) -> None:
    """Three percent by HARBOR's policy; a price that was lowered beforehand is judged."""
    contract = contract_of(caller)
    raised = do(caller, contract, "renew")["quote"]
    assert (raised["lines"][0]["net_unit_price"], raised["approvals"]) == (185.4, [])
    do(caller, contract, "amend", changes={"uplift_percent": -30})
    lowered = do(caller, contract, "renew")["quote"]  # 126 of 180
    assert asked(lowered) == {"price_override": 1, "line_discount": 30, "below_floor": 10}


def test_a_kept_price_is_of_what_it_was_agreed_for(caller: Caller) -> None:
    """Total cover is listed at 255: 130 is 49 percent below."""
    contract = contract_of(caller, TYPED, account="ACME")
    quote = do(caller, contract, "renew")["quote"]
    other = changed(caller, quote, configuration={"coverage_level": "Total"})
    assert asked(other) == {
        "price_override": 1,
        "line_discount": 49.0196078431,
        "below_floor": 7.1428571429,
    }


def test_prices_of_now_are_judged_and_not_typed(program: Caller) -> None:
    """HARBOR's amendments are priced as of now: here by an agreement of 125."""
    contract = contract_of(program)
    terms = [{"kind": "fixed_price", "value": 125, "sku": "CARE-PLUS", "currency": "USD"}]
    agreement = {"id": "AGR-HARBOR", "account": "HARBOR", "name": "New terms", "terms": terms}
    answer = program.post("/catalog/imports", {"agreements": [agreement]})
    assert answer["rejected"] == [], answer
    quote = do(program, contract, "amend", changes={"quantity": 8})["quote"]
    assert quote["totals"]["net"] == 3360  # 8 x 125 x 12 less 8,640
    assert asked(quote) == {"line_discount": 30.5555555556, "below_floor": 10.7142857143}
