"""A house whose feeds a test writes by hand: entries with any date, feeds that come later, weeks that pass, issues by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from html import escape

from sqlalchemy import select

from monitor.daemon import due
from monitor.digests.frozen import from_json
from monitor.model import FetchResult
from monitor.pipeline.gathering import poll, read
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import score
from monitor.store import scores as scores_store
from monitor.store.schema import articles, issues, scores
from tests import make
from tests.fakes import FakeFetcher
from tests.faults.site import Story

# Events that share hardly a word but those of the topic: each makes a story of its own.
EVENTS = (
    (
        "Washington opens tariff inquiry into Chinese cranes",
        "Port authorities feared sabotage of hoists, inspectors wrote.",
    ),
    (
        "Beijing suspends duties on American almonds",
        "Growers in orchards near Fresno had lost two harvests of nuts.",
    ),
    (
        "Chinese magnet makers win trade licence for American buyers",
        "Neodymium furnaces restart in Jiangxi, a manager told us.",
    ),
    (
        "American court strikes down tariff on Chinese solar glass",
        "Judges found that officials had skipped a hearing.",
    ),
    (
        "Washington and Beijing name envoys for trade talks in Oslo",
        "Two deputy ministers fly to Norway with their lawyers.",
    ),
    (
        "Beijing bars American drone firm from trade fairs",
        "Exhibitors in Zhuhai lose their booths next autumn.",
    ),
    (
        "American toymakers ask Washington to drop Chinese tariff",
        "Dolls and puzzles cost a fifth more before Christmas.",
    ),
    (
        "Chinese steel duties are extended by Washington",
        "Blast furnaces of Hebei face five further years of levies.",
    ),
    (
        "Beijing buys American jets as trade gesture",
        "Nine wide bodies go to carriers from Kunming and Harbin.",
    ),
    (
        "Washington adds Chinese battery maker to trade blacklist",
        "Cathode suppliers must ask for permits within a month.",
    ),
)


@dataclass(frozen=True)
class Event:
    """One of the events, as an article."""

    number: int
    title: str
    text: str

    @property
    def path(self):
        return f"/event/{self.number}"


@dataclass(frozen=True)
class Entry:
    """What a feed shows: a story, the date as written ("" for none), a page behind it or not."""

    story: Story | Event
    date: str
    page: str = ""


class Newsroom:
    """The context at a moment, and what each feed shows."""

    def __init__(self, context, *, countries=None):
        self.context = context
        self.shown = {}  # feed id -> entries
        self.countries = countries or {}
        self.number = 0

    @property
    def now(self):
        return self.context.now

    def later(self, **span):
        self.context = replace(self.context, now=self.now + timedelta(**span))
        return self

    def publish(self, date, *, feed="one", page="", is_event=False):
        """Let a feed show another story, or an event unlike the others; `date` as written, or a span from now."""
        self.number += 1
        story = Story(number=self.number, is_on_topic=True, at=self.now)
        if is_event:
            title, text = EVENTS[self.number % len(EVENTS)]
            title = title if self.number <= len(EVENTS) else f"{title}, notice {self.number}"
            story = Event(
                number=self.number, title=title, text=f"{title}. {text} " * 5
            )  # a text one can read
        written = format_datetime(self.now + date) if isinstance(date, timedelta) else date
        self.shown.setdefault(feed, []).append(Entry(story, written, page))
        return story

    def tick(self):
        """Do what is due."""
        self._face()
        due.run_due(self.context)
        return self

    def by_hand(self, *, kind="issue"):
        """Make a digest that no slot asks for."""
        self._face()
        for step in (poll.poll_feeds, read.read_pages, score.score_articles):
            step(self.context)
        outcome = digest.compose_issue(self.context, self.context.settings.topics[0], kind=kind)
        return outcome.digest

    def issues(self):
        with self.context.store.begin() as connection:
            rows = connection.execute(select(issues).order_by(issues.c.number)).all()
        return [from_json(row.digest) for row in rows]

    def fates(self):
        """Relevant article's title -> what became of it; "waiting" while no issue took it."""
        query = select(articles.c.title, scores.c.fate, scores.c.issue_id)
        with self.context.store.begin() as connection:
            rows = connection.execute(
                query.join(scores, scores.c.article_id == articles.c.id).where(scores.c.is_relevant)
            )
            return {row.title: row.fate if row.issue_id is not None else "waiting" for row in rows}

    def told(self):
        """How often each title stands in an issue, as the lead of a story or under one."""
        with self.context.store.begin() as connection:
            titles = dict(connection.execute(select(articles.c.id, articles.c.title)).all())
        shown = (c for issue in self.issues() for c in (*issue.top, *issue.also))
        return Counter(titles[identity] for candidate in shown for identity in candidate.shown_article_ids)

    def issues_of(self, story):
        """The numbers of the issues that tell a story."""
        with self.context.store.begin() as connection:
            own = connection.scalars(select(articles.c.id).where(articles.c.title == story.title)).one()
        return [i.issue for i in self.issues() if any(own in c.shown_article_ids for c in (*i.top, *i.also))]

    def date_of(self, story):
        """When the store says that it was published."""
        with self.context.store.begin() as connection:
            return connection.scalars(
                select(articles.c.published).where(articles.c.title == story.title)
            ).one()

    def sums(self):
        """The law: every relevant article came to exactly one end, and the store counts the same ones."""
        ends = Counter(self.fates().values())
        with self.context.store.begin() as connection:
            counted = scores_store.fates(connection, self.context.settings.topics[0].id)
        assert counted == dict(ends)
        assert "" not in ends, "taken by an issue, and nobody knows what became of it"
        assert set(ends) <= {"waiting", "told", "below", "known", "backlog", "ruled", "left_out"}

    def _face(self):
        feeds = tuple(
            make.feed(
                id=name,
                name=name.title(),
                url=f"http://127.0.0.1/{name}.xml",
                country=self.countries.get(name, ""),
            )
            for name in self.shown
        )
        answers = {}
        for feed in feeds:
            entries = self.shown[feed.id]
            rows = "".join(
                f"<item><title>{escape(e.story.title)}</title><link>http://example.org{e.story.path}</link>"
                f"<guid>{e.story.number}</guid><description>{escape(e.story.text)}</description>"
                + (f"<pubDate>{e.date}</pubDate>" if e.date else "")
                + "</item>"
                for e in entries
            )
            body = f"<rss version='2.0'><channel><title>x</title>{rows}</channel></rss>".encode()
            answers[feed.url] = FetchResult(
                url=feed.url,
                final_url=feed.url,
                status=200,
                headers={"date": format_datetime(self.now)},
                body=body,
            )
            for e in entries:
                if e.page:
                    answers[f"http://example.org{e.story.path}"] = e.page.encode()
        self.context = replace(self.context, feeds=feeds, fetcher=FakeFetcher(answers))
