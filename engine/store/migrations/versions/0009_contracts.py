"""Contracts, their orders and history, and what ordering a quote does to them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _of_contract(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "contract_id"],
        ["contracts.tenant_id", "contracts.id"],
        name=f"fk_{table}_tenant_id_contract_id",
    )


def upgrade() -> None:
    op.create_table(
        "contracts",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("terminated_on", sa.Date(), nullable=True),
        sa.Column("renewed_by", sa.Text(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_contracts"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name="fk_contracts_tenant_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account"],
            ["accounts.tenant_id", "accounts.id"],
            name="fk_contracts_tenant_id_account",
        ),
        sa.UniqueConstraint("tenant_id", "number", name="uq_contracts_tenant_id_number"),
    )
    op.create_index("ix_contracts_told_on", "contracts", ["tenant_id", "told_on"])
    op.create_table(
        "contract_orders",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "order_id", "contract_id", name="pk_contract_orders"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name="fk_contract_orders_tenant_id_order_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        _of_contract("contract_orders"),
    )
    op.create_table(
        "contract_history",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "contract_id", "sequence", name="pk_contract_history"),
        _of_contract("contract_history"),
    )
    op.create_table(
        "contract_plans",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "quote_id", name="pk_contract_plans"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "quote_id"],
            ["quotes.tenant_id", "quotes.id"],
            name="fk_contract_plans_tenant_id_quote_id",
        ),
    )


def downgrade() -> None:
    for table in ("contract_plans", "contract_history", "contract_orders", "contracts"):
        op.drop_table(table)
