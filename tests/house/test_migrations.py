"""The schema that migrations make is the schema that the rows declare, and keeps its laws."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    create_engine,
    inspect,
)
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import ColumnCollectionConstraint

from engine.store import schema, tables
from engine.store.database import Database
from engine.store.tables.row import METADATA

TABLES = pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: str(table.name))
LONGEST_NAME = 63
"""PostgreSQL cuts names that are longer."""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        yield connection


def described(connection: Connection) -> dict[str, Any]:
    """All that the database itself says about its tables, Alembic's own apart."""
    sight = inspect(connection)
    return {
        name: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in sight.get_columns(name)
            ],
            "primary key": sight.get_pk_constraint(name),
            "references": sorted(sight.get_foreign_keys(name), key=lambda key: str(key["name"])),
            "unique": sorted(
                (str(each["name"]), each["column_names"])
                for each in sight.get_unique_constraints(name)
            ),
            "indexes": sorted(str(each["name"]) for each in sight.get_indexes(name)),
        }
        for name in sight.get_table_names()
        if name != "alembic_version"
    }


def test_alembic_finds_no_difference(migrated_url: str) -> None:
    with connected(migrated_url) as connection:
        sight = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(sight, METADATA) == []


def test_migrated_and_declared_schema_are_described_alike(
    migrated_url: str, database_url: str
) -> None:
    with connected(database_url) as connection:
        METADATA.create_all(connection)
        declared = described(connection)
    with connected(migrated_url) as connection:
        migrated = described(connection)
    assert len(declared) == len(METADATA.sorted_tables)
    assert migrated == declared


def test_the_schema_goes_down_to_nothing_and_up_again(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    try:
        schema.migrate(database)
        with connected(database_url) as connection:
            there = described(connection)
        schema.migrate(database, schema.EMPTY)
        assert not schema.is_newest(database)
        with connected(database_url) as connection:
            assert described(connection) == {}
        schema.migrate(database)
        assert schema.is_newest(database)
        with connected(database_url) as connection:
            assert described(connection) == there
    finally:
        database.close()


def test_every_module_of_tables_is_part_of_the_schema() -> None:
    assert set(tables.__all__) == {
        "api_keys", "billing", "catalog", "connections", "contracts", "crm", "customers", "events",
        "history", "idempotency", "numbers", "order_changes", "orders", "proposals", "quotes",
        "rules", "signatures", "tenants", "users",
    }  # fmt: skip


@TABLES
def test_every_key_begins_with_the_tenant(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "tenant_id"


@TABLES
def test_every_reference_stays_inside_its_tenant(table: Table) -> None:
    for reference in table.foreign_key_constraints:
        first = reference.elements[0]
        assert (first.parent.name, first.column.name) == ("tenant_id", "tenant_id")


@TABLES
def test_every_row_belongs_to_a_tenant_that_exists(table: Table) -> None:
    reached, seen = {table.name}, set[str]()
    while reached - seen:
        name = (reached - seen).pop()
        seen.add(name)
        reached |= {
            each.referred_table.name for each in METADATA.tables[name].foreign_key_constraints
        }
    assert "tenants" in reached


@TABLES
def test_every_constraint_has_a_name_of_the_one_convention(table: Table) -> None:
    marks = {PrimaryKeyConstraint: "pk", ForeignKeyConstraint: "fk", UniqueConstraint: "uq"}
    for constraint in table.constraints:
        assert isinstance(constraint, ColumnCollectionConstraint)
        mark = marks[type(constraint)]
        columns = [] if mark == "pk" else [column.name for column in constraint.columns]
        assert str(constraint.name) == "_".join([mark, table.name, *columns])
        assert len(str(constraint.name)) <= LONGEST_NAME


def test_migrations_stand_in_one_line() -> None:
    script = ScriptDirectory.from_config(schema.configuration())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
