"""What providers say, read into our words, whatever state it comes in."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from connector.json_body import Malformed
from connector.signing import READERS
from connector.signing.received import Received, envelope, instant, text
from engine.proposals.signature import Provider, SignatureStatus

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def received(body: object, media_type: str = JSON, **headers: str) -> Received:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {name.replace("_", "-").encode(): each.encode() for name, each in headers.items()}
    return Received(given, media_type, raw)


def status_of(provider: Provider, one: Received) -> SignatureStatus | None:
    callback = READERS[provider](one)
    return None if callback is None else callback.status


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("envelope-sent", SignatureStatus.SENT),
        ("envelope-delivered", SignatureStatus.VIEWED),
        ("envelope-completed", SignatureStatus.COMPLETED),
        ("envelope-declined", SignatureStatus.DECLINED),
        ("envelope-voided", SignatureStatus.VOIDED),
        ("envelope-purge", None),
        ("", None),
        (7, None),
    ],
)
def test_docusigns_events(event: object, status: SignatureStatus | None) -> None:
    one = received({"event": event, "data": {"envelopeId": "e"}})
    assert status_of(Provider.DOCUSIGN, one) is status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("signature_request_sent", SignatureStatus.SENT),
        ("signature_request_viewed", SignatureStatus.VIEWED),
        ("signature_request_signed", None),
        ("signature_request_all_signed", SignatureStatus.COMPLETED),
        ("signature_request_declined", SignatureStatus.DECLINED),
        ("signature_request_canceled", SignatureStatus.VOIDED),
        ("signature_request_expired", SignatureStatus.EXPIRED),
    ],
)
def test_dropbox_signs_events(kind: str, status: SignatureStatus | None) -> None:
    members = {"event": {"event_type": kind}, "signature_request": {"signature_request_id": "r"}}
    form = urlencode({"json": json.dumps(members)}).encode()
    assert status_of(Provider.DROPBOX_SIGN, received(form, FORM)) is status
    assert status_of(Provider.DROPBOX_SIGN, received(members)) is status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("sign.casefile.activated", SignatureStatus.SENT),
        ("sign.casefile.completed", SignatureStatus.COMPLETED),
        ("sign.casefile.rejected", SignatureStatus.DECLINED),
        ("sign.casefile.expired", SignatureStatus.EXPIRED),
        ("sign.casefile.deleted", SignatureStatus.VOIDED),
        ("sign.signer.signed", None),
    ],
)
def test_penneos_events(kind: str, status: SignatureStatus | None) -> None:
    one = received({"payload": {"caseFileId": 7}}, x_event_type=kind)
    assert status_of(Provider.PENNEO, one) is status


@pytest.mark.parametrize(
    "members",
    [{"payload": {"caseFileId": 7}}, {"caseFileId": 7}, {"payload": {"id": "7"}}, {"id": 7}],
)
def test_a_case_file_is_found_wherever_it_stands(members: dict[str, Any]) -> None:
    one = received(members, x_event_type="sign.casefile.completed", x_event_id="ev-1")
    callback = READERS[Provider.PENNEO](one)
    assert callback is not None
    assert (callback.envelope_id, callback.event_id) == ("7", "ev-1")
    assert not callback.is_confirmed


@pytest.mark.parametrize(
    ("status", "sealed", "expected"),
    [
        ("pending", "false", SignatureStatus.SENT),
        ("closed", "true", SignatureStatus.COMPLETED),
        ("closed", "false", None),
        ("rejected", "false", SignatureStatus.DECLINED),
        ("timedout", "false", SignatureStatus.EXPIRED),
        ("canceled", "false", SignatureStatus.VOIDED),
        ("preparation", "false", None),
    ],
)
def test_scrives_documents(status: str, sealed: str, expected: SignatureStatus | None) -> None:
    form = {
        "document_id": "8",
        "document_json": json.dumps({"status": status}),
        "document_signed_and_sealed": sealed,
    }
    one = received(urlencode(form).encode(), FORM)
    assert status_of(Provider.SCRIVE, one) is expected


def test_a_sealed_document_may_come_without_its_json() -> None:
    one = received(b"document_id=8&document_signed_and_sealed=true", FORM)
    assert status_of(Provider.SCRIVE, one) is SignatureStatus.COMPLETED


@pytest.mark.parametrize(
    "members",
    [
        {"event": "envelope-completed"},
        {"event": "envelope-completed", "data": 7},
        {"event": "envelope-completed", "data": {"envelopeId": None}},
        {"event": "envelope-completed", "data": {"envelopeId": True}},
        {"event": "envelope-completed", "data": {"envelopeId": ["e"]}},
    ],
)
def test_an_envelope_without_an_id_is_malformed(members: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        READERS[Provider.DOCUSIGN](received(members))


@pytest.mark.parametrize(
    "summary",
    [
        7,
        [],
        {"customFields": 7},
        {"customFields": {"textCustomFields": {}}},
        {"customFields": {"textCustomFields": [7, {}, {"name": 7}, {"name": "quote_id"}]}},
        {"recipients": {"signers": [7]}},
        {"recipients": {"signers": []}},
    ],
)
def test_members_of_another_kind_are_passed_over(summary: object) -> None:
    data = {"envelopeId": "e", "envelopeSummary": summary}
    callback = READERS[Provider.DOCUSIGN](received({"event": "envelope-sent", "data": data}))
    assert callback is not None
    assert (callback.quote_id, callback.signer, callback.signed_at) == (None, "", None)


def test_of_fields_of_one_name_the_first_counts() -> None:
    one = received(b"json=a&json=b&other=c", FORM)
    assert one.form() == {"json": "a", "other": "c"}
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="json"{extra}\r\n\r\n{value}\r\n'
        for extra, value in (("", "a"), ("", "b"), ('; filename="f"', "c"))
    )
    two = received(f"{parts}--x--\r\n".encode(), "multipart/form-data; boundary=x")
    assert two.form() == {"json": "a"}


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"\xff", FORM),
        (b"&".join(b"a=%d" % number for number in range(100)), FORM),
        (b"--x\r\n" * 1_000, "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_what_is_no_form_is_malformed_or_empty(body: bytes, media_type: str) -> None:
    with suppress(Malformed):
        assert received(body, media_type).form() == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T09:30:00Z", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ("2026-11-21T10:30:00+01:00", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ("2026-11-21T09:30:00", datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        (1_795_253_400, datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+10:00", None),
        (True, None),
        (0, None),
        (10**20, None),
        (None, None),
    ],
)
def test_instants_are_read_in_either_writing(value: object, expected: datetime | None) -> None:
    assert instant(value) == expected


def test_texts_are_bounded() -> None:
    assert text("x" * 1_000) == "x" * 300
    assert text("a\0b") == "a\ufffdb"
    assert text(7) == ""
    assert envelope(7) == "7"
