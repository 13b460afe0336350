"""DocuSign Connect: JSON, signed over its bytes with each of the account's HMAC keys.

The envelope's text fields `quote_id` or `proposal_id`, and `document_sha256`, say what it is for.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from connector.signing.received import Json, Received, envelope, instant, meant_for, text, within
from engine.proposals.signature import Callback, Provider, SignatureStatus

_MOST_KEYS = 100
_STATUSES = {
    "envelope-sent": SignatureStatus.SENT,
    "envelope-delivered": SignatureStatus.VIEWED,
    "envelope-completed": SignatureStatus.COMPLETED,
    "envelope-declined": SignatureStatus.DECLINED,
    "envelope-voided": SignatureStatus.VOIDED,
}


def is_genuine(received: Received, secrets: Sequence[str], _now: int) -> bool:
    """Whether one of the signatures is by one of the secrets; a body has no time of its own."""
    given = [
        received.headers[name]
        for number in range(1, _MOST_KEYS + 1)
        if (name := b"x-docusign-signature-%d" % number) in received.headers
    ]
    rights = [
        base64.b64encode(hmac.digest(each.encode(), received.body, hashlib.sha256))
        for each in secrets
    ]
    matches = [hmac.compare_digest(right, one) for right in rights for one in given]
    return any(matches)


def read(received: Received) -> Callback | None:
    """What a callback says."""
    members = received.members()
    status = _STATUSES.get(text(members.get("event")))
    if status is None:
        return None
    data = members.get("data")
    summary = within(data, "envelopeSummary")
    signer = _signer(summary)
    callback = Callback(
        provider=Provider.DOCUSIGN,
        envelope_id=envelope(within(data, "envelopeId")),
        status=status,
        raw_sha256=received.sha256,
        signer=text(signer.get("name")) or text(signer.get("email")),
        signed_at=instant(signer.get("signedDateTime"))
        or instant(within(summary, "completedDateTime")),
        certificate=text(within(summary, "certificateUri"), 2_000),
    )
    return meant_for(callback, _fields(summary))


def _signer(summary: object) -> Json:
    signers = within(summary, "recipients", "signers")
    last = signers[-1] if isinstance(signers, list) and signers else {}
    return last if isinstance(last, dict) else {}


def _fields(summary: object) -> Json:
    fields = within(summary, "customFields", "textCustomFields")
    pairs = [each for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []
    return {text(each.get("name")): each.get("value") for each in pairs}
