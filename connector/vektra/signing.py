"""Signing: callbacks of signing providers, which need no key.

Nothing is told before a callback is proven: whatever is wrong with one that is not is 401.
"""

from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from connector import context, sentences
from connector.context import Principal
from connector.encoder import Answer
from connector.errors import Fault, Refused, invalid_body
from connector.json_body import Malformed
from connector.signing import PROOFS, READERS, generic
from connector.signing.dropbox_sign import RECEIVED
from connector.signing.received import Json, Received, meant_for, text
from connector.vektra.reply import Reply
from engine.kernel.finding import Finding, Severity
from engine.proposals.signature import Callback, Ignored, Provider, SignatureStatus
from engine.services import signing, signing_connections
from engine.services.signing import Taken
from engine.tenants.signing import SigningConnection

_NOWHERE = "decoy-secret-that-nobody-has-0000000"
_IN_OUR_WORDS = frozenset({Provider.GENERIC, Provider.DOCUSIGN})
"""Who can prove a body that is written in our words."""


def take_signature(body: object = None) -> Reply:  # noqa: ARG001 (it is read as it came)
    """A callback in our own words; its quote or proposal names the tenant."""
    received = _received()
    try:
        claimed = received.members()
    except Malformed:
        claimed = {}
    provider = _provider(claimed.get("provider"))
    ids = [text(claimed.get(name)) for name in ("quote_id", "proposal_id")]
    if provider is None or provider not in _IN_OUR_WORDS:
        raise _unproven()
    with context.hub().administration(reading=True) as administration:
        connections = signing_connections.of_records(administration, provider, filter(None, ids))
    connection = _proven(received, provider, connections)
    callback = generic.read(received, _schemas())
    return _replied(_take(connection, callback), callback.status)


def take_native_signature(
    body: object = None,  # noqa: ARG001 (as above)
    *,
    provider: str,
    token: str,
) -> Reply | Answer:
    """A provider's own callback; the address names tenant and connection."""
    received, asked = _received(), _provider(provider)
    with context.hub().administration(reading=True) as administration:
        found = signing_connections.of_token(administration, token)
    if asked is None or found is None or found.provider != asked.value:
        raise _unproven()
    connection = _proven(received, asked, [found])
    try:
        callback = _callback(received, asked)
    except Malformed as malformed:
        raise invalid_body(malformed.detail) from None
    if callback is None:
        taken, status = Taken(ignored=Ignored.NOT_RELEVANT), None
    else:
        taken, status = _take(connection, _confirmed(connection, callback)), callback.status
    if asked is Provider.DROPBOX_SIGN:
        return Answer(HTTPStatus.OK, RECEIVED, content_type="text/plain")
    return _replied(taken, status)


def _received() -> Received:
    exchange = context.exchange()
    if exchange is None:
        raise LookupError("a callback is read as it came")
    return Received(exchange.headers, exchange.media_type, exchange.body)


def _schemas() -> Json:
    exchange = context.exchange()
    if exchange is None or exchange.surface is None:
        raise LookupError("a callback belongs to a document")
    schemas: Json = exchange.surface.document["components"]["schemas"]
    return schemas


def _provider(name: object) -> Provider | None:
    return next((each for each in Provider if each.value == name), None)


def _proven(
    received: Received, provider: Provider, connections: Iterable[SigningConnection]
) -> SigningConnection:
    """The connection whose secrets prove the callback; 401 where none does."""
    hub, proof = context.hub(), PROOFS[provider]
    now = int(hub.clock.now().timestamp())
    proof(received, [_NOWHERE], now)  # as much work where there is no connection
    for each in connections:
        tenant = hub.standing(each.tenant)
        if tenant is None or tenant.disabled:
            continue
        if proof(received, signing_connections.secrets_of(each, hub.keyring), now):
            _log_as(Principal(tenant.id, tenant.revision, f"signed by {provider.value}"))
            return each
    raise _unproven()


def _log_as(caller: Principal) -> None:
    """From now on the exchange is known to be this caller's."""
    exchange = context.exchange()
    if exchange is not None:
        exchange.principal = caller


def _callback(received: Received, provider: Provider) -> Callback | None:
    if provider is Provider.GENERIC:
        return replace(generic.read(received, _schemas()), provider=provider)
    return READERS[provider](received)


def _confirmed(connection: SigningConnection, callback: Callback) -> Callback:
    """The callback, asked again where nothing but its address proved it."""
    hub = context.hub()
    access = signing_connections.access_of(connection, hub.keyring)
    if callback.is_confirmed or not callback.status.decides:
        return callback
    if access is None or hub.ports.signing is None:
        return callback
    said = hub.ports.signing.confirm(access, callback.envelope_id)
    if said is None or said.status != callback.status.value:
        return callback
    # What the provider keeps counts, not what somebody wrote who knew the address.
    return replace(meant_for(callback, said.members), is_confirmed=True)


def _take(connection: SigningConnection, callback: Callback) -> Taken:
    """What came of it, committed: a clash is kept although it is refused."""
    hub, tenant = context.hub(), connection.tenant
    standing = hub.standing(tenant)
    data = hub.snapshot(tenant, standing.revision if standing else 0)
    with hub.unit_of_work(tenant) as uow:
        return signing.take(uow, data, callback)


def _replied(taken: Taken, status: SignatureStatus | None) -> Reply:
    if taken.clash is not None:
        word = "declined" if status is SignatureStatus.DECLINED else "signed"
        message = sentences.say(Finding(Severity.ERROR, taken.clash.value))
        raise Refused(
            HTTPStatus.CONFLICT,
            f"The {word} document {message}.",
            code="signature_conflict",
            faults=[Fault("/document_sha256", taken.clash.value, message)],
        )
    told: dict[str, Any] = {
        "quote_id": taken.quote_id,
        "quote_status": None if taken.quote_status is None else taken.quote_status.value,
        "applied": taken.ignored is None,
    }
    return Reply(
        told if taken.ignored is None else {**told, "ignored_because": taken.ignored.value}
    )


def _unproven() -> Refused:
    return Refused(
        HTTPStatus.UNAUTHORIZED,
        "The signature is missing or not valid.",
        code="unauthenticated",
        headers=[("www-authenticate", 'Signature realm="quotewright"')],
    )
