"""The index a search asks, filled from what is stored."""

import sqlalchemy as sa
from alembic import op

from monitor.store import wordindex

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    wordindex.create(op.get_bind())
    wordindex.fill(op.get_bind())


def downgrade() -> None:
    op.get_bind().execute(sa.text("DROP TABLE word_index"))
