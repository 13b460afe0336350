"""What a handler knows about the call it serves, and whose quotations it may see."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from connector import context, repeats
from connector.encoder import Answer
from connector.klaro.envelope import enveloped
from engine.pricing.snapshot import Snapshot
from engine.quotes.quotation import Viewer
from engine.tenants.user import Right, User

T = TypeVar("T")


def snapshot() -> Snapshot:
    """The caller's tenant's data at the revision the call began with."""
    who = context.principal()
    return context.hub().snapshot(who.tenant, who.revision)


def snapshot_at(revision: int) -> Snapshot:
    """The caller's tenant's data as they were at a revision that a record names."""
    return context.hub().snapshot_at(context.principal().tenant, revision)


def today(data: Snapshot) -> date:
    """The business day it is now for the tenant."""
    return data.today(context.hub().clock)


def caller() -> str:
    """Who calls, as it proved itself: what histories name."""
    who = context.principal()
    return who.user or who.sign_in


def viewer() -> Viewer:
    """Whose quotations the caller may see."""
    who = context.principal()
    return Viewer(member=who.member, is_privileged=who.is_privileged)


def member(reading: Any) -> User | None:
    """The user that calls; None where an API key does."""
    who = context.principal().member
    return None if who is None else reading.users.get(who)


def may(user: User | None, right: Right) -> bool:
    """Whether the caller, a user or an API key, has a right."""
    return user is None or right in user.rights


def reading(verb: Callable[..., T], *query: Any) -> T:
    """Run `verb` in a reading of the tenant's records."""
    with context.hub().reading(context.principal().tenant) as records:
        return verb(records, *query)


def once(act: Callable[[Any], object]) -> Answer:
    """Run `act` in one transaction of the tenant, at most once under its key; what it gives."""
    return repeats.once(lambda uow: enveloped(act(uow)))
