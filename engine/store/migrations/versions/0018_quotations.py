"""Users, who handles which quotation, and quotes by serial, owner and product line."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_quotes_line": (),
    "ix_quotes_line_owner": ("owner",),
    "ix_quotes_line_created_at": ("created_at",),
    "ix_quotes_line_updated_at": ("updated_at",),
}
_QUOTES = sa.table(
    "quotes",
    *(sa.column(each, sa.Text()) for each in ("tenant_id", "id", "line")),
    *(sa.column(each, sa.Integer()) for each in ("serial", "owner")),
)
_SERIES = sa.table(
    "number_series",
    *(sa.column(each, sa.Text()) for each in ("tenant_id", "series")),
    sa.column("last_number", sa.Integer()),
)


def upgrade() -> None:
    _create_users()
    for name, kind in (("serial", sa.Integer()), ("owner", sa.Integer()), ("line", sa.Text())):
        op.add_column("quotes", sa.Column(name, kind, nullable=True))
    _number()
    with op.batch_alter_table("quotes") as batch:
        batch.alter_column("serial", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("owner", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("line", existing_type=sa.Text(), nullable=False)
        batch.create_unique_constraint("uq_quotes_tenant_id_serial", ["tenant_id", "serial"])
    for name, columns in _INDEXES.items():
        op.create_index(name, "quotes", ["tenant_id", "line", *columns, "serial"])
    _create_handlers()


def downgrade() -> None:
    op.drop_table("quote_counts")
    op.drop_table("quote_handlers")
    for name in _INDEXES:
        op.drop_index(name, "quotes")
    with op.batch_alter_table("quotes") as batch:
        batch.drop_constraint("uq_quotes_tenant_id_serial", type_="unique")
        for name in ("line", "owner", "serial"):
            batch.drop_column(name)
    op.execute(sa.delete(_SERIES).where(_SERIES.c.series.in_(("quotation", "user"))))
    op.drop_table("users")


def _number() -> None:
    """Number the quotes of each tenant in the order they were made."""
    connection, last = op.get_bind(), dict[str, int]()
    mine = sa.select(_QUOTES.c.tenant_id, _QUOTES.c.id)
    for row in connection.execute(mine.order_by(_QUOTES.c.tenant_id, _QUOTES.c.id)).all():
        last[row.tenant_id] = serial = last.get(row.tenant_id, 0) + 1
        named = (_QUOTES.c.tenant_id == row.tenant_id, _QUOTES.c.id == row.id)
        connection.execute(sa.update(_QUOTES).where(*named).values(serial=serial, owner=0, line=""))
    for tenant_id, number in last.items():
        connection.execute(
            sa.insert(_SERIES).values(tenant_id=tenant_id, series="quotation", last_number=number)
        )


def _create_users() -> None:
    op.create_table(
        "users",
        *_words("tenant_id", "id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_words("username", "folded_username", "first_name", "folded_first_name"),
        *_words("last_name", "folded_last_name", "email", "folded_email", "digest", "rights"),
        sa.Column("is_privileged", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_users"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_users_tenant_id"),
        sa.UniqueConstraint("tenant_id", "number", name="uq_users_tenant_id_number"),
        sa.UniqueConstraint(
            "tenant_id", "folded_username", name="uq_users_tenant_id_folded_username"
        ),
    )


def _create_handlers() -> None:
    op.create_table(
        "quote_handlers",
        *_words("tenant_id", "quote_id"),
        sa.Column("member", sa.Integer(), nullable=False),
        *_words("line"),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "quote_id", "member", name="pk_quote_handlers"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "quote_id"],
            ["quotes.tenant_id", "quotes.id"],
            name="fk_quote_handlers_tenant_id_quote_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member"],
            ["users.tenant_id", "users.number"],
            name="fk_quote_handlers_tenant_id_member",
        ),
    )
    columns = ["tenant_id", "member", "line", "serial", "quote_id"]
    op.create_index("ix_quote_handlers_member", "quote_handlers", columns)
    op.create_table(
        "quote_counts",
        *_words("tenant_id", "line"),
        *(sa.Column(each, sa.Integer(), nullable=False) for each in ("member", "total")),
        sa.PrimaryKeyConstraint("tenant_id", "line", "member", name="pk_quote_counts"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name="fk_quote_counts_tenant_id"
        ),
    )


def _words(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(each, sa.Text(), nullable=False) for each in names)
