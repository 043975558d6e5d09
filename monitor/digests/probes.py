"""Which articles a reader is asked about: those close to the line in, at most two out, and how they are shown.

An answer near the line teaches most. What the issue shows already is not asked about, nor the same headline twice; with
nothing close to the line nothing is asked. No scores are made here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from math import exp, log

from monitor.digests.frame import Frame
from monitor.digests.links import safe
from monitor.digests.tidy import bare
from monitor.model import Candidate, Mention, Probe

ASKED = 2  # two answers a week raise what can be raised, see docs/notes/feedback.md
REACH = 2.0  # in log odds; at a line of .5 an article of relevance .12 or .88 is still asked about
_LEAST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A probe as the templates see it."""

    headline: str
    url: str
    source: str  # outlet, date
    answer: str  # the words to reply with
    answer_url: str = ""  # or the page that does


def band(line: float) -> tuple[float, float]:
    """The lowest and the highest relevance that is asked about, for a line in 0..1."""
    odds = _log_odds(line)
    return _share(odds - REACH), _share(odds + REACH)


def probes(found: Iterable[Probe], shown: Iterable[Candidate | Mention], *, line: float) -> tuple[Probe, ...]:
    """The two closest to the line, closest first, ties by id; none that a shown story carries."""
    candidates = tuple(shown)
    carried = {identity for candidate in candidates for identity in candidate.article_ids}
    told = {bare(candidate.headline) for candidate in candidates}
    near = [p for p in found if p.article_id not in carried and _distance(p, line) <= REACH]
    ordered = sorted(near, key=lambda probe: (_distance(probe, line), probe.article_id))
    return tuple(_once_each(ordered, told))[:ASKED]


def question(probe: Probe, frame: Frame) -> Question:
    """The lines of one probe."""
    return Question(
        headline=probe.headline or frame.say("untitled"),
        url=probe.url,
        source=frame.say("source", outlet=probe.outlet, date=frame.short_date(probe.published)),
        answer=frame.say("answer", id=probe.article_id),
        answer_url=safe(probe.answer_url),
    )


def _once_each(ordered: Iterable[Probe], told: Container[str]) -> Iterator[Probe]:
    seen: set[str] = set()
    for probe in ordered:
        headline = bare(probe.headline)
        if headline and headline not in seen and headline not in told:
            seen.add(headline)
            yield probe


def _distance(probe: Probe, line: float) -> float:
    return abs(_log_odds(probe.relevance) - _log_odds(line))


def _log_odds(share: float) -> float:
    kept = max(_LEAST, min(1 - _LEAST, share))
    return log(kept / (1 - kept))


def _share(odds: float) -> float:
    return 1 / (1 + exp(-odds))
