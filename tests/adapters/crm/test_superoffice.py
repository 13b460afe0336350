from collections.abc import Iterator
from decimal import Decimal

import pytest

from adapters.crm.superoffice import SuperOfficeCrm
from engine.ports.crm import DealStage
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain
from tests.adapters.crm.documents import AT, LATER, told
from tests.adapters.crm.stub import Reply
from tests.adapters.crm.superoffice_stub import (
    ORDER_FIELD,
    STATE_FIELD,
    WHEN_FIELD,
    SuperOffice,
    sale,
)
from tests.adapters.steps import MemorySteps, TakenOverError


@pytest.fixture
def there() -> Iterator[SuperOffice]:
    stub = SuperOffice()
    yield stub
    stub.close()


def crm(there: SuperOffice, **options: str) -> SuperOfficeCrm:
    return SuperOfficeCrm(there.access(**options), there.guard)


def test_an_order_is_told_to_its_sale(there: SuperOffice) -> None:
    found = crm(there, stage_ordered="8", when_field=WHEN_FIELD).write(
        told(), "eff_1", MemorySteps()
    )
    kept = there.sales[12]
    assert kept["Amount"] == Decimal("1249.5")
    assert kept["Status"] == "Sold"
    assert kept["Rating"]["Id"] == 8
    assert kept["CustomFields"] == {
        ORDER_FIELD: "O-2026-000001",
        STATE_FIELD: "placed",
        WHEN_FIELD: "2026-11-21T12:00:00+00:00",
    }
    assert found.reference == "12"
    assert found.written == ("amount", "status", "stage", "order", "order_state", "at")
    assert found.kept == ()
    assert found.said.at == AT
    assert found.said.members["amount"] == "1249.5 EUR"


def test_every_value_that_is_replaced_is_tested_first(there: SuperOffice) -> None:
    crm(there).write(told(), "eff_1", MemorySteps())
    [patched] = there.of("PATCH")
    operations = patched.json()
    tests = [each["path"] for each in operations if each["op"] == "test"]
    assert tests == [
        "/Amount",
        "/Status",
        f"/CustomFields/{ORDER_FIELD}",
        f"/CustomFields/{STATE_FIELD}",
    ]
    assert [each["op"] for each in operations] == ["test"] * 4 + ["replace"] * 4


def test_what_stands_there_already_is_not_written(there: SuperOffice) -> None:
    connected = crm(there)
    connected.write(told(), "eff_1", MemorySteps())
    found = connected.write(told(), "eff_2", MemorySteps())
    assert found.written == ()
    assert len(there.of("PATCH")) == 1


def test_what_somebody_changed_since_stays(there: SuperOffice) -> None:
    connected = crm(there)
    first = connected.write(told(), "eff_1", MemorySteps())
    there.sales[12]["Amount"] = Decimal("1300.0")
    later = told(at=LATER, amount=Decimal(1100), order_state="completed", last=first.said)
    found = connected.write(later, "eff_2", MemorySteps())
    assert there.sales[12]["Amount"] == Decimal("1300.0")
    assert there.sales[12]["CustomFields"][STATE_FIELD] == "completed"
    assert found.written == ("order_state",)
    [kept] = found.kept
    assert (kept.member, kept.there, kept.ours) == ("amount", "1300 EUR", "1100 EUR")
    # and it stays the next time too
    again = connected.write(told(at=LATER, last=found.said), "eff_3", MemorySteps())
    assert "amount" not in again.written


def test_what_was_said_last_is_written_over(there: SuperOffice) -> None:
    connected = crm(there)
    first = connected.write(told(), "eff_1", MemorySteps())
    there.sales[12]["UpdatedDate"] = "2026-11-23T00:00:00Z"
    changed = told(at=LATER, amount=Decimal("999.99"), last=first.said)
    connected.write(changed, "eff_2", MemorySteps())
    assert there.sales[12]["Amount"] == Decimal("999.99")


