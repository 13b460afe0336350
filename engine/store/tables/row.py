"""What every row has: a tenant, one schema with named constraints, references inside a tenant."""

from sqlalchemy import ForeignKeyConstraint, MetaData, Table, UniqueConstraint
from sqlmodel import SQLModel

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Row(SQLModel):
    """A row of the hub's schema."""

    metadata = METADATA


def table(row: type[Row]) -> Table:
    """The table that rows of this class stand in."""
    return METADATA.tables[str(row.__tablename__)]


def of_tenant() -> ForeignKeyConstraint:
    """The row belongs to a tenant that exists."""
    return ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"])


def refers(column: str, to: str, *, checked_at_commit: bool = False) -> ForeignKeyConstraint:
    """`column` names a row of the same tenant; `to` is `table.column` of its key.

    `checked_at_commit` lets rows that name each other arrive in any order.
    """
    other, _, key = to.partition(".")
    return ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.{key}"],
        deferrable=True if checked_at_commit else None,
        initially="DEFERRED" if checked_at_commit else None,
    )


def unique(*columns: str) -> UniqueConstraint:
    """No two rows of one tenant agree in all of `columns`."""
    return UniqueConstraint("tenant_id", *columns)
