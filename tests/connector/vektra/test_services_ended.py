"""Terminations and what they cost, day by day."""

from concurrent.futures import ThreadPoolExecutor

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import PLAN, Json, contract_of, do, read, wrong


def test_the_fee_is_a_part_of_what_remains_of_the_commitment(caller: Caller) -> None:
    """HARBOR, 720 a month: on 21 May six months are billed and six are left, at 30 percent."""
    contract = contract_of(caller)
    on: Json = {"effective_date": "2027-05-21", "reason": "The plant is closed"}
    dry = do(caller, contract, "terminate", dry_run=True, **on)
    assert dry["termination_fee"] == {
        "amount": 1296,
        "currency": "USD",
        "remaining_commitment": 4320,
        "percent": 30,
        "billed": 4320,
        "rows": [
            {"code": "commitment", "amount": 1296, "charge_id": None, "proration": None},
        ],
    }
    assert (dry["applied"], dry["order"], dry["quote"]) == (False, None, None)
    assert read(caller, contract["id"]) == contract
    answer = do(caller, contract, "terminate", **on)
    assert answer["termination_fee"] == dry["termination_fee"]
    assert answer["instructions"] == dry["instructions"]
    [instruction] = answer["instructions"]
    assert (instruction["op"], instruction["quantity_delta"], instruction["amount"]) == (
        *("terminate", -4),
        0,
    )
    after = answer["contract"]
    assert (after["status"], after["terminated_on"], after["noticed_on"]) == (
        *("in_notice", "2027-05-21"),
        "2026-11-21",
    )
    assert (after["reason"], after["charges"][0]["end_date"]) == (on["reason"], "2027-05-21")
    placed = caller.send("GET", f"/orders/{answer['order']['id']}").json()
    assert (placed["totals"]["net"], placed["contracts"]) == (1296, [contract["id"]])
    assert [each["name"] for each in placed["lines"]][-1] == "Termination fee"
    assert {each["fulfillment_system"] for each in placed["lines"]} == {"CONTRACTS"}


def test_what_was_billed_and_is_not_used_comes_back(caller: Caller) -> None:
    """On 6 December 15 days that were billed are left, of the 31 from then on: months first."""
    contract = contract_of(caller)
    answer = do(caller, contract, "terminate", effective_date="2026-12-06")
    fee = answer["termination_fee"]
    assert [(row["code"], row["amount"]) for row in fee["rows"]] == [
        ("commitment", 2376),  # 30 percent of eleven months
        ("unused_credit", -348.39),
    ]
    assert (fee["amount"], answer["order"]["totals"]["net"]) == (2027.61, 2027.61)
    assert fee["rows"][1]["proration"]["numerator"] == 15
    assert fee["rows"][1]["proration"]["denominator"] == 31


def test_notice_is_given_where_no_day_is_named(caller: Caller) -> None:
    """ACME: thirty days; 21 December is the first day without it."""
    contract = contract_of(caller, account="ACME")
    ended = do(caller, contract, "terminate")["contract"]
    assert (ended["status"], ended["terminated_on"]) == ("in_notice", "2026-12-21")
    at_once = do(caller, contract_of(caller), "terminate")["contract"]
    assert (at_once["status"], at_once["terminated_on"]) == ("terminated", "2026-11-21")


def test_a_contract_that_has_not_begun_is_ended_on_its_first_day(caller: Caller) -> None:
    contract = contract_of(caller, {**PLAN, "start_date": "2027-03-01"})
    answer = do(caller, contract, "terminate")
    assert answer["termination_fee"]["amount"] == 2592  # 30 percent of all of it
    assert answer["contract"]["terminated_on"] == "2027-03-01"
    assert answer["contract"]["status"] == "terminated"  # it never begins
    assert answer["contract"]["value"] == 0


def test_days_outside_of_the_term_are_refused(caller: Caller) -> None:
    contract = contract_of(caller)
    for day in ("2026-11-20", "2027-11-22"):
        refused = do(caller, contract, "terminate", 422, effective_date=day)
        assert wrong(refused) == [("/effective_date", "effective_date_outside_term")]
    refused = do(caller, contract, "terminate", 422, effective_date="2027-02-30")
    assert wrong(refused) == [("/effective_date", "not_a_day")]


