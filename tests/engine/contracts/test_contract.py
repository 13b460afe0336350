"""Contracts by their dates: what they are on a day, and what they are like then."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from engine.catalog.service_policy import ServicePolicy, chosen_policy
from engine.contracts.contract import ContractStatus, guard, status_on, term_end
from engine.contracts.renewal import CoTerm, spans, uplift_of, uplifted
from engine.kernel.errors import IllegalTransition
from engine.kernel.period import Period
from tests.engine.contracts.contracts import a_contract, a_policy, an_item

S = ContractStatus
LEAP = a_contract(an_item(date(2024, 2, 29), date(2025, 2, 28), "1200"))


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2024, 2, 28), S.PENDING),
        (date(2024, 2, 29), S.ACTIVE),
        (date(2025, 2, 27), S.ACTIVE),
        (date(2025, 2, 28), S.EXPIRED),
    ],
)
def test_dates_decide_what_a_contract_is(day: date, status: ContractStatus) -> None:
    assert status_on(LEAP, day) is status


def test_what_was_done_decides_before_dates_do() -> None:
    ended = replace(LEAP, noticed_on=date(2024, 5, 1), terminated_on=date(2024, 6, 1))
    assert status_on(ended, date(2024, 5, 31)) is S.IN_NOTICE
    assert status_on(ended, date(2024, 6, 1)) is S.TERMINATED
    renewed = replace(LEAP, renewed_by="ctr_2")
    assert status_on(renewed, date(2024, 5, 31)) is S.RENEWED
    for each in (ended, renewed):
        with pytest.raises(IllegalTransition):
            guard(each, date(2024, 5, 31))


def test_notice_is_given_before_the_end_and_never_before_the_beginning() -> None:
    policy = a_policy(notice_days=90)
    assert replace(LEAP, policy=policy).notice_on == date(2024, 11, 30)
    assert replace(LEAP, policy=a_policy(notice_days=900)).notice_on == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("start", "months", "anchor", "end"),
    [
        (date(2024, 2, 29), "12", None, date(2025, 2, 28)),
        (date(2025, 2, 28), "36", 29, date(2028, 2, 29)),
        (date(2026, 1, 31), "1", None, date(2026, 2, 28)),
        (date(2026, 2, 28), "1", 31, date(2026, 3, 31)),
        (date(2026, 1, 1), "1.5", None, date(2026, 2, 15)),  # half of February's 28 days
    ],
)
def test_terms_end_on_their_anchor(start: date, months: str, anchor: int | None, end: date) -> None:
    assert term_end(start, D(months), anchor) == end


def test_what_a_contract_is_like_follows_its_charges() -> None:
    first = an_item(date(2026, 1, 1), date(2026, 7, 1), "600")
    second = replace(
        an_item(date(2026, 7, 1), date(2027, 1, 1), "900", unit="150", id="chg_2"),
        build=(("level", "full"),),
    )
    contract = a_contract(first, second, end_date=date(2027, 1, 1))
    assert contract.attributes(date(2025, 1, 1)) == {"level": "basic"}
    assert contract.attributes(date(2026, 6, 30)) == {"level": "basic"}
    assert contract.attributes(date(2026, 7, 1)) == {"level": "full"}
    assert contract.attributes(date(2030, 1, 1)) == {"level": "full"}
    assert contract.value == 1500


def test_the_uplift_of_a_charge_beats_the_contracts_and_that_the_policys() -> None:
    item, own = an_item(*_year(), "1200"), an_item(*_year(), "1200", uplift="7")
    policy = a_policy(uplift_percent=D(3))
    contract = a_contract(item, policy=policy)
    assert uplift_of(contract, item, None) == 3
    assert uplift_of(replace(contract, uplift_percent=D(5)), item, None) == 5
    assert uplift_of(replace(contract, uplift_percent=D(5)), own, None) == 7
    assert uplift_of(contract, own, D(1)) == 1
    assert uplifted(D("149.5"), D(3)) == D("153.985")


@pytest.mark.parametrize(("index", "uplift"), [("2.4", "3.4"), ("0.5", "2"), ("-1", "2")])
def test_an_index_with_its_spread_is_never_below_the_floor(index: str, uplift: str) -> None:
    policy = a_policy(index_percent=D(index), index_spread=D(1), index_floor=D(2))
    assert policy.uplift == D(uplift)


def test_contracts_are_merged_to_one_end() -> None:
    """One ends on 1 March and one on 1 June; both go on for twelve months."""
    march = a_contract(an_item(date(2026, 3, 1), date(2027, 3, 1), "1200"))
    june = a_contract(an_item(date(2026, 6, 1), date(2027, 6, 1), "1200"), id="ctr_2")
    both = [march, june]
    assert _ends(spans(both, None, None, CoTerm.LATEST)) == {date(2028, 6, 1)}
    assert _ends(spans(both, None, None, CoTerm.EARLIEST)) == {date(2028, 3, 1)}
    given = spans(both, None, None, date(2028, 1, 1))
    assert [(each.start, each.end) for each in given] == [
        (date(2027, 3, 1), date(2028, 1, 1)),
        (date(2027, 6, 1), date(2028, 1, 1)),
    ]


def test_the_narrowest_policy_is_taken() -> None:
    everybody = a_policy(id="A", priority=9)
    group = a_policy(id="B", group="keys")
    own = a_policy(id="C", account="ACME", validity=Period(date(2026, 1, 1), None))
    every, day = [everybody, group, own], date(2026, 5, 1)
    assert _id(chosen_policy(every, "ACME", "keys", day)) == "C"
    assert _id(chosen_policy(every, "ACME", "keys", date(2025, 5, 1))) == "B"
    assert _id(chosen_policy(every, "OTHER", None, day)) == "A"
    assert not chosen_policy([], "OTHER", None, day).id


def _id(policy: ServicePolicy) -> str:
    return policy.id


def _ends(found: object) -> set[date]:
    return {each.end for each in found}  # type: ignore[attr-defined]


def _year() -> tuple[date, date]:
    return date(2026, 1, 1), date(2027, 1, 1)
