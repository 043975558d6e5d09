"""Scores articles one after the other: relevance, duplicate, novelty, story. The one path for product and measuring.

Articles go in, in time order; scores come out, and relevant articles stay in memory for those that follow. It reads and
writes nothing: pipeline.score brings rows in and takes scores away; `stream` does the same for lines of JSON, against a
fresh corpus (`monitor score --jsonl`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.errors import InputError
from monitor.model import Article, Score, Seed, TopicProfile
from monitor.pipeline.judging.corpus import Earlier, Memory, Sent, text_of
from monitor.stories import Features, Teller, WhatsNew, describe, document, novelty, story_of
from monitor.stories import whats_new as told_news
from monitor.stories.features import keys_beyond
from monitor.stories.told import keys_of_figures, keys_of_pairs
from monitor.text.tokens import terms_of, words
from monitor.topics import (
    RELEVANT_TEXTS,
    UNTUNED,
    Background,
    Judge,
    Reading,
    Tuning,
    build_profile,
    fit,
    read,
    with_examples,
)

if TYPE_CHECKING:  # pydantic would cost scoring 0.2 s of start
    from monitor.pipeline.ports import Sensing
    from monitor.settings import TopicSettings

__all__ = ["Earlier", "Memory", "Scored", "Scorer", "Sent", "stream", "whats_new"]

_BATCH = 250  # items at least; a first poll brings more
_UNDECIDED = 0.1  # relevance: words are sure of what is below (docs/notes/embeddings.md)
_THIN = 80  # words, title included
_GROWTH = 4  # a new background when it would change by a quarter
_NEAR_MISS = 0.2  # relevance: half of what an issue retells without news stood in articles that close
_KEPT = 4000  # items a background is built from


@dataclass(frozen=True, slots=True)
class Scored:
    """A score, and the features to keep; None for an irrelevant article. `told`: keys of the facts to remember for good."""

    score: Score
    features: Features | None
    told: frozenset[int] = frozenset()


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
        self._memory = memory or Memory.of(background, seeds=profile.seeds)
        self._next_story = next_story_id

    def score(self, article: Article, reading: Reading | None = None) -> Scored:
        """The score of `article`; a relevant one is remembered. `reading` when it has been read already."""
        reading = reading or reading_of(article)
        relevance = self._judge.relevance(article, reading)
        score = Score(
            article_id=article.id, topic=self._profile.topic, relevance=relevance, why=relevance.why
        )
        if not relevance.is_relevant:
            is_near = relevance.value >= _NEAR_MISS
            facts = describe(article).told_keys if is_near else frozenset[int]()
            return Scored(score, None, facts | _seen_in(reading))
        self._memory.expire(article.published)
        scored = self.place(article, score, self._memory)
        return replace(scored, told=scored.told | keys_beyond(article) | _seen_in(reading))

    def place(self, article: Article, score: Score, memory: Memory) -> Scored:
        """`score` with duplicate, novelty and story as seen from `memory`, which then remembers the article."""
        features = describe(article)
        earlier = Earlier(
            article_id=article.id,
            story_id=0,
            title=article.title,
            published=article.published,
            features=features,
            outlet=article.outlet,
        )
        duplicate = memory.originals.find(text_of(earlier))
        news = novelty(features, document(article), article.published, memory.window)
        story = self._story(features, article.published, memory, duplicate.original if duplicate else None)
        memory.add(replace(earlier, story_id=story))
        whole = replace(
            score,
            novelty=news,
            duplicate_of=duplicate.original if duplicate else None,
            story_id=story,
            why=f"{score.relevance.why}. New {news.value:.2f}: {news.why}",
        )
        return Scored(whole, features, features.told_keys)

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
        memory.window.items,
        memory.window,
        topic_terms=theme,
        was_told=was_told,
        told_before=memory.told(features for _, features in members),
    )


def reading_of(article: Article) -> Reading:
    """What relevance and background see of an article."""
    return read(article.title, article.text or article.summary)


def _seen_in(reading: Reading) -> frozenset[int]:
    """Keys of what can be told of an article without describing it: names and pairs of figures."""
    return keys_of_pairs(reading.words) | keys_of_figures(reading.words, apart=3)


def stream(
    lines: Iterable[dict[str, Any]],
    topic: TopicSettings,
    seeds: Sequence[Seed],
    *,
    sense: Sensing | None = None,
) -> Iterator[dict[str, Any]]:
    """Score lines {id, title, text, published, source, url}, in time order, as they come.

    Gives {id, relevance, relevant, novelty, story, duplicate_of, why}, in the same order. The background is built as polls
    would build it: from the batch at hand and the few thousand items before it, never from what comes later. Irrelevant
    items are compared as `Others` says, so that every line tells its story and novelty; for the novelty and stories of
    relevant ones they are not there, as in the product. Only copies are looked for among all. Raises InputError for a line without id or with a date that cannot be read.
    """
    profile = build_profile(topic, seeds)
    memory = Memory.of(Background(), seeds=profile.seeds)
    others = Others(memory)
    scorer = Scorer(topic, profile, Background(), sense=sense, memory=memory)
    ids: list[Any] = []
    recent: deque[Reading] = deque(maxlen=_KEPT)
    relevant: deque[Reading] = deque(maxlen=RELEVANT_TEXTS)
    for batch in _batches(lines, recent):
        articles = _articles(batch, first_id=len(ids))
        readings = [reading_of(article) for article in articles]
        recent.extend(readings)
        background = fit(recent, profile, relevant)
        background = with_examples(background, recent, profile) if sense else background
        scorer.refit(topic, background)
        others.reweigh(background)
        for line, article, reading in zip(batch, articles, readings, strict=True):
            ids.append(line["id"])
            scored = _scored(scorer, article, reading, others)
            if scored.score.relevance.is_relevant:
                relevant.append(reading)
            yield _row(scored, ids)


class Others:
    """What irrelevant articles of a stream are compared with.

    Headlines and thin texts that miss the line by little: the relevant ones and each other. Among all that is off the topic,
    whatever names China resembles them. The rest: all irrelevant ones.
    """

    __slots__ = ("_near", "_rest")

    def __init__(self, memory: Memory) -> None:
        self._near, self._rest = memory.beside(Background()), memory.beside(Background())

    def reweigh(self, background: Background) -> None:
        """Weigh words by a newer background."""
        self._near.reweigh(background)
        self._rest.reweigh(background)

    def place(self, scorer: Scorer, article: Article, reading: Reading, score: Score) -> Scored:
        """`score` of an irrelevant article with duplicate, novelty and story."""
        if score.relevance.value < _UNDECIDED or len(reading.words) > _THIN:
            self._rest.expire(article.published)
            return scorer.place(article, score, self._rest)
        self._near.expire(article.published)
        placed = scorer.place(article, score, self._near)
        self._rest.add(_earlier(article, placed))
        return placed

    def see(self, article: Article, scored: Scored) -> None:
        """Remember a relevant article for those that come near."""
        self._near.add(_earlier(article, scored))


def _scored(scorer: Scorer, article: Article, reading: Reading, others: Others) -> Scored:
    """The article's score, with novelty and story even if irrelevant."""
    scored = scorer.score(article, reading)
    if scored.features is None:
        return others.place(scorer, article, reading, scored.score)
    others.see(article, scored)
    return scored


