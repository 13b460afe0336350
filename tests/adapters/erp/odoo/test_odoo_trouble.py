"""What the test of a connection finds, and what becomes of answers that are no good."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal as D

import pytest

from adapters.erp.odoo.erp import OdooErp
from adapters.http import Guard
from engine.kernel.clock import FixedClock
from engine.ports.connections import Access
from engine.ports.erp import Stage
from engine.ports.outcomes import Declined, Denied, Postponed, PushError, Uncertain
from tests.adapters.erp.odoo.peer import OdooPeer
from tests.adapters.erp.odoo.samples import KEY, ORDER, thirds
from tests.adapters.erp.odoo.stub import TRACE
from tests.adapters.serving import Asked, Reply, Server
from tests.adapters.steps import MemorySteps

Connect = Callable[..., OdooErp]
Answering = Callable[[Reply], OdooErp]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """The adapter in front of a system that always answers the same."""
    servers: list[Server] = []

    def started(reply: Reply) -> OdooErp:
        server = Server(lambda _: reply)
        servers.append(server)
        access = Access(
            tenant="CustA",
            system="ERP",
            adapter="odoo",
            url=server.url,
            credentials={"api_key": "secret"},
        )
        return OdooErp(access, Guard(seconds=5, plain=frozenset({server.address}), largest=9_000))

    yield started
    for each in servers:
        each.close()


def test_a_good_connection_has_no_troubles(peer: OdooPeer, erp: OdooErp) -> None:
    found = erp.check()
    assert (found.identity, found.troubles) == ("hub of Nordic Pumps", ())
    assert not [each for each in peer.stub.server.asked if each.path.endswith("/create")]


def test_troubles_are_named_one_by_one(peer: OdooPeer, connect: Connect) -> None:
    peer.stub.forbidden = {"account.tax"}
    found = connect(rounding_product="CENTS", payment_term="Never", pricelist="Retail").check()
    refused = "AccessError: You may not access account.tax"
    assert found.troubles == (
        f"account.tax cannot be read: 127.0.0.1 answered 403: {refused}",
        "rounding_product: Odoo has no CENTS, or several",
        "payment_term: Odoo has no Never, or several",
    )
    assert connect(company="Another").check().troubles[:1] == (
        "which of Odoo's companies sells is not clear: Another",
    )


@pytest.mark.parametrize(
    ("today", "troubles"),
    [
        ("2026-11-01", ()),
        ("2026-11-15", ("the API key ends on 2026-11-28; make a new one before",)),
        ("2026-11-28", ("the API key is over three months old since 2026-11-28; make a new one",)),
    ],
)
def test_the_end_of_a_key_is_told_two_weeks_before(
    peer: OdooPeer, today: str, troubles: tuple[str, ...]
) -> None:
    access = peer.access(peer.stub.server.url)
    # 31 August and 89 days are 28 November.
    known = replace(access, options={**access.options, "key_made_on": "2026-08-31"})
    clock = FixedClock(datetime.fromisoformat(today).replace(tzinfo=UTC))
    guard = Guard(seconds=5, plain=frozenset({peer.address}))
    assert OdooErp(known, guard, clock).check().troubles == troubles


def test_nobody_is_let_in_with_a_key_that_ended(peer: OdooPeer, erp: OdooErp) -> None:
    peer.deny()
    for call in (erp.check, lambda: erp.plan(ORDER), lambda: erp.read("1")):
        with pytest.raises(Denied, match="Unauthorized: Invalid apikey") as denied:
            call()
        assert "Traceback" not in str(denied.value)
    peer.allow()
    assert erp.check().troubles == ()


def test_nothing_is_asked_without_a_key(peer: OdooPeer) -> None:
    access = replace(peer.access(peer.stub.server.url), credentials={})
    with pytest.raises(Denied, match="no credential api_key"):
        OdooErp(access, Guard(plain=frozenset({peer.address}))).check()
    assert peer.stub.server.asked == []


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422, 500, 503])
@pytest.mark.parametrize("cut", [None, 80])
def test_what_failed_inside_odoo_is_never_told(
    answering: Answering, status: int, cut: int | None
) -> None:
    told = {"message": "No such thing", "debug": TRACE, "name": "odoo.exceptions.UserError"}
    body = json.dumps(told, sort_keys=True).encode()
    assert b"Traceback" in body[:80]
    with pytest.raises(PushError) as failed:
        answering(Reply(status=status, body=body[:cut])).read("1")
    assert "Traceback" not in str(failed.value) + repr(vars(failed.value))
    if cut is None:
        assert "UserError: No such thing" in str(failed.value)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(body=b"<html>Log in</html>"), Postponed),
        (Reply(body=b"[NaN]"), Postponed),
        (Reply(body=b"[" * 8_000), Postponed),
        (Reply(body=b'"' + b"a" * 10_000 + b'"'), Postponed),
        (Reply(body=b"{}"), Postponed),
        (Reply(body=b'[{"id": true}]'), Postponed),
        (Reply(body=b'[{"id": 1}, "x"]'), Postponed),
        (Reply(body=b'[{"id": 1, "amount_untaxed": "12.00"}]'), Postponed),
        (Reply(body=b'[{"id": 2}]'), Declined),
        (Reply(body=b"[]"), Declined),
        (Reply(status=302, headers={"Location": "https://example.com"}), Declined),
        (Reply(status=429, headers={"Retry-After": "7"}), Postponed),
        (Reply(status=502, body=b"<html>Bad gateway</html>"), Postponed),
        (Reply(status=409, body=b'{"name": "LockError", "message": "busy"}'), Postponed),
    ],
)
def test_answers_that_are_no_good_have_an_outcome(
    answering: Answering, reply: Reply, outcome: type[PushError]
) -> None:
    with pytest.raises(outcome):
        answering(reply).read("1")


def losing(peer: OdooPeer, part: str, reply: Reply | None) -> Server:
    """A way to the peer that loses the answers of calls to `part`, after they were carried out."""

    def passed(asked: Asked) -> Reply:
        answer = peer.stub._answer(asked)
        if asked.path.endswith(part):
            if reply is None:
                raise ConnectionAbortedError
            return reply
        return answer

    return Server(passed)


@pytest.mark.parametrize("part", ["/create", "/action_confirm", "/search_read"])
@pytest.mark.parametrize(
    "reply", [None, Reply(status=504), Reply(body=b"<html/>"), Reply(body=b"[true]")]
)
def test_an_answer_lost_after_the_call_leaves_one_order(
    peer: OdooPeer, erp: OdooErp, part: str, reply: Reply | None
) -> None:
    way = losing(peer, part, reply)
    try:
        guard = Guard(seconds=5, plain=frozenset({way.address}))
        lost = OdooErp(peer.access(way.url), guard)
        if part == "/create":
            with pytest.raises(Uncertain):
                lost.create(ORDER, KEY, MemorySteps())
        elif part == "/search_read":
            with pytest.raises(Postponed):
                lost.create(ORDER, KEY, MemorySteps())
        else:
            receipt = lost.create(ORDER, KEY, MemorySteps())
            if reply is None or reply.status == 504 or reply.body == b"<html/>":
                with pytest.raises(Uncertain):
                    lost.advance(receipt, Stage.CONFIRMED, MemorySteps())
    finally:
        way.close()
    receipt = erp.find(ORDER, KEY) or erp.create(ORDER, KEY, MemorySteps())
    assert erp.advance(receipt, Stage.CONFIRMED, MemorySteps()).stage == Stage.CONFIRMED
    [held] = peer.held("O-2026-0001")
    assert (held.state, held.net) == ("sale", D("4999.0"))


def test_changes_come_page_by_page_each_once(
    peer: OdooPeer, erp: OdooErp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.erp.odoo.changes.PAGE", 2)
    monkeypatch.setattr("adapters.erp.odoo.erp.PAGE", 2)
    for place in range(1, 6):
        erp.create(
            replace(ORDER, order_number=f"O-{place}", lines=(thirds(),)),
            f"eff_{place}",
            MemorySteps(),
        )
    orders = peer.stub.rows["sale.order"]
    for place in (1, 2, 3):  # within one second, more than a page
        orders[place]["write_date"] = "2026-11-21 12:00:01"
    orders[5]["origin"] = "made by hand"
    seen: list[str] = []
    mark: str | None = None
    for _ in range(8):
        changes = erp.changes(mark)
        mark = changes.mark
        seen += [each.key for each in changes.states]
    assert sorted(set(seen)) == ["O-1", "O-2", "O-3", "O-4"]
    assert erp.changes(mark).states == ()
    peer.stub.sales.ship(2)
    changed = erp.changes(mark)
    [state] = changed.states
    assert (state.key, state.stage, state.net) == ("O-2", Stage.DRAFT, D("100.00"))
    # Written before that, and only seen now: its transaction was a long one.
    orders[4]["write_date"] = "2026-11-21 12:00:03"
    late = []
    for _ in range(4):
        changed = erp.changes(changed.mark)
        late += [each.key for each in changed.states]
    assert late == ["O-4"]


def test_a_mark_of_somebody_else_is_refused(erp: OdooErp) -> None:
    for mark in ("x", "[]", "5", '["yesterday",0,{},false]', '["2026-11-21 12:00:00",0,5,false]'):
        with pytest.raises(Declined, match="is no mark"):
            erp.changes(mark)
