"""What was made: the draft, issues, stories, articles with their why, topics. Settings and rows in, values of `model.desk` out."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from monitor.digests.frozen import from_json
from monitor.model import Digest, Facet
from monitor.model.desk import (
    ArticleLook,
    DecisionLook,
    IssueBrief,
    IssueLook,
    IssueMention,
    Member,
    StoryBrief,
    StoryLook,
    TextChange,
    TopicBrief,
    TopicLook,
    WeekLook,
    Why,
)
from monitor.pipeline.judging import explain, measured
from monitor.pipeline.ports import Context
from monitor.schedule.weekly import next_slot
from monitor.settings import FacetSettings, TopicSettings
from monitor.store import Connection, leavings, overviews
from monitor.store import articles as articles_store
from monitor.store import decisions as decisions_store
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store import slots as slots_store
from monitor.store import topics as topics_store
from monitor.store.drafts import Draft
from monitor.topics import MODES

STORIES = 400  # of a list at most
CHANGES = 50  # of an article at most
EVER = timedelta(days=36_500)


def brief(topic: TopicSettings) -> TopicBrief:
    """Return a topic as lists show it."""
    return TopicBrief(
        id=topic.id, title=topic.title, language=topic.language, time_zone=topic.schedule.time_zone
    )


def week(context: Context, topic: TopicSettings, draft: Draft | None) -> WeekLook:
    """Return the topic's next issue as its draft has it, with what is decided of it."""
    with context.store.look() as connection:
        answers = feedback_store.verdicts(connection, topic.id)
        standing = decisions_store.standing(connection, topic.id, draft.number) if draft else ()
    return WeekLook(
        topic=brief(topic),
        at=draft.at if draft else context.now,
        next_issue=next_slot(topic.schedule, context.now),
        readers=_readers(topic),
        digest=from_json(draft.digest) if draft else None,
        answers=answers,
        decisions=tuple(
            DecisionLook(id=each.id, kind=each.kind, words=each.words, who=each.who, at=each.at)
            for each in standing
        ),
    )


def under_heading(found: Digest, lead: int) -> tuple[int, ...]:
    """Return all articles under the heading of a digest that an article leads, that one first; () where it leads none."""
    entry = next((each for each in (*found.top, *found.also) if each.article_ids[0] == lead), None)
    if entry is None:
        return next((each.article_ids for each in found.rest if each.article_ids[0] == lead), ())
    under = (article for each in entry.developments for article in each.article_ids)
    return (*entry.article_ids, *under)


def issues(context: Context, topic: TopicSettings) -> tuple[IssueBrief, ...]:
    """Return the topic's issues, newest first."""
    with context.store.look() as connection:
        rows = issues_store.overview(connection, topic.id)
    return tuple(IssueBrief(**row.values()) for row in rows)


def issue(context: Context, topic: TopicSettings, number: int) -> IssueLook | None:
    """Return one issue as it was frozen."""
    with context.store.look() as connection:
        found = issues_store.numbered(connection, topic.id, number)
        if found is None:
            return None
        newest = issues_store.newest(connection, topic.id)
        deliveries = slots_store.deliveries_of(connection, found.id)
    return IssueLook(
        digest=from_json(found.digest),
        subject=found.rendered.subject,
        html=found.rendered.html,
        text=found.rendered.text,
        markdown=found.rendered.markdown,
        deliveries=deliveries,
        has_next=newest is not None and newest.number > number,
    )


def stories(context: Context, topic: TopicSettings, *, weeks: int) -> tuple[StoryBrief, ...]:
    """Return the topic's stories of the last weeks, those that went on last first."""
    since = context.now - timedelta(weeks=weeks)
    with context.store.look() as connection:
        rows = overviews.stories_of(connection, topic.id, since=since, limit=STORIES)
        return _briefs(connection, topic, rows)


def story(context: Context, topic: TopicSettings, number: int) -> StoryLook | None:
    """Return one story over time."""
    with context.store.look() as connection:
        rows = overviews.stories_of(connection, topic.id, since=context.now - EVER, limit=1, only=number)
        if not rows:
            return None
        found = _briefs(connection, topic, rows)[0]
        members = scores_store.of_stories(connection, topic.id, [number])
        taken = overviews.considered_by(connection, topic.id, number)
        told = overviews.headlines_sent(connection, topic.id, [number]).get(number, [])
    return StoryLook(
        brief=found,
        members=tuple(
            Member(
                article=each.article,
                score=each.score,
                issue=taken.get(each.article.id, (None, False))[0],
                was_sent=taken.get(each.article.id, (None, False))[1],
            )
            for each in members
        ),
        sent=tuple(IssueMention(issue=number, headline=headline, at=at) for number, headline, at in told),
    )


