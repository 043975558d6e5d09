"""Which stories are shown: candidates in, the top stories and the shorter items out. No scores are made here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil

from monitor.model import Candidate
from monitor.settings import LimitSettings

_FEW = 2  # feeds, hosts or outlets: with fewer others there is nobody to leave places empty for
_KINDS = ("feed", "site", "outlet")  # what may head so many stories and no more
_NAMES = {"feed": "feed", "site": "host", "outlet": "outlet"}
_FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")
WORDS = 0.6  # what somebody says counts as consequence (`stories.consequence`)
# How far from the line to certainty the relevance of a lone report must lie to make an entry. Of the entries of 60 weeks that chose nothing .739
# are about the topic and .084 are not at all; at halfway, with acts let through, .703 and .120 (30 Nov 2026, docs/notes/headings.md).
_SURE = 0.7
FEWEST = 3  # entries of an issue, as far as anything is on topic
NEW, UPDATED = "new", "updated"
KNOWN = "known"  # told before and nothing added: never shown
TO_THE_TOP = "top"  # how the editor pinned an entry
SENT = "sent"  # told by an alert since the issue before, and nothing added: shown, and marked


def select(
    candidates: Iterable[Candidate], *, limits: LimitSettings, line: float
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """The `limits.top` best by rank, what corrects an issue first, then the next `limits.also`; no story, lead or headline twice.

    What the editor pinned to the top stands before all that; what is pinned without that has a place for certain, where its rank puts it.

    One feed, one host or one outlet heads at most `limits.outlet` of them, as long as others have something to tell, and of headlines of
    one feed or outlet that differ by their figures alone one is shown. What is little above the `line` of relevance, 0..1, is among them
    where they would be fewer than three, else in the rest of the week. Ties go to the younger story, then to the lower id, so the order of the
    input never matters. Empty input gives two empty tuples.
    """
    shown, _ = choose(candidates, limits=limits, line=line)
    return shown[: limits.top], shown[limits.top :]


def rest(candidates: Iterable[Candidate], shown: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates with something new that are not among the `shown`, best first, none that repeats another."""
    entries = {entry.story_id for entry in shown}
    ordered = _once_each(sorted(candidates, key=_order), {})
    return tuple(each for each in ordered if each.story_id not in entries)


def named(entry: Candidate, most: int) -> Candidate:
    """The entry with up to `most` developments named: what is told again with a change first, then by rank.

    What the entry's headline replaced is named beside them, in a line of its own; what else was corrected or taken back is not.
    Developments stay in time order. No headline of the entry is named twice, nor one of an outlet that differs by its figures alone.
    """
    seen = _marks(entry.headline, entry.outlet, entry.feed)
    chosen: set[int] = set()
    replaced: set[int] = set()
    every = (*entry.replaced, *(former for each in entry.developments for former in each.replaced))
    withdrawn = {former.article_id for former in every if former.is_withdrawn}
    former = entry.former.article_id if entry.former else None
    for each in sorted(entry.developments, key=lambda d: (d.status != UPDATED, -d.rank, d.story_id)):
        if former is not None and each.article_ids[:1] == (former,):
            replaced.add(each.story_id)
            continue
        if each.article_ids and each.article_ids[0] in withdrawn:
            continue
        marks = _marks(each.headline, each.outlet, each.feed)
        if len(chosen) < most and each.headline and not marks & seen:
            chosen.add(each.story_id)
            seen |= marks
    marked = (replace(each, is_named=each.story_id in chosen | replaced) for each in entry.developments)
    return replace(entry, developments=tuple(marked))


def choose(
    candidates: Iterable[Candidate], *, limits: LimitSettings, line: float
) -> tuple[tuple[Candidate, ...], dict[int, str]]:
    """What `select` shows, by rank, and in words why a story (by id) is not shown that did not simply rank lower."""
    why: dict[int, str] = {}
    ordered = list(_once_each(sorted(candidates, key=_order), why))
    clear = _clear(ordered, min(limits.top, FEWEST), line + _SURE * (1 - line), why)
    shown = _capped(clear, limits.outlet, limits.top + limits.also, why)
    return shown, {story: why[story] for story in why.keys() - {each.story_id for each in shown}}


