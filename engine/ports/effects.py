"""Effects: what the hub owes to systems outside, by kind."""

from enum import StrEnum


class EffectKind(StrEnum):
    """Who carries an effect out."""

    WEBHOOK = "webhook"
    """tells a subscriber of an event; its subject is the event, its target the subscription"""
    ERP = "erp"
    """hands an order's lines to the system that fulfils them; the target is that system"""
    ERP_CHANGE = "erp_change"
    """brings what a system has of an order to what has become of it; one for each of the two"""
    BILLING = "billing"
    """hands charges to a billing system; the subject is the push, the target the system"""
    CRM = "crm"
    """tells a CRM what became of a deal; the subject is the quote, the target that system"""
    POLL = "poll"
    """asks a system what became of the orders it has; the subject is the connection"""


BY_PERSON = "by_person"
"""A member of an effect's payload: a person has asked for it again, after having a look."""
PUSHES = frozenset(EffectKind) - {EffectKind.WEBHOOK, EffectKind.POLL}
"""The kinds that hand something to a tenant's own systems."""
