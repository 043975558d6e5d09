"""Alerts on real weeks: the daemon's tick every few hours, week by week, and the laws of `alert_laws` on all it sent.

python -m tests.replay.alert_weeks ../shared/data /tmp/alerts --weeks 67     some minutes for every ten weeks; prints what was told
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from monitor.app import at, opened
from monitor.daemon import due
from monitor.pipeline.judging import learn
from monitor.pipeline.ports import Context
from monitor.settings import AlertSettings, SmtpSettings
from tests.fakes import FakeMailer
from tests.replay import alert_laws
from tests.replay.archive import Piece, pieces
from tests.replay.server import serve, write_config

FIRST = datetime(2018, 3, 19, 8, tzinfo=UTC)
STEP = timedelta(hours=4)
ALERTS = (
    AlertSettings(name="breaking", when="at once", at_most=3, quiet_hours="22:00-07:00"),
    AlertSettings(name="evening", when="daily", time="18:00"),
)


@contextmanager
def lived(
    found: tuple[Piece, ...],
    folder: Path,
    *,
    weeks: int,
    first: datetime = FIRST,
    alerts: tuple[AlertSettings, ...] = ALERTS,
) -> Iterator[Context]:
    """Some weeks of the shipped topic with these alerts in a database below `folder`, and the context at their end."""
    with serve(found, first) as site:
        write_config(folder / "config", site)
        with opened(config=folder / "config", data=folder / "data", now=first) as house:
            (topic,) = house.settings.topics
            topic = topic.model_copy(update={"alerts": alerts, "recipients": ("ann@example.org",)})
            smtp = SmtpSettings(host="127.0.0.1", sender="monitor <monitor@example.org>")
            out = house.settings.digest.model_copy(update={"out": str(folder / "out"), "formats": ("text",)})
            changed = {"topics": (topic,), "smtp": smtp, "digest": out}
            settings = house.settings.model_copy(update=changed)
            house = replace(house, settings=settings, mailer=FakeMailer())  # noqa: PLW2901 - the same house
            learn.all_topics(house)
            now = first
            while now <= first + timedelta(weeks=weeks):
                site.set_now(now)
                due.run_due(at(house, now))
                now += STEP
            yield at(house, now)


def told(found: alert_laws.Past) -> list[str]:
    """What went out, in a few lines."""
    stories = Counter(each.alert for each in found.alerts for _ in each.top)
    messages = Counter(each.alert for each in found.alerts)
    shown = [entry for each in found.weekly for entry in (*each.top, *each.also)]
    status = Counter(entry.status for entry in shown)
    fates = Counter(fate for _, fate in found.fates.values())
    return [
        *(f"{name}: {count} messages, {stories[name]} stories" for name, count in sorted(messages.items())),
        f"{len(found.weekly)} issues, entries {dict(status)}, articles {dict(fates)}",
    ]


def main() -> None:
    """Live, count, say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--bar", type=float, default=ALERTS[0].bar)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    alerts = (ALERTS[0].model_copy(update={"bar": given.bar}), ALERTS[1])
    with lived(pieces(given.data), given.folder, weeks=given.weeks, alerts=alerts) as context:
        found = alert_laws.past(context, context.settings.topics[0])
    at_once = [
        f"{digest.composed_at:%Y-%m-%d %H:%M} {'; '.join(entry.headline for entry in digest.top)}"
        for digest in found.alerts
        if digest.when == "at once"
    ]
    lines = (*told(found), *(alert_laws.breaches(found) or ["no law is broken"]), *at_once)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
