"""What is told between two issues: its frozen text stands among the issues, under the alert's name; and when which alert was dealt with."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issues", sa.Column("alert", sa.String(40), nullable=False, server_default=""))
    # There are such after a downgrade, which keeps what was sent and forgets what it was called.
    op.execute("UPDATE issues SET alert = 'earlier' WHERE number < 0")
    op.create_table(
        "alerts",
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("topic", "name", name=op.f("pk_alerts")),
    )
    op.create_table(
        "alert_slots",
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("slot", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_alert_slots_issue_id_issues")),
        sa.PrimaryKeyConstraint("topic", "name", "slot", name=op.f("pk_alert_slots")),
    )


def downgrade() -> None:
    op.drop_table("alert_slots")
    op.drop_table("alerts")
    with op.batch_alter_table("issues") as table:
        table.drop_column("alert")
