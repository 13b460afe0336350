"""One table for every kind of pricing rule; settings keep a whole pricing policy."""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op
from babel.numbers import get_currency_precision

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None

EXACT = sa.Numeric(38, 12).with_variant(sa.Text(), "sqlite")
_COLUMNS = ("tenant_id", "id", "version", "position", "starts_on", "ends_before")


def upgrade() -> None:
    rules = op.create_table(
        "rules",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_before", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "id", "version", name="pk_rules"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="fk_rules_tenant_id"),
    )
    kept = [*_agreements(), *_ladders()]
    if kept:
        op.bulk_insert(rules, kept)
    for table in ("agreement_terms", "tiers", "agreements", "ladders"):
        op.drop_table(table)
    op.add_column("tenant_settings", sa.Column("pricing", sa.Text(), nullable=True))
    settings = sa.table("tenant_settings", sa.column("rounding_mode"), sa.column("pricing"))
    for mode in ("half_up", "half_even", "half_down"):
        policy = json.dumps({"rounding_mode": mode})
        op.execute(settings.update().where(settings.c.rounding_mode == mode).values(pricing=policy))
    with op.batch_alter_table("tenant_settings") as batch:
        batch.alter_column("pricing", existing_type=sa.Text(), nullable=False)
        batch.drop_column("rounding_mode")
    op.add_column("price_lists", sa.Column("tax_included", sa.Boolean(), nullable=True))
    price_lists = sa.table("price_lists", sa.column("tax_included", sa.Boolean()))
    op.execute(price_lists.update().values(tax_included=False))
    with op.batch_alter_table("price_lists") as batch:
        batch.alter_column("tax_included", existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    """Empty tables of old: what newer rules say has no place in them."""
    op.drop_column("price_lists", "tax_included")
    op.drop_table("rules")
    text, integer, day = sa.Text(), sa.Integer(), sa.Date()
    dated = (("version", integer), ("starts_on", day, True), ("ends_before", day, True))
    _table(
        "agreements",
        (("id", text), ("position", integer), ("account", text), ("name", text), *dated),
        ("id",),
        {"tenant_id": "tenants.tenant_id", "account": "accounts.id"},
    )
    _table(
        "agreement_terms",
        (
            *(("agreement", text), ("position", integer), ("kind", text), ("value", EXACT)),
            *(("sku", text, True), ("category", text, True), ("currency", text, True)),
        ),
        ("agreement", "position"),
        {"agreement": "agreements.id", "sku": "products.sku"},
    )
    _table(
        "ladders",
        (
            *(("id", text), ("position", integer), ("name", text), ("sku", text)),
            *(("price_list", text, True), *dated),
        ),
        ("id",),
        {"tenant_id": "tenants.tenant_id", "price_list": "price_lists.key", "sku": "products.sku"},
    )
    _table(
        "tiers",
        (("ladder", text), ("position", integer), ("starts_at", EXACT), ("percent", EXACT)),
        ("ladder", "position"),
        {"ladder": "ladders.id"},
    )
    op.add_column(
        "tenant_settings",
        sa.Column("rounding_mode", text, nullable=False, server_default="half_up"),
    )
    with op.batch_alter_table("tenant_settings") as batch:
        batch.alter_column("rounding_mode", existing_type=text, server_default=None)
        batch.drop_column("pricing")


def _table(
    name: str, columns: Iterable[tuple[Any, ...]], key: tuple[str, ...], references: dict[str, str]
) -> None:
    described = [sa.Column(each[0], each[1], nullable=each[2:] == (True,)) for each in columns]
    foreign = [
        sa.ForeignKeyConstraint(
            list(dict.fromkeys(("tenant_id", column))),
            list(dict.fromkeys((f"{to.partition('.')[0]}.tenant_id", to))),
            name=f"fk_{name}_tenant_id" + ("" if column == "tenant_id" else f"_{column}"),
        )
        for column, to in references.items()
    ]
    tenant = sa.Column("tenant_id", sa.Text(), nullable=False)
    primary = sa.PrimaryKeyConstraint("tenant_id", *key, name=f"pk_{name}")
    op.create_table(name, tenant, *described, primary, *foreign)


def _agreements() -> Iterable[dict[str, Any]]:
    terms = _parts("agreement_terms", "agreement", _term)
    for row in _rows("agreements", *_COLUMNS, "account", "name"):
        body = {"account": row.account, "name": row.name, "terms": terms(row)}
        yield _rule("agreement", row, body)


def _ladders() -> Iterable[dict[str, Any]]:
    tiers = _parts("tiers", "ladder", _tier)
    for row in _rows("ladders", *_COLUMNS, "name", "sku", "price_list"):
        body = {"name": row.name, "sku": row.sku, "price_list": row.price_list}
        yield _rule("ladder", row, body | {"tiers": tiers(row)})


def _rule(kind: str, row: sa.Row[Any], body: dict[str, Any]) -> dict[str, Any]:
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return {**columns, "kind": kind, "body": json.dumps(body)}


def _term(row: sa.Row[Any]) -> dict[str, Any]:
    code = row.currency
    currency = None if code is None else {"code": code, "digits": get_currency_precision(code)}
    members = {"kind": row.kind, "value": _number(row.value), "sku": row.sku}
    return {**members, "category": row.category, "currency": currency}


def _tier(row: sa.Row[Any]) -> dict[str, Any]:
    return {"starts_at": _number(row.starts_at), "percent": _number(row.percent)}


def _number(value: Decimal | str) -> str:
    return format(Decimal(value).normalize(), "f")


def _rows(name: str, *columns: str) -> Iterable[Any]:
    days = ("starts_on", "ends_before")
    table = sa.table(name, *(sa.column(c, sa.Date() if c in days else None) for c in columns))
    return op.get_bind().execute(sa.select(table).order_by(table.c.position)).all()


def _parts(
    name: str, owner: str, read: Callable[[Any], dict[str, Any]]
) -> Callable[[Any], list[dict[str, Any]]]:
    """The parts of an owner's row, in their order."""
    columns = {
        "agreement_terms": ("kind", "value", "sku", "category", "currency"),
        "tiers": ("starts_at", "percent"),
    }[name]
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in _rows(name, "tenant_id", owner, "position", *columns):
        found.setdefault((row.tenant_id, getattr(row, owner)), []).append(read(row))
    return lambda row: found.get((row.tenant_id, row.id), [])
