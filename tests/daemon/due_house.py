"""A house with three feeds, one topic and two readers, whose clock and feeds a test can move: `week.at(now)`, `week.tick()`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

from sqlalchemy import select

from monitor.daemon import due
from monitor.model import FetchResult
from monitor.pipeline.judging import learn
from monitor.settings import DigestSettings, SmtpSettings
from monitor.store.schema import deliveries, issues, slots
from tests import make
from tests.fakes import FakeFetcher, FakeMailer
from tests.pipeline.test_killed import TEXTS, TOPIC

FEEDS = tuple(
    make.feed(id=name, name=name.title(), url=f"http://127.0.0.1/{name}.xml")
    for name in ("one", "two", "three")
)
SMTP = SmtpSettings(host="127.0.0.1", sender="monitor <monitor@example.org>")


class Week:
    """The context at a moment, and what the feeds show then. `skew` is how far the servers' clocks are ahead of ours."""

    def __init__(self, context):
        self.context = context
        self.skew = timedelta()
        self.is_down = False
        self.stories = 0

    def at(self, moment):
        self.context = replace(self.context, now=moment)
        return self

    def later(self, **span):
        return self.at(self.context.now + timedelta(**span))

    def tick(self):
        """One tick, in which each feed shows a story that is not an hour old."""
        self.stories += 1
        answers = {} if self.is_down else {feed.url: self._answer(feed) for feed in FEEDS}
        self.context = replace(self.context, fetcher=FakeFetcher(answers))
        due.run_due(self.context)
        return self

    def _answer(self, feed):
        title, text = list(TEXTS.items())[self.stories % 2]
        story = f"{feed.id}-{self.stories}"
        when = format_datetime(self.context.now - timedelta(minutes=50))
        body = (
            f"<rss version='2.0'><channel><title>x</title><item><title>{title} ({self.stories} percent)</title>"
            f"<link>http://example.org/{story}</link><guid>{story}</guid><pubDate>{when}</pubDate>"
            f"<description>{text} It is {self.stories} percent now, {feed.id} said.</description></item></channel></rss>"
        ).encode()
        date = format_datetime(self.context.now + self.skew)
        return FetchResult(url=feed.url, final_url=feed.url, status=200, headers={"date": date}, body=body)

    def issues(self):
        with self.context.store.begin() as connection:
            return connection.execute(select(issues).order_by(issues.c.number)).all()

    def slots(self):
        """Slot -> (state, number of the issue's row)."""
        with self.context.store.begin() as connection:
            rows = connection.execute(select(slots).order_by(slots.c.slot))
            return {row.slot: (row.state, row.issue_id) for row in rows}

    def states(self):
        return [state for state, _ in self.slots().values()]

    def sent(self):
        with self.context.store.begin() as connection:
            return connection.execute(select(deliveries.c.issue_id, deliveries.c.state)).all()


def week(house, tmp_path, **sections):
    """A house that was started a week ago and has learnt its topic."""
    (tmp_path / "seeds").mkdir(exist_ok=True)
    (tmp_path / "seeds" / "seed.md").write_text("# A seed\n\n" + " ".join(TEXTS.values()) * 3)
    settings = {
        "smtp": SMTP,
        "digest": DigestSettings(out=str(tmp_path / "out"), formats=("text",)),
        "mailer": FakeMailer(),
    } | sections
    topic = settings.pop("topic", TOPIC)
    context = replace(house(feeds=FEEDS, topics=[topic], **settings), is_live=True)
    learn.learn_topic(context, topic)
    return Week(context)
