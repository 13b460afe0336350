"""Anybody who signs as Standard Webhooks have it; the body is the callback of our document."""

from collections.abc import Mapping, Sequence

from connector.signing.received import Json, Received, instant, text
from connector.validation import Shape
from engine.events import signature
from engine.proposals.signature import Callback, Provider, SignatureStatus

SHAPE = "SignatureCallback"
"""The schema of the body, in the document."""


def is_genuine(received: Received, secrets: Sequence[str], now: int) -> bool:
    """Whether one of the secrets signed id, time and body within five minutes."""
    return signature.is_genuine(
        message_id=received.header("webhook-id"),
        timestamp=received.header("webhook-timestamp"),
        signature=received.header("webhook-signature"),
        body=received.body,
        secrets=secrets,
        now=now,
    )


def read(received: Received, schemas: Mapping[str, Json]) -> Callback:
    """What a body in our own words says; Refused names the member that is wrong."""
    members = received.members()
    Shape(schemas[SHAPE]).check(members)
    return _callback(received, members)


def _callback(received: Received, members: Json) -> Callback:
    signer = members.get("signer")
    if isinstance(signer, dict):
        signer = signer.get("name") or signer.get("email")
    return Callback(
        provider=Provider(members["provider"]),
        envelope_id=text(members["envelope_id"]),
        status=SignatureStatus(members["status"]),
        raw_sha256=received.sha256,
        event_id=text(members.get("event_id")) or None,
        quote_id=text(members.get("quote_id")) or None,
        proposal_id=text(members.get("proposal_id")) or None,
        document_sha256=text(members.get("document_sha256")).lower() or None,
        signer=text(signer),
        signed_at=instant(members.get("signed_at")),
        certificate=text(members.get("certificate"), 2_000),
    )
