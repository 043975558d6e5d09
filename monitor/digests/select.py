"""Which stories are shown: candidates in, the top stories and the shorter items out. No scores are made here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from monitor.model import Candidate
from monitor.settings import LimitSettings

_FEW = 2  # feeds, hosts or outlets: with fewer others there is nobody to leave places empty for
_KINDS = ("feed", "site", "outlet")  # what may head so many stories and no more
_FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")
KNOWN = "known"  # told before and nothing added: never shown


def select(
    candidates: Iterable[Candidate], *, limits: LimitSettings
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """The `limits.top` best by rank, then the next `limits.also`; no story, lead or headline twice.

    One feed, one host or one outlet heads at most `limits.outlet` of them, as long as others have something to tell, and of headlines of
    one feed or outlet that differ by their figures alone one is shown. Ties go to the younger story, then to the lower id, so the order
    of the input never matters. Empty input gives two empty tuples.
    """
    ordered = list(_once_each(sorted(candidates, key=_order)))
    shown = _capped(ordered, limits.outlet, limits.top + limits.also)
    return shown[: limits.top], shown[limits.top :]


def _capped(candidates: Sequence[Candidate], most: int, places: int) -> tuple[Candidate, ...]:
    """The candidates that get the places, in their order.

    Whoever heads enough already gets no more where over two (feeds, hosts, outlets) have something to tell; where they are two, what is
    left when the other has been told. Who is alone is not counted.
    """
    tellers = {kind: len({getattr(c, kind) for c in candidates} - {""}) for kind in _KINDS}
    headed: Counter[tuple[str, str]] = Counter()
    kept = []
    for place, candidate in enumerate(candidates):
        marks = [(kind, getattr(candidate, kind)) for kind in _KINDS if tellers[kind] > 1]
        full = [mark for mark in marks if mark[1] and headed[mark] >= most]
        if not any(tellers[kind] > _FEW for kind, _ in full):
            headed.update(marks)
            kept.append((len(full), place))
    return tuple(candidates[place] for place in sorted(place for _, place in sorted(kept)[:places]))


def _order(candidate: Candidate) -> tuple[float, float, int, str]:
    return -candidate.rank, -candidate.published.timestamp(), candidate.story_id, candidate.url


def _once_each(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    seen: set[object] = set()
    for candidate in candidates:
        marks: set[object] = {candidate.story_id, candidate.url}
        if candidate.headline:
            said = candidate.headline.casefold()
            marks |= {" ".join(said.split())}
            marks |= {(who, _FIGURES.sub("#", said)) for who in (candidate.outlet, candidate.feed) if who}
        marks.discard("")
        if candidate.status == KNOWN or marks & seen:
            continue
        seen |= marks
        yield candidate
