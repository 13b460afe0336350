"""Rows of agreements with their terms, and of volume ladders with their tiers."""

from datetime import date
from typing import Annotated, Any, ClassVar

from sqlmodel import Field

from engine.store.columns import Exact, Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant, refers

PositionKey = Annotated[int, Field(primary_key=True)]


class AgreementRow(Row, table=True):
    """What was agreed with one account."""

    __tablename__: ClassVar[str] = "agreements"
    __table_args__: ClassVar[Any] = (of_tenant(), refers("account", to="accounts.id"))

    tenant_id: Key
    id: Key
    position: int
    account: Words
    name: Words
    version: int
    starts_on: date | None
    ends_before: date | None


class AgreementTermRow(Row, table=True):
    """One promise of an agreement."""

    __tablename__: ClassVar[str] = "agreement_terms"
    __table_args__: ClassVar[Any] = (
        refers("agreement", to="agreements.id"),
        refers("sku", to="products.sku"),
    )

    tenant_id: Key
    agreement: Key
    position: PositionKey
    kind: Words
    value: Exact
    sku: OptionalWords
    category: OptionalWords
    currency: OptionalWords


class LadderRow(Row, table=True):
    """A volume ladder of one product, in one price list or in all."""

    __tablename__: ClassVar[str] = "ladders"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("sku", to="products.sku"),
        refers("price_list", to="price_lists.key"),
    )

    tenant_id: Key
    id: Key
    position: int
    name: Words
    sku: Words
    price_list: OptionalWords
    version: int
    starts_on: date | None
    ends_before: date | None


class TierRow(Row, table=True):
    """One tier of a ladder."""

    __tablename__: ClassVar[str] = "tiers"
    __table_args__: ClassVar[Any] = (refers("ladder", to="ladders.id"),)

    tenant_id: Key
    ladder: Key
    position: PositionKey
    starts_at: Exact
    percent: Exact
