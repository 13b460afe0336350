"""A proposal that was taken back can no longer be signed; one whose address is over can."""

import json

from engine.hub import Hub
from tests.connector.vektra.changes import later
from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.signing import (
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

DAY = 24 * 60 * 60


def test_a_revoked_proposal_accepts_nothing_and_is_told(program: Caller) -> None:
    quote = sent_quote(program)
    proposal = proposed(program, quote)
    program.post(f"/proposals/{proposal['id']}/revoke", {})
    body = completed(quote, proposal, event_id=fresh("ev"))
    for _ in range(2):
        refused = sign(program, body, 409)
        assert refused["code"] == "signature_conflict"
        assert refused["errors"][0]["code"] == "proposal_revoked"
        assert refused["detail"] == "The signed document is a proposal that was revoked."
    assert status_of(program, quote) == "sent"
    [told] = events(program, quote)
    assert (told["type"], told["data"]["reason"]) == ("signature.conflict", "proposal_revoked")
    newer = proposed(program, quote)
    assert sign(program, completed(quote, proposal), 409)["code"] == "signature_conflict"
    assert sign(program, completed(quote, newer))["quote_status"] == "accepted"


def test_what_was_revoked_can_no_longer_be_declined_either(program: Caller) -> None:
    quote = sent_quote(program)
    proposal = proposed(program, quote)
    program.post(f"/proposals/{proposal['id']}/revoke", {})
    body = said(
        "declined", quote, document_sha256=proposal["sha256"], event_id=fresh("ev"), signer="Ada"
    )
    for _ in range(2):
        refused = sign(program, body, 409)
        assert refused["code"] == "signature_conflict"
        assert refused["errors"][0]["code"] == "proposal_revoked"
        assert refused["detail"] == "The declined document is a proposal that was revoked."
    assert sign(program, said("declined", quote), 409)["code"] == "signature_conflict"
    assert status_of(program, quote) == "sent"
    first, second = events(program, quote)
    assert {first["type"], second["type"]} == {"signature.conflict"}
    assert first["data"]["status"] == "declined"
    assert (first["data"]["reason"], first["data"]["signer"]) == ("proposal_revoked", "Ada")
    newer = proposed(program, quote)
    assert sign(program, body)["ignored_because"] == "outdated_document"
    declined = said("declined", quote, document_sha256=newer["sha256"])
    assert sign(program, declined)["quote_status"] == "declined"


def test_revoking_what_was_signed_changes_nothing(program: Caller) -> None:
    quote = sent_quote(program)
    proposal = proposed(program, quote)
    body = completed(quote, proposal)
    sign(program, body)
    program.post(f"/proposals/{proposal['id']}/revoke", {})
    assert sign(program, body)["ignored_because"] == "replay"
    assert sign(program, completed(quote, proposal))["ignored_because"] == "already_accepted"
    assert [each["type"] for each in events(program, quote)] == ["signature.completed"]


def test_an_address_that_is_over_can_still_have_been_signed(program: Caller, hub: Hub) -> None:
    quote = sent_quote(program)
    wanted = {"format": "json", "expires_in_days": 1}
    proposal = program.post(f"/proposals/{quote['id']}", wanted, 201)
    later(hub, 2)
    body = completed(quote, proposal)
    headers = signed(json.dumps(body).encode(), at=int(NOW.timestamp()) + 2 * DAY)
    answer = send(program, body, **headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["quote_status"] == "accepted"
