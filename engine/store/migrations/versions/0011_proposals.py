"""Proposals, what they say, and how a tenant wants them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("tenant_settings", sa.Column("proposals", sa.Text(), nullable=True))
    op.execute("UPDATE tenant_settings SET proposals = '{}'")
    with op.batch_alter_table("tenant_settings") as batch:
        batch.alter_column("proposals", existing_type=sa.Text(), nullable=False)
    op.create_table(
        "proposals",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("first_viewed_at", _INSTANT, nullable=True),
        sa.Column("last_viewed_at", _INSTANT, nullable=True),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_proposals"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name="fk_proposals_tenant_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "quote_id"],
            ["quotes.tenant_id", "quotes.id"],
            name="fk_proposals_tenant_id_quote_id",
        ),
        sa.UniqueConstraint("tenant_id", "number", name="uq_proposals_tenant_id_number"),
        sa.UniqueConstraint(
            "tenant_id", "quote_id", "id", name="uq_proposals_tenant_id_quote_id_id"
        ),
        sa.UniqueConstraint("token", name="uq_proposals_token"),
    )
    op.create_table(
        "proposal_contents",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "proposal_id", name="pk_proposal_contents"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["proposals.tenant_id", "proposals.id"],
            name="fk_proposal_contents_tenant_id_proposal_id",
        ),
    )
    op.create_table(
        "signing_connections",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=True),
        sa.Column("api", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_signing_connections"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name="fk_signing_connections_tenant_id"
        ),
        sa.UniqueConstraint("digest", name="uq_signing_connections_digest"),
    )
    op.create_table(
        "signatures",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("envelope_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("document_sha256", sa.Text(), nullable=True),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("signed_at", _INSTANT, nullable=True),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("ignored", sa.Text(), nullable=True),
        sa.Column("clash", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_signatures"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "quote_id"],
            ["quotes.tenant_id", "quotes.id"],
            name="fk_signatures_tenant_id_quote_id",
        ),
        sa.UniqueConstraint(
            "tenant_id", "provider", "key", name="uq_signatures_tenant_id_provider_key"
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "provider",
            "envelope_id",
            "id",
            name="uq_signatures_tenant_id_provider_envelope_id_id",
        ),
    )


def downgrade() -> None:
    op.drop_table("signatures")
    op.drop_table("signing_connections")
    op.drop_table("proposal_contents")
    op.drop_table("proposals")
    with op.batch_alter_table("tenant_settings") as batch:
        batch.drop_column("proposals")
