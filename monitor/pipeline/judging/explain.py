"""Why an article was or was not chosen: its stored scores in words, and whether they can be computed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.articles.dates import disagreeing
from monitor.model import Article
from monitor.pipeline.judging.knowledge import Parts
from monitor.pipeline.judging.measured import expected
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import decisions as decisions_store
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store.scores import Scored
from monitor.stories.consequence import consequence_of
from monitor.stories.rank import urgency
from monitor.topics import MODES, UNTUNED, kind_of

_FATES = {
    scores_store.TOLD: "its story is",
    scores_store.BELOW: "other stories ranked higher",
    scores_store.KNOWN: "its story told nothing new",
    scores_store.SENT: "an alert told it before",
    scores_store.BACKLOG: "older than the period, in the first answer of a new feed",
    scores_store.RULED: "the topic file's rules kept it out",
    scores_store.LEFT_OUT: "the editor left its story out",
    "": "other stories ranked higher, or nothing new",  # issues of earlier versions did not note it
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One article under one topic."""

    scored: Scored
    recomputed: float | None  # relevance from its stored parts; None when the profile is gone
    untuned: float | None  # what it would be without any answers
    answer: str  # what a reader said of it, "" for nothing
    line: float  # relevance from which an article is on topic
    expected: tuple[str, ...]  # how good that line is for texts of this kind; () where nobody has measured it
    issue: int | None  # the issue that considered it
    was_shown: bool
    decision: str = (
        ""  # what the editor decided of its story, for the issue that took it or the next one; "" for nothing
    )
    urgency: float | None = None  # what alerts go by; None where it has no novelty
    bars: tuple[tuple[str, float], ...] = ()  # name and bar of the topic's alerts at once
    alerts: tuple[tuple[str, datetime], ...] = ()  # which alerts told its story, and when

    @property
    def agrees(self) -> bool:
        """Whether the stored relevance is what its stored parts give."""
        return _agrees(self.scored.score.relevance.value, self.recomputed)

    def values(self) -> dict[str, Any]:
        """Return it for JSON."""
        rest = {
            "recomputed": self.recomputed,
            "agrees": self.agrees,
            "untuned": self.untuned,
            "tuning": self.scored.tuning_version,
            "answer": self.answer,
            "line": self.line,
            "expected": list(self.expected),
            "issue": self.issue,
            "shown": self.was_shown,
            "fate": self.scored.fate or ("waiting" if self.issue is None else ""),
            "because": self.scored.because,
            "decision": self.decision,
            "urgency": self.urgency,
            "alerts": [{"alert": name, "at": at.isoformat()} for name, at in self.alerts],
        }
        return asdict(self.scored.score) | rest

    def lines(self) -> Iterator[str]:
        """Return it for people."""
        score = self.scored.score
        yield f"topic       {score.topic}"
        yield f"relevance   {score.relevance.value:.2f}, {self._verdict()}: {score.relevance.why}"
        yield from (f"  line      {told}" for told in self.expected)
        yield from self._answers()
        yield "  parts     (a facet: 0 named all through, below -1.5 hardly or not at all)"
        yield "            " + ", ".join(f"{name} {value:.2f}" for name, value in score.relevance.features)
        yield "  matched   " + (
            ", ".join(f"{term} x{count}" for term, count in score.relevance.matched) or "nothing"
        )
        yield "  verified  " + (
            "recomputed from stored features: the same" if self.agrees else "DIFFERS from its stored parts"
        )
        if score.novelty is not None:
            yield f"novelty     {score.novelty.value:.2f}: {score.novelty.why}"
            for sentence, value in score.novelty.sentences:
                yield f"  {value:.2f}      {sentence}"
            yield from (f"  changed   {c.what}: {c.old} -> {c.new}" for c in score.novelty.changes)
            if score.novelty.nearest is not None:
                near = score.novelty.nearest
                where = f"issue {near.issue}" if near.issue else near.kind
                yield f"  nearest   {where}: {near.title} (overlap {near.overlap:.0%})"
        yield from self._urgency()
        if score.duplicate_of is not None:
            yield f"duplicate   of article {score.duplicate_of}"
        if score.story_id is not None:
            yield f"story       {score.story_id}"
        yield f"issue       {self._fate()}"
        for name, at in self.alerts:
            yield f"alert       {name} told its story on {at:%Y-%m-%d %H:%M} UTC"

    def _urgency(self) -> Iterator[str]:
        """What alerts go by, and which of them it would pass."""
        score = self.scored.score
        if self.urgency is None or score.novelty is None or not self.bars:
            return
        acts = consequence_of(self.scored.article)
        yield (
            f"urgency     {self.urgency:.2f}: relevance {score.relevance.value:.2f} x novelty {score.novelty.value:.2f} x "
            f"consequence {acts:.2f}"
        )
        for name, bar in self.bars:
            yield f"  alert     {name}: {'passes' if self.urgency >= bar else 'below'} its bar of {bar:.2f}"

    def _verdict(self) -> str:
        """Which side of the line it is on, and what put it there."""
        word = "on topic" if self.scored.score.relevance.is_relevant else "not on topic"
        if self.answer in ("relevant", "irrelevant") and (self.answer == "relevant") == (word == "on topic"):
            return f"{word}, as you answered"
        return f"{word} (the line is at {self.line:.2f})"

    def _answers(self) -> Iterator[str]:
        """What readers' answers did to it."""
        version, value = self.scored.tuning_version, self.scored.score.relevance.value
        if version and value and self.untuned is not None:
            yield f"  answers   moved it from {self.untuned:.2f} to {value:.2f} (tuning {version})"
        if self.answer:
            yield f"  answered  {self.answer.replace('_', ' ')}"

    def _fate(self) -> str:
        if not self.scored.score.relevance.is_relevant:
            return "left out: not on topic"
        decided = f", {self.decision}" if self.decision else ""
        if self.issue is None:
            return f"waits for the next issue{decided}"
        if self.was_shown:
            return f"shown in issue {self.issue}{decided}"
        return f"taken by issue {self.issue}, not shown: {self.scored.because or _FATES[self.scored.fate]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How many stored scores of a topic come out the same when computed again."""

    topic: str
    scores: int
    differing: tuple[tuple[int, float, float | None], ...]  # article id, as stored, computed again

    def lines(self) -> Iterator[str]:
        """Return it for people."""
        same = self.scores - len(self.differing)
        yield f"{self.topic}: {same} of {self.scores} scores recomputed exactly"
        for article_id, stored, again in self.differing:
            found = "its profile is gone" if again is None else f"its stored parts give {again!r}"
            yield f"  article {article_id}: stored {stored!r}, {found}"


