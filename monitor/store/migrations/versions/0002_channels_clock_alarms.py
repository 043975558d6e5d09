"""Deliveries by other ways than mail, clocks of servers, alarms, facts told."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("channel", sa.String(12), nullable=False, server_default="mail"))
        table.add_column(sa.Column("entered_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("reason", sa.String(12), nullable=False, server_default=""))
    op.execute(
        "UPDATE deliveries SET entered_at = (SELECT composed_at FROM issues WHERE issues.id = deliveries.issue_id)"
    )
    with op.batch_alter_table("polls") as table:
        table.add_column(sa.Column("skew_s", sa.Float(), nullable=True))
    op.create_table(
        "alarms",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alarms")),
    )
    op.create_table(
        "told_facts",
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "key", name=op.f("pk_told_facts")),
    )


def downgrade() -> None:
    op.drop_table("told_facts")
    op.drop_table("alarms")
    with op.batch_alter_table("polls") as table:
        table.drop_column("skew_s")
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("reason")
        table.drop_column("entered_at")
        table.drop_column("channel")
