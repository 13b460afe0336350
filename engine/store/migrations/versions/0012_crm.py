"""What CRMs call our accounts, and their opportunities."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EXACT = sa.Numeric(38, 12).with_variant(sa.Text(), "sqlite")


def _common(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name=f"fk_{table}_tenant_id"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account"],
            ["accounts.tenant_id", "accounts.id"],
            name=f"fk_{table}_tenant_id_account",
        ),
    )


def upgrade() -> None:
    op.create_table(
        "crm_accounts",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("crm", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "crm", "external_id", name="pk_crm_accounts"),
        *_common("crm_accounts"),
    )
    op.create_table(
        "opportunities",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("crm", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount", EXACT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("probability", EXACT, nullable=False),
        sa.Column("close_date", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_opportunities"),
        sa.UniqueConstraint(
            "tenant_id", "crm", "external_id", name="uq_opportunities_tenant_id_crm_external_id"
        ),
        *_common("opportunities"),
    )


def downgrade() -> None:
    op.drop_table("opportunities")
    op.drop_table("crm_accounts")
