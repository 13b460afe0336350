"""What proves that a proposal was signed is read with the proposal."""

import hashlib
import json
from typing import Any

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act
from tests.connector.vektra.signing import completed, proposed, said, sent_quote, sign

Json = dict[str, Any]


def read(caller: Caller, proposal: Json) -> Json:
    answer = caller.send("GET", f"/proposals/{proposal['id']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def test_a_signed_proposal_says_who_signed_it_when_and_where(program: Caller) -> None:
    quote = sent_quote(program)
    older, newer = proposed(program, quote), proposed(program, quote)
    assert (older["signature"], newer["signature"]) == (None, None)
    body = completed(
        quote, newer, signer="Ada Lovelace", signed_at="2026-11-21T09:00:00Z",
        certificate="https://sign.example/env",
    )  # fmt: skip
    sign(program, body)
    proof = {
        "provider": "generic",
        "envelope_id": body["envelope_id"],
        "signer": "Ada Lovelace",
        "signed_at": "2026-11-21T09:00:00.000Z",
        "received_at": "2026-11-21T09:30:00.000Z",
        "document_sha256": newer["sha256"],
        "certificate": "https://sign.example/env",
        "callback_sha256": hashlib.sha256(json.dumps(body).encode()).hexdigest(),
    }
    assert read(program, newer)["signature"] == proof
    assert read(program, older)["signature"] is None
    listed = program.send("GET", f"/quotes/{quote['id']}/proposals").json()["data"]
    assert [each["signature"] for each in listed] == [proof, None]
    revoked = program.post(f"/proposals/{newer['id']}/revoke", {})
    assert revoked["signature"] == proof


def test_what_was_signed_after_its_quote_was_accepted_is_proven_as_well(program: Caller) -> None:
    quote = sent_quote(program)
    proposal = proposed(program, quote)
    act(program, quote, "accept")
    assert sign(program, completed(quote, proposal))["ignored_because"] == "already_accepted"
    proof = read(program, proposal)["signature"]
    assert proof["document_sha256"] == proposal["sha256"]
    assert (proof["signer"], proof["signed_at"], proof["certificate"]) == (None, None, None)


def test_what_was_not_signed_or_clashed_proves_nothing(program: Caller) -> None:
    quote = sent_quote(program)
    older = proposed(program, quote)
    newer = proposed(program, quote)
    sign(program, completed(quote, older), 409)
    sign(program, said("viewed", quote, document_sha256=newer["sha256"]))
    sign(program, said("declined", quote, document_sha256=newer["sha256"]))
    assert read(program, older)["signature"] is None
    assert read(program, newer)["signature"] is None


def test_another_tenants_proof_is_not_found(program: Caller, outsider: Caller) -> None:
    quote = sent_quote(program)
    proposal = proposed(program, quote)
    sign(program, completed(quote, proposal))
    assert outsider.send("GET", f"/proposals/{proposal['id']}").status_code == 404
    assert outsider.send("GET", f"/quotes/{quote['id']}/proposals").status_code == 404
