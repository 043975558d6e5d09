"""What an issue did with each article it took, what came with a feed's first answer, since when a schedule holds."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("articles") as table:
        table.add_column(sa.Column("is_backlog", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Nothing was published after it was seen: such dates were mistakes that put articles before all others.
    op.execute("UPDATE articles SET published = seen_at WHERE published > seen_at")
    with op.batch_alter_table("scores") as table:
        table.add_column(sa.Column("fate", sa.String(8), nullable=False, server_default=""))
    op.create_table(
        "schedules",
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_schedules")),
    )


def downgrade() -> None:
    op.drop_table("schedules")
    with op.batch_alter_table("scores") as table:
        table.drop_column("fate")
    with op.batch_alter_table("articles") as table:
        table.drop_column("is_backlog")
