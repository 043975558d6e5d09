"""What databases of early versions lack, for 0001 and 0002 were changed after release; indexes for forgetting and for accounts.

Looks at what is there and adds the rest: on a database that lacks nothing, only the indexes are new.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS: dict[str, Any] = {"type_": sa.Text(), "nullable": False, "server_default": ""}
# Table -> columns that a version left out, with a value for the rows that are there.
COLUMNS: dict[str, dict[str, dict[str, Any]]] = {
    "articles": {"robots": {"type_": sa.String(200), "nullable": False, "server_default": ""}},
    "backgrounds": {
        "documents": {"type_": sa.Integer(), "nullable": False, "server_default": "0"},
        "profile_version": {"type_": sa.Integer(), "nullable": False, "server_default": "1"},
    },
    "deliveries": {"reason": {"type_": sa.String(12), "nullable": False, "server_default": ""}},
    "feeds": {
        "configured_url": WORDS,
        "gone_url": WORDS,
        "skips": WORDS,
        "body_sha256": {"type_": sa.String(64), "nullable": False, "server_default": ""},
        "shown": {"type_": sa.LargeBinary(), "nullable": False, "server_default": sa.text("''")},
        "gap_s": {"type_": sa.Float(), "nullable": True},
        "asked_s": {"type_": sa.Float(), "nullable": False, "server_default": "0"},
    },
    "scores": {"tuning_version": {"type_": sa.Integer(), "nullable": False, "server_default": "0"}},
}


def upgrade() -> None:
    there = sa.inspect(op.get_bind())
    for name, columns in COLUMNS.items():
        known = {column["name"] for column in there.get_columns(name)}
        lacking = [sa.Column(column, **how) for column, how in columns.items() if column not in known]
        if lacking:
            with op.batch_alter_table(name) as table:
                for column in lacking:
                    table.add_column(column)
    for name, parts in _tables().items():
        if not there.has_table(name):
            op.create_table(name, *parts)
    if there.get_pk_constraint("stories")["constrained_columns"] == ["id"]:
        _number_stories_within_their_topic()
    # Forgetting looks an article up under every topic, and goes through what is old in steps.
    op.create_index("ix_scores_article_id", "scores", ["article_id", "is_relevant"])
    op.create_index("ix_feedback_article_id", "feedback", ["article_id"])
    op.create_index("ix_sightings_seen_at", "sightings", ["seen_at", "article_id"])
    op.drop_index("ix_articles_seen_at", table_name="articles")
    op.create_index("ix_articles_seen_at", "articles", ["seen_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_articles_seen_at", table_name="articles")
    op.create_index("ix_articles_seen_at", "articles", ["seen_at"])
    op.drop_index("ix_sightings_seen_at", table_name="sightings")
    op.drop_index("ix_feedback_article_id", table_name="feedback")
    op.drop_index("ix_scores_article_id", table_name="scores")


def _number_stories_within_their_topic() -> None:
    # Numbers were unique over all topics, so they are within each.
    with op.batch_alter_table("reported") as table:
        table.drop_constraint("fk_reported_story_id", type_="foreignkey")
    with op.batch_alter_table("scores") as table:
        table.drop_constraint("fk_scores_story_id", type_="foreignkey")
        table.drop_index("ix_scores_story_id")
    with op.batch_alter_table("stories") as table:
        table.drop_index("ix_stories_topic_last_at")
        table.drop_constraint("pk_stories", type_="primary")
        table.alter_column("id", existing_type=sa.Integer(), server_default=None)
        table.create_primary_key("pk_stories", ["topic", "id"])
    with op.batch_alter_table("scores") as table:
        table.create_foreign_key("fk_scores_story", "stories", ["topic", "story_id"], ["topic", "id"])
        table.create_index("ix_scores_story", ["topic", "story_id"])
    op.execute(
        "UPDATE backgrounds SET profile_version = coalesce("
        "(SELECT max(profile_version) FROM scores WHERE background_id = backgrounds.id), profile_version)"
    )


def _tables() -> dict[str, tuple[sa.Column[Any], ...]]:
    """Tables that a version left out."""
    return {
        "feedback": (
            sa.Column("topic", sa.String(100), primary_key=True),
            sa.Column(
                "article_id",
                sa.Integer(),
                sa.ForeignKey("articles.id", name="fk_feedback_article_id", ondelete="CASCADE"),
                primary_key=True,
            ),
            sa.Column("verdict", sa.String(12), nullable=False),
            sa.Column("at", sa.DateTime(), nullable=False),
        ),
        "tunings": (
            sa.Column("topic", sa.String(100), primary_key=True),
            sa.Column("version", sa.Integer(), primary_key=True),
            sa.Column("made_at", sa.DateTime(), nullable=False),
            sa.Column("body", sa.Text(), nullable=False),
        ),
        "suppressed": (
            sa.Column("topic", sa.String(100), primary_key=True),
            sa.Column("recipient", sa.String(320), primary_key=True),
            sa.Column("at", sa.DateTime(), nullable=False),
            sa.Column("reason", sa.Text(), nullable=False),
        ),
        "told_facts": (
            sa.Column("topic", sa.String(100), primary_key=True),
            sa.Column("key", sa.Integer(), primary_key=True, autoincrement=False),
            sa.Column("article_id", sa.Integer(), nullable=False),
        ),
    }
