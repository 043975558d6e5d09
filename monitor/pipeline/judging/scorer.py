"""Scores articles one after the other: relevance, duplicate, novelty, story. The one path for product and measuring.

Articles go in, in time order; scores come out, and relevant articles stay in memory for those that follow. It reads and
writes nothing: `score` brings rows in and takes scores away, `stream` lines of JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.model import Article, Score, TopicProfile
from monitor.pipeline.judging.corpus import Memory, Sent, known_seeds, text_of
from monitor.stories import Features, Item, Teller, WhatsNew, describe, document, novelty, story_of
from monitor.stories import whats_new as told_news
from monitor.stories.features import keys_beyond, opening
from monitor.stories.told import keys_of_figures, keys_of_pairs
from monitor.text.tokens import terms_of, words
from monitor.topics import (
    UNTUNED,
    Background,
    Judge,
    Reading,
    Tuning,
    read,
)

if TYPE_CHECKING:  # pydantic would cost scoring 0.2 s of start
    from monitor.pipeline.ports import Sensing
    from monitor.settings import TopicSettings

__all__ = ["Memory", "Scored", "Scorer", "Sent", "reading_of", "whats_new"]


@dataclass(frozen=True, slots=True)
class Scored:
    """A score, and the features to keep; None for an irrelevant article. `fact_keys`: keys of the facts to remember for good."""

    score: Score
    features: Features | None
    fact_keys: frozenset[int] = frozenset()


class Scorer:
    """Scores articles of one topic in time order."""

    __slots__ = ("_judge", "_memory", "_next_story", "_profile", "_sense", "_tuning")

    def __init__(
        self,
        topic: TopicSettings,
        profile: TopicProfile,
        background: Background,
        *,
        tuning: Tuning = UNTUNED,
        sense: Sensing | None = None,
        memory: Memory | None = None,
        next_story_id: int = 1,
    ) -> None:
        self._profile = profile
        self._tuning = tuning
        self._sense = sense
        self._judge = self._judge_for(topic, background)
        self._memory = memory or Memory.of(background, seeds=known_seeds(profile))
        self._next_story = next_story_id

    def score(self, article: Article, reading: Reading | None = None) -> Scored:
        """The score of `article`; a relevant one is remembered. `reading` when it has been read already."""
        reading = reading or reading_of(article)
        relevance = self._judge.relevance(article, reading)
        score = Score(
            article_id=article.id, topic=self._profile.topic, relevance=relevance, why=relevance.why
        )
        if not relevance.is_relevant:
            # What is off the topic tells this topic's readers nothing: its figures must not empty a true story's receipt.
            return Scored(score, None)
        self._memory.expire(article.published)
        scored = self.place(article, score, self._memory)
        return replace(scored, fact_keys=scored.fact_keys | _seen_in(reading))

    def place(self, article: Article, score: Score, memory: Memory, *, is_encoded: bool = True) -> Scored:
        """`score` with duplicate, novelty and story as seen from `memory`, which then remembers the article.

        `is_encoded`: whether its headline gets a vector, where there is an encoder.
        """
        features = describe(article)
        if self._sense and is_encoded:
            features = features.with_embedding(self._sense.embedding(opening(article, features)))
        duplicate = memory.originals.find(text_of(item_of(article, features)))
        news = novelty(features, document(article), article.published, memory.window)
        story = self._story(features, article.published, memory, duplicate.original if duplicate else None)
        memory.add(item_of(article, features, story=story, copies=duplicate.original if duplicate else None))
        whole = replace(
            score,
            novelty=news,
            duplicate_of=duplicate.original if duplicate else None,
            story_id=story,
            why=f"{score.relevance.why}. New {news.value:.2f}: {news.why}",
        )
        return Scored(whole, features, features.told_keys | keys_beyond(article, features))

    def refit(self, topic: TopicSettings, background: Background) -> None:
        """Go on with a newer background; the memory stays."""
        self._judge = self._judge_for(topic, background)
        self._memory.reweigh(background)

    def _judge_for(self, topic: TopicSettings, background: Background) -> Judge:
        meaning = self._sense.of(self._profile, background) if self._sense else None
        return Judge(self._profile, background, mode=topic.mode, tuning=self._tuning, meaning=meaning)

    def _story(self, features: Features, published: datetime, memory: Memory, original: int | None) -> int:
        """The original's story for a copy, the story it resembles, or a new one."""
        story = memory.story_of(original) if original is not None else None
        story = story or story_of(features, published, memory.window)
        if story is None:
            story, self._next_story = self._next_story, self._next_story + 1
        return story


def whats_new(
    members: Sequence[tuple[Article, Features]], memory: Memory, profile: TopicProfile, *, was_told: bool
) -> WhatsNew:
    """What a story's articles of the period (time order) add to `memory`, which must not hold them."""
    theme = frozenset(
        terms_of(words(" ".join(alias.strip("-*?") for f in profile.facets for alias in f.aliases)))
    )
    tellers = [Teller(article, features) for article, features in members]
    return told_news(
        tellers,
        memory.seen(),
        memory.window,
        topic_terms=theme,
        was_told=was_told,
        told_before=memory.known_facts(features for _, features in members),
    )


def item_of(
    article: Article, features: Features, *, story: int | None = None, copies: int | None = None
) -> Item:
    """An article as a memory takes it; `copies`: the id of what it repeats."""
    return Item(
        title=article.title,
        published=article.published,
        features=features,
        article_id=article.id,
        story_id=story,
        duplicate_of=copies,
        outlet=article.outlet,
    )


def reading_of(article: Article) -> Reading:
    """What relevance and background see of an article."""
    return read(article.title, article.text or article.summary)


def _seen_in(reading: Reading) -> frozenset[int]:
    """Keys of what can be told of an article without describing it: names and pairs of figures."""
    return keys_of_pairs(reading.words) | keys_of_figures(reading.words, apart=3)
