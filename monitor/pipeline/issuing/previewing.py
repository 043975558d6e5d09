"""What an edit of a topic file would change: articles that would come on topic and leave it, and the last issues composed again.

The file in force and the edited one are both judged on today's background, with the answers learnt by now; stored scores are left
aside, for they were made on older ones, and an edit would seem to do what time did. What was answered stays as it was answered.
Nothing is stored. In: two topics; out: verdicts of both for every article of the weeks looked at, and entries of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from monitor.model import Article, Digest, Relevance, Score
from monitor.model.topic_edits import IssueMoved, Moved, Preview
from monitor.pipeline.issuing.composing import Span, composed
from monitor.pipeline.judging.knowledge import Judging, judging_by, memory
from monitor.pipeline.judging.learn import read_seeds
from monitor.pipeline.judging.scorer import Scorer, reading_of
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store.issues import Issue
from monitor.store.scores import Scored
from monitor.topics import Judge, build_profile

WEEKS = timedelta(weeks=4)
ISSUES = 4
MOST = 20_000  # articles looked at, the newest
_VERDICTS = {"relevant": True, "irrelevant": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """One of the two files with what it says of each article."""

    topic: TopicSettings
    judged: Judging
    found: Mapping[int, Relevance]


def preview_topic(context: Context, topic: TopicSettings, edited: TopicSettings) -> Preview:
    """Return what `edited` would change in place of `topic`. Raises SeedError where either has nothing to learn from."""
    context = replace(context, indexes={})  # what is kept from tick to tick stays out of it
    since = context.now - WEEKS
    with context.store.look() as connection:
        issues = issues_store.recent(connection, topic.id, limit=ISSUES)
        first = min((since, *(issue.since for issue in issues)))
        stored = articles_store.newest(connection, since=first, until=context.now, limit=MOST)
        answers = feedback_store.verdicts(connection, topic.id)
        taken = {
            scored.article.id
            for issue in issues
            for scored in scores_store.considered(connection, topic.id, issue.id)
        }
    unserved = {feed.id for feed in context.feeds if not feed.serves(topic.id)}
    articles = [article for article in stored if article.feed_id not in unserved]
    old = _tried(context, topic, articles, answers)
    new = _tried(context, edited, articles, answers)
    moved = [
        Moved(
            article_id=article.id,
            title=article.title,
            outlet=article.outlet,
            url=article.url,
            published=article.published,
            before=old.found[article.id].value,
            after=new.found[article.id].value,
            is_closed=article.id in taken,
        )
        for article in articles
        if article.seen_at > since
    ]
    came = [each for each in moved if _turns(old, new, each.article_id) == (False, True)]
    went = [each for each in moved if _turns(old, new, each.article_id) == (True, False)]
    return Preview(
        looked_at=len(moved),
        came=tuple(sorted(came, key=lambda each: -each.after)),
        went=tuple(sorted(went, key=lambda each: each.after)),
        same=sum(_turns(old, new, each.article_id) == (True, True) for each in moved),
        issues=tuple(_issue(context, issue, old, new, articles) for issue in reversed(issues)),
    )


def _tried(
    context: Context, topic: TopicSettings, articles: Sequence[Article], answers: Mapping[int, str]
) -> _Tried:
    """A topic file judged over all articles; nothing of it is stored."""
    seeds, _ = read_seeds(context.settings.root / Path(topic.seeds))
    judged = judging_by(context, build_profile(topic, seeds))
    sense = context.sense.of(judged.profile, judged.background) if context.sense else None
    judge = Judge(judged.profile, judged.background, mode=topic.mode, tuning=judged.tuning, meaning=sense)
    found = {}
    for article in articles:
        relevance = judge.relevance(article, reading_of(article))
        is_relevant = _VERDICTS.get(answers.get(article.id, ""), relevance.is_relevant)
        found[article.id] = replace(relevance, is_relevant=is_relevant)
    return _Tried(topic=topic, judged=judged, found=found)


def _turns(old: _Tried, new: _Tried, article_id: int) -> tuple[bool, bool]:
    return old.found[article_id].is_relevant, new.found[article_id].is_relevant


def _issue(
    context: Context, issue: Issue, old: _Tried, new: _Tried, articles: Sequence[Article]
) -> IssueMoved:
    """An issue by both files, each from what it considered, less and more what the file would have made of it."""
    before, after = (_composed(context, issue, old, tried, articles) for tried in (old, new))
    return IssueMoved(
        number=issue.number, came=_headlines_only_in(after, before), went=_headlines_only_in(before, after)
    )


def _composed(
    context: Context, issue: Issue, old: _Tried, tried: _Tried, articles: Sequence[Article]
) -> Digest:
    topic = tried.topic
    then = replace(context, now=issue.composed_at, indexes={})
    with context.store.look() as connection:
        considered = scores_store.considered(connection, topic.id, issue.id)
        known = {scored.article.id for scored in considered}
        # What today's background alone puts off topic was told all the same, by both.
        kept = [
            _judged_by(scored, tried)
            for scored in considered
            if _turns(old, tried, scored.article.id) != (True, False)
        ]
        new = [
            article
            for article in articles
            if article.id not in known
            and issue.since < article.seen_at <= issue.until
            and _turns(old, tried, article.id) == (False, True)
        ]
        waiting = (*kept, *_placed(connection, then, issue, tried, new))
        last = issues_store.numbered(connection, topic.id, issue.number - 1)
        span = Span(
            number=issue.number,
            since=issue.since,
            until=issue.until,
            waiting=tuple(sorted(waiting, key=lambda each: (each.article.published, each.article.id))),
            last=last,
        )
        return composed(connection, then, topic, tried.judged, span)[0]


def _judged_by(scored: Scored, tried: _Tried) -> Scored:
    """What an issue considered, with its relevance by this file where that is on topic."""
    found = tried.found.get(scored.article.id)
    if found is None or not found.is_relevant:
        return scored
    return replace(scored, score=replace(scored.score, relevance=found))


def _placed(
    connection: Connection, context: Context, issue: Issue, tried: _Tried, new: Sequence[Article]
) -> list[Scored]:
    """Articles that would have been on topic, with the story and novelty they would have had."""
    if not new:
        return []
    topic = tried.topic
    known = memory(connection, context, topic, tried.judged, before=issue.number)
    scorer = Scorer(
        topic,
        tried.judged.profile,
        tried.judged.background,
        tuning=tried.judged.tuning,
        sense=context.sense,
        memory=known,
        next_story_id=scores_store.last_story_id(connection, topic.id) + 1,
    )
    made = []
    for article in sorted(new, key=lambda each: (each.published, each.id)):
        relevance = tried.found[article.id]
        score = Score(article_id=article.id, topic=topic.id, relevance=relevance, why=relevance.why)
        placed = scorer.place(article, score, known).score
        made.append(Scored(article=article, score=placed, profile_version=0, background_id=0, issue_id=None))
    return made


def _headlines_only_in(digest: Digest, other: Digest) -> tuple[str, ...]:
    """Headlines of entries none of whose articles stand in any entry of the other."""
    there = {number for entry in (*other.top, *other.also) for number in entry.shown_article_ids}
    return tuple(
        entry.headline for entry in (*digest.top, *digest.also) if there.isdisjoint(entry.shown_article_ids)
    )
