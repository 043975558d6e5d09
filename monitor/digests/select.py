"""Which stories are shown: candidates in, the top stories and the shorter items out. No scores are made here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from monitor.model import Candidate
from monitor.settings import LimitSettings

_FEW = 2  # outlets: with fewer others there is nobody to leave room for
_FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")
UPDATED = "updated"
KNOWN = "known"  # told before and nothing added: never shown


def select(
    candidates: Iterable[Candidate], *, limits: LimitSettings
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """The `limits.top` best by rank, then the next `limits.also`; no story, lead or headline twice.

    One outlet heads at most `limits.outlet` of them, as long as others have something to tell, and of headlines of one outlet that differ
    by their figures alone one is shown. Ties go to the younger story, then to the lower id, so the order of the input never matters.
    Empty input gives two empty tuples.
    """
    ordered = list(_once_each(sorted(candidates, key=_order)))
    shown = (
        tuple(_capped(ordered, limits.outlet)) if len({c.outlet for c in ordered}) > _FEW else tuple(ordered)
    )
    return shown[: limits.top], shown[limits.top : limits.top + limits.also]


def named(entry: Candidate, most: int) -> Candidate:
    """The entry with up to `most` developments named: what is told again with a change first, then by rank.

    Developments stay in time order. No headline of the entry is named twice, nor one of an outlet that differs by its figures alone.
    """
    seen = set(_marks(entry.headline, entry.outlet))
    chosen: set[int] = set()
    for each in sorted(entry.developments, key=lambda d: (d.status != UPDATED, -d.rank, d.story_id)):
        marks = set(_marks(each.headline, each.outlet))
        if len(chosen) < most and each.headline and not marks & seen:
            chosen.add(each.story_id)
            seen |= marks
    marked = (replace(each, is_named=each.story_id in chosen) for each in entry.developments)
    return replace(entry, developments=tuple(marked))


def _capped(candidates: Iterable[Candidate], most: int) -> Iterator[Candidate]:
    """The candidates without those of an outlet that heads enough already."""
    headed: Counter[str] = Counter()
    for candidate in candidates:
        headed[candidate.outlet] += 1
        if headed[candidate.outlet] <= most:
            yield candidate


def _order(candidate: Candidate) -> tuple[float, float, int, str]:
    return -candidate.rank, -candidate.published.timestamp(), candidate.story_id, candidate.url


def _once_each(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    seen: set[object] = set()
    for candidate in candidates:
        marks = {*candidate.stories, candidate.url, *_marks(candidate.headline, candidate.outlet)} - {""}
        if candidate.status == KNOWN or marks & seen:
            continue
        seen |= marks
        yield candidate


def _marks(headline: str, outlet: str) -> Iterator[object]:
    """What two headlines share that one reader takes for one."""
    if headline:
        yield " ".join(headline.casefold().split())
        yield outlet, _FIGURES.sub("#", headline.casefold())
