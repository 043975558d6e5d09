"""Whose links are whose, and one answer for each reader and article."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readers",
        sa.Column("mark", sa.String(length=22), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("answers_after", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_readers")),
    )
    rows = [row | {"reader": ""} for row in _rows()]
    op.drop_table("feedback")
    _made([sa.Column("reader", sa.String(length=22), nullable=False, server_default="")], rows)


def downgrade() -> None:
    rows = {(row["topic"], row["article_id"]): row for row in _rows()}  # the newest answer of any reader
    op.drop_table("feedback")
    _made([], list(rows.values()))
    op.drop_table("readers")


def _rows() -> list[dict[str, Any]]:
    old = sa.table(
        "feedback",
        sa.column("topic", sa.String),
        sa.column("article_id", sa.Integer),
        sa.column("verdict", sa.String),
        sa.column("at", sa.DateTime),
    )
    return [dict(row) for row in op.get_bind().execute(sa.select(old).order_by(old.c.at)).mappings()]


def _made(more: list[sa.Column[Any]], rows: list[dict[str, Any]]) -> None:
    """A new table in place of the old: a primary key cannot be changed on SQLite."""
    table = op.create_table(
        "feedback",
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        *more,
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_feedback_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "topic", "article_id", *(column.name for column in more), name=op.f("pk_feedback")
        ),
    )
    op.create_index(op.f("ix_feedback_article_id"), "feedback", ["article_id"])
    op.bulk_insert(table, rows)
