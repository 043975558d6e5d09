"""Compose one issue: candidates and honest accounts in, a frozen `Digest` out.

Every count a reader meets is derived here or in the rendering from the same value, so none can disagree with another.
Reads no clock (`now` is passed in), renders nothing, and writes no sentence about the news: lines are verbatim.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.digests.accounts import is_blind
from monitor.digests.aftermath import corrections, gone_quiet
from monitor.digests.frame import Frame
from monitor.digests.lateness import Lateness, lateness
from monitor.digests.probes import probes
from monitor.digests.select import named, select
from monitor.model import Candidate, Coverage, Digest, Probe, QuietThread, Revision
from monitor.settings import TopicSettings

LINES = 3
TOP_NAMED, TOP_NAMED_MOST = 4, 8  # developments under a top story; more where it is of many reports
PER_NAMED = 5  # reports under a heading for each development named
ALSO_NAMED = 2  # under a shorter item
WORDS_PER_MINUTE = 230  # silent reading of English non-fiction: Brysbaert 2019, 238 rounded down
CHARACTERS_PER_MINUTE = 260  # the same study's figure for Chinese
_LINE_MAX = 170  # characters: three of them and the numbers fill a first phone screen
_LONG_WINDOW = timedelta(days=8)  # a weekly issue that is a day late is no news
_NAMED_MAX = 5  # stories that could not be shown are named up to here
_WORDS = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff]+")
_CHARACTERS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def compose(
    *,
    topic: TopicSettings,
    issue: int,
    since: datetime,
    until: datetime,
    now: datetime,
    candidates: Iterable[Candidate],
    coverage: Coverage,
    base_url: str = "",
    online_url: str = "",
    notices: Sequence[str] = (),
    quiet: Iterable[QuietThread] = (),
    changed: Iterable[Revision] = (),
    unsure: Iterable[Probe] = (),
    line: float = 0.5,
    late: Lateness | None = None,
    left_out: Sequence[str] = (),
) -> Digest:
    """Issue number `issue` of `topic` for articles from `since` to `until`; all times aware.

    `notices` of the caller come after our own. `coverage.shown` is replaced by what is really shown.
    No candidates gives a quiet issue, not an error. `quiet` are the stories of earlier issues with their newest article,
    `changed` the revised headlines of articles those issues carried; which of them are shown is decided here.
    `late` says when it was due and what came in between, `left_out` the headlines of stories that could not be composed.
    So are the two articles a reader is asked about: of `unsure`, those closest to `line`, the relevance from which an article counts.
    """
    candidates = tuple(candidates)
    top, also = select(candidates, limits=topic.limits)
    top = tuple(named(entry, _most(entry)) for entry in top)
    also = tuple(named(entry, ALSO_NAMED) for entry in also)
    counted = replace(coverage, shown=len(top) + len(also))
    frame = Frame(topic.language, topic.schedule.time_zone)
    is_note = (
        not counted.shown and topic.quiet != "always"
    )  # a quiet week asks nothing, unless more is wanted
    return Digest(
        topic=topic.id,
        title=topic.title,
        issue=issue,
        since=since,
        until=until,
        composed_at=now,
        time_zone=topic.schedule.time_zone,
        language=topic.language,
        lines=tuple(_line(candidate, frame) for candidate in top[:LINES]),
        top=top,
        also=also,
        coverage=counted,
        notices=(
            *_notices(frame, since, until, counted, late),
            *_left_out(frame, left_out),
            *notices,
        ),
        minutes=_minutes(top, also),
        base_url=base_url,
        online_url=online_url,
        quiet=() if is_blind(counted) else _quiet(quiet, candidates, until),
        changed=corrections(changed),
        probes=() if is_note else probes(unsure, (*top, *also), line=line),
    )


def without(digest: Digest, stories: frozenset[int]) -> Digest:
    """The issue without these stories (by id), which its notices name: they could not be shown.

    With a lead goes what stands under its heading.
    """
    frame = Frame(digest.language, digest.time_zone)
    top, also = (
        tuple(
            replace(entry, developments=tuple(d for d in entry.developments if d.story_id not in stories))
            for entry in part
            if entry.story_id not in stories
        )
        for part in (digest.top, digest.also)
    )
    shown = (story for entry in (*digest.top, *digest.also) for story in entry.shown)
    titles = [story.headline for story in shown if story.story_id in stories]
    return replace(
        digest,
        top=top,
        also=also,
        lines=tuple(_line(candidate, frame) for candidate in top[:LINES]),
        coverage=replace(digest.coverage, shown=len(top) + len(also)),
        notices=(*digest.notices, *_left_out(frame, titles)),
        minutes=_minutes(top, also),
    )


def _most(entry: Candidate) -> int:
    """How many developments of a top story are named: of a week's main event a few more."""
    reports = len(entry.article_ids) + sum(len(each.article_ids) for each in entry.developments)
    return min(TOP_NAMED_MOST, max(TOP_NAMED, reports // PER_NAMED))


def _line(candidate: Candidate, frame: Frame) -> tuple[str, str]:
    """A label and one whole sentence that is short enough, else the headline.

    Of a story the reader knows, the newest sentence; of a new one its opening, for a detail alone says nothing.
    """
    is_known = candidate.status == "updated"
    quotes = (*candidate.whats_new, *candidate.quotes) if is_known else candidate.quotes[:1]
    said = [quote.text for quote in quotes]
    sentence = next((text for text in said if len(text) <= _LINE_MAX), candidate.headline)
    return candidate.theme or frame.say(candidate.status), sentence


def _quiet(
    threads: Iterable[QuietThread], candidates: Iterable[Candidate], until: datetime
) -> tuple[QuietThread, ...]:
    return gone_quiet(threads, heard_of={story for each in candidates for story in each.stories}, until=until)


def _late(frame: Frame, since: datetime, until: datetime, late: Lateness | None) -> Iterator[str]:
    """How long the period is when that is news, and why."""
    if until - since > _LONG_WINDOW and not (late and late.down):
        days = round((until - since) / timedelta(days=1))
        yield frame.say("gap", n=days, since=frame.full_date(since), until=frame.full_date(until))
    if late is not None:
        yield from lateness(frame, late, since=since, until=until)


def _left_out(frame: Frame, titles: Sequence[str]) -> Iterator[str]:
    if titles:
        named = "; ".join(titles[:_NAMED_MAX]) + ("; …" if len(titles) > _NAMED_MAX else "")
        yield frame.say("left_out", n=len(titles), titles=named)


def _notices(
    frame: Frame, since: datetime, until: datetime, coverage: Coverage, late: Lateness | None
) -> Iterator[str]:
    enabled, answered = coverage.feeds_enabled, coverage.feeds_answered
    if not enabled:
        if not coverage.shown:  # what an archive holds needs no feed
            yield frame.say("none_asked")
    elif is_blind(coverage):
        yield frame.say("none_answered", n=enabled)
        if coverage.cause:
            yield frame.say(f"cause_{coverage.cause.replace('-', '_')}")
    elif answered < enabled:
        yield frame.say("partial", n=enabled, answered=answered)
    yield from _late(frame, since, until, late)
    if not coverage.shown and not is_blind(coverage):
        yield frame.say("quiet", n=coverage.relevant) if coverage.relevant else frame.say("quiet_none")


def _minutes(top: Sequence[Candidate], also: Sequence[Candidate]) -> int:
    """Whole minutes to read what is shown, at least one."""
    text = " ".join(
        [
            *(part for candidate in top for part in _read(candidate)),
            *(item.headline for item in also),
            *(development.headline for item in (*top, *also) for development in item.named),
        ]
    )
    minutes = (
        len(_WORDS.findall(text)) / WORDS_PER_MINUTE + len(_CHARACTERS.findall(text)) / CHARACTERS_PER_MINUTE
    )
    return max(1, math.ceil(minutes))


def _read(candidate: Candidate) -> Iterator[str]:
    yield candidate.headline
    yield from (quote.text for quote in (*candidate.quotes, *candidate.whats_new))
    yield candidate.why
    yield from (outlet.name for outlet in candidate.outlets)
