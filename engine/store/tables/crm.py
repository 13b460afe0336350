"""Rows of what CRMs call our accounts, and of their opportunities."""

from datetime import date, datetime
from typing import Any, ClassVar

from engine.store.columns import Exact, Key, Words
from engine.store.tables.row import Row, of_tenant, refers, unique


class CrmAccountRow(Row, table=True):
    """The account that a CRM knows by a key of its own."""

    __tablename__: ClassVar[str] = "crm_accounts"
    __table_args__: ClassVar[Any] = (of_tenant(), refers("account", to="accounts.id"))

    tenant_id: Key
    crm: Key
    external_id: Key
    account: Words


class OpportunityRow(Row, table=True):
    """A deal that a CRM knows; the schema itself keeps one key from naming two."""

    __tablename__: ClassVar[str] = "opportunities"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("account", to="accounts.id"),
        unique("crm", "external_id"),
    )

    tenant_id: Key
    id: Key
    crm: Words
    external_id: Words
    account: Words
    name: Words
    amount: Exact
    currency: Words
    stage: Words
    probability: Exact
    close_date: date
    created_at: datetime
    updated_at: datetime
