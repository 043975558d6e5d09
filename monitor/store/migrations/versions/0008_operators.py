"""How far topics have looked back over what was stored before them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "looked_back",
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_looked_back")),
    )
    with op.batch_alter_table("feeds") as table:
        table.add_column(sa.Column("trouble", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("feeds") as table:
        table.drop_column("trouble")
    op.drop_table("looked_back")
