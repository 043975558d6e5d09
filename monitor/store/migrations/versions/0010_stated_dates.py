"""What feed and page each say of an article's date, beside the one that counts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("articles") as table:
        table.add_column(sa.Column("feed_date", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("page_date", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("articles") as table:
        table.drop_column("page_date")
        table.drop_column("feed_date")
