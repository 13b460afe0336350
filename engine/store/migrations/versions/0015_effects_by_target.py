"""Effects are claimed by target; all secrets of a webhook that still sign are kept."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_WEBHOOKS = sa.table(
    "webhooks",
    *(sa.column(each, sa.Text()) for each in ("tenant_id", "id", "old_secret", "old_secrets")),
    sa.column("old_secret_ends", _INSTANT),
)


def upgrade() -> None:
    op.drop_index("ix_effects_due", "effects")
    counted = sa.Column("unheard", sa.Integer(), nullable=False, server_default="0")
    op.add_column("effects", counted)
    with op.batch_alter_table("effects") as batch:
        batch.alter_column("unheard", existing_type=sa.Integer(), server_default=None)
    # SQLite takes an index only where a query says the same, to the letter.
    for name, last, unheard in (
        ("ix_effects_due", ("due_at",), "unheard < 2"),
        ("ix_effects_suspect", ("tries", "id"), "unheard >= 2"),
    ):
        _index(
            name,
            *("tenant_id", "target", *last),
            sqlite=f"is_open = 1 AND {unheard}",
            postgresql=f"is_open AND {unheard}",
        )
    kept = sa.Column("old_secrets", sa.Text(), nullable=False, server_default="[]")
    op.add_column("webhooks", kept)
    known = sa.select(_WEBHOOKS).where(_WEBHOOKS.c.old_secret_ends.is_not(None))
    for row in op.get_bind().execute(known).all():
        old = [{"sealed": row.old_secret, "ends": _utc(row.old_secret_ends).isoformat()}]
        _change(row, old_secrets=json.dumps(old))
    with op.batch_alter_table("webhooks") as batch:
        batch.alter_column("old_secrets", existing_type=sa.Text(), server_default=None)
        batch.drop_column("old_secret")
        batch.drop_column("old_secret_ends")


def downgrade() -> None:
    op.add_column("webhooks", sa.Column("old_secret", sa.Text(), nullable=True))
    op.add_column("webhooks", sa.Column("old_secret_ends", _INSTANT, nullable=True))
    for row in op.get_bind().execute(sa.select(_WEBHOOKS)).all():
        for old in json.loads(row.old_secrets)[:1]:
            ends = datetime.fromisoformat(old["ends"])
            _change(row, old_secret=old["sealed"], old_secret_ends=ends)
    with op.batch_alter_table("webhooks") as batch:
        batch.drop_column("old_secrets")
    for each in ("ix_effects_suspect", "ix_effects_due"):
        op.drop_index(each, "effects")
    with op.batch_alter_table("effects") as batch:
        batch.drop_column("unheard")
    _index("ix_effects_due", "tenant_id", "due_at", sqlite="is_open", postgresql="is_open")


def _index(name: str, *columns: str, sqlite: str, postgresql: str) -> None:
    op.create_index(
        name,
        "effects",
        list(columns),
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text(postgresql),
    )


def _change(row: Any, **values: object) -> None:  # noqa: ANN401 (a row)
    this = (_WEBHOOKS.c.tenant_id == row.tenant_id, _WEBHOOKS.c.id == row.id)
    op.get_bind().execute(sa.update(_WEBHOOKS).where(*this).values(**values))


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
