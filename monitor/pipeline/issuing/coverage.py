"""The honest accounts of a period: what was asked, what answered, what came in, what was on topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from monitor.feeds import common_cause, quiet
from monitor.model import Coverage, Feed, FeedHealth, FeedState
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection, arrears
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from monitor.store import scores as scores_store
from monitor.store.scores import Scored

WEEKS = 12
NEAR_MISSES = 5


def count_coverage(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    *,
    since: datetime,
    until: datetime,
    relevant: tuple[Scored, ...],
    stories: int,
    number: int = 0,
) -> Coverage:
    """Return the accounts of the period; `relevant` are the articles the issue chooses from, in `stories` stories.

    `number` is the issue's: how far the one before reached stands in it.
    """
    feeds = [feed for feed in context.feeds if feed.enabled and feed.serves(topic.id)]
    answered = feeds_store.answered(connection, since=since, until=until)
    states = feeds_store.states(connection)
    seen = articles_store.seen_between(connection, since=since, until=until)
    misses = scores_store.near_misses(connection, topic.id, since=since, until=until, limit=NEAR_MISSES)
    dates = scores_store.relevant_dates(connection, topic.id, since=until - timedelta(weeks=WEEKS))
    count = sum(answered.get(feed.id, False) for feed in feeds)
    asked = [states[feed.id] for feed in feeds if feed.id in states and states[feed.id].polled_at]
    ours = None if count else common_cause((state.url, state.trouble) for state in asked)
    return Coverage(
        feeds_enabled=len(feeds),
        feeds_answered=count,
        cause=ours.word if ours else "",
        entries=seen["entries"],
        articles=seen["articles"],
        relevant=len(relevant),
        stories=stories,
        shown=0,  # known after the selection
        outlets=len({s.article.outlet for s in relevant}),
        countries=len({s.article.country for s in relevant} - {""}),
        read_pages=seen["pages"],
        read_feed_only=seen["feed_only"],
        failing=() if ours else tuple(_troubled(feeds, states, until)),
        near_misses=tuple((m.article.title, m.article.url, m.score.relevance.value) for m in misses),
        shortfall=arrears.shortfall(connection, topic.id, before_issue=number),
        weeks=_weeks(dates, until),
    )


def _troubled(feeds: list[Feed], states: Mapping[str, FeedState], until: datetime) -> Iterator[FeedHealth]:
    """The feeds that failed last time, then those that answer and have been quiet for longer than is usual for them."""
    known = [(feed, states[feed.id]) for feed in feeds if feed.id in states]
    for feed, state in known:
        if state.failures:
            yield FeedHealth(name=feed.name, status=state.status, since=state.ok_at, detail=state.detail)
    yield from filter(None, (quiet(feed, state, until) for feed, state in known))


def _weeks(dates: tuple[datetime, ...], until: datetime) -> tuple[tuple[str, int], ...]:
    """Return the relevant articles per ISO week, the weeks without any included, from the first that has some."""
    counted = Counter(_week(date) for date in dates if date <= until)
    labels = [_week(until - timedelta(weeks=back)) for back in reversed(range(WEEKS))]
    first = next((i for i, label in enumerate(labels) if counted[label]), len(labels))
    return tuple((label, counted[label]) for label in labels[first:])


def _week(date: datetime) -> str:
    year, week, _ = date.isocalendar()
    return f"{year}-W{week:02}"