def _clear(candidates: Sequence[Candidate], least: int, sure: float, why: dict[int, str]) -> list[Candidate]:
    """The candidates that make an entry, in their order; into `why` goes what the others lack.

    One report of one newsroom makes none where it tells what somebody says or thinks and no act, nor where its relevance is below `sure`;
    but where fewer than `least` others make one, and where it corrects an issue. Neither costs a main event of 18 labelled weeks
    (docs/notes/headings.md).
    """
    kept, reasons = [], []
    for each in candidates:
        is_single = each.newsrooms < 2 and not each.developments and not each.is_correction
        follows = dict(each.rank_parts).get("consequence")
        lacks = ""
        if each.pinned:
            pass
        elif is_single and follows is not None and follows <= WORDS:
            lacks = "one report, of what somebody says or thinks"
        elif is_single and each.relevance < sure:
            lacks = f"one report, and its relevance {each.relevance:.2f} is below {sure:.2f}"
        kept.append(not lacks)
        reasons.append(lacks)
    for place in [place for place, is_kept in enumerate(kept) if not is_kept][: max(0, least - sum(kept))]:
        kept[place] = True
    for candidate, is_kept, lacks in zip(candidates, kept, reasons, strict=True):
        if not is_kept:
            why[candidate.story_id] = f"in the rest of the week: {lacks}"
    return [candidate for candidate, is_kept in zip(candidates, kept, strict=True) if is_kept]


def _capped(
    candidates: Sequence[Candidate], most: int, places: int, why: dict[int, str]
) -> tuple[Candidate, ...]:
    """The candidates that get the places, in their order; into `why` goes whose share the others are beyond.

    Whoever heads enough already gets no more where over two (feeds, hosts, outlets) have something to tell; where they are two, what is
    left when the other has been told. Who is alone is not counted. Enough is `most`, or twice an equal share where few have something
    to tell: with three feeds, five entries each would leave places empty week after week.
    """
    tellers = {kind: len({getattr(c, kind) for c in candidates} - {""}) for kind in _KINDS}
    enough = {k: max(most, 2 * ceil(places / n)) if n > _FEW else most for k, n in tellers.items()}
    headed: Counter[tuple[str, str]] = Counter()
    kept = []
    for place, candidate in enumerate(candidates):
        marks = [(kind, getattr(candidate, kind)) for kind in _KINDS if tellers[kind] > 1]
        full = [
            mark for mark in marks if mark[1] and headed[mark] >= enough[mark[0]] and not candidate.pinned
        ]
        if full:
            whose = " and ".join(f"its {_NAMES[kind]} ({name})" for kind, name in full)
            why[candidate.story_id] = f"capped: {whose} headed {enough[full[0][0]]} of those shown already"
        if not any(tellers[kind] > _FEW for kind, _ in full):
            headed.update(marks)
            kept.append((not candidate.pinned, len(full), place))
    return tuple(candidates[place] for place in sorted(place for _, _, place in sorted(kept)[:places]))


def _order(candidate: Candidate) -> tuple[bool, int, bool, float, float, int, str]:
    """What the editor pinned to the top before what corrects an issue, and that before what ranks higher; then by rank."""
    return (
        candidate.pinned != TO_THE_TOP,
        candidate.pin_order,
        not candidate.is_correction,
        -candidate.rank,
        -candidate.published.timestamp(),
        candidate.story_id,
        candidate.url,
    )


def _once_each(candidates: Iterable[Candidate], why: dict[int, str]) -> Iterator[Candidate]:
    """The candidates of which none repeats another; into `why` goes what the others are folded into."""
    seen: dict[object, Candidate] = {}
    for candidate in candidates:
        marks = {*candidate.stories, candidate.url} | _marks(
            candidate.headline, candidate.outlet, candidate.feed
        )
        marks.discard("")
        if candidate.status == KNOWN:
            continue
        before = next((seen[mark] for mark in marks if mark in seen), None)
        if before is None:
            seen |= dict.fromkeys(marks, candidate)
            yield candidate
        else:
            why.setdefault(candidate.story_id, _folded(candidate, before))


def _marks(headline: str, outlet: str, feed: str) -> set[object]:
    """What two headlines share that one reader takes for one."""
    said = headline.casefold()
    if not said:
        return set()
    return {" ".join(said.split()), *((who, _FIGURES.sub("#", said)) for who in (outlet, feed) if who)}


def _folded(candidate: Candidate, into: Candidate) -> str:
    same = "address" if candidate.url and candidate.url == into.url else "headline, but for figures"
    return f"folded into story {into.story_id}, which has the same {same}: {into.headline}"
