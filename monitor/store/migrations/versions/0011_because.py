"""Why an issue that took an article does not tell it, in words."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("scores") as table:
        table.add_column(sa.Column("because", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("scores") as table:
        table.drop_column("because")
