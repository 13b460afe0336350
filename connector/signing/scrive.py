"""Scrive: a form with the document as JSON and no signature.

Only the address proves it, so what it says has to be asked again. A document is sealed once more
in the middle of the month and then told of twice. Its tags `quote_id` or `proposal_id`, and
`document_sha256`, say what it is for.
"""

from collections.abc import Sequence

from connector import json_body
from connector.signing.received import Received, envelope, instant, meant_for, text, within
from engine.proposals.signature import Callback, Provider, SignatureStatus

_STATUSES = {
    "pending": SignatureStatus.SENT,
    "closed": SignatureStatus.COMPLETED,
    "rejected": SignatureStatus.DECLINED,
    "timedout": SignatureStatus.EXPIRED,
    "canceled": SignatureStatus.VOIDED,
}


def is_genuine(_received: Received, _secrets: Sequence[str], _now: int) -> bool:
    """True: whoever knows the address is believed to be Scrive, and is asked."""
    return True


def read(received: Received) -> Callback | None:
    """What a document's change says; a closed one that is not sealed yet says nothing."""
    form = received.form()
    document = json_body.parse(form["document_json"].encode()) if "document_json" in form else {}
    is_sealed = form.get("document_signed_and_sealed", "").lower() == "true"
    status = _STATUSES.get(text(document.get("status")))
    if not document and is_sealed:
        status = SignatureStatus.COMPLETED
    if status is None or (status is SignatureStatus.COMPLETED and not is_sealed):
        return None
    callback = Callback(
        provider=Provider.SCRIVE,
        envelope_id=envelope(form.get("document_id") or document.get("id")),
        status=status,
        raw_sha256=received.sha256,
        signed_at=instant(document.get("mtime")),
        is_confirmed=False,
    )
    return meant_for(callback, _tags(document))


def _tags(document: object) -> dict[str, object]:
    """A document's tags by their names."""
    listed = within(document, "tags")
    pairs = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {text(each.get("name")): each.get("value") for each in pairs}
