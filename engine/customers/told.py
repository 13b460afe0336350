"""What a CRM tells: an account and a deal, as they are there."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAccount:
    """An account as a CRM tells of it; what is None is not told."""

    external_id: str
    name: str
    region: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOpportunity:
    """A deal as a CRM tells of it; a `probability` (0..100) stands in for the stage's."""

    external_id: str
    name: str
    amount: Decimal
    stage: str
    close_date: date
    probability: Decimal | None = None
    currency: str | None = None
