"""What quotes offer, version by version, what happened to them, and answers to be repeated."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NEW: dict[str, sa.Text | sa.Date | sa.Integer] = {
    "title": sa.Text(),
    "opportunity_id": sa.Text(),
    "product_line": sa.Text(),
    "valid_until": sa.Date(),
    "version": sa.Integer(),
    "search": sa.Text(),
}
_REQUIRED = ("title", "version", "search")


def _of_quote(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "quote_id"],
        ["quotes.tenant_id", "quotes.id"],
        name=f"fk_{table}_tenant_id_quote_id",
    )


def upgrade() -> None:
    for name, kind in _NEW.items():
        op.add_column("quotes", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE quotes SET title = '', version = 0, search = lower(number)")
    with op.batch_alter_table("quotes") as batch:
        for name in _REQUIRED:
            batch.alter_column(name, existing_type=_NEW[name], nullable=False)
    op.create_table(
        "quote_versions",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "quote_id", "number", name="pk_quote_versions"),
        _of_quote("quote_versions"),
    )
    op.create_table(
        "quote_history",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "quote_id", "sequence", name="pk_quote_history"),
        _of_quote("quote_history"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name="fk_idempotency_keys_tenant_id"
        ),
    )


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    op.drop_table("quote_history")
    op.drop_table("quote_versions")
    with op.batch_alter_table("quotes") as batch:
        for name in reversed(_NEW):
            batch.drop_column(name)
