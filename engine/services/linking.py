"""Linking: whom of ours a CRM means by a key of its own.

Two CRMs may use the same key for different customers, so a key means something only beside the
name of its CRM.
"""

import re

from engine.customers.account import Account
from engine.customers.opportunity import CrmName
from engine.kernel.numbers import LIMIT
from engine.pricing.snapshot import Snapshot
from engine.store.unit_of_work import Reading, UnitOfWork

_BY_CONTACT = "superoffice"
"""The CRM that knows our accounts by the number of a contact."""
_SEGMENT = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~!$&'()*+,;=:@-]+")
"""What can stand between two slashes of a path as it is."""


def named_by(crm: str, external_id: str) -> CrmName:
    """A CRM's key for something, however the name of the CRM is written."""
    return CrmName(crm=crm.strip().lower(), external_id=external_id.strip())


def account_of(reading: Reading, data: Snapshot, crm: str, external_id: str) -> Account | None:
    """The account that a CRM calls so: as it told, else by its contact, else by our own id.

    Our own id is not meant where another CRM knows that account.
    """
    named = named_by(crm, external_id)
    linked = reading.crm_accounts.find(named)
    if linked is not None and linked in data.accounts:
        return data.accounts[linked]
    by_contact = _by_contact(data, named)
    if by_contact is not None:
        return by_contact
    is_others = reading.crm_accounts.is_of_others(named.crm, named.external_id)
    return None if is_others else data.accounts.get(named.external_id)


def opportunity_of(reading: Reading, crm: str, external_id: str) -> str:
    """Our id of the opportunity that a CRM calls so; its own where it has not told of it."""
    found = reading.opportunities.find(named_by(crm, external_id))
    return external_id if found is None else found.id


def new_account(uow: UnitOfWork, data: Snapshot, named: CrmName, name: str) -> Account:
    """An account nobody has told of. It is called by the CRM's key for it.

    Where that is another account's id, or cannot stand in a path, it gets an id of our own.
    """
    key = named.external_id
    is_free = key not in data.accounts and _SEGMENT.fullmatch(key)
    by_contact = named.crm == _BY_CONTACT and _is_number(key)
    return Account(
        id=key if is_free else uow.ids.new("acc"),
        name=name,
        crm_contact_id=int(key) if by_contact else None,
    )


def _by_contact(data: Snapshot, named: CrmName) -> Account | None:
    if named.crm != _BY_CONTACT or not _is_number(named.external_id):
        return None
    return data.accounts_by_contact.get(int(named.external_id))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len(str(LIMIT))
