"""What happened to a contract, kept beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class ContractEvent(StrEnum):
    """What can happen to a contract."""

    CREATED = "created"
    AMENDED = "amended"
    RENEWAL_DUE = "renewal_due"
    RENEWED = "renewed"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEntry:
    """One thing that happened; `by` names the caller as it proved itself."""

    at: datetime
    by: str
    what: ContractEvent
    details: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
