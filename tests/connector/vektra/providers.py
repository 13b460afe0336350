"""Callbacks as providers write and sign them, worked out as their pages say."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from tests.connector.vektra.signing import fresh

Json = dict[str, Any]
KEY = "an-hmac-key-of-this-test-0123456789"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def docusign(quote: Json, sha256: str, event: str = "envelope-completed") -> bytes:
    fields = [
        {"name": "quote_id", "value": quote["id"]},
        {"name": "document_sha256", "value": sha256},
    ]
    summary = {
        "customFields": {"textCustomFields": fields},
        "recipients": {"signers": [{"name": "Ada", "signedDateTime": "2026-11-21T09:00:00.123Z"}]},
        "certificateUri": "/envelopes/e/documents/certificate",
    }
    data = {"envelopeId": fresh("e"), "envelopeSummary": summary}
    return json.dumps({"event": event, "data": data}).encode()


def connect(raw: bytes, *keys: str) -> dict[str, str]:
    """The headers of DocuSign Connect, one for each key."""
    return {
        f"X-DocuSign-Signature-{number}": base64.b64encode(
            hmac.new(key.encode(), raw, hashlib.sha256).digest()
        ).decode()
        for number, key in enumerate(keys, start=1)
    }


def hello(quote: Json, sha256: str, kind: str = "signature_request_all_signed") -> Json:
    right = hmac.new(KEY.encode(), f"1795253400{kind}".encode(), hashlib.sha256).hexdigest()
    return {
        "event": {"event_type": kind, "event_time": "1795253400", "event_hash": right},
        "signature_request": {
            "signature_request_id": fresh("sr"),
            "metadata": {"quote_id": quote["id"], "document_sha256": sha256},
            "signatures": [{"signer_name": "Ada", "signed_at": 1_795_253_400}],
        },
    }


def multipart(members: Json) -> tuple[bytes, dict[str, str]]:
    lines = [
        "--limit",
        'Content-Disposition: form-data; name="json"',
        "",
        json.dumps(members),
        "--limit--",
        "",
    ]
    raw = "\r\n".join(lines).encode()
    return raw, {"content-type": "multipart/form-data; boundary=limit"}


def scrive(quote: Json, sha256: str, **members: object) -> bytes:
    tags = [
        {"name": "quote_id", "value": quote["id"]},
        {"name": "document_sha256", "value": sha256},
    ]
    document = {"id": "8", "status": "closed", "tags": tags, **members}
    form = {"document_id": "8", "document_json": json.dumps(document)}
    return urlencode({**form, "document_signed_and_sealed": "true"}).encode()


def penneo(quote: Json, sha256: str) -> bytes:
    kept = {"quote_id": quote["id"], "document_sha256": sha256}
    return json.dumps({"payload": {"caseFileId": 7, "metaData": kept}}).encode()
