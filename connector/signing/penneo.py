"""Penneo: JSON, with the event's type and id in headers and no signature.

Only the address proves it, so what it says has to be asked again.
"""

from collections.abc import Sequence

from connector.signing.received import Received, envelope, meant_for, text, within
from engine.proposals.signature import Callback, Provider, SignatureStatus

_STATUSES = {
    "sign.casefile.activated": SignatureStatus.SENT,
    "sign.casefile.completed": SignatureStatus.COMPLETED,
    "sign.casefile.rejected": SignatureStatus.DECLINED,
    "sign.casefile.expired": SignatureStatus.EXPIRED,
    "sign.casefile.deleted": SignatureStatus.VOIDED,
}
_PLACES = (("payload", "caseFileId"), ("caseFileId",), ("payload", "id"), ("id",))


def is_genuine(_received: Received, _secrets: Sequence[str], _now: int) -> bool:
    """True: whoever knows the address is believed to be Penneo, and is asked."""
    return True


def read(received: Received) -> Callback | None:
    """What an event says."""
    status = _STATUSES.get(received.header("x-event-type"))
    if status is None:
        return None
    members = received.members()
    ids = [found for place in _PLACES if (found := within(members, *place)) is not None]
    callback = Callback(
        provider=Provider.PENNEO,
        envelope_id=envelope(next(iter(ids), None)),
        status=status,
        raw_sha256=received.sha256,
        event_id=text(received.header("x-event-id")) or None,
        is_confirmed=False,
    )
    return meant_for(callback, within(members, "payload", "metaData"))
