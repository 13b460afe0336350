from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.crm.salesforce import SalesforceCrm
from engine.kernel.clock import FixedClock
from engine.ports.connections import TableName, Tables
from engine.ports.crm import DealStage
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain
from tests.adapters.crm.documents import LATER, told
from tests.adapters.crm.salesforce_stub import CLIENT, ID, SECRET, USER, Salesforce, opportunity
from tests.adapters.crm.stub import OTHER_KEY, Reply, pem
from tests.adapters.steps import MemorySteps


@pytest.fixture
def there() -> Iterator[Salesforce]:
    stub = Salesforce()
    yield stub
    stub.close()


def crm(there: Salesforce, **options: str) -> SalesforceCrm:
    return SalesforceCrm(there.access(**options), there.guard)


def test_an_order_is_told_to_its_opportunity(there: Salesforce) -> None:
    found = crm(there, when_field="Told_At__c").write(told(), "eff_1", MemorySteps())
    [kept] = there.records
    assert kept["Amount"] == Decimal("1249.50")
    assert kept["StageName"] == "Closed Won"
    assert kept["Order__c"] == "O-2026-000001"
    assert kept["Order_State__c"] == "placed"
    assert kept["Told_At__c"] == "2026-11-21T12:00:00Z"
    assert found.reference == ID
    assert found.written == ("amount", "stage", "order", "order_state", "at")
    [sent] = there.of("PATCH")
    assert sent.params == {"updateOnly": "true"}
    assert sent.headers["if-unmodified-since"] == "Fri, 20 Nov 2026 08:00:00 GMT"


def test_an_instant_is_the_same_however_it_is_written(there: Salesforce) -> None:
    connected = crm(there, when_field="Told_At__c")
    connected.write(told(), "eff_1", MemorySteps())
    there.records[0]["Told_At__c"] = "2026-11-21T12:00:00.000+0000"
    assert connected.write(told(), "eff_1", MemorySteps()).written == ()


def test_an_opportunity_may_be_known_by_its_own_id(there: Salesforce) -> None:
    connected = crm(there, external_id_field="")
    connected.write(told(opportunity=ID[:15] + "IAA"), "eff_1", MemorySteps())
    assert there.records[0]["StageName"] == "Closed Won"
    assert there.of("PATCH")[0].path[-1] == ID
    for wrong in ("12", "006Dn000001abcd/../x", ""):
        with pytest.raises(Declined):
            connected.write(told(opportunity=wrong), "eff_1", MemorySteps())


def test_an_external_id_that_is_not_unique_is_declined(there: Salesforce) -> None:
    there.records.append(opportunity(Id="006Dn000002abcdIAA"))
    with pytest.raises(Declined, match="not unique") as declined:
        crm(there).write(told(), "eff_1", MemorySteps())
    assert "opportunity" in declined.value.fields
    assert there.of("PATCH") == []


def test_an_opportunity_that_is_not_there_is_not_made(there: Salesforce) -> None:
    there.records.clear()
    with pytest.raises(Declined, match="no such opportunity"):
        crm(there).write(told(), "eff_1", MemorySteps())


def test_an_opportunity_is_made_where_that_is_wanted(there: Salesforce) -> None:
    there.records.clear()
    connected = crm(there, creates="yes")
    assert connected.capabilities().creates
    found = connected.write(told(), "eff_1", MemorySteps())
    [made] = there.records
    assert (made["Name"], made["CloseDate"], made["Hub_Id__c"]) == ("Chairs", "2026-11-21", "12")
    assert made["Amount"] == Decimal("1249.50")
    assert found.reference == made["Id"]
    there.records.clear()
    given_up = told(stage=DealStage.CANCELLED, amount=None)
    with pytest.raises(Declined) as declined:
        connected.write(given_up, "eff_2", MemorySteps())
    assert "stage" in declined.value.fields


def test_making_one_twice_after_a_lost_answer_is_one(there: Salesforce) -> None:
    there.records.clear()
    there.lose = ["PATCH"]
    connected, steps = crm(there, creates="yes"), MemorySteps()
    with pytest.raises(Uncertain):
        connected.write(told(), "eff_1", steps)
    assert connected.write(told(), "eff_1", steps).written == ()
    assert len(there.records) == 1


def test_what_somebody_changed_since_stays(there: Salesforce) -> None:
    connected = crm(there)
    first = connected.write(told(), "eff_1", MemorySteps())
    there.records[0]["StageName"] = "Closed Lost"
    later = told(at=LATER, order_state="completed", amount=Decimal(900), last=first.said)
    found = connected.write(later, "eff_2", MemorySteps())
    assert there.records[0]["StageName"] == "Closed Lost"
    assert there.records[0]["Amount"] == Decimal(900)
    assert [(each.member, each.there) for each in found.kept] == [("stage", "Closed Lost")]


def test_the_first_time_what_was_changed_later_stays(there: Salesforce) -> None:
    there.records[0]["LastModifiedDate"] = "2026-11-21T12:00:01.000+0000"
    found = crm(there).write(told(), "eff_1", MemorySteps())
    assert found.written == ("order", "order_state")
    assert there.records[0]["Amount"] == Decimal("1000.0")


