"""What was planned is carried out on the contract it was planned for, or not at all."""

from dataclasses import replace
from datetime import date

import pytest

from engine.contracts.carrying import kept, seen
from engine.contracts.contract import Contract
from engine.contracts.instruction import Action
from engine.contracts.plan import Plan, Seen
from engine.kernel.errors import IllegalTransition
from tests.engine.contracts.contracts import a_contract, an_item

START, END = date(2026, 1, 1), date(2027, 1, 1)
ITEM = an_item(START, END, "1200")
CONTRACT = a_contract(ITEM)
SEEN = Seen(contract="ctr_1", charge="chg_1", until=END)


def a_plan(*seen_: Seen) -> Plan:
    """The renewal of the contract for another year."""
    return Plan(action=Action.RENEW, contracts=("ctr_1",), on=END, by="us", seen=seen_)


def test_what_a_contract_has_is_seen() -> None:
    assert seen([CONTRACT]) == (SEEN,)


@pytest.mark.parametrize(
    "plan",
    [
        a_plan(SEEN),
        a_plan(SEEN, Seen(contract="ctr_2", charge="chg_9", until=END)),  # is merged with it
        a_plan(),  # kept before it was asked
    ],
)
def test_a_contract_that_is_as_it_was_goes_on(plan: Plan) -> None:
    assert kept(CONTRACT, plan, ()) == (ITEM,)


@pytest.mark.parametrize(
    "changed",
    [
        a_contract(ITEM, an_item(START, END, "1200", id="chg_2")),
        a_contract(an_item(START, date(2026, 6, 1), "500")),
        a_contract(an_item(START, END, "1200", id="chg_2")),
        replace(CONTRACT, items=()),
    ],
    ids=["added", "ended", "replaced", "taken off"],
)
def test_a_contract_that_was_changed_since_does_not(changed: Contract) -> None:
    with pytest.raises(IllegalTransition):
        kept(changed, a_plan(SEEN), ())
