"""Lines of JSON -> their scores, in time order, against a fresh corpus: `monitor score --jsonl`.

The same scorer as the product's, with what the store would remember kept in memory: the background of the newest items, and
what was relevant. Reads and writes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.errors import InputError
from monitor.model import Article, Score, Seed
from monitor.pipeline.judging.corpus import Memory, known_seeds
from monitor.pipeline.judging.scorer import Scored, Scorer, item_of, reading_of
from monitor.stories import KEPT, Features, Item
from monitor.stories.consequence import is_remark
from monitor.stories.headings import Report, headings
from monitor.topics import RELEVANT_TEXTS, Background, Reading, build_profile, fit, with_examples

if TYPE_CHECKING:  # pydantic would cost scoring 0.2 s of start
    from monitor.pipeline.ports import Sensing
    from monitor.settings import TopicSettings

_BATCH = 250  # items at least; a first poll brings more
_GROWTH = 4  # a new background when it would change by a quarter
_KEPT = 4000  # items a background is built from
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # of lines before any date
_UNDECIDED = 0.1  # relevance: words are sure of what is below (docs/notes/embeddings.md)
_THIN = 80  # words, title included


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
    ids: list[Any] = []
    for line, _, scored in _judged(lines, topic, seeds, sense):
        ids.append(line["id"])
        yield _row(scored, ids)


def stream_of_weeks(
    lines: Iterable[dict[str, Any]],
    topic: TopicSettings,
    seeds: Sequence[Seed],
    *,
    sense: Sensing | None = None,
) -> Iterator[dict[str, Any]]:
    """The same, week by week (Monday to Sunday, UTC), with `heading`: the id of the first line under the same one.

    As an issue of the week would join its stories, knowing the eight weeks before. What is off the topic is in no issue: there
    each story is a heading of its own. A line dated before a week that is over counts to the week at hand.
    """
    ids: list[Any] = []
    week: list[tuple[dict[str, Any], Article, Scored]] = []
    known: deque[tuple[datetime, Features]] = deque()
    for line, article, scored in _judged(lines, topic, seeds, sense):
        if week and _monday(article) > _monday(week[0][1]):
            yield from _headed(week, known)
            week = []
        ids.append(line["id"])
        week.append((_row(scored, ids), article, scored))
    yield from _headed(week, known)


def _monday(article: Article) -> date:
    day = article.published.date()
    return day - timedelta(days=day.weekday())


def _headed(
    week: Sequence[tuple[dict[str, Any], Article, Scored]], known: deque[tuple[datetime, Features]]
) -> Iterator[dict[str, Any]]:
    """The rows of a week with their headings; what was relevant is known from then on."""
    if not week:
        return
    while known and known[0][0] < week[0][1].published - KEPT:
        known.popleft()
    stories: dict[int | None, list[Report]] = {}
    for _, article, scored in week:
        if scored.features is not None and scored.score.relevance.is_relevant:
            report = Report(scored.features, article.published, is_remark(article.title))
            stories.setdefault(scored.score.story_id, []).append(report)
    ids = list(stories)
    groups = headings([*stories.values()], (features for _, features in known)).groups
    heading = {ids[place]: ids[group[0]] for group in groups for place in group}
    first: dict[int | None, Any] = {}
    for row, _, scored in week:
        story = scored.score.story_id
        first.setdefault(heading.get(story, story), row["id"])
        yield row | {"heading": first[heading.get(story, story)]}
    known.extend((report.published, report.features) for each in stories.values() for report in each)


def _judged(
    lines: Iterable[dict[str, Any]], topic: TopicSettings, seeds: Sequence[Seed], sense: Sensing | None
) -> Iterator[tuple[dict[str, Any], Article, Scored]]:
    """Each line as an article, with its score."""
    profile = build_profile(topic, seeds)
    memory = Memory.of(Background(), seeds=known_seeds(profile))
    others = Others(memory)
    scorer = Scorer(topic, profile, Background(), sense=sense, memory=memory)
    count = 0
    latest = _FIRST
    recent: deque[Reading] = deque(maxlen=_KEPT)
    relevant: deque[Reading] = deque(maxlen=RELEVANT_TEXTS)
    for batch in _batches(lines, recent):
        articles = _articles(batch, first_id=count, latest=latest)
        latest = max(latest, *(article.published for article in articles))
        readings = [reading_of(article) for article in articles]
        recent.extend(readings)
        background = fit(recent, profile, relevant)
        background = with_examples(background, recent, profile) if sense else background
        scorer.refit(topic, background)
        others.reweigh(background)
        for line, article, reading in zip(batch, articles, readings, strict=True):
            count += 1
            scored = _scored(scorer, article, reading, others)
            if scored.score.relevance.is_relevant:
                relevant.append(reading)
            yield line, article, scored


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
            return scorer.place(article, score, self._rest, is_encoded=False)
        self._near.expire(article.published)
        placed = scorer.place(article, score, self._near)
        self._rest.see(_item(article, placed))
        return placed

    def see(self, article: Article, scored: Scored) -> None:
        """Remember a relevant article for those that come near."""
        self._near.see(_item(article, scored))


def _scored(scorer: Scorer, article: Article, reading: Reading, others: Others) -> Scored:
    """The article's score, with novelty and story even if irrelevant."""
    scored = scorer.score(article, reading)
    if scored.features is None:
        return others.place(scorer, article, reading, scored.score)
    others.see(article, scored)
    return scored


def _item(article: Article, scored: Scored) -> Item:
    """A scored article as a memory takes it that shares the originals."""
    assert scored.features is not None
    return item_of(article, scored.features, story=scored.score.story_id)


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


def _articles(batch: Sequence[dict[str, Any]], *, first_id: int, latest: datetime) -> list[Article]:
    """Articles of a batch, numbered on from `first_id`; one without a date came with the newest before it, or at `latest`."""
    articles: list[Article] = []
    for number, line in enumerate(batch, start=first_id):
        articles.append(_article(line, number, latest))
        latest = max(latest, articles[-1].published)
    return articles


def _article(line: dict[str, Any], number: int, latest: datetime) -> Article:
    """One line as an article; without a date it is of the moment `latest`."""
    if "id" not in line:
        raise InputError(
            f"line {number + 1} has no id", advice="Give every object an id, a title and a date."
        )
    written = line.get("published")
    published = _moment(written, number) if written else latest
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
    """A date or moment in ISO 8601; without a zone it is UTC."""
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
