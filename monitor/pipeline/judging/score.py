"""Articles at READ -> SCORED: relevance, duplicate, novelty and story under every topic.

A topic that is new, edited or back after a pause first looks back: it scores what was stored of the last eight weeks without it.
Until it has done so, new articles pass it by, to be looked back at in the order of their dates.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType

import structlog

from monitor.model import Article, Stage
from monitor.pipeline.gathering.read import GATED
from monitor.pipeline.judging import learn
from monitor.pipeline.judging.knowledge import Index, Judging, judging, memory
from monitor.pipeline.judging.scorer import Scored, Scorer
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import articles as articles_store
from monitor.store import judged as judged_store
from monitor.store import lookback as lookback_store
from monitor.store import scores as scores_store
from monitor.store import topics as topics_store
from monitor.store.judged import Made
from monitor.store.transactions import PAGES, of_topics
from monitor.stories import KEPT, to_keep
from monitor.topics import MODES
from monitor.topics.gate import passes_gate

log = structlog.get_logger()
BATCH = 100  # articles in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """What a round of scoring gave."""

    scored: int = 0
    relevant: int = 0
    stories: int = 0
    looked_back: int = 0  # articles stored earlier that a topic scored now
    behind: frozenset[str] = frozenset()  # topics that have more to look back at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """One topic ready to score."""

    topic: TopicSettings
    judged: Judging
    scorer: Scorer
    feeds: frozenset[str]  # that do not serve this topic


def score_articles(context: Context, *, look_back: int | None = None) -> ScoreReport:
    """Score every read article; a batch is committed with its stage, so a killed run goes on where it stopped.

    `look_back`: of how many stored articles at most; None for all.
    """
    with context.store.held():
        return _run(context, look_back)


def _run(context: Context, look_back: int | None) -> ScoreReport:
    topics = learn.ready(context)
    if not topics and context.settings.topics:
        return ScoreReport()  # nothing is judged, so everything waits
    looked = {topic.id: _look_back(context, topic, look_back) for topic in topics}
    behind = frozenset(name for name, (_, is_done) in looked.items() if not is_done)
    report = ScoreReport(looked_back=sum(count for count, _ in looked.values()), behind=behind)
    with context.store.look() as connection:
        waiting = articles_store.ids_at_stage(connection, Stage.READ)
    if not waiting:
        return report
    with context.store.begin(of_topics(*(topic.id for topic in context.settings.topics))) as connection:
        lookback_store.missed(connection, but={t.id for t in topics} - behind)
    relevant = 0
    stories: set[tuple[str, int | None]] = set()
    benches = [_bench(context, topic) for topic in topics if topic.id not in behind]
    for start in range(0, len(waiting), BATCH):
        for scored in _batch(context, benches, waiting[start : start + BATCH]):
            relevant += scored.score.relevance.is_relevant
            stories.add((scored.score.topic, scored.score.story_id))
        context.progress("score", min(start + BATCH, len(waiting)), len(waiting))
    report = replace(
        report,
        scored=len(waiting),
        relevant=relevant,
        stories=sum(story is not None for _, story in stories),
    )
    say = log.info if report.scored else log.debug
    say("score.done", scored=report.scored, relevant=report.relevant, stories=report.stories)
    return report


def ask_for_pages(context: Context) -> int:
    """Have pages read that no topic wanted when they came, where a new or edited topic does; return how many.

    The newest of eight weeks, up to half of what one round of reading takes; others are judged by the feed's text.
    """
    room = context.settings.read.max_pages // 2
    asked = 0
    for topic in learn.ready(context):
        with context.store.look() as connection:
            profile = topics_store.profile_of(connection, topic.id)
            if profile is None or lookback_store.mark(connection, topic.id) == _mark(
                context, topic, profile.version
            ):
                continue
            ids = lookback_store.unread(
                connection, note=GATED, since=context.now - KEPT, without_feeds=_others(context, topic)
            )
        for start in range(0, len(ids), BATCH):
            if asked == room:
                break
            with context.store.begin(PAGES) as connection:
                articles_store.hold(connection, ids[start : start + BATCH])
                found = articles_store.get(connection, ids[start : start + BATCH]).values()
                wanted = [article for article in found if passes_gate(article, profile)][: room - asked]
                asked_for = [replace(article, stage=Stage.POLLED, note="") for article in wanted]
                articles_store.put(connection, asked_for)
            asked += len(wanted)
    if asked:
        log.info("topic.asked_for_pages", pages=asked)
    return asked


def _look_back(context: Context, topic: TopicSettings, limit: int | None) -> tuple[int, bool]:
    """Score what is stored and was not judged by the topic as it is now; return how many, and whether that was all."""
    with context.store.look() as connection:
        profile = topics_store.profile_of(connection, topic.id)
        mark = _mark(context, topic, 0 if profile is None else profile.version)
        if profile is None or lookback_store.mark(connection, topic.id) == mark:
            return 0, True
        found = lookback_store.unjudged(
            connection,
            topic.id,
            profile_version=profile.version,
            line=MODES[topic.mode],
            since=context.now - KEPT,
            without_feeds=_others(context, topic),
        )
    # What was scored before the topic was edited is no memory for itself, nor for what came earlier.
    bench = _bench(context, topic, without={each.article_id for each in found}) if found else None
    now = found[:limit]
    for start in range(0, len(now), BATCH):
        part = now[start : start + BATCH]
        with context.store.look() as connection:
            articles = articles_store.get(connection, (each.article_id for each in part))
        if bench is not None:
            at = {each.article_id: each.scored_at for each in part}
            rows = [(bench, articles[i], _scored(bench, articles[i])) for i in at if i in articles]
            _put(context, rows, at=at)
        context.progress("score", start + len(part), len(now))
    if len(now) == len(found):
        with context.store.begin(of_topics(topic.id)) as connection:
            lookback_store.put_mark(connection, topic.id, mark)
    if now:
        log.info("topic.looked_back", topic=topic.id, articles=len(now), left=len(found) - len(now))
    return len(now), len(now) == len(found)


def _mark(context: Context, topic: TopicSettings, version: int) -> str:
    """What decides which articles the topic judges, and how."""
    return f"{version} {topic.mode} {sha256(' '.join(sorted(_others(context, topic))).encode()).hexdigest()[:16]}"


def _others(context: Context, topic: TopicSettings) -> frozenset[str]:
    """The feeds that do not serve the topic."""
    return frozenset(feed.id for feed in context.feeds if not feed.serves(topic.id))


def _bench(context: Context, topic: TopicSettings, *, without: Container[int] = ()) -> _Bench:
    judged = judging(context, topic)
    with context.store.look() as connection:
        index = context.indexes.setdefault(topic.id, Index())
        known = memory(connection, context, topic, judged, without=without, index=index)
        next_story = scores_store.last_story_id(connection, topic.id) + 1
    scorer = Scorer(
        topic,
        judged.profile,
        judged.background,
        tuning=judged.tuning,
        sense=context.sense,
        memory=known,
        next_story_id=next_story,
    )
    return _Bench(topic=topic, judged=judged, scorer=scorer, feeds=_others(context, topic))


def _scored(bench: _Bench, article: Article) -> Scored | None:
    try:
        return bench.scorer.score(article)
    except (
        Exception
    ):  # one article nobody foresaw must not stop all others, tick after tick: it stays without a score
        log.exception("article.unscored", topic=bench.topic.id, article=article.id, title=article.title)
        return None


def _batch(context: Context, benches: Sequence[_Bench], ids: Sequence[int]) -> Iterator[Scored]:
    with context.store.look() as connection:
        found = articles_store.get_in_order(connection, ids)
        articles = [article for article in found if article.stage == Stage.READ]
        # Read once more for another topic: see ask_for_pages.
        settled = lookback_store.settled(connection, [article.id for article in articles])
    pairs = (
        (bench, article)
        for bench in benches
        for article in articles
        if article.feed_id not in bench.feeds and (bench.topic.id, article.id) not in settled
    )
    judged = ((bench, article, _scored(bench, article)) for bench, article in pairs)
    return iter(_put(context, list(judged), done=articles))


def _put(
    context: Context,
    judged: Iterable[tuple[_Bench, Article, Scored | None]],
    *,
    at: Mapping[int, datetime | None] = MappingProxyType({}),
    done: Iterable[Article] = (),
) -> list[Scored]:
    """Store scores and the stage of the articles that are `done`, together. `at`: when an article was scored first."""
    rows = [(bench, article, scored) for bench, article, scored in judged if scored is not None]
    with context.store.begin(of_topics(*{bench.topic.id for bench, _, _ in rows}) | PAGES) as connection:
        made = [
            Made(
                score=scored.score,
                at=at.get(article.id) or context.now,
                published=article.published,
                profile_version=bench.judged.profile.version,
                background_id=bench.judged.background_id,
                tuning_version=bench.judged.tuning.version,
                features_json=None if scored.features is None else to_keep(article, scored.features),
                fact_keys=scored.fact_keys,
            )
            for bench, article, scored in rows
        ]
        judged_store.put(connection, made)
        articles_store.advance(connection, (article.id for article in done), Stage.SCORED)
    return [scored for _, _, scored in rows]
