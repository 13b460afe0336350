"""The catalogue of event types: what can happen, in one sentence each, and what is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Schema = Mapping[str, object]


class EventType(StrEnum):
    """Everything that can happen."""

    ACCOUNT_UPSERTED = "account.upserted"
    OPPORTUNITY_UPSERTED = "opportunity.upserted"
    QUOTE_CREATED = "quote.created"
    QUOTE_LINE_ADDED = "quote.line_added"
    QUOTE_PRICED = "quote.priced"
    QUOTE_REPRICED = "quote.repriced"
    QUOTE_REVISED = "quote.revised"
    QUOTE_APPROVAL_REQUESTED = "quote.approval_requested"
    QUOTE_APPROVED = "quote.approved"
    QUOTE_APPROVAL_REJECTED = "quote.approval_rejected"
    QUOTE_SENT = "quote.sent"
    QUOTE_HELD = "quote.held"
    QUOTE_RESUMED = "quote.resumed"
    QUOTE_VIEWED = "quote.viewed"
    QUOTE_ACCEPTED = "quote.accepted"
    QUOTE_DECLINED = "quote.declined"
    QUOTE_EXPIRED = "quote.expired"
    QUOTE_SUPERSEDED = "quote.superseded"
    QUOTE_DELETED = "quote.deleted"
    PROPOSAL_GENERATED = "proposal.generated"
    PROPOSAL_VIEWED = "proposal.viewed"
    PROPOSAL_REVOKED = "proposal.revoked"
    SIGNATURE_REQUESTED = "signature.requested"
    SIGNATURE_COMPLETED = "signature.completed"
    SIGNATURE_DECLINED = "signature.declined"
    SIGNATURE_CONFLICT = "signature.conflict"
    ORDER_PLACED = "order.placed"
    ORDER_DECOMPOSED = "order.decomposed"
    ORDER_STATUS_CHANGED = "order.status_changed"
    ORDER_FEE_QUOTED = "order.fee_quoted"
    ORDER_CHANGE_REQUESTED = "order.change_requested"
    ORDER_CHANGED = "order.changed"
    ORDER_CANCELLED = "order.cancelled"
    FULFILLMENT_UPDATED = "fulfillment.updated"
    FULFILLMENT_DIFFERS = "fulfillment.differs"
    SERVICE_CREATED = "service.created"
    SERVICE_RENEWAL_DUE = "service.renewal_due"
    SERVICE_RENEWED = "service.renewed"
    SERVICE_AMENDED = "service.amended"
    SERVICE_TERMINATED = "service.terminated"
    BILLING_PUSHED = "billing.pushed"
    BILLING_FAILED = "billing.failed"
    BILLING_DIFFERS = "billing.differs"
    BILLING_AGREES = "billing.agrees"
    PRICING_RULE_CHANGED = "pricing.rule_changed"
    CONFIGURATION_INVALIDATED = "configuration.invalidated"
    CONNECTION_LOCKED = "connection.locked"
    CONNECTION_RESTORED = "connection.restored"
    CONNECTION_KEY_EXPIRES = "connection.key_expires"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Described:
    """What an event of a type says: one sentence, and its data's members as JSON schemas."""

    description: str
    members: Mapping[str, Schema] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def schema(self) -> dict[str, object]:
        """The JSON schema of the data; members may be added to it in time."""
        return {"type": "object", "required": list(self.members), "properties": dict(self.members)}


_TEXT: Schema = {"type": "string"}
_TEXT_OR_NONE: Schema = {"type": "string", "nullable": True}
_NUMBER: Schema = {"type": "number"}
_COUNT: Schema = {"type": "integer"}
_AMOUNT: Schema = {"type": "number"}
_AMOUNT_OR_NONE: Schema = {"type": "number", "nullable": True}
_TEXTS: Schema = {"type": "array", "items": _TEXT}

_QUOTE = {"number": _TEXT, "version": _COUNT, "status": _TEXT, "by": _TEXT}
_ORDER = {"number": _TEXT, "status": _TEXT}
_SERVICE = {"number": _TEXT, "status": _TEXT}
_BILLED = {"quote_id": _TEXT, "system": _TEXT, "currency": _TEXT, "total": _AMOUNT}

_SIGNATURE = {
    "provider": _TEXT,
    "envelope_id": _TEXT,
    "status": _TEXT,
    "signer": _TEXT_OR_NONE,
    "signed_at": _TEXT_OR_NONE,
    "document_sha256": _TEXT_OR_NONE,
    "proposal_id": _TEXT_OR_NONE,
}


def _quote(description: str) -> Described:
    return Described(description, _QUOTE)


