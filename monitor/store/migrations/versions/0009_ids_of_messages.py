"""Messages are found by their ids: whoever asks with an invented one reads no ledger whole."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_message_id",
        "deliveries",
        ["message_id"],
        postgresql_ops={"message_id": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_message_id", "deliveries")
