import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.hub import Hub
from engine.proposals.signature import Provider
from engine.services import signing_connections
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, make
from tests.connector.vektra.signing import (
    HOSE,
    SECRET,
    completed,
    events,
    fresh,
    proposed,
    said,
    send,
    sent_quote,
    sign,
    signed,
    status_of,
)


def test_a_signed_document_accepts_its_quote(caller: Caller) -> None:
    quote = sent_quote(caller)
    proposal = proposed(caller, quote)
    body = completed(quote, proposal, signer="Ada Lovelace", signed_at="2026-11-21T09:00:00Z")
    assert sign(caller, body) == {
        "quote_id": quote["id"],
        "quote_status": "accepted",
        "applied": True,
    }
    assert status_of(caller, quote) == "accepted"
    [told] = events(caller, quote)
    assert told["type"] == "signature.completed"
    assert told["data"]["signer"] == "Ada Lovelace"
    assert told["data"]["signed_at"] == "2026-11-21T09:00:00+00:00"
    assert told["data"]["document_sha256"] == proposal["sha256"]
    assert told["data"]["proposal_id"] == proposal["id"]


def test_the_proposal_may_be_named_in_place_of_the_quote(caller: Caller) -> None:
    quote = sent_quote(caller)
    proposal = proposed(caller, quote)
    body = completed(quote, proposal, proposal_id=proposal["id"])
    del body["quote_id"]
    assert sign(caller, body)["quote_status"] == "accepted"


def test_the_hash_may_be_written_in_capitals_and_the_signer_be_an_object(caller: Caller) -> None:
    quote = sent_quote(caller)
    sha256 = proposed(caller, quote)["sha256"].upper()
    body = said("completed", quote, document_sha256=sha256, signer={"name": "Ada", "email": "a@b"})
    assert sign(caller, body)["applied"]
    assert events(caller, quote)[0]["data"]["signer"] == "Ada"


def test_no_key_is_needed_and_a_wrong_one_is_ignored(program: Caller) -> None:
    quote = sent_quote(program)
    raw = json.dumps(said("viewed", quote)).encode()
    answer = program.send("POST", "/sign", raw, **signed(raw), **{"x-api-key": "no-such-key"})
    assert answer.status_code == 200
    assert answer.json()["applied"]


def test_what_is_said_twice_is_done_once(caller: Caller) -> None:
    quote = sent_quote(caller)
    body = completed(quote, proposed(caller, quote), event_id=fresh("ev"))
    assert sign(caller, body)["applied"]
    again = sign(caller, body)
    assert (again["applied"], again["ignored_because"]) == (False, "replay")
    assert again["quote_status"] == "accepted"
    without = {name: value for name, value in body.items() if name != "event_id"}
    assert sign(caller, without)["ignored_because"] == "replay"
    other = {**body, "event_id": fresh("ev")}
    assert sign(caller, other)["ignored_because"] == "replay"
    another = {**body, "event_id": fresh("ev"), "envelope_id": fresh("env")}
    assert sign(caller, another)["ignored_because"] == "already_accepted"
    assert len(events(caller, quote)) == 1


def test_another_document_accepts_nothing_and_is_told(caller: Caller) -> None:
    quote = sent_quote(caller)
    proposal = proposed(caller, quote)
    wrong = completed(quote, proposal, document_sha256="0" * 64, event_id=fresh("ev"))
    for _ in range(2):
        refused = sign(caller, wrong, 409)
        assert refused["code"] == "signature_conflict"
        assert refused["errors"][0]["code"] == "document_is_not_the_latest_proposal"
    assert status_of(caller, quote) == "sent"
    [told] = events(caller, quote)
    assert told["type"] == "signature.conflict"
    assert told["data"]["reason"] == "document_is_not_the_latest_proposal"
    right = {**wrong, "document_sha256": proposal["sha256"], "event_id": fresh("ev")}
    assert sign(caller, right)["quote_status"] == "accepted"


@pytest.mark.parametrize("members", [{}, {"document_sha256": "nonsense"}])
def test_without_the_right_hash_nothing_is_accepted(
    caller: Caller, members: dict[str, str]
) -> None:
    quote = sent_quote(caller)
    proposed(caller, quote)
    assert sign(caller, said("completed", quote, **members), 409)["code"] == "signature_conflict"
    assert status_of(caller, quote) == "sent"


