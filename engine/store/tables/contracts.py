"""Rows of contracts, what happened to them, their orders, and what quotes plan for them."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from engine.store.columns import Document, Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant, refers, unique

Place = Annotated[int, Field(primary_key=True)]


class ContractRow(Row, table=True):
    """A contract: the whole of it, and beside it what contracts are looked for by.

    `told_on` is the next day something about its renewal is to be done, if ever.
    """

    __tablename__: ClassVar[str] = "contracts"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("account", to="accounts.id"),
        unique("number"),
        Index("ix_contracts_told_on", "tenant_id", "told_on"),
    )

    tenant_id: Key
    id: Key
    number: Words
    account: OptionalWords
    start_date: date
    end_date: date | None
    terminated_on: date | None
    renewed_by: OptionalWords
    told_on: date | None
    created_at: datetime
    updated_at: datetime
    revision: int
    body: Words


class ContractOrderRow(Row, table=True):
    """An order made or changed a contract."""

    __tablename__: ClassVar[str] = "contract_orders"
    __table_args__: ClassVar[Any] = (
        refers("order_id", to="orders.id", checked_at_commit=True),
        refers("contract_id", to="contracts.id"),
    )

    tenant_id: Key
    order_id: Key
    contract_id: Key


class ContractHistoryRow(Row, table=True):
    """One thing that happened to a contract; rows are added, never changed."""

    __tablename__: ClassVar[str] = "contract_history"
    __table_args__: ClassVar[Any] = (refers("contract_id", to="contracts.id"),)

    tenant_id: Key
    contract_id: Key
    sequence: Place
    at: datetime
    by: Words
    what: Words
    details: Document


class ContractPlanRow(Row, table=True):
    """What ordering a quote does to contracts there are."""

    __tablename__: ClassVar[str] = "contract_plans"
    __table_args__: ClassVar[Any] = (refers("quote_id", to="quotes.id"),)

    tenant_id: Key
    quote_id: Key
    body: Words