def test_the_first_time_a_sale_that_was_changed_later_keeps_its_amount(there: SuperOffice) -> None:
    there.sales[12]["UpdatedDate"] = "2026-11-21T14:00:00+01:00"
    found = crm(there).write(told(), "eff_1", MemorySteps())
    assert there.sales[12]["Amount"] == Decimal("1000.0")
    assert found.written == ("order", "order_state")
    assert {each.member for each in found.kept} == {"amount", "status"}


def test_it_may_be_said_that_the_first_time_everything_is_written_over(there: SuperOffice) -> None:
    there.sales[12]["UpdatedDate"] = "2026-11-21T13:00:00Z"
    crm(there, newer="overwrite").write(told(), "eff_1", MemorySteps())
    assert there.sales[12]["Amount"] == Decimal("1249.5")


def test_what_is_older_than_what_was_said_says_nothing(there: SuperOffice) -> None:
    connected = crm(there)
    last = connected.write(told(at=LATER), "eff_2", MemorySteps()).said
    found = connected.write(told(amount=Decimal(5), last=last), "eff_1", MemorySteps())
    assert (found.written, found.said) == ((), last)
    assert there.sales[12]["Amount"] == Decimal("1249.5")


def test_another_order_s_sale_is_left_alone(there: SuperOffice) -> None:
    there.sales[12]["CustomFields"][ORDER_FIELD] = "O-2026-000777"
    with pytest.raises(Declined) as declined:
        crm(there).write(told(), "eff_1", MemorySteps())
    assert declined.value.fields == {"order": "O-2026-000777 stands there"}
    assert there.of("PATCH") == []


def test_a_deal_that_was_given_up_keeps_its_amount(there: SuperOffice) -> None:
    given_up = told(stage=DealStage.CANCELLED, amount=None, order_state="cancelled")
    crm(there, status_cancelled="Lost").write(given_up, "eff_1", MemorySteps())
    assert there.sales[12]["Amount"] == Decimal("1000.0")
    assert there.sales[12]["Status"] == "Lost"


def test_an_amount_is_not_written_beside_another_currency(there: SuperOffice) -> None:
    there.sales[12]["Currency"] = {"Id": 1, "Value": "NOK"}
    with pytest.raises(Declined) as declined:
        crm(there).write(told(), "eff_1", MemorySteps())
    assert "NOK" in declined.value.fields["currency"]


def test_a_currency_whose_number_is_listed_is_written_with_the_amount(there: SuperOffice) -> None:
    crm(there).write(told(currency="SEK"), "eff_1", MemorySteps())
    assert there.sales[12]["Currency"]["Id"] == 5
    assert there.sales[12]["Amount"] == Decimal("1249.5")


def test_older_versions_have_user_defined_fields_elsewhere(there: SuperOffice) -> None:
    found = there.sales[12]
    access = there.access()
    del found["CustomFields"]
    found["UserDefinedFields"] = {ORDER_FIELD: "", STATE_FIELD: ""}
    there.faults["PATCH"] = [Reply(200, found)]
    SuperOfficeCrm(access, there.guard).write(told(), "eff_1", MemorySteps())
    paths = {each["path"] for each in there.of("PATCH")[0].json()}
    assert f"/UserDefinedFields/{ORDER_FIELD}" in paths


@pytest.mark.parametrize("status", [409, 412])
def test_where_somebody_was_faster_it_is_read_again(there: SuperOffice, status: int) -> None:
    there.faults["PATCH"] = [Reply(status, {"Message": "conflict"})]
    found = crm(there).write(told(), "eff_1", MemorySteps())
    assert "amount" in found.written
    assert [each.path[-1] for each in there.of("GET")][-2:] == ["12", "12"]


def test_what_changed_between_reading_and_writing_stays(there: SuperOffice) -> None:
    steps = MemorySteps()

    class Racing(MemorySteps):
        def keep(self, **reached: str) -> None:
            steps.keep(**reached)
            if "seen_amount" in reached:
                there.sales[12]["Amount"] = Decimal("1500.0")

        def get(self, name: str) -> str | None:
            return steps.get(name)

    found = crm(there).write(told(), "eff_1", Racing())
    assert there.sales[12]["Amount"] == Decimal("1500.0")
    assert [each.member for each in found.kept] == ["amount"]


