"""The daemon: APScheduler ticks, and each tick does what is due by the database. The scheduler owns no schedule.

One daemon leads; a second one on the same database waits as standby and takes over when the first has ended, however it ended.

Measured why (docs/notes/schedule.md): a weekly cron job restarted two minutes late waits seven more days.
"""

from __future__ import annotations

from monitor.daemon.leading import once, run

__all__ = ["once", "run"]
