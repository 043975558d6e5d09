"""Why an article was or was not chosen: its stored scores in words, and whether they can be computed again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from monitor.model import Article
from monitor.pipeline.ports import Context
from monitor.store import issues as issues_store
from monitor.store import topics as topics_store
from monitor.store.scores import Scored
from monitor.topics import Background, recompute

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One article under one topic."""

    scored: Scored
    recomputed: (
        float | None
    )  # relevance from stored features, background and profile; None when the profile is gone
    issue: int | None  # the issue that considered it
    was_shown: bool

    @property
    def agrees(self) -> bool:
        """Whether the stored relevance is what its stored parts give."""
        value = self.scored.score.relevance.value
        return self.recomputed is not None and (value == 0 or abs(self.recomputed - value) < TOLERANCE)

    def values(self) -> dict[str, Any]:
        """Return it for JSON."""
        rest = {
            "recomputed": self.recomputed,
            "agrees": self.agrees,
            "issue": self.issue,
            "shown": self.was_shown,
        }
        return asdict(self.scored.score) | rest

    def lines(self) -> Iterator[str]:
        """Return it for people."""
        score = self.scored.score
        yield f"topic       {score.topic}"
        yield f"relevance   {score.relevance.value:.2f} {'on topic' if score.relevance.is_relevant else 'not on topic'}: {score.relevance.why}"
        yield "  parts     " + ", ".join(f"{name} {value:.2f}" for name, value in score.relevance.features)
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
        if score.duplicate_of is not None:
            yield f"duplicate   of article {score.duplicate_of}"
        if score.story_id is not None:
            yield f"story       {score.story_id}"
        yield f"issue       {self._fate()}"

    def _fate(self) -> str:
        if not self.scored.score.relevance.is_relevant:
            return "left out: below the line of relevance"
        if self.issue is None:
            return "waits for the next issue"
        return (
            f"shown in issue {self.issue}"
            if self.was_shown
            else f"considered for issue {self.issue}, not shown: other stories ranked higher, or nothing new"
        )


def run(context: Context, scored: Scored) -> Explained:
    """Explain one score."""
    score = scored.score
    with context.store.begin() as connection:
        profile = topics_store.profile_of(connection, score.topic, version=scored.profile_version)
        stored = topics_store.background(connection, scored.background_id)
        issue = None if scored.issue_id is None else issues_store.by_id(connection, scored.issue_id).number
        told = issues_store.told(connection, score.topic)
    background = Background.of_json(json.loads(stored.body))
    return Explained(
        scored=scored,
        recomputed=None if profile is None else recompute(score.relevance.features, background, profile),
        issue=issue,
        was_shown=any(t.issue == issue and t.story_id == score.story_id for t in told),
    )


def article_values(article: Article) -> dict[str, Any]:
    """Return an article for JSON, without its text."""
    return {name: value for name, value in asdict(article).items() if name != "text"}


def article_lines(article: Article) -> Iterator[str]:
    """Return an article for people."""
    yield f"article     {article.id}: {article.title}"
    yield f"  from      {article.outlet}, {article.published:%Y-%m-%d %H:%M} UTC{' (approximate)' if article.published_is_approximate else ''}"
    yield f"  address   {article.url or 'none'}"
    read = (
        "page" if article.origin == "page" else f"the feed's own text ({article.note or 'page not read yet'})"
    )
    yield f"  read      {read}, {len(article.text or article.summary)} characters"
    yield f"  stage     {article.stage}"
