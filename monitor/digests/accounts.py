"""The accounts of an issue: numbers strip, dates ahead, coverage chart and ledger, from an issue to finished strings.

Counts only; says nothing about any story. Every number on the page that is not inside a quotation is made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.digests.cards import SENT, UPDATED, Link
from monitor.digests.frame import Frame
from monitor.model import Candidate, Coverage, Development, Digest, FeedHealth

CELLS = 4
BAR_MAX_PX = 64
WEEKS_MIN = 3
DATES_SHOWN = 6
FAILING_SHOWN = 8
NEAR_SHOWN = 5
_AHEAD = timedelta(days=92)  # a date further off is rarely the next event of anything
_VALUE_MAX = 12  # characters: a cell is a quarter of the width
_NAME_MAX = 40
_EVENT_MAX = 220  # characters: a longer sentence is more than what happens that day
_EVENT_SHORT = 120  # characters that may be read twice in an issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of the strip."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A date named in coverage, still to come."""

    on: date
    day: str
    headline: str  # what happens that day: the sentence that names it, verbatim
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One week of the chart."""

    label: str  # the number of the week, or what stands for it
    count: str
    height: int  # px
    is_last: bool
    is_minor: bool  # every second one back from the last: may be hidden where there is no room for twelve


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Articles on topic by week, oldest first."""

    title: str
    caption: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """How the issue was made."""

    steps: tuple[str, ...]  # "1,204 new entries", "311 articles", ...
    feeds: str
    pages: str
    failing: tuple[Link, ...]
    more_failing: str
    near_title: str
    near: tuple[Link, ...]


def counts(stories: Sequence[Candidate], frame: Frame) -> str:
    """7 new, 2 updated, 1 sent before; "" for no stories."""
    updated = sum(candidate.status == UPDATED for candidate in stories)
    sent = sum(candidate.status == SENT for candidate in stories)
    numbers = (("n_new", len(stories) - updated - sent), ("n_updated", updated), ("n_sent_before", sent))
    return frame.say("comma").join(frame.say(key, n=n) for key, n in numbers if n)


def is_blind(coverage: Coverage) -> bool:
    """Whether no feed answered, or none was asked: then nothing can be said of the week, nor of any silence."""
    return coverage.feeds_answered == 0


def cells(digest: Digest, frame: Frame) -> tuple[Cell, ...]:
    """The strip: at most four numbers, the more telling ones first."""
    return tuple(_cells(digest, frame))[:CELLS]


def events(digest: Digest, frame: Frame) -> tuple[Event, ...]:
    """Dates named as new facts that lie after the issue, soonest first, each day and heading once, each sentence once.

    Of a long sentence that is quoted further up, the headline stands here instead.
    """
    today = frame.local(digest.composed_at)
    quotes = (quote for entry in digest.top for quote in (*entry.quotes, *entry.whats_new))
    quoted = {quote.text for quote in quotes if len(quote.text) > _EVENT_SHORT}
    found: dict[tuple[date, int], Event] = {}
    said: set[str] = set()
    for candidate in (*digest.top, *digest.also):
        for story in candidate.shown:
            for on, sentence, url in _dates(story):
                if (on, candidate.story_id) in found or sentence in said or not today < on <= today + _AHEAD:
                    continue
                is_repeated = sentence in quoted and story.headline not in said
                text = story.headline if is_repeated else sentence
                said |= {sentence, text}
                found[on, candidate.story_id] = Event(on=on, day=frame.day(on), headline=text, url=url)
    return tuple(sorted(found.values(), key=lambda event: event.on))[:DATES_SHOWN]


