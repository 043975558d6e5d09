"""What is wrong with a topic as its file is: words that find nothing, sides that near misses lack, languages without words, seeds it would not take.

In: a topic, what is stored of eight weeks, its feeds. Out: counts and names; nothing is stored, nothing is judged for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.model import Article, Facet, Feed, Seed
from monitor.pipeline.judging.beginning import stored_articles
from monitor.pipeline.judging.knowledge import Judging, judging_by
from monitor.pipeline.judging.learn import read_seeds
from monitor.pipeline.judging.scorer import reading_of
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.text.aliases import lexicon
from monitor.text.chinese.characters import is_han
from monitor.text.tokens import words
from monitor.topics import MODES, Judge, Reading, build_profile, read, without_seed

NEAR = 0.2  # relevance of a near miss, as in an issue
_LATIN = "en"  # what words without a language are taken to be in


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """A list of the topic file: its name, and of each word how many stored articles hold it, in the file's order."""

    name: str
    hits: tuple[tuple[str, int], ...]

    @property
    def idle(self) -> tuple[str, ...]:
        """The words that no stored article holds."""
        return tuple(word for word, count in self.hits if not count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What is known of a topic's words, over the stored articles."""

    topic: str
    looked_at: int
    on_topic: int
    lists: tuple[WordList, ...]
    near_misses: int
    lacking: tuple[tuple[str, int], ...]  # facet -> near misses that hold none of its words, most first
    wordless: tuple[tuple[str, int, tuple[str, ...]], ...]  # language, feeds in it, sides without words of it
    low_seeds: tuple[
        tuple[str, float], ...
    ]  # seeds below the topic's own line, with what they reach without themselves
    line: float


def audit_topic(context: Context, topic: TopicSettings) -> Audit:
    """Return what is wrong with a topic's words and seeds. Raises SeedError where it has nothing to learn from."""
    seeds, _ = read_seeds(context.settings.root / Path(topic.seeds))
    judged = judging_by(context, build_profile(topic, seeds))
    feeds = [feed for feed in context.feeds if feed.enabled and feed.serves(topic.id)]
    own = {feed.id for feed in context.feeds if feed.serves(topic.id)}
    stored = stored_articles(context)
    articles = [article for article in stored if article.feed_id in own or not own]
    readings = [reading_of(article) for article in articles]
    judge = Judge(judged.profile, judged.background, mode=topic.mode, tuning=judged.tuning)
    found = [judge.relevance(article, reading) for article, reading in zip(articles, readings, strict=True)]
    near = [
        reading
        for reading, each in zip(readings, found, strict=True)
        if NEAR <= each.value < MODES[topic.mode]
    ]
    facets = judged.profile.facets
    lists = [*((facet.name, facet.aliases) for facet in facets), ("must", topic.must), ("never", topic.never)]
    return Audit(
        topic=topic.id,
        looked_at=len(articles),
        on_topic=sum(each.is_relevant for each in found),
        lists=tuple(_counted(name, aliases, readings) for name, aliases in lists if aliases),
        near_misses=len(near),
        lacking=_lacking(facets, near),
        wordless=_wordless(topic, facets, seeds, feeds),
        low_seeds=_low(judged, seeds, line=MODES[topic.mode], now=context.now),
        line=MODES[topic.mode],
    )


def _counted(name: str, aliases: tuple[str, ...], readings: Iterable[Reading]) -> WordList:
    """How many texts hold each word; where several fit at a place, the longest has it."""
    held = Counter[str]()
    compiled = lexicon(aliases)
    for reading in readings:
        held.update({hit.name for hit in compiled.find(reading.words)})
    plain = [alias for alias in aliases if not alias.startswith("-")]  # the others are there to find nothing
    return WordList(name=name, hits=tuple((alias, held[alias.strip("-? ")]) for alias in plain))


def _lacking(facets: Sequence[Facet], near: Sequence[Reading]) -> tuple[tuple[str, int], ...]:
    counts = {
        facet.name: sum(not lexicon(facet.aliases).find(text.words) for text in near) for facet in facets
    }
    return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))


def _wordless(
    topic: TopicSettings, facets: Sequence[Facet], seeds: Sequence[Seed], feeds: Iterable[Feed]
) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """Languages of the feeds in which a side has no words; of a topic without sides, those no seed is written in."""
    spoken = Counter(feed.lang.partition("-")[0].lower() for feed in feeds)
    listed: Mapping[str, frozenset[str]] = {
        facet.name: frozenset(lang.partition("-")[0].lower() for lang in facet.langs)
        for facet in topic.facets
    }
    out = []
    for lang, count in sorted(spoken.items(), key=lambda pair: (-pair[1], pair[0])):
        if topic.facets:
            without = tuple(facet.name for facet in facets if not _speaks(facet, lang, listed[facet.name]))
        else:
            without = () if any(seed.language == lang for seed in seeds) else ("the seeds",)
        if without:
            out.append((lang, count, without))
    return tuple(out)


def _speaks(facet: Facet, lang: str, listed: frozenset[str]) -> bool:
    """Whether a side has words of a language: under it, or for Chinese in its script; words under none count as English."""
    if lang in listed:
        return True
    in_han = [any(is_han(word) for word in words(alias)) for alias in facet.aliases]
    return any(in_han) if lang == "zh" else lang == _LATIN and not all(in_han)


def _low(
    judged: Judging, seeds: Sequence[Seed], *, line: float, now: datetime
) -> tuple[tuple[str, float], ...]:
    """The seeds that the topic, learnt from the others, would not take."""
    low = []
    for seed in seeds:
        profile, background = without_seed(judged.profile, judged.background, seed)
        article = _as_article(now, seed)
        value = (
            Judge(profile, background, tuning=judged.tuning)
            .relevance(article, read(seed.title, seed.text))
            .value
        )
        if value < line:
            low.append((seed.title or seed.name, value))
    return tuple(sorted(low, key=lambda pair: pair[1]))


def _as_article(now: datetime, seed: Seed) -> Article:
    """A seed as articles are judged."""
    at = seed.published or now
    return Article(
        id=0, url=seed.url, title=seed.title, text=seed.text, published=at, seen_at=at, outlet=seed.outlet
    )