def test_a_quote_without_a_proposal_is_not_accepted(caller: Caller) -> None:
    quote = sent_quote(caller)
    refused = sign(caller, said("completed", quote, document_sha256="a" * 64), 409)
    assert refused["errors"][0]["code"] == "no_proposal"


def test_only_the_latest_proposal_counts(caller: Caller) -> None:
    quote = sent_quote(caller)
    older = proposed(caller, quote)
    newer = proposed(caller, quote)
    assert older["sha256"] != newer["sha256"]
    assert sign(caller, completed(quote, older), 409)["code"] == "signature_conflict"
    assert sign(caller, completed(quote, newer))["applied"]


def test_a_document_of_a_version_that_was_revised_accepts_nothing(caller: Caller) -> None:
    quote = sent_quote(caller)
    proposal = proposed(caller, quote)
    act(caller, quote, "revise")
    caller.post(f"/quotes/{quote['id']}/lines", HOSE, 201)
    refused = sign(caller, completed(quote, proposal), 409)
    assert refused["errors"][0]["code"] == "offer_changed"
    assert status_of(caller, quote) == "draft"
    act(caller, quote, "submit")
    act(caller, quote, "send")
    assert sign(caller, completed(quote, proposal), 409)["code"] == "signature_conflict"
    assert sign(caller, completed(quote, proposed(caller, quote)))["quote_status"] == "accepted"


def test_an_expired_quote_is_not_accepted_until_it_is_extended(caller: Caller) -> None:
    quote = sent_quote(caller, valid_until="2026-11-21")
    proposal = proposed(caller, quote)
    path = f"/quotes/{quote['id']}"
    assert caller.send("PATCH", path, {"valid_until": "2026-11-20"}).status_code == 200
    body = completed(quote, proposal, event_id=fresh("ev"))
    refused = sign(caller, body, 409)
    assert refused["errors"][0]["code"] == "quote_cannot_be_accepted"
    assert status_of(caller, quote) == "expired"
    assert caller.send("PATCH", path, {"valid_until": "2026-11-22"}).status_code == 200
    assert sign(caller, body)["quote_status"] == "accepted"
    assert [each["type"] for each in events(caller, quote)] == [
        "signature.conflict",
        "signature.completed",
    ]


def test_who_declines_to_sign_declines_the_quote(caller: Caller) -> None:
    quote = sent_quote(caller)
    proposal = proposed(caller, quote)
    body = said("declined", quote, signer="Ada", document_sha256=proposal["sha256"])
    assert sign(caller, body)["quote_status"] == "declined"
    assert sign(caller, body)["ignored_because"] == "replay"
    assert sign(caller, said("declined", quote))["ignored_because"] == "already_declined"
    late = completed(quote, proposal, envelope_id=body["envelope_id"])
    assert sign(caller, late, 409)["errors"][0]["code"] == "envelope_closed"
    assert [each["type"] for each in events(caller, quote)] == [
        "signature.declined",
        "signature.conflict",
    ]


def test_declining_an_older_document_leaves_the_newer_one(caller: Caller) -> None:
    quote = sent_quote(caller)
    older = proposed(caller, quote)
    proposed(caller, quote)
    body = said("declined", quote, document_sha256=older["sha256"])
    assert sign(caller, body)["ignored_because"] == "outdated_document"
    assert status_of(caller, quote) == "sent"


def test_what_is_accepted_can_no_longer_be_declined(caller: Caller) -> None:
    quote = sent_quote(caller)
    body = completed(quote, proposed(caller, quote))
    sign(caller, body)
    for envelope in (body["envelope_id"], fresh("env")):
        answer = sign(caller, said("declined", quote, envelope_id=envelope))
        assert not answer["applied"]
        assert answer["quote_status"] == "accepted"


ORDERS = list(itertools.permutations(["sent", "viewed", "completed", "viewed"]))