def chart(digest: Digest, frame: Frame) -> Chart | None:
    """The coverage chart; None with fewer than three weeks, which are no course yet, nothing in them, or no feed answering."""
    weeks = _weeks_shown(digest.coverage.weeks, digest.until, frame)[-12:]
    highest = max((count for _, count in weeks), default=0)
    if len(weeks) < WEEKS_MIN or highest <= 0 or is_blind(digest.coverage):
        return None
    bars = tuple(
        _bar(label, count, highest, from_end=len(weeks) - at) for at, (label, count) in enumerate(weeks, 1)
    )
    last = _last_week(weeks[-1][0], digest.until, frame)
    whole = weeks[:-1] if last == "week_so_far" else weeks  # a week just begun is low, and no lowest
    caption = frame.say(
        "chart_caption",
        first=frame.say("week", week=bars[0].label),
        last=frame.say(last, week=bars[-1].label),
        low=f"{min(count for _, count in whole):,}",
        high=f"{highest:,}",
    )
    return Chart(title=frame.say("chart", n=len(weeks)), caption=caption, bars=bars)


def _weeks_shown(
    weeks: tuple[tuple[str, int], ...], until: datetime, frame: Frame
) -> tuple[tuple[str, int], ...]:
    """The weeks without one that has just begun and brought nothing yet: on a Monday morning that is no news."""
    if weeks and not weeks[-1][1] and _last_week(weeks[-1][0], until, frame) == "week_so_far":
        return weeks[:-1]
    return weeks


def ledger(digest: Digest, frame: Frame) -> Ledger:
    """The coverage ledger, from what was fetched to what is shown."""
    coverage = digest.coverage
    failing = tuple(_trouble(feed, frame) for feed in coverage.failing[:FAILING_SHOWN])
    near = tuple(_near(*found, frame) for found in coverage.near_misses[:NEAR_SHOWN])
    more = len(coverage.failing) - FAILING_SHOWN
    return Ledger(
        steps=tuple(_steps(coverage, len(digest.top) + len(digest.also), frame)),
        feeds=frame.say("answered", n=coverage.feeds_enabled, answered=coverage.feeds_answered),
        pages=" ".join(
            filter(
                None, (_pages(coverage, frame), *_not_looked_at(coverage, frame), _shortfall(coverage, frame))
            )
        ),
        failing=failing,
        more_failing=frame.say("plus_more", n=more) if more > 0 else "",
        near_title=frame.say("near", n=len(coverage.near_misses)) if near else "",
        near=near,
    )


def _cells(digest: Digest, frame: Frame) -> Iterator[Cell]:
    coverage, shown = digest.coverage, (*digest.top, *digest.also)
    if coverage.articles:
        note = frame.say("of_new", n=coverage.articles)
        yield Cell(
            value=f"{coverage.relevant:,}", label=frame.say("articles", n=coverage.relevant), note=note
        )
    if coverage.outlets:
        note = frame.say("countries", n=coverage.countries) if coverage.countries else ""
        yield Cell(value=f"{coverage.outlets:,}", label=frame.say("outlets", n=coverage.outlets), note=note)
    yield from _figure(digest, frame)
    yield from _next_date(digest, frame)
    if shown:
        yield Cell(
            value=f"{len(shown):,}", label=frame.say("stories", n=len(shown)), note=counts(shown, frame)
        )
    if coverage.feeds_enabled:
        value = frame.say("of", part=coverage.feeds_answered, whole=coverage.feeds_enabled)
        yield Cell(value=value, label=frame.say("feeds", n=coverage.feeds_enabled))


def _figure(digest: Digest, frame: Frame) -> Iterator[Cell]:
    """The first quantity of a top story that changed and is short enough to read at a glance."""
    for candidate in digest.top:
        for change in candidate.changes:
            if (
                change.what
                and len(change.what) <= _NAME_MAX
                and max(len(change.new), len(change.old)) <= _VALUE_MAX
            ):
                yield Cell(value=change.new, label=change.what, note=frame.say("was", old=change.old))
                return


