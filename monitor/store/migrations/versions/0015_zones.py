"""How far a feed's clock was learnt to be ahead of UTC, and the evidence for it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("feeds") as table:
        table.add_column(sa.Column("offset_s", sa.Float(), nullable=False, server_default="0"))
        table.add_column(sa.Column("ahead", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("feeds") as table:
        table.drop_column("ahead")
        table.drop_column("offset_s")
