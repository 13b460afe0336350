"""What is open at a system is found by when it was read last."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_INDEX = "ix_handovers_tenant_id_system_is_open_read_at"
_INSTANT = sa.DateTime(timezone=True)
_HANDOVERS = sa.table(
    "handovers",
    *(sa.column(each, sa.Text()) for each in ("tenant_id", "order_id", "system", "body")),
    sa.column("read_at", _INSTANT),
)


def upgrade() -> None:
    op.add_column("handovers", sa.Column("read_at", _INSTANT, nullable=True))
    for row in op.get_bind().execute(sa.select(_HANDOVERS)).all():
        this = (
            _HANDOVERS.c.tenant_id == row.tenant_id,
            _HANDOVERS.c.order_id == row.order_id,
            _HANDOVERS.c.system == row.system,
        )
        read_at = datetime.fromisoformat(json.loads(row.body)["read_at"])
        op.get_bind().execute(sa.update(_HANDOVERS).where(*this).values(read_at=read_at))
    with op.batch_alter_table("handovers") as batch:
        batch.alter_column("read_at", existing_type=_INSTANT, nullable=False)
    op.create_index(_INDEX, "handovers", ["tenant_id", "system", "is_open", "read_at"])


def downgrade() -> None:
    op.drop_index(_INDEX, "handovers")
    with op.batch_alter_table("handovers") as batch:
        batch.drop_column("read_at")
