import base64
import json
from typing import Any

import pytest
import responses

from adapters.http import Guard
from adapters.signing.asking import HttpConfirming
from engine.kernel.errors import Unavailable
from engine.ports.signing import Access, Confirmation

KEPT = {"quote_id": "qte_1", "document_sha256": "ab"}
DROPBOX = "https://api.hellosign.com/v3/signature_request/env%2F1"
PENNEO = "https://app.penneo.com/api/v3/casefiles/7"
SCRIVE = "https://scrive.com/api/v2/documents/8/get"


def asked(provider: str, envelope: str, api: str = "") -> Confirmation | None:
    access = Access(provider=provider, credentials="the-key", api=api)
    return HttpConfirming().confirm(access, envelope)


@responses.activate
@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"is_complete": True}, "completed"),
        ({"is_complete": False}, "sent"),
        ({"is_complete": False, "is_declined": True}, "declined"),
        ({"is_complete": "true"}, "sent"),
    ],
)
def test_dropbox_sign_is_asked_with_its_key(members: dict[str, Any], status: str) -> None:
    told = {"signature_request": {**members, "metadata": {**KEPT, "n": 1}}}
    responses.get(DROPBOX, json=told)
    assert asked("dropbox_sign", "env/1") == Confirmation(status=status, members=KEPT)
    sent = responses.calls[0].request.headers["Authorization"]
    assert sent == f"Basic {base64.b64encode(b'the-key:').decode()}"


@responses.activate
@pytest.mark.parametrize(
    ("status", "expected"), [(5, "completed"), (2, "declined"), (1, "sent"), (3, "voided")]
)
def test_penneo_is_asked_for_the_case_file(status: int, expected: str) -> None:
    responses.get(PENNEO, json={"status": status, "metaData": json.dumps(KEPT)})
    assert asked("penneo", "7") == Confirmation(status=expected, members=KEPT)
    assert responses.calls[0].request.headers["X-Auth-Token"] == "the-key"


@responses.activate
def test_what_penneo_keeps_may_be_no_json() -> None:
    responses.get(PENNEO, json={"status": 5, "metaData": "free text"})
    assert asked("penneo", "7") == Confirmation(status="completed")


@responses.activate
@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"status": "closed", "sealed_file": {"id": "1"}}, "completed"),
        ({"status": "closed"}, None),
        ({"status": "rejected"}, "declined"),
        ({"status": "preparation"}, None),
        ({}, None),
    ],
)
def test_scrive_is_asked_for_the_document(members: dict[str, Any], expected: str | None) -> None:
    tags = [{"name": name, "value": value} for name, value in KEPT.items()]
    responses.get(SCRIVE, json={**members, "tags": [*tags, "odd", {"name": "x"}]})
    wanted = None if expected is None else Confirmation(status=expected, members=KEPT)
    assert asked("scrive", "8") == wanted


@responses.activate
def test_a_provider_may_be_asked_at_another_address() -> None:
    url = "https://api-testbed.scrive.com/api/v2/documents/8/get"
    responses.get(url, json={"status": "pending"})
    found = asked("scrive", "8", api="https://api-testbed.scrive.com/")
    assert found == Confirmation(status="sent")


@responses.activate
@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_an_envelope_the_provider_does_not_know_is_not_confirmed(status: int) -> None:
    responses.get(SCRIVE, status=status, json={})
    assert asked("scrive", "8") is None


@responses.activate
@pytest.mark.parametrize("status", [302, 401, 429, 500, 503])
def test_a_provider_in_trouble_is_not_available(status: int) -> None:
    responses.get(SCRIVE, status=status, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(Unavailable):
        asked("scrive", "8")
    assert len(responses.calls) == 1


@responses.activate
def test_what_is_no_json_object_confirms_nothing() -> None:
    responses.get(SCRIVE, json=[1])
    assert asked("scrive", "8") is None
    responses.get(PENNEO, body="<html>")
    with pytest.raises(Unavailable):
        asked("penneo", "7")


@responses.activate
def test_a_large_answer_is_not_read_to_its_end() -> None:
    responses.get(SCRIVE, body=b"x" * 200_000)
    confirming = HttpConfirming(Guard(largest=100_000))
    with pytest.raises(Unavailable, match="too much"):
        confirming.confirm(Access(provider="scrive", credentials=""), "8")


def test_nothing_but_https_to_public_addresses_is_asked() -> None:
    for api in ("http://scrive.com", "https://127.0.0.1", "https://me:mine@scrive.com", "nonsense"):
        with pytest.raises(Unavailable):
            asked("scrive", "8", api=api)


def test_who_signs_its_callbacks_is_not_asked() -> None:
    assert asked("docusign", "8") is None
    assert asked("generic", "8") is None