@pytest.mark.parametrize("order", sorted(set(ORDERS)), ids="-".join)
def test_in_whatever_order_it_is_said_the_end_is_the_same(
    caller: Caller, order: tuple[str, ...]
) -> None:
    quote = sent_quote(caller)
    body = completed(quote, proposed(caller, quote))
    for status in order:
        sign(caller, {**body, "status": status, "event_id": fresh("ev")})
    assert status_of(caller, quote) == "accepted"
    told = [each["type"] for each in events(caller, quote)]
    assert told.count("signature.completed") == 1
    assert told.count("signature.requested") <= 1


@pytest.mark.parametrize("status", ["expired", "voided"])
def test_an_envelope_that_ended_leaves_the_quote_open_for_another(
    caller: Caller, status: str
) -> None:
    quote = sent_quote(caller)
    proposal = proposed(caller, quote)
    body = said(status, quote)
    assert sign(caller, body) == {"quote_id": quote["id"], "quote_status": "sent", "applied": True}
    same = completed(quote, proposal, envelope_id=body["envelope_id"])
    assert sign(caller, same, 409)["errors"][0]["code"] == "envelope_closed"
    assert sign(caller, completed(quote, proposal))["quote_status"] == "accepted"


def test_twenty_at_once_accept_once(program: Caller, hub: Hub) -> None:
    quote = sent_quote(program)
    body = completed(quote, proposed(program, quote), event_id="ev")
    with ThreadPoolExecutor(8) as team:
        answers = list(team.map(lambda _: send(program, body), range(20)))
    told = [each.json() for each in answers if each.status_code == 200]
    assert all(each.status_code in {200, 503} for each in answers)
    assert [each["applied"] for each in told].count(True) == 1
    assert [each["type"] for each in events(program, quote)] == ["signature.completed"]
    with hub.reading("CustDemo") as view:
        assert len(view.signatures.of_quote(quote["id"])) == 1


def test_the_evidence_is_kept(program: Caller, hub: Hub) -> None:
    quote = sent_quote(program)
    body = completed(quote, proposed(program, quote), signer="Ada", certificate="cert/1")
    sign(program, body)
    with hub.reading("CustDemo") as view:
        [kept] = view.signatures.of_quote(quote["id"])
    assert kept.is_applied
    assert kept.received_at == NOW
    assert (kept.callback.signer, kept.callback.certificate) == ("Ada", "cert/1")
    assert kept.callback.envelope_id == body["envelope_id"]
    assert len(kept.callback.raw_sha256) == 64


def test_a_new_secret_is_believed_beside_the_old_one(program: Caller, hub: Hub) -> None:
    quote = sent_quote(program)
    new = "another-secret-of-this-test-0123456789"

    def seen(secret: str) -> int:
        raw = json.dumps(said("viewed", quote)).encode()
        return program.send("POST", "/sign", raw, **signed(raw, secret.encode())).status_code

    assert (seen(SECRET), seen(new)) == (200, 401)
    for only, expected in ((False, (200, 200)), (True, (401, 200))):
        with hub.administration() as administration:
            [connection] = signing_connections.listed(administration, "CustDemo")
            signing_connections.rotate(
                administration, "CustDemo", connection.id, KEYRING, secret=new, only=only
            )
        assert (seen(SECRET), seen(new)) == expected


def test_each_tenants_own_secret_signs(program: Caller, outsider: Caller, hub: Hub) -> None:
    theirs = make(outsider, {"sku": "VX-2000", "quantity": 1})
    assert send(program, said("viewed", theirs)).status_code == 401
    with hub.administration() as administration:
        signing_connections.add(
            administration,
            "CustOther",
            Provider.GENERIC,
            KEYRING,
            clock=hub.clock,
            ids=hub.ids,
            secret="secret-of-the-other-tenant-0123456789",
        )
    raw = json.dumps(said("viewed", theirs)).encode()
    assert send(program, said("viewed", theirs)).status_code == 401
    own = signed(raw, b"secret-of-the-other-tenant-0123456789")
    assert program.send("POST", "/sign", raw, **own).status_code == 200
    mine = json.dumps(said("viewed", make(program))).encode()
    foreign = signed(mine, b"secret-of-the-other-tenant-0123456789")
    assert program.send("POST", "/sign", mine, **foreign).status_code == 401
