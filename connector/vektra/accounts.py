"""Accounts: who buys."""

from typing import Any

from connector.vektra import session
from engine.kernel.errors import NotFound

Json = dict[str, Any]


def get_account(account_id: str) -> Json:
    """One account."""
    found = session.snapshot().accounts.get(account_id)
    if found is None:
        raise NotFound("there is no such account")
    return {
        "id": found.id,
        "name": found.name,
        "parent": found.parent,
        "group": found.group,
        "region": found.region,
        "crm_contact_id": found.crm_contact_id,
    }
