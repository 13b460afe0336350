"""Callbacks in the providers' own words, each proven as its provider proves it."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import responses

from adapters.signing.asking import HttpConfirming
from engine.hub import Hub
from engine.ports.ports import Ports
from engine.proposals.signature import Provider
from engine.services import signing_connections
from tests.connector.superoffice.conftest import KEYRING
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.providers import (
    FORM,
    KEY,
    connect,
    docusign,
    hello,
    multipart,
    penneo,
    scrive,
)
from tests.connector.vektra.signing import (
    events,
    proposed,
    said,
    sent_quote,
    signed,
    status_of,
)

Json = dict[str, Any]
Write = Callable[[Json, str], bytes]


def believed(hub: Hub, provider: str, access: str | None = None, tenant: str = "CustDemo") -> str:
    """The address that a provider is given."""
    with hub.administration() as administration:
        made = signing_connections.add(
            administration,
            tenant,
            Provider(provider),
            KEYRING,
            clock=hub.clock,
            ids=hub.ids,
            secret=KEY,
            access=access,
        )
    return f"/sign/{provider}/{made.token}"


def test_docusign_accepts_with_any_of_its_keys(program: Caller, hub: Hub) -> None:
    address, quote = believed(hub, "docusign"), sent_quote(program)
    raw = docusign(quote, proposed(program, quote)["sha256"])
    for headers in ({}, connect(raw, "another"), connect(raw + b" ", KEY)):
        assert program.send("POST", address, raw, **headers).status_code == 401
    assert status_of(program, quote) == "sent"
    answer = program.send("POST", address, raw, **connect(raw, "an older key", KEY))
    assert answer.json() == {
        "quote_id": quote["id"],
        "quote_status": "accepted",
        "applied": True,
    }
    again = program.send("POST", address, raw, **connect(raw, KEY))
    assert again.json()["ignored_because"] == "replay"
    [told] = events(program, quote)
    assert (told["data"]["provider"], told["data"]["signer"]) == ("docusign", "Ada")


def test_docusign_may_tell_of_another_document(program: Caller, hub: Hub) -> None:
    address, quote = believed(hub, "docusign"), sent_quote(program)
    proposed(program, quote)
    raw = docusign(quote, "0" * 64)
    answer = program.send("POST", address, raw, **connect(raw, KEY))
    assert (answer.status_code, answer.json()["code"]) == (409, "signature_conflict")
    assert [each["type"] for each in events(program, quote)] == ["signature.conflict"]


def test_what_docusign_tells_of_recipients_is_not_relevant(program: Caller, hub: Hub) -> None:
    address = believed(hub, "docusign")
    raw = docusign({"id": "qte_x"}, "", "recipient-completed")
    answer = program.send("POST", address, raw, **connect(raw, KEY))
    assert answer.json() == {
        "quote_id": None,
        "quote_status": None,
        "applied": False,
        "ignored_because": "not_relevant",
    }


def test_the_address_names_tenant_and_provider(program: Caller, hub: Hub) -> None:
    address = believed(hub, "docusign", tenant="CustOther")
    quote = sent_quote(program)
    raw = docusign(quote, proposed(program, quote)["sha256"])
    headers = connect(raw, KEY)
    assert program.send("POST", address, raw, **headers).status_code == 404
    assert status_of(program, quote) == "sent"
    token = address.rpartition("/")[2]
    for wrong in (f"/sign/scrive/{token}", f"/sign/nobody/{token}", f"/sign/docusign/{token}x"):
        answer = program.send("POST", wrong, raw, **headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_our_own_words_may_come_to_an_address_as_well(program: Caller, hub: Hub) -> None:
    address, quote = believed(hub, "generic"), sent_quote(program)
    raw = json.dumps(said("viewed", quote)).encode()
    assert program.send("POST", address, raw, **signed(raw, KEY.encode())).json()["applied"]
    assert program.send("POST", address, raw, **signed(raw)).status_code == 401


@responses.activate
@pytest.mark.parametrize("status", [True, False])
def test_dropbox_sign_is_asked_before_anything_is_accepted(
    program: Caller, hub: Hub, status: bool
) -> None:
    hub.ports = Ports(signing=HttpConfirming())
    address, quote = believed(hub, "dropbox_sign", access="the-key"), sent_quote(program)
    sha256 = proposed(program, quote)["sha256"]
    members = hello({"id": "qte_of_whoever_knew_the_address"}, "0" * 64)
    request = {
        "is_complete": status,
        "metadata": {"quote_id": quote["id"], "document_sha256": sha256},
    }
    where = members["signature_request"]["signature_request_id"]
    responses.get(
        f"https://api.hellosign.com/v3/signature_request/{where}",
        json={"signature_request": request},
    )
    if not status:
        members["signature_request"]["metadata"]["quote_id"] = quote["id"]
    raw, headers = multipart(members)
    answer = program.send("POST", address, raw, **headers)
    assert (answer.status_code, answer.content) == (200, b"Hello API Event Received")
    assert answer.headers["content-type"].startswith("text/plain")
    assert status_of(program, quote) == ("accepted" if status else "sent")


def test_dropbox_sign_without_its_hash_is_not_believed(program: Caller, hub: Hub) -> None:
    address, quote = believed(hub, "dropbox_sign"), sent_quote(program)
    members = hello(quote, "")
    members["event"]["event_hash"] = "0" * 64
    raw, headers = multipart(members)
    assert program.send("POST", address, raw, **headers).status_code == 401
    for raw in (b"", b"json=", b"json={", b"x", b"\xff"):
        assert program.send("POST", address, raw, **FORM).status_code == 401


def test_a_trial_of_dropbox_sign_is_greeted(program: Caller, hub: Hub) -> None:
    address = believed(hub, "dropbox_sign")
    members = hello({"id": "x"}, "", "callback_test")
    raw = urlencode({"json": json.dumps(members)}).encode()
    assert program.send("POST", address, raw, **FORM).content == b"Hello API Event Received"


def told(caller: Caller, address: str, raw: bytes, event: str) -> httpx.Response:
    if "scrive" in address:
        return caller.send("POST", address, raw, **FORM)
    headers = {"x-event-type": "sign.casefile.completed", "x-event-id": event}
    return caller.send("POST", address, raw, **headers)


BOTH = pytest.mark.parametrize(
    ("provider", "write"), [("scrive", scrive), ("penneo", penneo)], ids=["scrive", "penneo"]
)


@BOTH
def test_what_nobody_confirms_is_kept_and_accepts_nothing(
    program: Caller, hub: Hub, provider: str, write: Write
) -> None:
    address, quote = believed(hub, provider), sent_quote(program)
    raw = write(quote, proposed(program, quote)["sha256"])
    for _ in range(2):
        answer = told(program, address, raw, "ev-1").json()
        assert (answer["applied"], answer["ignored_because"]) == (False, "unconfirmed")
    assert status_of(program, quote) == "sent"
    with hub.reading("CustDemo") as view:
        [kept] = view.signatures.of_quote(quote["id"])
    assert kept.callback.raw_sha256 == hashlib.sha256(raw).hexdigest()


@responses.activate
@BOTH
def test_what_the_provider_confirms_accepts(
    program: Caller, hub: Hub, provider: str, write: Write
) -> None:
    address, quote = believed(hub, provider, access="the-key"), sent_quote(program)
    sha256 = proposed(program, quote)["sha256"]
    raw = write(quote, sha256)
    assert told(program, address, raw, "ev-1").json()["ignored_because"] == "unconfirmed"
    hub.ports = Ports(signing=HttpConfirming())
    kept = {"quote_id": quote["id"], "document_sha256": sha256}
    tags = [{"name": name, "value": value} for name, value in kept.items()]
    answers: dict[str, tuple[str, Json]] = {
        "scrive": (
            "https://scrive.com/api/v2/documents/8/get",
            {"status": "closed", "sealed_file": {"id": "1"}, "tags": tags},
        ),
        "penneo": (
            "https://app.penneo.com/api/v3/casefiles/7",
            {"status": 5, "metaData": json.dumps(kept)},
        ),
    }
    url, members = answers[provider]
    away = responses.get(url, status=503)
    assert told(program, address, raw, "ev-1").status_code == 503
    responses.remove(away)
    responses.get(url, json=members)
    assert told(program, address, raw, "ev-1").json()["quote_status"] == "accepted"
    assert told(program, address, raw, "ev-1").json()["ignored_because"] == "replay"
    assert told(program, address, raw, "ev-2").json()["ignored_because"] == "replay"


def test_scrive_says_nothing_before_a_document_is_sealed(program: Caller, hub: Hub) -> None:
    address, quote = believed(hub, "scrive"), sent_quote(program)
    raw = scrive(quote, "").replace(b"sealed=true", b"sealed=false")
    answer = program.send("POST", address, raw, **FORM)
    assert answer.json()["ignored_because"] == "not_relevant"


def test_an_envelope_that_names_no_quote_is_known_from_before(program: Caller, hub: Hub) -> None:
    address, quote = believed(hub, "scrive"), sent_quote(program)
    unnamed = scrive({"id": ""}, "", status="pending", tags=[])
    assert program.send("POST", address, unnamed, **FORM).json() == {
        "quote_id": None,
        "quote_status": None,
        "applied": False,
        "ignored_because": "unknown_envelope",
    }
    first = scrive(quote, "", status="pending")
    assert program.send("POST", address, first, **FORM).json()["applied"]
    later = scrive({"id": ""}, "", status="timedout", tags=[])
    assert program.send("POST", address, later, **FORM).json()["quote_id"] == quote["id"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"document_json={", b"\xff", b"document_json=7"])
def test_malformed_callbacks_of_those_who_know_the_address_are_refused(
    program: Caller, hub: Hub, raw: bytes
) -> None:
    for provider in ("penneo", "scrive"):
        answer = told(program, believed(hub, provider), raw, "ev")
        assert answer.status_code in {200, 400}
        if answer.status_code == 200:
            assert not answer.json()["applied"]
