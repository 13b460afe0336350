"""The first schema: tenants, their catalogue, quotes and orders."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXACT = sa.Numeric(38, 12).with_variant(sa.Text(), "sqlite")


def _of_tenant(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_tenant_id"
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name=name)


def _refers(
    table: str, column: str, to: str, *, at_commit: bool = False
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to.partition('.')[0]}.tenant_id", to],
        name=f"fk_{table}_tenant_id_{column}",
        deferrable=at_commit or None,
        initially="DEFERRED" if at_commit else None,
    )


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sign_in", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("credentials_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_tenants"),
    )
    op.create_table(
        "accounts",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("crm_contact_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_accounts"),
        _of_tenant("accounts"),
        _refers("accounts", "parent", "accounts.id", at_commit=True),
    )
    op.create_table(
        "addresses",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("crm_contact_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line_1", sa.Text(), nullable=False),
        sa.Column("line_2", sa.Text(), nullable=False),
        sa.Column("line_3", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=False),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "crm_contact_id", "kind", name="pk_addresses"),
        _of_tenant("addresses"),
    )
    op.create_table(
        "list_items",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "list_name", "key", name="pk_list_items"),
        _of_tenant("list_items"),
    )
    op.create_table(
        "number_series",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "series", name="pk_number_series"),
        _of_tenant("number_series"),
    )
    op.create_table(
        "price_lists",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_before", sa.Date(), nullable=True),
        sa.Column("switched_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name="pk_price_lists"),
        _of_tenant("price_lists"),
    )
    op.create_table(
        "products",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "sku", name="pk_products"),
        _of_tenant("products"),
    )
    op.create_table(
        "tenant_settings",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("rounding_mode", sa.Text(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("capabilities", sa.Text(), nullable=False),
        sa.Column("switches", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_tenant_settings"),
        _of_tenant("tenant_settings"),
    )
    op.create_table(
        "agreements",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_before", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_agreements"),
        _of_tenant("agreements"),
        _refers("agreements", "account", "accounts.id"),
    )
    op.create_table(
        "aliases",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("crm_contact_id", sa.BigInteger(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "crm_contact_id", "word", name="pk_aliases"),
        _refers("aliases", "sku", "products.sku"),
    )
    op.create_table(
        "ladders",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("price_list", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_before", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_ladders"),
        _of_tenant("ladders"),
        _refers("ladders", "price_list", "price_lists.key"),
        _refers("ladders", "sku", "products.sku"),
    )
    op.create_table(
        "price_list_entries",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("price_list", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("list_price", EXACT, nullable=False),
        sa.Column("minimum_price", EXACT, nullable=True),
        sa.Column("cost", EXACT, nullable=True),
        sa.Column("in_assortment", sa.Boolean(), nullable=False),
        sa.Column("in_stock", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "price_list", "sku", name="pk_price_list_entries"),
        _refers("price_list_entries", "price_list", "price_lists.key"),
        _refers("price_list_entries", "sku", "products.sku"),
    )
    op.create_table(
        "quotes",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("origin_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_quotes"),
        _of_tenant("quotes"),
        _refers("quotes", "account", "accounts.id"),
        sa.UniqueConstraint("tenant_id", "number", name="uq_quotes_tenant_id_number"),
        sa.UniqueConstraint(
            "tenant_id", "origin", "origin_key", name="uq_quotes_tenant_id_origin_origin_key"
        ),
    )
    op.create_table(
        "agreement_terms",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", EXACT, nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "agreement", "position", name="pk_agreement_terms"),
        _refers("agreement_terms", "agreement", "agreements.id"),
        _refers("agreement_terms", "sku", "products.sku"),
    )
    op.create_table(
        "orders",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("alternative_ref", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", EXACT, nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purchase_order", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_orders"),
        _of_tenant("orders"),
        _refers("orders", "account", "accounts.id"),
        _refers("orders", "quote_id", "quotes.id"),
        sa.UniqueConstraint("tenant_id", "number", name="uq_orders_tenant_id_number"),
        sa.UniqueConstraint("tenant_id", "quote_id", name="uq_orders_tenant_id_quote_id"),
    )
    op.create_table(
        "tiers",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", EXACT, nullable=False),
        sa.Column("percent", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "ladder", "position", name="pk_tiers"),
        _refers("tiers", "ladder", "ladders.id"),
    )
    op.create_table(
        "order_lines",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line_ref", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", EXACT, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_list_price", EXACT, nullable=False),
        sa.Column("discount", EXACT, nullable=False),
        sa.Column("total", EXACT, nullable=False),
        sa.Column("delivered", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "order_id", "id", name="pk_order_lines"),
        _refers("order_lines", "order_id", "orders.id"),
        sa.UniqueConstraint(
            "tenant_id", "order_id", "position", name="uq_order_lines_tenant_id_order_id_position"
        ),
    )


def downgrade() -> None:
    for name in (
        "order_lines",
        "tiers",
        "orders",
        "agreement_terms",
        "quotes",
        "price_list_entries",
        "ladders",
        "aliases",
        "agreements",
        "tenant_settings",
        "products",
        "price_lists",
        "number_series",
        "list_items",
        "addresses",
        "accounts",
        "tenants",
    ):
        op.drop_table(name)