CATALOGUE: Mapping[EventType, Described] = {
    EventType.ACCOUNT_UPSERTED: Described(
        "A CRM has told of an account.", {"crm": _TEXT, "external_id": _TEXT, "outcome": _TEXT}
    ),
    EventType.OPPORTUNITY_UPSERTED: Described(
        "A CRM has told of an opportunity.", {"crm": _TEXT, "external_id": _TEXT, "outcome": _TEXT}
    ),
    EventType.QUOTE_CREATED: _quote("A quote was made."),
    EventType.QUOTE_LINE_ADDED: _quote("A line was added to a quote."),
    EventType.QUOTE_PRICED: _quote("A quote was changed and priced with the rules it has."),
    EventType.QUOTE_REPRICED: _quote("A quote was priced with the rules of now."),
    EventType.QUOTE_REVISED: _quote("A new version of a quote was made."),
    EventType.QUOTE_APPROVAL_REQUESTED: _quote("A quote was submitted."),
    EventType.QUOTE_APPROVED: _quote("Somebody agreed to a quote, on one level or on all."),
    EventType.QUOTE_APPROVAL_REJECTED: _quote("Somebody did not agree to a quote."),
    EventType.QUOTE_SENT: _quote("The customer has the quote."),
    EventType.QUOTE_HELD: _quote("The customer asked for time."),
    EventType.QUOTE_RESUMED: _quote("The customer goes on with a quote."),
    EventType.QUOTE_VIEWED: Described("Somebody looked at a quote's proposal."),
    EventType.QUOTE_ACCEPTED: _quote("The customer took the quote."),
    EventType.QUOTE_DECLINED: _quote("The customer did not take the quote."),
    EventType.QUOTE_EXPIRED: Described("A quote's last day is over."),
    EventType.QUOTE_SUPERSEDED: _quote("A version of a quote gave way to a newer one."),
    EventType.QUOTE_DELETED: _quote("A quote was deleted where it is kept."),
    EventType.PROPOSAL_GENERATED: Described("A proposal was made.", {"quote_id": _TEXT}),
    EventType.PROPOSAL_VIEWED: Described("Somebody looked at a proposal.", {"quote_id": _TEXT}),
    EventType.PROPOSAL_REVOKED: Described(
        "The address of a proposal was closed.", {"quote_id": _TEXT}
    ),
    EventType.SIGNATURE_REQUESTED: Described("A document was sent to be signed.", _SIGNATURE),
    EventType.SIGNATURE_COMPLETED: Described("A document was signed by everybody.", _SIGNATURE),
    EventType.SIGNATURE_DECLINED: Described("Somebody declined to sign a document.", _SIGNATURE),
    EventType.SIGNATURE_CONFLICT: Described(
        "A signed or declined document is not what is offered now.", {**_SIGNATURE, "reason": _TEXT}
    ),
    EventType.ORDER_PLACED: Described(
        "An order was placed from an accepted quote.",
        {**_ORDER, "quote_id": _TEXT, "currency": _TEXT, "net": _NUMBER, "systems": _TEXTS},
    ),
    EventType.ORDER_DECOMPOSED: Described(
        "A bundle of an order was taken apart into what is fulfilled.",
        {"line_id": _TEXT, "components": _TEXTS},
    ),
    EventType.ORDER_STATUS_CHANGED: Described(
        "The status of an order as a whole changed.", {**_ORDER, "previous_status": _TEXT}
    ),
    EventType.ORDER_FEE_QUOTED: Described("The fee of a change to an order was worked out."),
    EventType.ORDER_CHANGE_REQUESTED: Described("A change to an order was asked for."),
    EventType.ORDER_CHANGED: Described("An order was changed."),
    EventType.ORDER_CANCELLED: Described("All of an order was cancelled."),
    EventType.FULFILLMENT_UPDATED: Described(
        "A fulfilment system has told how far lines are.",
        {"system": _TEXT, "status": _TEXT, "lines": {"type": "array"}},
    ),
    EventType.FULFILLMENT_DIFFERS: Described(
        "An order comes to another amount in the system that fulfils it.",
        {"system": _TEXT, "reference": _TEXT, "net": _AMOUNT, "net_there": _AMOUNT},
    ),
    EventType.SERVICE_CREATED: Described("A service contract was made.", _SERVICE),
    EventType.SERVICE_RENEWAL_DUE: Described("A contract is about to end or to renew."),
    EventType.SERVICE_RENEWED: Described("A contract was renewed."),
    EventType.SERVICE_AMENDED: Described("A contract was amended."),
    EventType.SERVICE_TERMINATED: Described("A contract was terminated."),
    EventType.BILLING_PUSHED: Described("A billing system has taken charges over."),
    EventType.BILLING_FAILED: Described("A billing system will not take charges over."),
    EventType.BILLING_DIFFERS: Described(
        "Charges come to another amount in the billing system that took them, or are otherwise not "
        "as they were handed over; `total_there` is null where it is not told.",
        {**_BILLED, "total_there": _AMOUNT_OR_NONE, "reasons": _TEXTS},
    ),
    EventType.BILLING_AGREES: Described(
        "Charges are again in the billing system as they were handed over.",
        {**_BILLED, "total_there": _AMOUNT},
    ),
    EventType.PRICING_RULE_CHANGED: Described(
        "Prices or rules were changed; `revision` is that of the rules.", {"revision": _COUNT}
    ),
    EventType.CONFIGURATION_INVALIDATED: Described(
        "What an open quote offers can no longer be built.", {"revision": _COUNT}
    ),
    EventType.CONNECTION_LOCKED: Described(
        "A system let us in no longer; nothing is sent there until a test succeeds.",
        {"system": _TEXT, "reason": _TEXT},
    ),
    EventType.CONNECTION_RESTORED: Described(
        "A system lets us in again; what waited is sent.", {"system": _TEXT}
    ),
    EventType.CONNECTION_KEY_EXPIRES: Described(
        "The credentials of a connection end in 14, 7 or 1 days, or have ended.",
        {"system": _TEXT, "ends_on": _TEXT, "days_left": _COUNT},
    ),
    EventType.WEBHOOK_DISABLED: Described(
        "A subscription was switched off by the hub.", {"url": _TEXT, "reason": _TEXT}
    ),
    EventType.WEBHOOK_TEST: Described("Somebody tries a subscription out.", {"url": _TEXT}),
}
