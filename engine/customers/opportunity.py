"""Opportunities: deals that a CRM knows, and what it calls our accounts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """What came of telling about a thing."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmName:
    """What a CRM calls a thing; the CRM's own name is in lower case."""

    crm: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A deal that a CRM knows, of one of our accounts.

    `amount` is what was typed there, `probability` (0..100) the one that its forecast is reckoned
    with: the stage's, or one that was told. `created_at` and `updated_at` are ours.
    """

    id: str
    named: CrmName
    account: str
    name: str
    amount: Decimal
    currency: str
    stage: str
    probability: Decimal
    close_date: date
    created_at: datetime
    updated_at: datetime
