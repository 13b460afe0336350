"""Renewals: another term is offered, several contracts become one, some renew by themselves."""

from dataclasses import replace
from datetime import UTC, datetime

from connector.worker.chores import Chores
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.services import PLAN, Json, contract_of, do, order, read, wrong


def test_the_offer_shows_the_whole_term_at_the_raised_price(caller: Caller) -> None:
    """HARBOR's prices rise by three percent: 4 x 185.40 for twelve months."""
    contract = contract_of(caller)
    answer = do(caller, contract, "renew")
    [instruction] = answer["instructions"]
    assert (instruction["op"], instruction["unit_price"], instruction["amount"]) == (
        *("renew", 185.4),
        8899.2,
    )
    assert (instruction["effective_date"], instruction["quantity_delta"]) == ("2027-11-21", 0)
    quote = answer["quote"]
    assert (quote["status"], quote["totals"]["net"], answer["applied"]) == ("draft", 8899.2, True)
    assert quote["lines"][0]["charge"]["term_months"] == 12
    assert read(caller, contract["id"])["status"] == "active"
    placed = order(caller, quote)
    [new] = placed["contracts"]
    renewed, old = read(caller, new), read(caller, contract["id"])
    assert (renewed["start_date"], renewed["end_date"], renewed["status"]) == (
        *("2027-11-21", "2028-11-21"),
        "pending",
    )
    assert (renewed["renews"], renewed["value"]) == ([contract["id"]], 8899.2)
    assert (old["status"], old["renewed_by"], old["charges"]) == (
        *("renewed", new),
        contract["charges"],
    )
    assert [each["what"] for each in old["history"]] == ["created", "renewed"]
    assert do(caller, old, "amend", 409, changes={"quantity": 5})["code"] == "illegal_transition"
    assert do(caller, renewed, "terminate")["contract"]["status"] == "terminated"


def test_a_percentage_and_a_term_may_be_asked_for(caller: Caller) -> None:
    contract = contract_of(caller, account="ACME")
    same = do(caller, contract, "renew", dry_run=True)["instructions"][0]
    assert (same["unit_price"], same["amount"]) == (165, 7920)
    raised = do(caller, contract, "renew", uplift_percent="2.5", term_months=6)
    assert raised["instructions"][0]["unit_price"] == 169.125
    assert raised["quote"]["totals"]["net"] == 4059  # 4 x 169.125 x 6
    for members, pointer, code in (
        ({"term_months": 0}, "/term_months", "term_out_of_range"),
        ({"term_months": 1201}, "/term_months", "term_out_of_range"),
        ({"uplift_percent": -100}, "/uplift_percent", "uplift_out_of_range"),
        ({"effective_date": "2027-11-22"}, "/effective_date", "effective_date_outside_term"),
        ({"effective_date": "2026-11-20"}, "/effective_date", "effective_date_outside_term"),
        ({"co_term_end": "2027-11-21"}, "/co_term_end", "term_out_of_range"),
        ({"co_term_end": "9999-12-31"}, "/co_term_end", "term_out_of_range"),
        ({"co_term_end": "2027-02-30"}, "/co_term_end", "not_a_day"),
    ):
        assert wrong(do(caller, contract, "renew", 422, **members)) == [(pointer, code)]


def test_an_early_renewal_gives_the_rest_of_the_old_term_back(caller: Caller) -> None:
    """From 21 May 2027: six months of 660 come back of twelve new ones."""
    contract = contract_of(caller, account="ACME")
    answer = do(caller, contract, "renew", effective_date="2027-05-21")
    back, renewed = answer["instructions"]
    assert (back["amount"], renewed["amount"]) == (-3960, 7920)
    assert answer["quote"]["totals"]["net"] == 3960
    [new] = order(caller, answer["quote"])["contracts"]
    after, old = read(caller, new), read(caller, contract["id"])
    assert (after["start_date"], after["end_date"], after["value"]) == (
        *("2027-05-21", "2028-05-21"),
        7920,
    )
    assert (old["charges"][0]["end_date"], old["value"]) == ("2027-05-21", 3960)


def test_contracts_become_one_that_ends_once(caller: Caller) -> None:
    """One ends on 21 November 2027, the other on 21 February 2028; both for twelve months more.

    To the latest end, 21 February 2029, the first one goes on for fifteen months.
    """
    first = contract_of(caller, account="ACME")
    second = contract_of(
        caller, {**PLAN, "quantity": 1, "start_date": "2027-02-21"}, account="ACME"
    )
    latest = do(caller, first, "renew", co_term_with=[second["id"]])
    assert [each["amount"] for each in latest["instructions"]] == [9900, 1980]
    early = do(
        caller,
        first,
        "renew",
        co_term_with=[second["id"]],
        co_term_end="earliest",
        dry_run=True,
    )
    assert [each["amount"] for each in early["instructions"]] == [7920, 1485]  # 12 and 9 months
    to: Json = {"co_term_with": [second["id"]], "co_term_end": "2028-12-21", "dry_run": True}
    given = do(caller, first, "renew", **to)
    assert [each["amount"] for each in given["instructions"]] == [8580, 1650]  # 13 and 10
    [merged] = order(caller, latest["quote"])["contracts"]
    after = read(caller, merged)
    assert (after["start_date"], after["end_date"], after["value"]) == (
        *("2027-11-21", "2029-02-21"),
        11880,
    )
    assert [each["start_date"] for each in after["charges"]] == ["2027-11-21", "2028-02-21"]
    assert set(after["renews"]) == {first["id"], second["id"]}
    for each in (first, second):
        assert read(caller, each["id"])["renewed_by"] == merged


