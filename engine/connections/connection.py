"""Connections: systems of a tenant, by the names that routing and billing know them by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from engine.ports.connections import TableName, Tables


class ConnectionKind(StrEnum):
    """What a system is for."""

    ERP = "erp"
    BILLING = "billing"
    CRM = "crm"


class ConnectionStatus(StrEnum):
    """Whether anything is sent there."""

    ACTIVE = "active"
    PAUSED = "paused"
    """by a person"""
    LOCKED = "locked"
    """it let us in no longer: nothing is sent before a test of the connection succeeds"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One system of a tenant, and the adapter that speaks to it.

    `sealed` are its credentials, as a sealed JSON object. `tables` say what it calls what is
    ours. `mark` is where reading its changes goes on. `revision` counts writes.
    """

    id: str
    kind: ConnectionKind
    system: str
    adapter: str
    url: str
    sealed: str = field(repr=False)
    created_at: datetime
    updated_at: datetime
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    status: ConnectionStatus = ConnectionStatus.ACTIVE
    reason: str = ""
    mark: str = ""
    revision: int = 1

    @property
    def names(self) -> Tables:
        """What the system calls what is ours."""
        return Tables({TableName(table): dict(rows) for table, rows in self.tables.items()})
