"""When what contracts serve of an order is provided."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("provided_at", sa.DateTime(timezone=True), nullable=True))
    is_due = sa.text("provided_at IS NOT NULL")
    op.create_index(
        "ix_orders_provided_at",
        "orders",
        ["tenant_id", "provided_at"],
        sqlite_where=is_due,
        postgresql_where=is_due,
    )


def downgrade() -> None:
    op.drop_index("ix_orders_provided_at", "orders")
    op.drop_column("orders", "provided_at")
