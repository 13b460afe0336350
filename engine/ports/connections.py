"""Connections: how a tenant's own systems are reached, and what they call what is ours."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.ports.billing import Billing
    from engine.ports.crm import Crm
    from engine.ports.erp import Erp

UNSURE = "sent"
"""The step that is kept while nobody knows whether what was sent has arrived, and nobody can be
asked: who asks for such a push again has looked, and it is forgotten."""
_HIDDEN = "…"
_SHORTEST = 4
"""Letters of a credential that is hidden where a system repeats it; fewer would hide words."""
_NOTHING: Mapping[str, str] = MappingProxyType({})


class TableName(StrEnum):
    """What has another name in another system."""

    CUSTOMER = "customer"
    """by account id"""
    SKU = "sku"
    UNIT = "unit"
    TAX = "tax"
    """by percentage, as in `25`"""
    CURRENCY = "currency"
    PAYMENT_TERM = "payment_term"


@dataclass(frozen=True, slots=True)
class Tables:
    """What a system calls what is ours, table by table; what is not listed is called the same."""

    rows: Mapping[TableName, Mapping[str, str]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def theirs(self, table: TableName, ours: str) -> str:
        """What the system calls `ours`."""
        return self.rows.get(table, _NOTHING).get(ours, ours)

    def lists(self, table: TableName, ours: str) -> bool:
        """Whether somebody has said what the system calls `ours`."""
        return ours in self.rows.get(table, _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a system is reached with: where, as whom, and how it is set up.

    `options` are the adapter's own (which company, which usual payment term); docs/adapters.md
    lists them.
    """

    tenant: str
    system: str
    adapter: str
    url: str
    credentials: Mapping[str, str] = field(repr=False)
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tables: Tables = field(default_factory=Tables)
    revision: int = 0
    """another one where anything of it was changed"""
    id: str = ""
    """of the connection: a system that is connected again has another one"""

    def hidden(self, said: str) -> str:
        """What a system said, without the credentials that it repeats."""
        known = list(self.credentials.values())
        pair = f"{self.credentials.get('user', '')}:{self.credentials.get('password', '')}"
        known.append(base64.b64encode(pair.encode()).decode())
        for each in sorted(known, key=len, reverse=True):
            if len(each) >= _SHORTEST:
                said = said.replace(each, _HIDDEN)
        return said


@dataclass(frozen=True, slots=True)
class Miss:
    """Something of ours that the system does not have.

    `where` points into what was to be handed over (`lines/2/sku`); `ours` is our name for it and
    `theirs` what it was looked for as.
    """

    table: TableName
    ours: str
    theirs: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a test of a connection found: who we are there, and what will not work."""

    identity: str
    troubles: tuple[str, ...] = ()


class Steps(Protocol):
    """What was reached of one push, kept for whoever goes on with it.

    Keeping a step says as well that the push is still ours: it raises where somebody else has
    taken it over, and nothing more may be sent then.
    """

    def get(self, name: str) -> str | None:
        """What was kept as `name`, in this try or one before."""
        ...

    def keep(self, **reached: str) -> None:
        """Keep what was reached; it is safe when this returns."""
        ...


class Adapters(Protocol):
    """The adapters there are, by name; any thread may ask."""

    def names(self, kind: str) -> tuple[str, ...]:
        """The adapters for a kind of system: erp, billing, crm."""
        ...

    def fault(self, kind: str, access: Access) -> str:
        """What is wrong with how a system is said to be reached, in a word; empty if nothing."""
        ...

    def anew(self) -> "Adapters":
        """The same, knowing nothing of what any system answered before.

        All calls made through them end together, as soon as a single one would have to.
        """
        ...

    def erp(self, access: Access) -> "Erp":
        """A system, ready to be asked. Declined where no adapter of that name is known."""
        ...

    def billing(self, access: Access) -> "Billing":
        """As above, where it bills."""
        ...

    def crm(self, access: Access) -> "Crm":
        """As above, where it knows deals."""
        ...
