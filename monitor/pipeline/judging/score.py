"""Articles at READ -> SCORED: relevance, duplicate, novelty and story under every topic."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import structlog

from monitor.model import Article, Stage
from monitor.pipeline.judging import learn
from monitor.pipeline.judging.knowledge import Judging, judging, memory
from monitor.pipeline.judging.scorer import Scored, Scorer
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import articles as articles_store
from monitor.store import scores as scores_store

log = structlog.get_logger()
BATCH = 100  # articles in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """What a round of scoring gave."""

    scored: int = 0
    relevant: int = 0
    stories: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """One topic ready to score."""

    topic: TopicSettings
    judged: Judging
    scorer: Scorer
    feeds: frozenset[str]  # that do not serve this topic


def run(context: Context) -> ScoreReport:
    """Score every read article; a batch is committed with its stage, so a killed run goes on where it stopped."""
    with context.store.begin() as connection:
        waiting = articles_store.at_stage(connection, Stage.READ)
    if not waiting:
        return ScoreReport()
    relevant = 0
    stories: set[tuple[str, int | None]] = set()
    topics = learn.ready(context)
    if not topics and context.settings.topics:
        return ScoreReport()  # nothing is judged, so everything waits
    benches = [_bench(context, topic) for topic in topics]
    for start in range(0, len(waiting), BATCH):
        for scored in _batch(context, benches, waiting[start : start + BATCH]):
            relevant += scored.score.relevance.is_relevant
            stories.add((scored.score.topic, scored.score.story_id))
        context.progress("score", min(start + BATCH, len(waiting)), len(waiting))
    report = ScoreReport(
        scored=len(waiting), relevant=relevant, stories=sum(story is not None for _, story in stories)
    )
    log.info("score.done", scored=report.scored, relevant=report.relevant, stories=report.stories)
    return report


def _bench(context: Context, topic: TopicSettings) -> _Bench:
    judged = judging(context, topic)
    with context.store.begin() as connection:
        known = memory(connection, context, topic, judged)
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
    others = frozenset(feed.id for feed in context.feeds if not feed.serves(topic.id))
    return _Bench(topic=topic, judged=judged, scorer=scorer, feeds=others)


def _scored(bench: _Bench, article: Article) -> Scored | None:
    try:
        return bench.scorer.score(article)
    except (
        Exception
    ):  # one article nobody foresaw must not stop all others, tick after tick: it stays without a score
        log.exception("article.unscored", topic=bench.topic.id, article=article.id, title=article.title)
        return None


def _batch(context: Context, benches: Sequence[_Bench], articles: Sequence[Article]) -> Iterator[Scored]:
    pairs = ((b, article) for b in benches for article in articles if article.feed_id not in b.feeds)
    judged = ((bench, article, _scored(bench, article)) for bench, article in pairs)
    rows = [(bench, article, scored) for bench, article, scored in judged if scored is not None]
    with context.store.begin() as connection:
        for bench, article, scored in rows:
            scores_store.put(
                connection,
                scored.score,
                at=context.now,
                published=article.published,
                profile_version=bench.judged.profile.version,
                background_id=bench.judged.background_id,
                tuning_version=bench.judged.tuning.version,
                features_json=None if scored.features is None else json.dumps(scored.features.to_json()),
                told=scored.told,
            )
        for article in articles:
            articles_store.put(connection, replace(article, stage=Stage.SCORED))
    yield from (scored for _, _, scored in rows)
