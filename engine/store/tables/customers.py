"""Rows of accounts, addresses and aliases."""

from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from engine.store.columns import Key, OptionalWords, Words
from engine.store.tables.row import Row, of_tenant, refers

ContactKey = Annotated[int, Field(sa_type=BigInteger, primary_key=True)]
OptionalContact = Annotated[int | None, Field(sa_type=BigInteger)]


class AccountRow(Row, table=True):
    """A customer; parents may be imported after their children."""

    __tablename__: ClassVar[str] = "accounts"
    __table_args__: ClassVar[Any] = (
        of_tenant(),
        refers("parent", to="accounts.id", checked_at_commit=True),
    )

    tenant_id: Key
    id: Key
    position: int
    name: Words
    parent: OptionalWords
    group: OptionalWords
    region: OptionalWords
    crm_contact_id: OptionalContact


class AddressRow(Row, table=True):
    """The invoice or the delivery address of a CRM company."""

    __tablename__: ClassVar[str] = "addresses"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    crm_contact_id: ContactKey
    kind: Key
    position: int
    line_1: Words
    line_2: Words
    line_3: Words
    city: Words
    zip_code: Words
    country_code: Words
    country: Words


class AliasRow(Row, table=True):
    """A CRM company's word for a product."""

    __tablename__: ClassVar[str] = "aliases"
    __table_args__: ClassVar[Any] = (refers("sku", to="products.sku"),)

    tenant_id: Key
    crm_contact_id: ContactKey
    word: Key
    position: int
    sku: Words
