"""Labelled sequences of an event -> the entries an issue makes of them. Everything is invented.

A row is a report: sequence, sort, hour after Monday 08:00, outlet, headline, sentence, role ("head": the claim that stands at
the end). Relevance is given, everything after it is the product's: novelty, duplicate, story, candidate, heading, rank.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.digests.select import choose
from monitor.model import Relevance, Score, Stage
from monitor.pipeline.issuing.candidates import Period, build
from monitor.pipeline.issuing.headed import entries
from monitor.pipeline.judging.corpus import Memory
from monitor.pipeline.judging.scorer import Scorer
from monitor.settings import LimitSettings, WeightSettings
from monitor.store.scores import Scored
from monitor.topics import Background
from tests import make

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "quality" / "data"
ALL = LimitSettings(top=20, also=40, outlet=60)


def rows(number):
    """The reports of set `number`, by sequence."""
    found = defaultdict(list)
    with (DATA / f"event-sequences-{number}.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found[int(row["sequence"])].append(row)
    return dict(found)


def article(identity, row, *, since=MONDAY):
    """A report as an article."""
    at = since + timedelta(hours=float(row["hour"]))
    return make.article(
        id=identity, url=f"https://{row['outlet'].lower().replace(' ', '')}.example/{identity}", title=row["headline"],
        text=row["sentence"], summary=row["sentence"], published=at, seen_at=at, outlet=row["outlet"],
        feed_id=row["outlet"], stage=Stage.SCORED,
    )  # fmt: skip


class Desk:
    """A memory that goes on from week to week, as the product's does."""

    def __init__(self, topic, profile, background=None, before=(), seeds=()):
        self.topic, self.profile = topic, profile
        self.background = background or Background(documents=0, frequencies={})
        self.seeds = seeds
        self.memory = Memory.of(self.background, seeds=seeds)
        self.scorer = Scorer(topic, profile, self.background, memory=self.memory, next_story_id=1)
        self.scored = []
        for each in sorted(before, key=lambda a: (a.published, a.id)):
            self.take(each)

    def take(self, each):
        """Score an article that is on topic."""
        score = Score(
            article_id=each.id, topic=self.topic.id, relevance=Relevance(value=0.95, is_relevant=True), why=""
        )
        made = self.scorer.place(each, score, self.memory)
        scored = Scored(
            article=each,
            score=made.score,
            profile_version=1,
            background_id=1,
            tuning_version=0,
            issue_id=None,
        )
        self.scored.append((scored, made.features))
        return scored

    def entries(self, waiting, until, *, told=()):
        """The entries of an issue made of `waiting`, best first."""
        own = {scored.article.id for scored in waiting}
        known = Memory.of(
            self.background,
            items=[self._earlier(scored, features) for scored, features in self.scored if scored.article.id not in own],
            seeds=self.seeds, sent=self._sent(told),
        )  # fmt: skip
        everything = defaultdict(tuple)
        for scored, _ in self.scored:
            everything[scored.score.story_id] += (scored,)
        period = Period(
            topic=self.topic, profile=self.profile, until=until, known=known, told=tuple(told), everything=everything
        )  # fmt: skip
        before = [item.features for item in known.window.items if item.kind == "article"]
        found = entries(build(waiting, period), before, WeightSettings())
        return choose(found, limits=ALL, line=0.0)[0]

    @staticmethod
    def _earlier(scored, features):
        from monitor.stories.items import Item

        return Item(
            article_id=scored.article.id, story_id=scored.score.story_id, title=scored.article.title,
            published=scored.article.published, features=features, outlet=scored.article.outlet,
            duplicate_of=scored.score.duplicate_of,
        )  # fmt: skip

    @staticmethod
    def _sent(told):
        from monitor.pipeline.judging.corpus import Sent

        return [
            Sent(text=sentence, issue=each.issue, published=each.at, title=each.headline)
            for each in told
            for sentence in each.sentences or (each.headline,)
        ]
