"""What the tests of signing do again and again: documents, and callbacks about them."""

import base64
import hashlib
import hmac
import itertools
import json
from typing import Any

import httpx

from tests.connector.vektra.conftest import NOW, Caller
from tests.connector.vektra.quotes import act, make

Json = dict[str, Any]
SECRET = "demo-esign-secret-0123456789abcdef"
HOSE = {"sku": "VX-HOS-50", "quantity": 1}
_NUMBERS = itertools.count(1)


def fresh(prefix: str) -> str:
    return f"{prefix}-{next(_NUMBERS)}"


def sent_quote(caller: Caller, *lines: Json, **members: object) -> Json:
    """A quote the customer has."""
    quote = make(caller, *(lines or (HOSE,)), **members)
    act(caller, quote, "submit")
    return act(caller, quote, "send")


def proposed(caller: Caller, quote: Json) -> Json:
    return caller.post(f"/proposals/{quote['id']}", {"format": "json"}, 201)


def said(status: str, quote: Json, **members: object) -> Json:
    """What a provider says about a document of a quote, in our words."""
    return {
        "provider": "generic",
        "envelope_id": fresh("env"),
        "quote_id": quote["id"],
        "status": status,
        **members,
    }


def completed(quote: Json, proposal: Json, **members: object) -> Json:
    return said("completed", quote, **{"document_sha256": proposal["sha256"], **members})


def signed(
    body: bytes, key: bytes = SECRET.encode(), at: int | None = None, message: str = "msg_1"
) -> dict[str, str]:
    """The headers of a message, worked out as the standard says."""
    sent = int(NOW.timestamp()) if at is None else at
    right = hmac.new(key, f"{message}.{sent}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message,
        "webhook-timestamp": str(sent),
        "webhook-signature": f"v1,{base64.b64encode(right).decode()}",
    }


def send(caller: Caller, body: Json, **headers: str) -> httpx.Response:
    raw = json.dumps(body).encode()
    return caller.send("POST", "/sign", raw, **(headers or signed(raw)))


def sign(caller: Caller, body: Json, status: int = 200) -> Json:
    answer = send(caller, body)
    assert answer.status_code == status, answer.text
    read: Json = answer.json()
    return read


def status_of(caller: Caller, quote: Json) -> str:
    return str(caller.send("GET", f"/quotes/{quote['id']}").json()["status"])


def events(caller: Caller, quote: Json, prefix: str = "signature.") -> list[Json]:
    """What was told of a quote's signatures, the oldest first."""
    answer = caller.send("GET", f"/events?subject={quote['id']}&limit=200")
    assert answer.status_code == 200, answer.text
    return [each for each in reversed(answer.json()["data"]) if each["type"].startswith(prefix)]
