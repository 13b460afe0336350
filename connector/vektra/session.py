"""What a handler knows about the call it serves."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from connector import context
from engine.kernel.errors import Invalid, NotFound
from engine.kernel.finding import Finding, Severity
from engine.pricing.snapshot import Snapshot

T = TypeVar("T")


def snapshot() -> Snapshot:
    """The caller's tenant's data at the revision the call began with."""
    who = context.principal()
    return context.hub().snapshot(who.tenant, who.revision)


def newest() -> Snapshot:
    """The caller's tenant's data as they are now, after a write of this call."""
    tenant = context.principal().tenant
    standing = context.hub().standing(tenant)
    return context.hub().snapshot(tenant, standing.revision if standing else 0)


def snapshot_of(version: str | None) -> Snapshot:
    """The caller's tenant's data, or as they were at an older version of the rules.

    Invalid where there has never been such a version.
    """
    if version is None:
        return snapshot()
    who = context.principal()
    try:
        return context.hub().snapshot_at(who.tenant, int(version))
    except (NotFound, ValueError):
        found = Finding(Severity.ERROR, "unknown_rule_set_version", where="rule_set_version")
        raise Invalid("there has been no such version", [found]) from None


def snapshot_at(revision: int) -> Snapshot:
    """The caller's tenant's data as they were at a revision that a record names."""
    return context.hub().snapshot_at(context.principal().tenant, revision)


def caller() -> str:
    """Who calls, as it proved itself."""
    who = context.principal()
    return who.user or who.sign_in


def reading(verb: Callable[..., T], *query: Any) -> T:
    """Run `verb` in a reading of the tenant's records."""
    with context.hub().reading(context.principal().tenant) as records:
        return verb(records, *query)


def today(data: Snapshot) -> date:
    """The business day it is now for the tenant."""
    return data.today(context.hub().clock)
