"""Which stories are shown: candidates in, the top stories and the shorter items out. No scores are made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.model import Candidate
from monitor.settings import LimitSettings

KNOWN = "known"  # told before and nothing added: never shown


def select(
    candidates: Iterable[Candidate], *, limits: LimitSettings
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """The `limits.top` best by rank, then the next `limits.also`; no story, lead or headline twice.

    Ties go to the younger story, then to the lower id, so the order of the input never matters.
    Empty input gives two empty tuples.
    """
    shown = tuple(_once_each(sorted(candidates, key=_order)))
    return shown[: limits.top], shown[limits.top : limits.top + limits.also]


def _order(candidate: Candidate) -> tuple[float, float, int, str]:
    return -candidate.rank, -candidate.published.timestamp(), candidate.story_id, candidate.url


def _once_each(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    seen: set[object] = set()
    for candidate in candidates:
        marks = {
            candidate.story_id,
            candidate.url or None,
            " ".join(candidate.headline.casefold().split()) or None,
        }
        marks.discard(None)
        if candidate.status == KNOWN or marks & seen:
            continue
        seen |= marks
        yield candidate
