import json
from typing import Any

import pytest

from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.signing import (
    SECRET,
    completed,
    fresh,
    proposed,
    said,
    send,
    sent_quote,
    sign,
    signed,
    status_of,
)

NOWHERE = {"id": "qte_01KB0000000000000000000000"}


def refused(caller: Caller, raw: bytes | None, **headers: str) -> None:
    answer = caller.send("POST", "/sign", raw, **headers)
    assert answer.status_code == 401, answer.text
    told = answer.json()
    assert told["code"] == "unauthenticated"
    assert told["detail"] == "The signature is missing or not valid."
    assert "errors" not in told
    assert answer.headers["www-authenticate"].startswith("Signature")


def test_without_a_right_signature_nothing_happens(caller: Caller) -> None:
    quote = sent_quote(caller)
    raw = json.dumps(completed(quote, proposed(caller, quote))).encode()
    right = signed(raw)
    refused(caller, raw)
    for name in right:
        refused(caller, raw, **{key: value for key, value in right.items() if key != name})
    refused(caller, raw, **signed(raw, b"another-secret-0123456789abcdef"))
    refused(caller, raw + b" ", **right)
    refused(caller, raw, **right | {"webhook-id": "msg_2"})
    refused(caller, raw, **right | {"webhook-signature": right["webhook-signature"][3:]})
    assert status_of(caller, quote) == "sent"


@pytest.mark.parametrize(
    ("away", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401), (-(10**9), 401)]
)
def test_a_callback_is_at_most_five_minutes_old(caller: Caller, away: int, status: int) -> None:
    raw = json.dumps(said("viewed", sent_quote(caller))).encode()
    headers = signed(raw, at=int(NOW.timestamp()) + away)
    assert caller.send("POST", "/sign", raw, **headers).status_code == status


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b'{"provider":"generic"}',
        b'{"provider":"generic","quote_id":7,"envelope_id":"e","status":"completed"}',
        b'{"a":' * 100 + b"1" + b"}" * 100,
    ],
)
def test_what_is_no_callback_is_not_judged_before_it_is_proven(caller: Caller, raw: bytes) -> None:
    refused(caller, raw, **signed(raw))
    refused(caller, raw, **{"content-type": "text/plain"})


def test_a_missing_body_is_no_callback(caller: Caller) -> None:
    refused(caller, None)


@pytest.mark.parametrize("provider", ["generic", "docusign", "scrive", "nobody", "", None, 1, {}])
def test_unknown_quotes_and_providers_are_told_apart_by_nobody(
    caller: Caller, provider: object
) -> None:
    raw = json.dumps(said("completed", NOWHERE, provider=provider)).encode()
    refused(caller, raw, **signed(raw))


def test_a_provider_that_was_not_set_up_is_not_believed(caller: Caller) -> None:
    quote = sent_quote(caller)
    for provider in ("docusign", "dropbox_sign", "penneo", "scrive"):
        raw = json.dumps(said("completed", quote, provider=provider)).encode()
        refused(caller, raw, **signed(raw))


def test_the_secret_of_one_tenant_proves_nothing_about_another(
    caller: Caller, stranger: Caller
) -> None:
    theirs = sent_quote(stranger, {"sku": "VX-2000", "quantity": 1})
    raw = json.dumps(said("declined", theirs)).encode()
    refused(caller, raw, **signed(raw, SECRET.encode()))
    assert status_of(stranger, theirs) == "sent"


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"status": "accepted"}, "/status"),
        ({"status": None}, "/status"),
        ({"envelope_id": ""}, "/envelope_id"),
        ({"envelope_id": 7}, "/envelope_id"),
        ({"event_id": "x" * 201}, "/event_id"),
        ({"signer": 7}, "/signer"),
        ({"tenant": "CustOther"}, "/tenant"),
        ({"quote_status": "accepted"}, "/quote_status"),
        ({"total": 1}, "/total"),
    ],
)
def test_a_proven_callback_is_judged(caller: Caller, members: dict[str, Any], pointer: str) -> None:
    quote = sent_quote(caller)
    body = {**said("viewed", quote), **members}
    answer = sign(caller, body, 400)
    assert answer["errors"][0]["pointer"] == pointer
    assert status_of(caller, quote) == "sent"


def test_a_callback_about_two_things_is_a_conflict(caller: Caller) -> None:
    one, other = sent_quote(caller), sent_quote(caller)
    foreign = proposed(caller, other)
    body = completed(one, foreign, proposal_id=foreign["id"])
    assert sign(caller, body, 409)["code"] == "signature_conflict"
    assert (status_of(caller, one), status_of(caller, other)) == ("sent", "sent")


def test_hostile_texts_are_kept_as_texts(caller: Caller) -> None:
    quote = sent_quote(caller)
    for signer in ("'; DROP TABLE quotes; --", "\0nul", "\u202eevil", "😀" * 200):
        body = said("viewed", quote, signer=signer, event_id=fresh("ev"), envelope_id=signer[:50])
        assert send(caller, body).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_only_a_post_is_taken(caller: Caller, method: str) -> None:
    answer = caller.send(method, "/sign")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_an_id_that_is_used_for_two_quotes_does_not_mix_them_up(caller: Caller) -> None:
    envelope, event = fresh("env"), fresh("ev")
    for _ in range(2):
        quote = sent_quote(caller)
        body = completed(quote, proposed(caller, quote), envelope_id=envelope)
        assert sign(caller, {**body, "document_sha256": "0"}, 409)["code"] == "signature_conflict"
        assert sign(caller, body)["quote_status"] == "accepted"
    one, other = sent_quote(caller), sent_quote(caller)
    wrong = completed(one, proposed(caller, one), event_id=event, document_sha256="0")
    assert sign(caller, wrong, 409)["code"] == "signature_conflict"
    about = completed(other, proposed(caller, other), event_id=event)
    assert sign(caller, about)["ignored_because"] == "replay"
    assert (status_of(caller, one), status_of(caller, other)) == ("sent", "sent")