def _earlier(article: Article, scored: Scored) -> Earlier:
    """A scored article as a memory takes it."""
    assert scored.features is not None
    assert scored.score.story_id is not None
    return Earlier(
        article_id=article.id,
        story_id=scored.score.story_id,
        title=article.title,
        published=article.published,
        features=scored.features,
        outlet=article.outlet,
    )


def _batches(lines: Iterable[dict[str, Any]], recent: Sequence[Reading]) -> Iterator[list[dict[str, Any]]]:
    """Lines in the order they come, in batches that grow with the background."""
    batch: list[dict[str, Any]] = []
    for line in lines:
        batch.append(line)
        if len(batch) >= max(_BATCH, len(recent) // _GROWTH):
            yield batch
            batch = []
    if batch:
        yield batch


def _articles(batch: Sequence[dict[str, Any]], *, first_id: int) -> list[Article]:
    """Articles of a batch, numbered on from `first_id`."""
    return [_article(line, first_id + i) for i, line in enumerate(batch)]


def _article(line: dict[str, Any], number: int) -> Article:
    """One line as an article."""
    if "id" not in line:
        raise InputError(
            f"line {number + 1} has no id", advice="Give every object an id, a title and a date."
        )
    published = _moment(line.get("published"), number)
    return Article(
        id=number,
        url=str(line.get("url") or ""),
        title=str(line.get("title") or ""),
        text=str(line.get("text") or ""),
        published=published,
        seen_at=published,
        outlet=str(line.get("source") or ""),
    )


def _moment(written: Any, number: int) -> datetime:
    """A date or moment in ISO 8601; without a zone it is UTC. A missing one is the first day there is."""
    if not written:
        return datetime(1970, 1, 1, tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        advice = "Write dates as 2026-03-05 or 2026-03-05T12:00:00Z."
        raise InputError(f"line {number + 1}: {written!r} is no date", advice=advice) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _row(scored: Scored, ids: Sequence[Any]) -> dict[str, Any]:
    """What is printed."""
    score = scored.score
    assert score.novelty is not None
    return {
        "id": ids[score.article_id],
        "relevance": round(score.relevance.value, 6),
        "relevant": score.relevance.is_relevant,
        "novelty": round(score.novelty.value, 6),
        "story": score.story_id,
        "duplicate_of": None if score.duplicate_of is None else ids[score.duplicate_of],
        "why": score.why,
    }
