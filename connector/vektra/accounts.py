"""Accounts: who buys."""

from http import HTTPStatus
from typing import Any

from connector.vektra import session
from connector.vektra.reply import Reply
from connector.vektra.writing import cells, writing
from engine.catalog.intake import Kind
from engine.kernel.errors import NotFound
from engine.pricing.snapshot import Snapshot
from engine.services import maintaining

Json = dict[str, Any]


def get_account(account_id: str) -> Json:
    """One account."""
    return _written(session.snapshot(), account_id)


def put_account(body: Json, account_id: str) -> Reply:
    """Make an account, or change what its body names."""
    is_new = writing(maintaining.put, Kind.ACCOUNTS, cells({**body, "id": account_id}))
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return Reply(_written(session.newest(), account_id), status)


def _written(data: Snapshot, account_id: str) -> Json:
    found = data.accounts.get(account_id)
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