def test_a_sale_that_changes_all_the_time_is_tried_later(there: SuperOffice) -> None:
    there.faults["PATCH"] = [Reply(409) for _ in range(3)]
    with pytest.raises(Postponed):
        crm(there).write(told(), "eff_1", MemorySteps())


def test_a_lost_answer_is_looked_up(there: SuperOffice) -> None:
    there.lose = ["PATCH"]
    connected, steps = crm(there), MemorySteps()
    with pytest.raises(Uncertain):
        connected.write(told(), "eff_1", steps)
    assert there.sales[12]["Amount"] == Decimal("1249.5")
    found = connected.write(told(), "eff_1", steps)
    assert len(there.of("PATCH")) == 1
    assert found.said.members["order"] == "O-2026-000001"


def test_after_a_lost_answer_somebody_s_change_stays(there: SuperOffice) -> None:
    there.lose = ["PATCH"]
    connected, steps = crm(there), MemorySteps()
    with pytest.raises(Uncertain):
        connected.write(told(), "eff_1", steps)
    there.sales[12]["Amount"] = Decimal("77.0")
    found = connected.write(told(), "eff_1", steps)
    assert there.sales[12]["Amount"] == Decimal("77.0")
    assert [each.member for each in found.kept] == ["amount"]


def test_a_push_that_was_taken_over_writes_nothing(there: SuperOffice) -> None:
    with pytest.raises(TakenOverError):
        crm(there).write(told(), "eff_1", MemorySteps(0))
    assert there.of("PATCH") == []


@pytest.mark.parametrize("opportunity", ["", "abc", "0", "99999999999", "12/../13", "13"])
def test_what_is_no_sale_is_declined(there: SuperOffice, opportunity: str) -> None:
    with pytest.raises(Declined) as declined:
        crm(there).write(told(opportunity=opportunity), "eff_1", MemorySteps())
    assert "opportunity" in declined.value.fields


def test_another_sale_than_was_asked_for_is_declined(there: SuperOffice) -> None:
    connected = crm(there)
    connected.check()
    there.faults["GET"] = [Reply(200, sale(13))]
    with pytest.raises(Declined, match="another sale"):
        connected.write(told(), "eff_1", MemorySteps())


def test_what_is_wrong_is_named(there: SuperOffice) -> None:
    with pytest.raises(Declined) as declined:
        crm(there, stage_ordered="100").write(told(), "eff_1", MemorySteps())
    assert declined.value.fields == {"Rating": "not in the list"}


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, b"<html>"), Postponed),
        (Reply(200, b"[1]"), Postponed),
        (Reply(200, b"x" * 200_000), Postponed),
        (Reply(503, b"later"), Postponed),
        (Reply(429, None, Retry_After="17"), Postponed),
        (Reply(302, None, Location="https://elsewhere.test/"), Declined),
        (Reply(403, None), Denied),
        (Reply(200, sale(12, Amount="much")), Declined),
    ],
)
def test_odd_answers_have_names(there: SuperOffice, reply: Reply, outcome: type[Exception]) -> None:
    connected = crm(there)
    connected.check()
    there.faults["GET"] = [reply]
    with pytest.raises(outcome):
        connected.write(told(), "eff_1", MemorySteps())


def test_a_huge_number_is_not_written_out(there: SuperOffice) -> None:
    connected = crm(there)
    connected.check()
    there.faults["GET"] = [Reply(200, sale(12, Amount=Decimal("1e999999999")))]
    found = connected.write(told(), "eff_1", MemorySteps())
    assert "amount" not in found.written  # it is 1000 by now, and was not when it was seen


def test_an_odd_answer_to_a_write_is_uncertain(there: SuperOffice) -> None:
    there.faults["PATCH"] = [Reply(200, b"<html>"), Reply(500), Reply(200, sale(13))]
    connected = crm(there)
    for _ in range(3):
        with pytest.raises(Uncertain):
            connected.write(told(), "eff_1", MemorySteps())