def test_where_somebody_was_faster_it_is_read_again(there: Salesforce) -> None:
    steps = MemorySteps()

    class Racing(MemorySteps):
        def keep(self, **reached: str) -> None:
            steps.keep(**reached)
            if "seen_amount" in reached:
                there.records[0]["Amount"] = Decimal(1500)
                there.records[0]["LastModifiedDate"] = "2026-11-21T12:00:02.000+0000"

        def get(self, name: str) -> str | None:
            return steps.get(name)

    found = crm(there).write(told(), "eff_1", Racing())
    assert there.records[0]["Amount"] == Decimal(1500)
    assert there.records[0]["Order__c"] == "O-2026-000001"
    assert [each.member for each in found.kept] == ["amount"]


def test_another_order_s_opportunity_is_left_alone(there: Salesforce) -> None:
    there.records[0]["Order__c"] = "O-2026-000777"
    with pytest.raises(Declined):
        crm(there).write(told(), "eff_1", MemorySteps())


def test_currencies(there: Salesforce) -> None:
    crm(there).write(told(currency="SEK"), "eff_1", MemorySteps())
    assert there.records[0]["CurrencyIsoCode"] == "SEK"
    alone = {"currency_field": "", "currency": "EUR"}
    crm(there, **alone).write(told(), "eff_2", MemorySteps())
    for options in (alone, {"currency_field": ""}):
        with pytest.raises(Declined) as declined:
            crm(there, **options).write(told(currency="NOK"), "eff_3", MemorySteps())
        assert "currency" in declined.value.fields


def test_a_currency_may_be_called_otherwise_there(there: Salesforce) -> None:
    access = there.access()
    listed = replace(access, tables=Tables({TableName.CURRENCY: {"EUR": "EUR2"}}))
    SalesforceCrm(listed, there.guard).write(told(), "eff_1", MemorySteps())
    assert there.records[0]["CurrencyIsoCode"] == "EUR2"


def test_a_client_may_have_a_token_of_its_own(there: Salesforce) -> None:
    held = {"client_id": CLIENT, "client_secret": SECRET}
    access = replace(there.access(), credentials=held)
    assert SalesforceCrm(access, there.guard).check().identity == USER
    wrong = replace(access, credentials={**held, "client_secret": "x"})
    with pytest.raises(Denied, match="invalid_client"):
        SalesforceCrm(wrong, there.guard).check()


def test_another_key_s_assertion_gives_no_token(there: Salesforce) -> None:
    usual = there.access()
    wrong = replace(usual, credentials={**usual.credentials, "private_key": pem(OTHER_KEY)})
    with pytest.raises(Denied, match="invalid_grant"):
        SalesforceCrm(wrong, there.guard).check()


def test_a_token_is_kept_and_renewed(there: Salesforce) -> None:
    clock = FixedClock(datetime.now(UTC))
    connected = SalesforceCrm(there.access(), there.guard, clock)
    connected.check()
    connected.write(told(), "eff_1", MemorySteps())
    assert len(there.tokens) == 1
    there.ended.update(there.tokens)
    connected.write(told(at=LATER, order_state="x"), "eff_2", MemorySteps())
    assert len(there.tokens) == 2
    clock.instant += timedelta(minutes=55)
    connected.check()
    assert len(there.tokens) == 3


@pytest.mark.parametrize(
    "instance",
    [
        "http://acme.my.salesforce.com",
        "https://acme.my.salesforce.com.evil.test",
        "https://salesforce.com.evil.test",
        "https://evilsalesforce.com",
        "https://me@acme.my.salesforce.com",
        "https://acme.my.salesforce.com:8443",
        "https://evil.test\\.salesforce.com",
        "https://[::1",
        "https://127.0.0.1",
        None,
    ],
)
def test_a_token_for_elsewhere_is_not_used(there: Salesforce, instance: str | None) -> None:
    there.given = {"instance_url": instance}
    with pytest.raises(Denied):
        crm(there).check()
    assert [each.method for each in there.asked] == ["POST"]


def test_a_check_says_what_will_not_work(there: Salesforce) -> None:
    assert crm(there).check().troubles == ()
    wrong = crm(there, order_field="Nope__c", state_field="Id", external_id_field="Name")
    assert [each.partition(":")[0] for each in wrong.check().troubles] == [
        "order_field",
        "state_field",
        "external_id_field",
    ]


def test_what_is_wrong_is_named(there: Salesforce) -> None:
    with pytest.raises(Declined) as declined:
        crm(there, stage_ordered="Sold").write(told(), "eff_1", MemorySteps())
    assert declined.value.fields == {"StageName": "bad value"}


def test_another_opportunity_than_was_asked_for_is_declined(there: Salesforce) -> None:
    connected = crm(there)
    connected.check()
    there.faults["GET"] = [Reply(200, opportunity(Hub_Id__c="13"))]
    with pytest.raises(Declined, match="another opportunity"):
        connected.write(told(), "eff_1", MemorySteps())


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, b"<html>"), Postponed),
        (Reply(200, b"[]"), Postponed),
        (Reply(503), Postponed),
        (Reply(403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "enough"}]), Postponed),
        (Reply(403, [{"errorCode": "API_DISABLED_FOR_ORG", "message": "no"}]), Denied),
        (Reply(403, b"<html>"), Denied),
        (Reply(301, None, Location="https://elsewhere.test/"), Declined),
        (Reply(400, [{"errorCode": "X", "message": "y", "fields": 7}, 8]), Declined),
        (Reply(200, opportunity(Amount=True)), Declined),
    ],
)
def test_odd_answers_have_names(there: Salesforce, reply: Reply, outcome: type[Exception]) -> None:
    connected = crm(there)
    connected.check()
    there.faults["GET"] = [reply]
    with pytest.raises(outcome):
        connected.write(told(), "eff_1", MemorySteps())
