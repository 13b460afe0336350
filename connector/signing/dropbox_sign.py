"""Dropbox Sign: a form whose field `json` holds the event.

`event_hash` covers the event's time and type and nothing else, so what it says has to be asked
again. The request's metadata `quote_id` or `proposal_id`, and `document_sha256`, say what it is
for.
"""

import hashlib
import hmac
from collections.abc import Sequence

from connector import json_body
from connector.json_body import Malformed
from connector.signing.received import Json, Received, envelope, instant, meant_for, text, within
from engine.proposals.signature import Callback, Provider, SignatureStatus

RECEIVED = b"Hello API Event Received"
"""What every event is to be answered with, to the letter."""

_STATUSES = {
    "signature_request_sent": SignatureStatus.SENT,
    "signature_request_viewed": SignatureStatus.VIEWED,
    "signature_request_all_signed": SignatureStatus.COMPLETED,
    "signature_request_declined": SignatureStatus.DECLINED,
    "signature_request_canceled": SignatureStatus.VOIDED,
    "signature_request_expired": SignatureStatus.EXPIRED,
}


def is_genuine(received: Received, secrets: Sequence[str], _now: int) -> bool:
    """Whether the event's time and type are hashed with one of the API keys."""
    try:
        event = within(_members(received), "event")
    except Malformed:
        event = None
    said = f"{text(within(event, 'event_time'))}{text(within(event, 'event_type'))}".encode()
    given = text(within(event, "event_hash")).encode()
    rights = [hmac.digest(each.encode(), said, hashlib.sha256).hex().encode() for each in secrets]
    matches = [hmac.compare_digest(right, given) for right in rights]
    return bool(said) and any(matches)


def read(received: Received) -> Callback | None:
    """What an event says."""
    members = _members(received)
    status = _STATUSES.get(text(within(members, "event", "event_type")))
    request = members.get("signature_request")
    if status is None:
        return None
    signer = _signer(request)
    callback = Callback(
        provider=Provider.DROPBOX_SIGN,
        envelope_id=envelope(within(request, "signature_request_id")),
        status=status,
        raw_sha256=received.sha256,
        signer=text(signer.get("signer_name")) or text(signer.get("signer_email_address")),
        signed_at=instant(signer.get("signed_at")),
        certificate=text(within(request, "details_url"), 2_000),
        is_confirmed=False,
    )
    return meant_for(callback, within(request, "metadata"))


def _members(received: Received) -> Json:
    if received.media_type.lower().startswith("application/json"):
        return received.members()
    return json_body.parse(received.form().get("json", "").encode())


def _signer(request: object) -> Json:
    signatures = within(request, "signatures")
    last = signatures[-1] if isinstance(signatures, list) and signatures else {}
    return last if isinstance(last, dict) else {}
