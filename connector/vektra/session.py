"""What a handler knows about the call it serves."""

from datetime import date

from connector import context
from engine.pricing.snapshot import Snapshot


def snapshot() -> Snapshot:
    """The caller's tenant's data at the revision the call began with."""
    who = context.principal()
    return context.hub().snapshot(who.tenant, who.revision)


def today(data: Snapshot) -> date:
    """The business day it is now for the tenant."""
    return data.today(context.hub().clock)
