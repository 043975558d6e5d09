"""Compose one issue: candidates and honest accounts in, a frozen `Digest` out.

Every count a reader meets is derived here or in the rendering from the same value, so none can disagree with another.
Reads no clock (`now` is passed in), renders nothing, and writes no sentence about the news: lines are verbatim.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.digests.accounts import is_blind
from monitor.digests.corrections import corrections, gone_quiet
from monitor.digests.frame import Frame
from monitor.digests.lateness import lateness
from monitor.digests.probes import probes
from monitor.digests.select import UPDATED, named, rest, select
from monitor.digests.tidy import bare
from monitor.model import (
    Candidate,
    Coverage,
    Development,
    Digest,
    Mention,
    Probe,
    QuietThread,
    Quote,
    Revision,
)
from monitor.model.schedule import Lateness
from monitor.settings import TopicSettings

LINES = 3  # of the week, one for each of the first headings that has a sentence for it
TOP_NAMED, TOP_NAMED_MOST = 4, 10  # developments under a top story; more where it is of many reports
PER_NAMED = 2  # reports under a heading for each development named
ALSO_NAMED = 2  # under a shorter item
# Words of news before the rest of the week, for each entry the limits allow: 650 of five and eight, with the frame's own under 1,000.
WORDS_EACH = 50
WORDS_PER_MINUTE = 230  # silent reading of English non-fiction: Brysbaert 2019, 238 rounded down
CHARACTERS_PER_MINUTE = 260  # the same study's figure for Chinese
# Characters: three lines of the first length and the numbers fill a first phone screen; a lead may take a second one.
_LINE_MAX, _LINE_MOST = 170, 260
_LONG_WINDOW = timedelta(days=8)  # a weekly issue that is a day late is no news
_NAMED_MAX = 5  # stories that could not be shown are named up to here
_ENDS = re.compile(r"[.!?…。！？][\"'”’」』)\]]*$")  # a sentence; headlines have no mark at their end
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
    editor: str = "",
) -> Digest:
    """Issue number `issue` of `topic` for articles from `since` to `until`; all times aware.

    `notices` of the caller come after our own. `coverage.shown` is replaced by what is really shown.
    No candidates gives a quiet issue, not an error. `quiet` are the stories of earlier issues with their newest article,
    `changed` the revised headlines of articles those issues carried; which of them are shown is decided here.
    `late` says when it was due and what came in between, `left_out` the headlines of stories that could not be composed,
    `editor` the editor's own line.
    So are the two articles a reader is asked about: of `unsure`, those closest to `line`, the relevance from which an article counts.
    """
    candidates = tuple(candidates)
    top, also = select(candidates, limits=topic.limits, line=line)
    frame = Frame(topic.language, topic.schedule.time_zone)
    lines = _lines(top, also, frame)
    top, also = _named(lines, top, also, most=WORDS_EACH * (topic.limits.top + topic.limits.also))
    others = tuple(map(_mention, rest(candidates, (*top, *also))))
    counted = replace(coverage, shown=len(top) + len(also))
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
        lines=lines,
        top=top,
        also=also,
        rest=others,
        coverage=counted,
        notices=(
            *_notices(frame, since, until, counted, late),
            *_left_out(frame, left_out),
            *notices,
        ),
        minutes=_minutes(lines, top, also, others),
        base_url=base_url,
        online_url=online_url,
        quiet=() if is_blind(counted) else _quiet(quiet, candidates, until),
        changed=corrections(changed),
        sides=topic.sides,
        editor=editor,
        probes=() if is_note else probes(unsure, (*top, *also, *others), line=line),
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
    lines = _lines(top, also, frame)
    shown = (story for entry in (*digest.top, *digest.also) for story in entry.shown)
    titles = [story.headline for story in shown if story.story_id in stories]
    return replace(
        digest,
        top=top,
        also=also,
        lines=lines,
        coverage=replace(digest.coverage, shown=len(top) + len(also)),
        notices=(*digest.notices, *_left_out(frame, titles)),
        minutes=_minutes(lines, top, also, digest.rest),
    )


def _named(
    lines: Sequence[tuple[str, str]], top: Sequence[Candidate], also: Sequence[Candidate], *, most: int
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """The entries with their developments named: fewer, from the last entry up, where the issue would have over `most` words.

    What is not named is counted under its entry. No sentence and no entry is given up.
    """
    entries = [*top, *also]
    shares = [*map(_most, top), *(ALSO_NAMED for _ in also)]
    least = [ALSO_NAMED] * len(top) + [0] * len(also)
    chosen = [named(entry, share) for entry, share in zip(entries, shares, strict=True)]
    for place in reversed(range(len(entries))):
        while _words(lines, chosen[: len(top)], chosen[len(top) :]) > most and shares[place] > least[place]:
            shares[place] -= 1
            chosen[place] = named(entries[place], shares[place])
    return tuple(chosen[: len(top)]), tuple(chosen[len(top) :])


def _most(entry: Candidate) -> int:
    """How many developments of a top story are named: of a week's main event a few more."""
    reports = len(entry.article_ids) + sum(len(each.article_ids) for each in entry.developments)
    return min(TOP_NAMED_MOST, max(TOP_NAMED, reports // PER_NAMED))


def _lines(top: Sequence[Candidate], also: Sequence[Candidate], frame: Frame) -> tuple[tuple[str, str], ...]:
    """What happened, in a sentence for each of the first headings that has one: day and outlet, and its words.

    No headline stands among them: it would be read again a moment later.
    """
    headlines = {bare(entry.headline) for entry in (*top, *also)}
    headlines |= {bare(each.headline) for entry in (*top, *also) for each in entry.developments}
    found = (_line(candidate, headlines) for candidate in top)
    chosen = [quote for quote in found if quote is not None][:LINES]
    return tuple(
        (frame.say("source", outlet=quote.outlet, date=frame.day(quote.published)), quote.text)
        for quote in chosen
    )


def _line(candidate: Candidate, headlines: Container[str]) -> Quote | None:
    """The sentence that tells the heading: of a new story its opening, of one the reader knows what is closest to its headline.

    Where the lead has none that is short enough, what a later development says; never what came before the lead.
    """
    said = set(bare(candidate.headline).split())
    own = list(candidate.quotes[:1])
    if candidate.status == UPDATED:
        own = sorted(
            (*candidate.quotes, *candidate.whats_new), key=lambda q: -len(said & set(bare(q.text).split()))
        )
    later = sorted(
        (each for each in candidate.developments if each.published >= candidate.published),
        key=lambda each: (-each.published.timestamp(), each.story_id),
    )
    following = [quote for each in later for quote in (*each.whats_new, *each.quotes)]
    short = [quote for quote in own if len(quote.text) <= _LINE_MOST]
    others = [quote for quote in following if len(quote.text) <= _LINE_MAX]
    whole = (each for each in (*short, *others) if _ENDS.search(each.text.rstrip()))
    return next((each for each in whole if bare(each.text) not in headlines), None)


def _mention(entry: Candidate) -> Mention:
    under = (identity for each in entry.developments for identity in each.article_ids)
    return Mention(
        story_id=entry.story_id,
        headline=entry.headline,
        url=entry.url,
        outlet=entry.outlet,
        article_ids=(*entry.article_ids, *under),
        language=entry.language,
    )


def _quiet(
    threads: Iterable[QuietThread], candidates: Iterable[Candidate], until: datetime
) -> tuple[QuietThread, ...]:
    now = tuple(candidates)
    return gone_quiet(
        threads,
        heard_of={story for each in now for story in each.stories},
        headlines=[
            headline
            for each in now
            for headline in (each.headline, *(development.headline for development in each.developments))
        ],
        until=until,
    )


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


def _minutes(
    lines: Sequence[tuple[str, str]],
    top: Sequence[Candidate],
    also: Sequence[Candidate],
    others: Sequence[Mention],
) -> int:
    """Whole minutes to read what is shown, at least one."""
    text = f"{_text(lines, top, also)} {' '.join(f'{each.headline} {each.outlet}' for each in others)}"
    characters = len(_CHARACTERS.findall(text)) / CHARACTERS_PER_MINUTE
    return max(1, math.ceil(len(_WORDS.findall(text)) / WORDS_PER_MINUTE + characters))


def _words(lines: Sequence[tuple[str, str]], top: Sequence[Candidate], also: Sequence[Candidate]) -> int:
    """Words read before the rest of the week; of Chinese, as many as are read in the time."""
    text = _text(lines, top, also)
    characters = len(_CHARACTERS.findall(text)) * WORDS_PER_MINUTE // CHARACTERS_PER_MINUTE
    return len(_WORDS.findall(text)) + characters


def _text(lines: Sequence[tuple[str, str]], top: Sequence[Candidate], also: Sequence[Candidate]) -> str:
    """What is read before the rest of the week, without the frame's own words."""
    return " ".join(
        [
            *(part for line in lines for part in line),
            *(part for candidate in top for part in _read(candidate)),
            *(f"{item.headline} {item.outlet}" for item in also),
            *(part for entry in (*top, *also) for each in entry.named for part in _read_under(each)),
        ]
    )


def _read(candidate: Candidate) -> Iterator[str]:
    yield candidate.headline
    is_update = candidate.status == UPDATED
    yield from (quote.text for quote in (*candidate.quotes, *(candidate.whats_new if is_update else ())))
    yield from (headline for _, headline in candidate.so_far)
    yield from (outlet.name for outlet in candidate.outlets)


def _read_under(development: Development) -> Iterator[str]:
    yield f"{development.headline} {development.outlet}"
    if development.status == UPDATED:
        yield from (quote.text for quote in development.whats_new[:1])