def _briefs(
    connection: Connection, topic: TopicSettings, rows: tuple[overviews.StoryRow, ...]
) -> tuple[StoryBrief, ...]:
    told = overviews.headlines_sent(connection, topic.id, [row.id for row in rows])
    return tuple(
        StoryBrief(
            topic=topic.id,
            id=row.id,
            headline=told[row.id][-1][1] if row.id in told else row.headline,
            first_at=row.first_at,
            last_at=row.last_at,
            articles=row.articles,
            outlets=row.outlets,
            issues=tuple(number for number, _, _ in told.get(row.id, ())),
        )
        for row in rows
    )


def article(context: Context, identity: int) -> ArticleLook | None:
    """Return one article, and why it was or was not chosen under each topic that scored it, computed again."""
    with context.store.look() as connection:
        found = articles_store.find(connection, article_id=identity)
        if found is None:
            return None
        scored = scores_store.of_article(connection, identity)
        left_out, more = leavings.of(connection, identity)
        changes = overviews.changes_of(connection, identity, limit=CHANGES)
    titles = {topic.id: topic.title for topic in context.settings.topics}
    return ArticleLook(
        article=found,
        left_out=left_out,
        left_out_more=more,
        revisions=tuple(
            TextChange(at=each.at, field=each.field, old=each.old, new=each.new) for each in changes
        ),
        whys=tuple(_why(explain.explain_score(context, each), titles) for each in scored),
    )


def answer_of(context: Context, topic: TopicSettings, identity: int) -> str | None:
    """Return what whoever runs this answered about an article, "" for nothing; None when the topic has not scored it."""
    with context.store.look() as connection:
        scored = scores_store.of_article(connection, identity)
        said = feedback_store.given(connection, topic.id, identity)
    return said if any(each.score.topic == topic.id for each in scored) else None


def _why(explained: explain.Explained, titles: dict[str, str]) -> Why:
    score = explained.scored.score
    return Why(
        topic=score.topic,
        title=titles.get(score.topic, score.topic),
        score=score,
        line=explained.line,
        agrees=explained.agrees,
        recomputed=explained.recomputed,
        untuned=explained.untuned,
        answer=explained.answer,
        issue=explained.issue,
        was_shown=explained.was_shown,
        because=explained.scored.because,
        lines=tuple(explained.lines()),
    )


def topic(context: Context, settings: TopicSettings) -> TopicLook:
    """Return a topic as its file has it, and what was learnt of it."""
    with context.store.look() as connection:
        profile = topics_store.profile_of(connection, settings.id)
        scored, relevant, waiting = scores_store.counts(connection).get(settings.id, (0, 0, 0))
        made = issues_store.counts(connection).get(settings.id, 0)
        answers = Counter(feedback_store.verdicts(connection, settings.id).values())
    learnt = () if profile is None else profile.facets
    return TopicLook(
        brief=brief(settings),
        sentence=settings.sentence,
        mode=settings.mode,
        line=MODES[settings.mode],
        expected=measured.expected(settings),
        next_issue=next_slot(settings.schedule, context.now),
        readers=_readers(settings),
        facets=tuple(map(_facet, settings.facets)) or learnt,
        facets_learnt=not settings.facets and bool(learnt),
        theme=() if profile is None else tuple(term for term, _ in profile.theme),
        must=settings.must,
        never=settings.never,
        muted=settings.muted,
        seeds=() if profile is None else profile.seeds,
        version=None if profile is None else profile.version,
        scored=scored,
        relevant=relevant,
        waiting=waiting,
        issues=made,
        answers=dict(answers),
    )


def _facet(settings: FacetSettings) -> Facet:
    """A side of a topic with its words of all languages."""
    further = [alias for aliases in settings.langs.values() for alias in aliases]
    return Facet(
        name=settings.name,
        aliases=(*settings.aliases, *further),
        weight=settings.weight,
        beside=settings.beside,
    )


def _readers(settings: TopicSettings) -> int:
    return len(settings.recipients) + len(settings.webhooks) + len(settings.channels)
