"""What the templates see: an issue in, a `Page` of finished strings out, so that templates hold loops and ifs only.

All numbers are formatted, dates are local to the issue's time zone, addresses are safe or "", and every count comes from
the stories that are really on the page. Every name here is explained for template writers in docs/templates.md (tested).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.digests import accounts, links
from monitor.digests.accounts import Cell, Chart, Event, Ledger
from monitor.digests.cards import (
    Brief,
    Card,
    Correction,
    Link,
    brief,
    card,
    correction,
    mention,
    one_side,
    quiet_thread,
)
from monitor.digests.frame import Frame
from monitor.digests.probes import Question, question
from monitor.digests.words import LANGUAGES
from monitor.model import Digest
from monitor.text.normalise import clean

SUBJECT_MAX = 70  # characters; phones cut there or earlier, so the facts come first
PREHEADER_MIN, PREHEADER_MAX = 40, 110  # shorter ones let the body leak into the inbox preview
ONE_SIDED_SHOWN = 4
_TITLE_IN_SUBJECT_MAX = 28
_SECOND_FACT_MIN = 18  # characters; less room says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the week's three lines."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An issue as its readers see it."""

    language: str
    subject: str
    preheader: str
    title: str
    number: str  # "No. 37"
    period: str
    minutes: str
    online_url: str
    notices: tuple[str, ...]
    editor: str  # the editor's own line, "" for none
    lines_title: str
    lines: tuple[Line, ...]
    cells: tuple[Cell, ...]
    top_counts: str  # "4 new, 1 updated"
    top: tuple[Card, ...]
    one_sided: tuple[Link, ...]
    also: tuple[Brief, ...]
    rest: tuple[Link, ...]  # every other heading, a line each
    more_rest: str  # "12 more, left out here to keep this mail small", "" for none
    gone_quiet: tuple[Link, ...]
    chart: Chart | None
    events: tuple[Event, ...]
    corrected: tuple[Correction, ...]
    changed: tuple[Correction, ...]
    probes: tuple[Question, ...]
    ledger: Ledger
    reason: str
    end: str


def page(digest: Digest, *, left_out: int = 0, unmentioned: int = 0) -> Page:
    """The page of a tidied issue, of which `left_out` stories and `unmentioned` lines of the rest were taken away to keep it small."""
    frame = frame_of(digest)
    number = frame.say("number", number=digest.issue)
    return Page(
        language=frame.language,
        subject=_subject(digest, frame),
        preheader=_preheader(digest, frame),
        title=digest.title or digest.topic,
        number=number,
        period=frame.period(digest.since, digest.until),
        minutes=frame.say("minutes", n=digest.minutes) if digest.top else "",
        online_url=links.online(digest),
        notices=(*filter(None, digest.notices), *([frame.say("trimmed", n=left_out)] if left_out else [])),
        editor=digest.editor,
        lines_title=frame.say("lines_three" if len(digest.lines) == 3 else "lines"),
        lines=tuple(Line(label=label, text=text) for label, text in digest.lines if text),
        cells=accounts.cells(digest, frame),
        top_counts=accounts.counts(digest.top, frame),
        top=tuple(card(candidate, frame) for candidate in digest.top),
        one_sided=tuple(_one_sided(digest, frame))[:ONE_SIDED_SHOWN],
        also=tuple(brief(candidate, frame) for candidate in digest.also),
        rest=tuple(mention(found, frame) for found in digest.rest),
        more_rest=frame.say("rest_more", n=unmentioned) if unmentioned else "",
        gone_quiet=tuple(quiet_thread(thread, frame) for thread in digest.quiet),
        chart=accounts.chart(digest, frame),
        events=accounts.events(digest, frame),
        corrected=tuple(correction(each, frame) for each in digest.changed if each.is_correction),
        changed=tuple(correction(each, frame) for each in digest.changed if not each.is_correction),
        probes=tuple(question(probe, frame) for probe in digest.probes),
        ledger=accounts.ledger(digest, frame),
        reason=frame.say("reason", title=digest.title),
        end=frame.say("end", number=digest.issue),
    )


def frame_of(digest: Digest) -> Frame:
    """The digest's frame; English for a language this version does not speak."""
    return Frame(digest.language if digest.language in LANGUAGES else "en", digest.time_zone)


def _subject(digest: Digest, frame: Frame) -> str:
    """Facts first, then topic and number: at most 70 characters, another for every issue."""
    title = clean(digest.title, limit=_TITLE_IN_SUBJECT_MAX)
    end = frame.say("subject_end", title=title, number=digest.issue)
    return _facts(digest, frame, SUBJECT_MAX - len(end)) + end


def _facts(digest: Digest, frame: Frame, room: int) -> str:
    shown = (*digest.top, *digest.also)
    if not shown:
        return clean(
            frame.say("subject_blind" if accounts.is_blind(digest.coverage) else "subject_quiet"), limit=room
        )
    first = clean(shown[0].headline, limit=room)
    left = room - len(first) - len("; ")
    if len(shown) > 1 and left >= _SECOND_FACT_MIN:
        return f"{first}; {clean(shown[1].headline, limit=left)}"
    return first


def _preheader(digest: Digest, frame: Frame) -> str:
    """Counts, a further headline, the next date: what the inbox shows behind the subject."""
    return clean(" ".join(_previewed(digest, frame)), limit=PREHEADER_MAX)


def _previewed(digest: Digest, frame: Frame) -> Iterator[str]:
    shown, coverage = (*digest.top, *digest.also), digest.coverage
    if not shown:
        yield from digest.notices[:1]
        yield frame.say(
            "answered", n=coverage.feeds_enabled, answered=f"{coverage.feeds_answered:,}"
        ) + frame.say("stop")
        yield frame.say("preheader_pad")
        return
    yield frame.say(
        "preheader", n=len(shown), relevant=f"{coverage.relevant:,}", outlets=f"{coverage.outlets:,}"
    )
    for event in accounts.events(digest, frame)[:1]:
        yield frame.say("preheader_next", date=frame.short_date(event.on))
    yield from (f"{candidate.headline}{frame.say('stop')}" for candidate in shown[2:3])
    yield frame.say("preheader_pad")


def _one_sided(digest: Digest, frame: Frame) -> Iterator[Link]:
    """Stories that several newsrooms carried, all from one country; counted, never judged."""
    for candidate in (*digest.top, *digest.also):
        code = one_side(candidate, digest.sides)
        if code:
            note = frame.say("only_from", n=candidate.newsrooms, country=frame.country(code))
            yield Link(name=candidate.headline, url=candidate.url, note=note)