def test_only_contracts_that_go_together_are_merged(caller: Caller) -> None:
    contract = contract_of(caller, account="ACME")
    other = contract_of(caller)
    refused = do(caller, contract, "renew", 422, co_term_with=[other["id"]])
    assert wrong(refused) == [("/co_term_with/0", "other_account")]
    refused = do(caller, contract, "renew", 422, co_term_with=[contract["id"]])
    assert wrong(refused) == [("/co_term_with", "contract_twice")]


def test_what_renews_by_itself_is_told_of_once_and_renewed_at_its_end(
    program: Caller, hub: Hub
) -> None:
    """ODDAFAB: notice 90 days before the end; then 3.4 percent more, the index and its spread."""
    contract = contract_of(program, PLAN | {"term_months": 12}, account="ODDAFAB", currency="NOK")
    assert (contract["auto_renew"], contract["notice_date"]) == (True, "2027-08-23")
    moved(hub, 2027, 8, 22)
    assert happened(program, contract) == ["created"]
    for month, day in ((8, 23), (8, 24), (11, 20)):
        moved(hub, 2027, month, day)
        assert happened(program, contract) == ["created", "renewal_due"]
    moved(hub, 2027, 11, 21)
    old = read(program, contract["id"])
    assert old["status"] == "renewed"
    new = read(program, old["renewed_by"])
    assert (new["start_date"], new["end_date"], new["status"]) == (
        *("2027-11-21", "2028-11-21"),
        "active",
    )
    assert new["charges"][0]["unit_price"] == 1954.26  # 1,890 and 3.4 percent
    events = program.send("GET", f"/events?subject={contract['id']}").json()["data"]
    assert [each["type"] for each in reversed(events)] == [
        "service.created",
        "service.renewal_due",
        "service.renewed",
    ]


def test_what_does_not_renew_by_itself_ends(program: Caller, hub: Hub) -> None:
    contract = contract_of(program, account="ACME")
    moved(hub, 2027, 10, 21)
    assert happened(program, contract) == ["created"]
    moved(hub, 2027, 10, 22)  # thirty days before
    moved(hub, 2027, 11, 21)
    assert happened(program, contract) == ["created", "renewal_due"]
    assert read(program, contract["id"])["status"] == "expired"


def test_what_cannot_be_renewed_ends_and_says_why(program: Caller, hub: Hub) -> None:
    contract = contract_of(program, account="ODDAFAB", currency="NOK")
    moved(hub, 2027, 8, 23)
    with hub.unit_of_work("CustDemo") as uow:
        data = uow.catalogues.load()
        sold = (each for each in data.price_lists if each.currency.code == "NOK")
        uow.catalogues.put_price_lists(replace(each, switched_on=False) for each in sold)
    moved(hub, 2027, 11, 21)
    after = read(program, contract["id"])
    assert (after["status"], after["auto_renew"]) == ("expired", False)
    assert after["history"][-1]["details"]["reason"]


def happened(caller: Caller, contract: Json) -> list[str]:
    return [each["what"] for each in read(caller, contract["id"])["history"]]


def moved(hub: Hub, year: int, month: int, day: int) -> None:
    """What is due on a day is done."""
    clock = hub.clock
    assert isinstance(clock, FixedClock)
    clock.instant = datetime(year, month, day, 9, 30, tzinfo=UTC)
    Chores(hub).do()


def test_what_nobody_looked_at_for_years_goes_on_term_by_term(program: Caller, hub: Hub) -> None:
    contract = contract_of(program, account="ODDAFAB", currency="NOK")
    moved(hub, 2029, 6, 1)
    second = read(program, read(program, contract["id"])["renewed_by"])
    assert (second["status"], second["end_date"]) == ("renewed", "2028-11-21")
    third = read(program, second["renewed_by"])
    assert (third["status"], third["end_date"]) == ("active", "2029-11-21")


def test_what_is_agreed_about_the_renewal_costs_nothing(caller: Caller) -> None:
    """Three percent by HARBOR's policy, five by the contract, seven for the charge."""
    contract = contract_of(caller)
    dry = do(caller, contract, "amend", changes={"uplift_percent": 5}, dry_run=True)
    assert (dry["applied"], read(caller, contract["id"])) == (False, contract)
    of_all = do(caller, contract, "amend", changes={"uplift_percent": 5, "auto_renew": True})
    assert (of_all["instructions"], of_all["quote"], of_all["order"]) == ([], None, None)
    assert (of_all["contract"]["uplift_percent"], of_all["contract"]["auto_renew"]) == (5, True)
    renewed = do(caller, contract, "renew", dry_run=True)
    assert renewed["instructions"][0]["unit_price"] == 189
    charge = contract["charges"][0]["id"]
    do(caller, contract, "amend", changes={"uplift_percent": "7"}, charge_id=charge)
    renewed = do(caller, contract, "renew", dry_run=True)
    assert renewed["instructions"][0]["unit_price"] == 192.6
    for changes, pointer, code in (
        ({"uplift_percent": -100}, "/changes/uplift_percent", "uplift_out_of_range"),
        ({"uplift_percent": "much"}, "/changes/uplift_percent", "uplift_out_of_range"),
        ({"auto_renew": "perhaps"}, "/changes/auto_renew", "not_a_truth"),
        ({"auto_renew": False, "quantity": 5}, "/changes/quantity", "not_with_terms"),
    ):
        assert wrong(do(caller, contract, "amend", 422, changes=changes)) == [(pointer, code)]
    dated: Json = {"changes": {"auto_renew": False}, "effective_date": "2027-01-01"}
    refused = do(caller, contract, "amend", 422, **dated)
    assert wrong(refused) == [("/effective_date", "not_with_terms")]
