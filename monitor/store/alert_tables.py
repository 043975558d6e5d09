"""The tables of alerts, beside those of `schema`, which has them among its own."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from monitor.store.columns import Utc, Words
from monitor.store.naming import metadata

# Since when a topic has an alert as it is, and what of it was looked at.
alerts = Table(
    "alerts",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("rule", Words, nullable=False),  # when it tells what, in one line: another one is another alert
    Column("since", Utc, nullable=False),
    Column("looked_at", Utc),  # what was scored by then was looked at; NULL: nothing yet
)

# What became of each moment of an alert: a due one of a daily brief, or one at which something was told at once.
alert_slots = Table(
    "alert_slots",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("slot", Utc, primary_key=True),
    Column("state", String(12), nullable=False),  # frozen | done | quiet | skipped, see store/alert_slots.py
    Column("issue_id", ForeignKey("issues.id")),
    Column("at", Utc, nullable=False),
)