def _next_date(digest: Digest, frame: Frame) -> Iterator[Cell]:
    for event in events(digest, frame)[:1]:
        days = (event.on - frame.local(digest.composed_at)).days
        yield Cell(
            value=frame.short_date(event.on), label=frame.say("next_date"), note=frame.say("in_days", n=days)
        )


def _dates(story: Candidate | Development) -> Iterator[tuple[date, str, str]]:
    """Days, the sentence that says what is on them, and whose it is; the headline where it names the day itself."""
    for fact in story.facts:
        if fact.kind != "date":
            continue
        said = fact.sentence if len(fact.sentence) <= _EVENT_MAX else ""
        if not said and fact.text in story.headline:
            said = story.headline
        try:
            on = date.fromisoformat(fact.value)
        except ValueError:  # a month, a year or a weekday: no day to mark
            continue
        if said:
            yield on, said, (fact.url if said == fact.sentence else "") or story.url


def _bar(label: str, count: int, highest: int, *, from_end: int) -> Bar:
    height = max(2, round(BAR_MAX_PX * count / highest)) if count > 0 else 0
    week = label.partition("-W")[2].lstrip("0") or label
    return Bar(
        label=week, count=_short(count), height=height, is_last=not from_end, is_minor=from_end % 2 == 1
    )


def _short(count: int) -> str:
    """A count in at most four characters: a chart column has 26 px at 320 px width."""
    return str(count) if count < 1000 else f"{count / 1000:.1f}k" if count < 10_000 else f"{count // 1000}k"


def _last_week(label: str, until: datetime, frame: Frame) -> str:
    """The phrase for the last week: whether it was over when the issue closed."""
    year, _, week = label.partition("-W")
    try:
        end = date.fromisocalendar(int(year), int(week), 7)
    except ValueError:
        return "week"
    return "week_so_far" if frame.local(until) <= end else "week"


def _steps(coverage: Coverage, shown: int, frame: Frame) -> Iterator[str]:
    yield frame.say("entries", n=coverage.entries)
    yield frame.say("distinct", n=coverage.articles)
    yield frame.say("relevant", n=coverage.relevant)
    yield frame.say("n_stories", n=coverage.stories)
    yield frame.say("shown", n=shown)
    counted = (coverage.told, coverage.below, coverage.known, coverage.sent, coverage.left_out)
    if any(counted):  # issues of earlier versions did not count them
        parts = zip(("n_told", "n_below", "n_known", "n_sent", "n_left_out"), counted, strict=True)
        yield frame.say(
            "articles_of", parts=frame.say("comma").join(frame.say(k, n=n) for k, n in parts if n)
        )


def _not_looked_at(coverage: Coverage, frame: Frame) -> Iterator[str]:
    """What was on topic when it came in and is not among the articles the issue chose from."""
    if coverage.backlog:
        yield frame.say("n_backlog", n=coverage.backlog)
    if coverage.ruled:
        yield frame.say("n_ruled", n=coverage.ruled)


def _pages(coverage: Coverage, frame: Frame) -> str:
    if not coverage.read_pages and not coverage.read_feed_only:
        return ""
    return frame.say("pages", n=coverage.read_pages, feed_only=f"{coverage.read_feed_only:,}")


def _shortfall(coverage: Coverage, frame: Frame) -> str:
    """Whom the issue before did not reach: a number, for no reader's address is another reader's business."""
    found = coverage.shortfall
    if found is None:
        return ""
    return frame.say("shortfall", issue=found.issue, missed=f"{found.missed:,}", n=found.readers)


def _trouble(feed: FeedHealth, frame: Frame) -> Link:
    since = frame.say("since", date=frame.short_date(feed.since)) if feed.since else ""
    return Link(
        name=feed.name, note=" ".join(part for part in (frame.feed_state(feed.status), since) if part)
    )


def _near(title: str, url: str, relevance: float, frame: Frame) -> Link:
    return Link(name=title, url=url, note=frame.say("relevance", value=f"{relevance:.2f}"))
