"""Who is let in, and how often."""

from dataclasses import replace

import pytest

from connector.context import NOBODY, Exchange, Principal
from connector.errors import Refused
from connector.gate import Gate
from connector.security import Authenticator, TooManyFailures, Unauthenticated
from connector.surface import Surface
from engine.hub import Hub
from engine.services import tenancy
from tests.connector.conftest import Open, a_doorman
from tests.connector.wire import JSON, signed

LISTS = "/superoffice/GetAllPriceLists"


@pytest.fixture
def doorman(hub: Hub) -> Authenticator:
    return a_doorman(hub, failures_per_minute=2)


def an_exchange(authorization: str | None) -> Exchange:
    return Exchange("req_1", "POST", LISTS, "192.0.2.1", authorization=authorization)


def test_who_is_admitted_stays_admitted_for_the_request(doorman: Authenticator) -> None:
    gate, exchange = Gate(doorman, rate=1), an_exchange(signed()["authorization"])
    first = gate.admit(exchange)
    assert first.tenant == "CustA"
    assert gate.admit(exchange) is first


def test_one_request_fails_once_however_often_it_is_asked_about(doorman: Authenticator) -> None:
    gate = Gate(doorman)
    for _ in range(2):
        exchange = an_exchange(signed("CustA", "wrong")["authorization"])
        for _ in range(5):
            with pytest.raises(Unauthenticated):
                gate.admit(exchange)
    with pytest.raises(TooManyFailures):
        gate.admit(an_exchange(signed("CustA", "wrong")["authorization"]))


def test_only_a_proven_header_is_recalled_and_only_while_it_holds(
    hub: Hub, doorman: Authenticator
) -> None:
    header = signed()["authorization"]
    assert doorman.recall(None) is None
    assert doorman.recall(header) is None
    proven = doorman.authenticate(header, "192.0.2.1")
    assert doorman.recall(header) == proven
    assert doorman.recall(signed("CustA", "wrong")["authorization"]) is None
    with hub.administration() as administration:
        tenancy.disable(administration, "CustA")
    assert doorman.recall(header) is None


def test_a_recalled_caller_is_counted_like_any_other(doorman: Authenticator) -> None:
    gate = Gate(doorman, rate=2)
    header = signed()["authorization"]
    assert gate.recall(an_exchange(header)) is None
    gate.admit(an_exchange(header))
    assert isinstance(gate.recall(an_exchange(header)), Principal)
    exchange = an_exchange(header)
    with pytest.raises(Refused):
        gate.recall(exchange)
    with pytest.raises(Refused):
        gate.admit(exchange)


@pytest.mark.parametrize("way", [{}, {"short_way": False}, {"at_once": True}], ids=str)
def test_a_tenant_that_asks_too_often_waits_and_others_do_not(
    open_wire: Open, way: dict[str, bool]
) -> None:
    wire = open_wire(rate=5, **way)
    replies = [wire.post(LISTS, {}) for _ in range(7)]
    assert [reply.status for reply in replies[:5]] == [200] * 5
    refused = replies[-1]
    assert (refused.status, refused.json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["retry-after"]) >= 1
    assert wire.post(LISTS, {}, JSON | signed("CustB")).status == 200


def test_whoever_is_not_known_is_not_counted(open_wire: Open) -> None:
    wire = open_wire(rate=1)
    for address in "abcdef":
        wire.ask("POST", LISTS, [b"{}"], JSON | signed("CustA", "wrong"), address=address)
    assert wire.post(LISTS, {}).status == 200


def test_zero_counts_nothing(open_wire: Open) -> None:
    wire = open_wire(rate=0)
    assert {wire.post(LISTS, {}).status for _ in range(150)} == {200}


def test_nobody_needs_credentials_where_a_path_is_open_and_is_counted_by_address(
    doorman: Authenticator, surface: Surface
) -> None:
    opened = replace(surface, open_paths=frozenset({"/open", "/doors/"}))
    gate = Gate(doorman, rate=2)

    def admit(path: str, address: str) -> Principal:
        called = Exchange("req_1", "POST", f"/superoffice{path}", address, surface=opened)
        return gate.admit(called)

    assert admit("/open", "192.0.2.1") is NOBODY
    assert admit("/doors/1/2", "192.0.2.1") is NOBODY
    with pytest.raises(Refused):
        admit("/open", "192.0.2.1")
    assert admit("/open", "192.0.2.2") is NOBODY
    for path in ("/open/", "/opened", "/doors", "/GetAllPriceLists"):
        with pytest.raises(Unauthenticated):
            admit(path, "192.0.2.3")
