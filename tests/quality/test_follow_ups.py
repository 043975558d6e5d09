"""Follow-ups in the full texts of one outlet: is the sentence shown newer than the article's first? Notes: docs/notes/issues.md.

The archive goes through the scorer in time order. A follow-up is an article that joins a story told before and that an issue
would show as UPDATED. Both sentences are measured by the product's own novelty of sentences, against everything earlier:
every article of the archive before it, on the topic or not, however long ago, and the seeds.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.digests.openings import report_start
from monitor.model import Article
from monitor.pipeline.issuing.candidates import reported
from monitor.pipeline.judging.corpus import Memory
from monitor.pipeline.judging.scorer import Scorer, reading_of, whats_new
from monitor.stories import Item, describe, document
from monitor.stories.novelty import compare
from monitor.topics import Background, build_profile, fit
from tests.replay.archive import PEOPLES_DAILY, pieces

FOLDER = os.environ.get("QUALITY_DATA", "")
pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]

NEWER, LEAST = 0.8, 20  # share of follow-ups, number of follow-ups


@dataclass(frozen=True)
class FollowUp:
    """One follow-up: its short name, the sentence shown, and how new that and the first sentences are."""

    id: str
    shown: str
    shown_novelty: float
    first_novelty: float  # of the first sentence of the text as stored, a photo's caption or not
    report_novelty: float  # of the first sentence of the report


def archive():
    """The full texts as articles, oldest first."""
    found = [piece for piece in pieces(Path(FOLDER)) if piece.outlet == PEOPLES_DAILY]
    for number, piece in enumerate(found):
        yield (
            piece.id,
            Article(
                id=number,
                url=f"http://example.org/{piece.id}",
                title=piece.title,
                text=piece.text,
                published=piece.published,
                seen_at=piece.published,
            ),
        )


def follow_ups(topic, seeds):
    """Every follow-up, in time order; the background is made anew every fifty articles, as polls would."""
    profile = build_profile(topic, seeds)
    memory = Memory.of(Background(), seeds=profile.seeds)
    scorer = Scorer(topic, profile, Background(), memory=memory)
    recent, stories = deque(maxlen=4000), set()
    earlier = [item for item in memory.window.items if item.kind == "seed"]
    for identity, article in archive():
        if len(recent) % 50 == 0:
            scorer.refit(topic, fit(recent, profile))
        features = describe(article)
        memory.expire(article.published)
        measured = None
        if scorer._judge.relevance(article).is_relevant:
            news = whats_new([(article, features)], memory, profile, was_told=True)
            told = compare(features, earlier, memory.window)
            measured = (
                _measured(identity, article, features, news, told) if news.status == "updated" else None
            )
        score = scorer.score(article).score
        if measured is not None and score.story_id in stories and score.duplicate_of is None:
            yield measured
        stories |= {score.story_id} - {None}
        recent.append(reading_of(article))
        earlier.append(
            Item(
                article_id=article.id,
                story_id=0,
                title=article.title,
                published=article.published,
                features=features,
            )
        )


def _measured(identity, article, features, news, told):
    text = document(article)
    start = len(article.title) + 1
    body = [each for each in told if each.sentence in features.body() and each.sentence.start >= start]
    report = [each for each in body if each.sentence.end > start + report_start(article.text)]
    said = {text[each.sentence.start : each.sentence.end]: each.novelty for each in told}
    shown = reported(news, {article.id: article})[0][1]
    whole = next(each for each in said if each.endswith(shown))  # a dateline before it is not shown
    return FollowUp(identity, shown, said[whole], body[0].novelty, report[0].novelty)


def test_the_sentence_shown_is_newer_than_the_first(topic, seeds, report):
    found = list(follow_ups(topic, seeds))
    assert len(found) >= LEAST
    newer = [each.shown_novelty > each.report_novelty for each in found]
    than_stored = [each.shown_novelty > each.first_novelty for each in found]
    mean = [
        sum(getattr(each, name) for each in found) / len(found)
        for name in ("shown_novelty", "report_novelty")
    ]
    share = sum(newer) / len(newer)
    report(f"follow-ups: shown newer than the report's first, of {len(found)}", share, NEWER)
    report("follow-ups: shown newer than the first, captions too", sum(than_stored) / len(found), NEWER)
    report("follow-ups: mean novelty shown, beside the first", mean[0], NEWER, mean[1])
    assert share >= NEWER