def explain_score(context: Context, scored: Scored) -> Explained:
    """Explain one score."""
    score = scored.score
    topic = next((t for t in context.settings.topics if t.id == score.topic), None)
    words = dict(score.relevance.features).get("words", 0.0)
    with context.store.look() as connection:
        parts = Parts(connection, score.topic)
        recomputed, untuned = parts.value(scored), parts.value(scored, UNTUNED)
        answer = feedback_store.verdicts(connection, score.topic).get(scored.article.id, "")
        issue = None if scored.issue_id is None else issues_store.by_id(connection, scored.issue_id).number
        told = issues_store.told(connection, score.topic)
        number = issue or issues_store.last_number(connection, score.topic) + 1
        decided = decisions_store.about(connection, score.topic, number, score.story_id)
    novelty = score.novelty
    return Explained(
        scored=scored,
        recomputed=recomputed,
        untuned=untuned,
        answer=answer,
        line=MODES["balanced" if topic is None else topic.mode],
        expected=() if topic is None else expected(topic, kind_of(words)),
        issue=issue,
        was_shown=scored.fate == scores_store.TOLD
        if scored.fate
        else any(t.issue == issue and t.story_id == score.story_id and not t.alert for t in told),
        decision="" if decided is None else decided.in_words(),
        urgency=None
        if novelty is None
        else urgency(score.relevance.value, novelty.value, consequence_of(scored.article)),
        bars=tuple((a.name, a.bar) for a in (topic.alerts if topic else ()) if not a.is_daily),
        alerts=tuple((t.alert, t.at) for t in told if t.alert and t.story_id == score.story_id),
    )


def verify(context: Context, topic: TopicSettings, article_ids: Sequence[int] | None = None) -> Verified:
    """Compute the topic's stored relevances (of these articles) again; novelty depends on what was known then."""
    count = 0
    differing = []
    with context.store.look() as connection:
        parts = Parts(connection, topic.id)
        for made in scores_store.bare(connection, topic.id, article_ids=article_ids):
            count += 1
            again = parts.value(made)
            if made.column != made.score.relevance.value or not _agrees(made.column, again):
                differing.append((made.score.article_id, made.column, again))
    return Verified(topic=topic.id, scores=count, differing=tuple(differing))


def _agrees(stored: float, again: float | None) -> bool:
    """To the last bit; 0 is what the topic file's own rules give, whatever the features."""
    return again is not None and stored in (0.0, again)


def article_values(article: Article, left_out: tuple[str, ...] = (), more: int = 0) -> dict[str, Any]:
    """Return an article for JSON, without its text, with the lines left out of that and how many more there were."""
    kept = {name: value for name, value in asdict(article).items() if name != "text"}
    dates = {"disagreeing_dates": disagreeing(article), "date_from": _date_from(article)}
    return kept | dates | {"left_out": list(left_out), "left_out_more": more}


def article_lines(article: Article, left_out: tuple[str, ...] = (), more: int = 0) -> Iterator[str]:
    """Return an article for people, with the lines left out of its text and how many more there were."""
    yield f"article     {article.id}: {article.title}"
    yield f"  from      {article.outlet}, {article.published:%Y-%m-%d %H:%M} UTC{' (approximate)' if article.published_is_approximate else ''}"
    yield from _disagreement(article)
    yield f"  address   {article.url or 'none'}"
    read = (
        "page" if article.origin == "page" else f"the feed's own text ({article.note or 'page not read yet'})"
    )
    yield f"  read      {read}, {len(article.text or article.summary)} characters"
    if left_out:
        yield "  left out  of the text, as offers, notes, bylines, captions or a dateline:"
    yield from (f"            {line}" for line in left_out)
    if more:
        yield f"            and {more} more"
    yield f"  stage     {article.stage}"


def _disagreement(article: Article) -> Iterator[str]:
    """Where its dates are over two days apart: each of them, and the one that counts."""
    said = disagreeing(article)
    if said:
        named = ", ".join(f"{name} {_span(*span)}" for name, span in said.items())
        yield f"  dates     they disagree: {named}; what counts is {_COUNTS[_date_from(article)]}"


_COUNTS = {
    "feed": "the feed's",
    "page": "the page's",
    "first seen": "when it was first seen",
    "": "an earlier version's",  # which did not keep whose date it took
}


def _date_from(article: Article) -> str:
    """Whose date counts: feed, page or first seen."""
    dates = {"feed": article.feed_date, "page": article.page_date, "first seen": article.seen_at}
    return next((name for name, date in dates.items() if date == article.published), "")


def _span(first: datetime, last: datetime) -> str:
    if first == last:
        return f"{first:%Y-%m-%d %H:%M}"
    return f"{first:%Y-%m-%d}" if last - first < timedelta(days=1) else f"{first:%Y-%m}"
