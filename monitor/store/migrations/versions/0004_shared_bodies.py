"""What the messages of an issue share is kept once."""

import zlib

import sqlalchemy as sa
from alembic import op

from monitor.store.shared import whole

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bodies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_bodies_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bodies")),
    )
    op.create_index("ix_bodies_issue_id", "bodies", ["issue_id"])
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("body_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    _make_whole()
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("body_id")
    op.drop_index("ix_bodies_issue_id", table_name="bodies")
    op.drop_table("bodies")


def _make_whole() -> None:
    """Give each message all its bytes back: an older version knows nothing of shared ones."""
    connection = op.get_bind()
    for body_id, content in connection.execute(sa.text("SELECT id, content FROM bodies")).all():
        rows = connection.execute(
            sa.text("SELECT issue_id, recipient, message FROM deliveries WHERE body_id = :body"),
            {"body": body_id},
        )
        for issue_id, recipient, message in rows.all():
            try:
                found = whole(zlib.decompress(content), message)
            except (ValueError, zlib.error):  # damaged: it could not be sent before either
                continue
            connection.execute(
                sa.text(
                    "UPDATE deliveries SET message = :message WHERE issue_id = :issue AND recipient = :recipient"
                ),
                {"message": found, "issue": issue_id, "recipient": recipient},
            )