def test_the_day_the_fee_drops_is_foreseen(caller: Caller) -> None:
    """What is billed on 21 May no longer remains on the 22nd.

    On 21 June five months are left: fewer than the six that 30 percent are due from.
    """
    contract = contract_of(caller)
    path = f"/services/{contract['id']}/simulate?action=terminate"
    answer = caller.send("GET", f"{path}&from=2027-05-20&to=2027-05-23").json()
    assert [(each["date"], each["percent"]) for each in answer["points"]] == [
        ("2027-05-20", 30),
        ("2027-05-21", 30),
        ("2027-05-22", 30),
        ("2027-05-23", 30),
    ]
    turn = answer["turns"][0]
    assert (turn["date"], turn["before"]["remaining_commitment"]) == ("2027-05-22", 4320)
    june = caller.send("GET", f"{path}&from=2027-06-20&to=2027-06-23").json()
    [drop] = [each for each in june["turns"] if each["before"]["percent"] == 30]
    assert drop["date"] == "2027-06-21"
    whole = caller.send("GET", path).json()
    assert (whole["points"][0]["date"], whole["points"][-1]["date"]) == (
        *("2026-11-21",),
        "2027-11-21",
    )
    told = do(caller, contract, "terminate", dry_run=True, effective_date="2027-06-21")
    assert drop["after"]["amount"] == told["termination_fee"]["amount"]


def test_amendments_and_renewals_are_foreseen(caller: Caller) -> None:
    contract = contract_of(caller)
    path = f"/services/{contract['id']}/simulate?"
    query = "action=amend&attribute=coverage_level&value=Total&from=2027-11-01&to=2027-11-21"
    amended = caller.send("GET", path + query).json()
    assert amended["points"][-1] == {"date": "2027-11-21", "amount": 0}
    told = do(
        caller,
        contract,
        "amend",
        changes={"coverage_level": "Total"},
        effective_date="2027-11-10",
        dry_run=True,
    )
    [tenth] = [each for each in amended["points"] if each["date"] == "2027-11-10"]
    assert tenth["amount"] == round(sum(each["amount"] for each in told["instructions"]), 2)
    renewed = caller.send("GET", path + "action=renew&from=2027-11-20&uplift_percent=0").json()
    assert renewed["points"][-1] == {"date": "2027-11-21", "amount": 8640}
    assert [each["date"] for each in renewed["turns"]] == ["2027-11-21"]


def test_days_that_cannot_be_foreseen_are_refused(caller: Caller) -> None:
    contract = contract_of(caller, {**PLAN, "term_months": 60})
    path = f"/services/{contract['id']}/simulate"
    for query, code in (
        ("?action=terminate&to=2031-01-01", "too_many_days"),
        ("?action=terminate&from=2026-11-01", "effective_date_outside_term"),
        ("?action=terminate&from=2027-01-01&to=2026-12-01", "effective_date_outside_term"),
        ("?action=amend", "no_changes"),
        ("?action=amend&attribute=colour&value=red", "no_such_attribute"),
        ("?action=terminate&from=2027-02-30", "not_a_day"),
    ):
        answer = caller.send("GET", path + query)
        assert (answer.status_code, answer.json()["code"]) == (422, code), query
    for query in ("", "?action=cancel", "?action=renew&term_months=soon"):
        assert caller.send("GET", path + query).status_code == 400


def test_of_many_who_end_a_contract_at_once_one_does(caller: Caller) -> None:
    contract = contract_of(caller)
    path, body = f"/services/{contract['id']}", {"action": "terminate"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: caller.send("POST", path, body), range(8)))
    assert sorted(each.status_code for each in answers) == [200, *[409] * 7]
    history = read(caller, contract["id"])["history"]
    assert [each["what"] for each in history] == ["created", "terminated"]


def test_what_would_renew_by_itself_is_ended_at_its_end_for_nothing(caller: Caller) -> None:
    contract = contract_of(caller, account="ODDAFAB", currency="NOK")
    assert contract["auto_renew"] is True
    answer = do(caller, contract, "terminate", effective_date=contract["end_date"])
    assert (answer["termination_fee"]["amount"], answer["instructions"]) == (0, [])
    after = answer["contract"]
    assert (after["status"], after["value"]) == ("in_notice", contract["value"])
    assert after["charges"] == contract["charges"]
