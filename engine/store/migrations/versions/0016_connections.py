"""Connections to systems of tenants, what was handed over to them, and steps of pushes."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connections",
        *(
            sa.Column(each, sa.Text(), nullable=False)
            for each in (
                *("tenant_id", "id", "kind", "system", "adapter", "url", "sealed"),
                *("options", "tables", "status", "reason", "mark"),
            )
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_connections"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name="fk_connections_tenant_id"
        ),
        sa.UniqueConstraint("tenant_id", "system", name="uq_connections_tenant_id_system"),
    )
    op.create_table(
        "handovers",
        *(
            sa.Column(each, sa.Text(), nullable=False)
            for each in ("tenant_id", "order_id", "system", "reference")
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "order_id", "system", name="pk_handovers"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name="fk_handovers_tenant_id_order_id",
        ),
        sa.UniqueConstraint(
            "tenant_id", "system", "reference", name="uq_handovers_tenant_id_system_reference"
        ),
    )
    op.create_table(
        "effect_steps",
        *(
            sa.Column(each, sa.Text(), nullable=False)
            for each in ("tenant_id", "effect_id", "name", "reached")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "effect_id", "name", name="pk_effect_steps"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "effect_id"],
            ["effects.tenant_id", "effects.id"],
            name="fk_effect_steps_tenant_id_effect_id",
        ),
    )


def downgrade() -> None:
    for each in ("effect_steps", "handovers", "connections"):
        op.drop_table(each)
