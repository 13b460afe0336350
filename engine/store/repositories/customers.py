"""Accounts, addresses and aliases, to rows and back."""

from typing import Any

from sqlalchemy import Row

from engine.customers.account import Account, Address, AddressKind, Alias
from engine.store.repositories.mapper import Mapper, Values
from engine.store.tables import customers as tables
from engine.store.tables.row import table


def _account_values(noun: Account) -> Values:
    return {
        "id": noun.id,
        "name": noun.name,
        "parent": noun.parent,
        "group": noun.group,
        "region": noun.region,
        "crm_contact_id": noun.crm_contact_id,
    }


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        parent=row.parent,
        group=row.group,
        region=row.region,
        crm_contact_id=row.crm_contact_id,
    )


def _address_values(noun: Address) -> Values:
    line_1, line_2, line_3 = noun.lines
    return {
        "crm_contact_id": noun.crm_contact_id,
        "kind": noun.kind.value,
        "line_1": line_1,
        "line_2": line_2,
        "line_3": line_3,
        "city": noun.city,
        "zip_code": noun.zip_code,
        "country_code": noun.country_code,
        "country": noun.country,
    }


def _address(row: Row[Any]) -> Address:
    return Address(
        crm_contact_id=row.crm_contact_id,
        kind=AddressKind(row.kind),
        lines=(row.line_1, row.line_2, row.line_3),
        city=row.city,
        zip_code=row.zip_code,
        country_code=row.country_code,
        country=row.country,
    )


def _alias_values(noun: Alias) -> Values:
    return {"crm_contact_id": noun.crm_contact_id, "word": noun.word, "sku": noun.sku}


def _alias(row: Row[Any]) -> Alias:
    return Alias(row.crm_contact_id, row.word, row.sku)


ACCOUNTS = Mapper(table(tables.AccountRow), _account_values, _account)
ADDRESSES = Mapper(table(tables.AddressRow), _address_values, _address)
ALIASES = Mapper(table(tables.AliasRow), _alias_values, _alias)
