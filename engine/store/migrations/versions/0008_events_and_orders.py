"""Events and what is owed to systems outside; an order is one document with a history."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EXACT = sa.Numeric(38, 12).with_variant(sa.Text(), "sqlite")
_IN_BODY = ("alternative_ref", "currency", "total", "purchase_order", "comment")
_LINE = (
    *("id", "line_ref", "sku", "name", "quantity", "unit", "unit_list_price"),
    *("discount", "total"),
)


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("tenant_id", *columns, name=f"pk_{table}")


def _of_tenant(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_tenant_id"
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name=name)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=f"fk_{table}_tenant_id_{column}",
    )


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    name = "_".join(["uq", table, "tenant_id", *columns])
    return sa.UniqueConstraint("tenant_id", *columns, name=name)


def upgrade() -> None:
    op.add_column("api_keys", _words("system", nullable=True))
    _events()
    _effects()
    _orders()


def _events() -> None:
    op.create_table(
        "events",
        *(_words(each) for each in ("tenant_id", "id")),
        _number("position"),
        *(_words(each) for each in ("type", "subject")),
        _number("sequence"),
        _instant("occurred_at"),
        *(_words(each) for each in ("data", "previous_hash", "hash")),
        _key("events", "id"),
        _of_tenant("events"),
        _unique("events", "position"),
        _unique("events", "subject", "sequence"),
    )
    columns = ["tenant_id", "type", "position"]
    op.create_index("ix_events_tenant_id_type_position", "events", columns)
    op.create_table(
        "event_heads",
        _words("tenant_id"),
        _number("position"),
        _words("hash"),
        _key("event_heads"),
        _of_tenant("event_heads"),
    )
    op.create_table(
        "webhooks",
        *(_words(each) for each in ("tenant_id", "id", "url", "events", "description", "status")),
        _instant("created_at"),
        _words("secret"),
        _words("old_secret", nullable=True),
        _instant("old_secret_ends", nullable=True),
        _instant("failing_since", nullable=True),
        _words("reason"),
        _key("webhooks", "id"),
        _of_tenant("webhooks"),
    )


def _effects() -> None:
    op.create_table(
        "effects",
        *(_words(each) for each in ("tenant_id", "id", "kind", "target", "subject")),
        *(_instant(each) for each in ("created_at", "due_at")),
        _words("status"),
        *(_number(each) for each in ("generation", "tries")),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        _words("payload"),
        _key("effects", "id"),
        _of_tenant("effects"),
    )
    is_open = sa.text("is_open")
    op.create_index(
        "ix_effects_due",
        "effects",
        ["tenant_id", "due_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_effects_subject", "effects", ["tenant_id", "subject"])
    op.create_index("ix_effects_target", "effects", ["tenant_id", "target", "status"])
    op.create_table(
        "chores",
        *(_words(each) for each in ("tenant_id", "name")),
        sa.Column("day", sa.Date(), nullable=True),
        _key("chores", "name"),
        _of_tenant("chores"),
    )
    op.create_table(
        "effect_attempts",
        *(_words(each) for each in ("tenant_id", "effect_id")),
        _number("generation"),
        _instant("at"),
        _number("response_status", nullable=True),
        _words("error"),
        _number("elapsed_ms"),
        _words("answer"),
        _key("effect_attempts", "effect_id", "generation"),
        _refers("effect_attempts", "effect_id", "effects"),
    )


def _orders() -> None:
    op.add_column("orders", _words("body", nullable=True))
    op.add_column("orders", _number("revision", nullable=True))
    connection = op.get_bind()
    orders, lines = _reflected("orders"), _reflected("order_lines")
    for row in connection.execute(sa.select(orders)).all():
        mine = (lines.c.tenant_id == row.tenant_id, lines.c.order_id == row.id)
        sold = connection.execute(sa.select(lines).where(*mine).order_by(lines.c.position)).all()
        this = (orders.c.tenant_id == row.tenant_id, orders.c.id == row.id)
        connection.execute(sa.update(orders).where(*this).values(body=_body(row, sold), revision=1))
    with op.batch_alter_table("orders") as batch:
        batch.alter_column("body", existing_type=sa.Text(), nullable=False)
        batch.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        for name in _IN_BODY:
            batch.drop_column(name)
    op.drop_table("order_lines")
    op.create_table(
        "order_history",
        *(_words(each) for each in ("tenant_id", "order_id")),
        _number("sequence"),
        _instant("at"),
        *(_words(each) for each in ("by", "what", "details")),
        _key("order_history", "order_id", "sequence"),
        _refers("order_history", "order_id", "orders"),
    )
    op.create_table(
        "order_reports",
        *(_words(each) for each in ("tenant_id", "order_id", "key")),
        _instant("received_at"),
        _words("body"),
        _key("order_reports", "order_id", "key"),
        _refers("order_reports", "order_id", "orders"),
    )


def _body(order: Any, lines: Iterable[Any]) -> str:  # noqa: ANN401 (a row)
    told = ("id", "number", "quote_id", "account", "status", *_IN_BODY)
    head = {name: _plain(getattr(order, name)) for name in told}
    moment = str(order.placed_at).replace(" ", "T")
    placed_at = moment if moment.endswith("+00:00") else f"{moment}+00:00"
    return json.dumps({**head, "placed_at": placed_at, "lines": [_line(each) for each in lines]})


def _line(line: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    told = {name: _plain(getattr(line, name)) for name in _LINE}
    rest = line.quantity - line.delivered
    counted = {"delivered": line.delivered, "pending": rest}
    quantities = {name: str(units) for name, units in counted.items() if units}
    return {**told, "progress": {"quantities": quantities or {"pending": "0"}}}


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _reflected(name: str) -> sa.Table:
    exact = ("total", "quantity", "unit_list_price", "discount", "delivered")
    table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
    for column in table.columns:
        if column.name in exact:
            column.type = _Exact()
    return table


class _Exact(sa.types.TypeDecorator[Any]):
    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ANN401, ARG002
        return None if value is None else Decimal(str(value))


def downgrade() -> None:
    for name in ("order_reports", "order_history", "effect_attempts", "effects", "webhooks"):
        op.drop_table(name)
    for name in ("chores", "event_heads", "events"):
        op.drop_table(name)
    op.create_table(
        "order_lines",
        *(_words(each) for each in ("tenant_id", "order_id", "id")),
        _number("position"),
        *(_words(each) for each in ("line_ref", "sku", "name")),
        sa.Column("quantity", EXACT, nullable=False),
        _words("unit"),
        *(
            sa.Column(each, EXACT, nullable=False)
            for each in ("unit_list_price", "discount", "total", "delivered")
        ),
        _key("order_lines", "order_id", "id"),
        _refers("order_lines", "order_id", "orders"),
        _unique("order_lines", "order_id", "position"),
    )
    with op.batch_alter_table("api_keys") as batch:
        batch.drop_column("system")
    with op.batch_alter_table("orders") as batch:
        for name in _IN_BODY:
            kind = EXACT if name == "total" else sa.Text()
            default = "0" if name == "total" else ""
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        batch.drop_column("body")
        batch.drop_column("revision")
