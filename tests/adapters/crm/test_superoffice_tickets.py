import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.crm.superoffice import SuperOfficeCrm
from engine.kernel.clock import FixedClock
from engine.ports.connections import Access
from engine.ports.outcomes import Denied
from tests.adapters.crm.documents import AT, told
from tests.adapters.crm.stub import OTHER_KEY, Reply, pem
from tests.adapters.crm.superoffice_stub import CLAIM, SuperOffice, minute, sale
from tests.adapters.steps import MemorySteps


@pytest.fixture
def there() -> Iterator[SuperOffice]:
    stub = SuperOffice()
    yield stub
    stub.close()


def crm(there: SuperOffice, **options: str) -> SuperOfficeCrm:
    return SuperOfficeCrm(there.access(**options), there.guard)


def test_a_ticket_is_taken_once_and_renewed_before_it_ends(there: SuperOffice) -> None:
    clock = FixedClock(AT)
    connected = SuperOfficeCrm(there.access(), there.guard, clock)
    connected.write(told(), "eff_1", MemorySteps())
    clock.instant = AT + timedelta(hours=5)
    connected.write(told(), "eff_2", MemorySteps())
    assert len(there.tickets) == 1
    clock.instant = AT + timedelta(hours=5, minutes=30)
    connected.write(told(), "eff_3", MemorySteps())
    assert len(there.tickets) == 2
    assert there.minutes == [minute(AT), minute(clock.instant)]


def test_a_ticket_that_has_ended_is_renewed_once(there: SuperOffice) -> None:
    connected = crm(there)
    connected.check()
    there.ended.update(there.tickets)
    connected.write(told(), "eff_1", MemorySteps())
    assert len(there.tickets) == 2
    there.faults["GET"] = [Reply(401), Reply(401)]
    with pytest.raises(Denied):
        connected.write(told(), "eff_2", MemorySteps())
    assert len(there.tickets) == 3


def test_threads_share_a_ticket(there: SuperOffice) -> None:
    connected = crm(there)
    there.sales.update({number: sale(number) for number in range(20, 28)})
    threads = [
        threading.Thread(
            target=connected.write, args=(told(opportunity=str(number)), "eff", MemorySteps())
        )
        for number in range(20, 28)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=20)
    assert len(there.tickets) == 1
    assert all(there.sales[number]["Status"] == "Sold" for number in range(20, 28))


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({f"{CLAIM}ctx": "Cust99999"}, "another customer"),
        ({"iss": "somebody"}, "InvalidIssuerError"),
        ({"aud": "spn:1"}, "somebody else"),
        ({"exp": 1_700_000_000}, "ExpiredSignatureError"),
        ({f"{CLAIM}ticket": ""}, "no ticket"),
        ({f"{CLAIM}webapi_url": "https://online.superoffice.com.evil.test/api"}, "address"),
        ({f"{CLAIM}webapi_url": "http://online.superoffice.com/api"}, "address"),
        ({f"{CLAIM}webapi_url": "https://me@online.superoffice.com/api"}, "address"),
    ],
)
def test_a_token_that_proves_nothing_is_not_believed(
    there: SuperOffice, claims: dict[str, Any], why: str
) -> None:
    there.claims = claims
    with pytest.raises(Denied, match=why):
        crm(there).check()
    assert all(each.path[-1] in {"jwks", "Authenticate"} for each in there.asked)


def test_a_token_that_somebody_else_signed_is_not_believed(there: SuperOffice) -> None:
    there.signing_key = OTHER_KEY
    with pytest.raises(Denied, match="InvalidSignatureError"):
        crm(there).check()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("private_key", "no key"),
        ("private_key", pem(OTHER_KEY)),
        ("private_key", ""),
        ("client_secret", "wrong"),
        ("context", "Cust999"),
    ],
)
def test_wrong_credentials_are_denied(there: SuperOffice, name: str, value: str) -> None:
    usual = there.access()
    access = Access(
        tenant="t1",
        system="superoffice",
        adapter="superoffice",
        url=usual.url,
        credentials={**usual.credentials, name: value},
        options=usual.options,
    )
    with pytest.raises(Denied):
        SuperOfficeCrm(access, there.guard).check()


def test_a_check_says_who_we_are_and_what_will_not_work(there: SuperOffice) -> None:
    found = crm(there).check()
    assert found.identity == "Quotewright at Cust12345"
    assert found.troubles == ()
    wrong = crm(there, order_field="SuperOffice:99", status_ordered="Won", stage_ordered="x")
    assert len(wrong.check().troubles) == 3
    assert there.of("PATCH") == []
