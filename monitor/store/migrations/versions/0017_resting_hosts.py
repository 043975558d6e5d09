"""Until when a host is to be left alone, in one row: before, it was written into the state of each of its feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resting_hosts",
        sa.Column("host", sa.String(300), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_resting_hosts")),
    )


def downgrade() -> None:
    op.drop_table("resting_hosts")
