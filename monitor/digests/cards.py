"""How one story is shown: a candidate in, a `Card` (top story) or a `Brief` (one line) of finished strings out.

Adds no words about the news: quotes, facts and changes are the values of the candidate, the rest is the frame.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from monitor.digests.frame import Frame
from monitor.digests.hows import HOWS
from monitor.digests.reasons import reason
from monitor.digests.tidy import bare
from monitor.model import (
    Candidate,
    Development,
    FormerClaim,
    Mention,
    Nearest,
    Outlet,
    QuietThread,
    Quote,
    Revision,
)

UPDATED, SENT = "updated", "sent"
QUOTES_SHOWN = 2  # in each part of a card
OUTLETS_SHOWN = 4  # of a story, by name; the rest is a number
MOVES_SHOWN = 4
STEPS_SHOWN = 4  # of a story so far, the latest
_CLOSEST_MIN = 0.3  # of the article's information in common; less is no likeness to a reader's eye
_CHANGE_MAX = 40
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*|\b[A-Z][a-z]+")  # numbers, and the names of months
_SOURCES = frozenset({"issue", "alert", "seed"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # RFC 5646, the usual part of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Something with a name that may lead somewhere. `url` "" means: show the name alone."""

    name: str
    url: str = ""
    note: str = ""  # [paywall] [state media], relevance of a near miss


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A verbatim sentence; `source` is "" when the next sentence has the same source."""

    text: str
    source: str  # outlet, date
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One earlier step of a story."""

    date: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The same quantity with another value than before."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerLine:
    """What the headline of a card or brief replaced: a claim that no longer stands."""

    label: str  # "Corrected · was"
    headline: str
    url: str
    note: str  # outlet and date, or the issue that told it


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentLine:
    """Another development under the heading of a card or brief."""

    date: str  # of its first report
    chip: str  # Updated, Sent; "" for a new one
    headline: str
    url: str
    language: str
    outlet: str
    fresh: str  # of an updated one what changed: a verbatim sentence or a quantity; else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A top story."""

    chip: str  # New | Updated | Sent, in the frame's language
    is_update: bool
    is_sent: bool  # an alert told it, and nothing came since
    label: str  # theme, date, last told, when an alert told it, of a bare headline its outlets: joined
    headline: str
    url: str
    language: str  # of the headline, "" for the frame's
    was: FormerLine | None
    quotes: tuple[Sentence, ...]
    fresh: tuple[Sentence, ...]  # of an update what is new, verbatim
    moves: tuple[Move, ...]  # of an update the quantities that changed
    closest: str  # what was sent or stored before and tells nearly as much; "" where nothing does
    why: str  # in a reader's words; "" for a bare headline
    steps: tuple[Step, ...]
    developments: tuple[DevelopmentLine, ...]  # in time order
    more_reports: str  # "12 more reports" under the heading that are not named, "" for none
    carried_by: str  # "A, B [paywall], C [state media], 5 more"; "" where the label names them
    free: Link | None  # where it can be read without paying, when the headline's address cannot
    answer_url: str  # where a reader asks for more or less of it; "": nowhere

    @property
    def has_receipt(self) -> bool:
        """Whether there is anything to say about what is new."""
        return bool(self.fresh or self.moves or self.closest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A story in one line."""

    chip: str  # Updated, Sent; "" for a new story
    headline: str
    url: str
    language: str
    source: str  # "Demo Daily +2 more"
    was: FormerLine | None
    fresh: str  # of an updated story what changed: a verbatim sentence or a quantity; else ""
    developments: tuple[DevelopmentLine, ...]
    more_reports: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A headline that was changed after an issue had carried it."""

    headline: str  # as it is now
    url: str
    before: str
    note: str  # "Demo Daily, changed 18 Nov; told in No. 36"


def card(candidate: Candidate, frame: Frame) -> Card:
    """The card of a top story. What is nothing but a headline takes no more room than one."""
    is_update = candidate.status == UPDATED
    fresh = _unlike(candidate.whats_new, {candidate.headline}) if is_update else ()
    moves = _moves(candidate, frame) if is_update else ()
    quotes = _unlike(candidate.quotes, {quote.text for quote in fresh} | {candidate.headline})
    is_bare = not (quotes or fresh or moves or candidate.so_far or candidate.named)
    carried_by = _carried_by(candidate, frame)
    return Card(
        chip=frame.say(candidate.status),
        is_update=is_update,
        is_sent=candidate.status == SENT,
        label=_label(candidate, frame, carried_by if is_bare else ""),
        headline=candidate.headline or frame.say("untitled"),
        url=candidate.url,
        language=_foreign(candidate, frame),
        was=_was(candidate, frame),
        quotes=_sentences(quotes, candidate.url, frame),
        fresh=_sentences(fresh, candidate.url, frame),
        moves=moves,
        closest=_closest(candidate.nearest, frame, is_update=is_update),
        why="" if is_bare else reason(candidate, frame),
        steps=tuple(
            Step(date=frame.short_date(when), text=text) for when, text in candidate.so_far[-STEPS_SHOWN:]
        ),
        developments=_developments(candidate, frame),
        more_reports=_more_reports(candidate, frame),
        carried_by="" if is_bare else carried_by,
        free=_free(candidate),
        answer_url=candidate.answer_url,
    )


def brief(candidate: Candidate, frame: Frame) -> Brief:
    """The line of a shorter item."""
    others = _count_or_nothing(frame, "plus_more", len(candidate.outlets) - 1)
    return Brief(
        chip=_chip(candidate, frame),
        headline=candidate.headline or frame.say("untitled"),
        url=candidate.url,
        language=_foreign(candidate, frame),
        source=" ".join(part for part in (candidate.outlet, others) if part),
        was=_was(candidate, frame),
        fresh=_change(candidate, frame) if candidate.status == UPDATED else "",
        developments=_developments(candidate, frame),
        more_reports=_more_reports(candidate, frame),
    )


def _chip(story: Candidate | Development, frame: Frame) -> str:
    """What a line says of a story that is not simply new."""
    chips = [frame.say(story.status)] if story.status == UPDATED else []
    return frame.say("comma").join(chips + _sent(story, frame))


def _sent(told: Candidate | Development | FormerClaim, frame: Frame) -> list[str]:
    return [frame.say("sent_on", date=frame.short_date(told.sent_at))] if told.sent_at else []


def _was(candidate: Candidate, frame: Frame) -> FormerLine | None:
    """The claim the headline replaced, if it says more than the headline itself."""
    former = candidate.former
    if former is None or bare(former.headline) in ("", bare(candidate.headline)):
        return None
    label = frame.say("join").join(
        (*([frame.say(f"how_{former.how}")] if former.how in HOWS else []), frame.say("replaced"))
    )
    told = [frame.say("told_in", number=former.issue)] if former.issue is not None else _sent(former, frame)
    source = [_where(former, frame)] if former.outlet else []
    return FormerLine(
        label=label,
        headline=former.headline,
        url=former.url,
        note=frame.say("comma").join((*source, *told)),
    )


def _where(former: FormerClaim, frame: Frame) -> str:
    return frame.say("source", outlet=former.outlet, date=frame.short_date(former.published))


def _developments(candidate: Candidate, frame: Frame) -> tuple[DevelopmentLine, ...]:
    """The named developments, without the one that the line of the former claim names."""
    was = _was(candidate, frame)
    former = candidate.former.article_id if was and candidate.former else None
    return tuple(
        DevelopmentLine(
            date=frame.short_date(each.published),
            chip=_chip(each, frame),
            headline=each.headline,
            url=each.url,
            language=_foreign(each, frame),
            outlet=each.outlet,
            fresh=_change(each, frame) if each.status == UPDATED else "",
        )
        for each in candidate.named
        if former is None or each.article_ids[:1] != (former,)
    )


def _change(story: Candidate | Development, frame: Frame) -> str:
    """What changed since it was told last: its headline, a sentence that is new, else a quantity."""
    if story.before:
        return frame.say("was", old=story.before)
    for quote in _unlike(story.whats_new, {story.headline}):
        return quote.text
    for move in _moves(story, frame):
        return f"{move.what}{frame.say('colon')}{move.old} → {move.new}"
    return ""


def _more_reports(candidate: Candidate, frame: Frame) -> str:
    """The articles under the heading that no line names, in a number."""
    unnamed = sum(len(each.article_ids) for each in candidate.developments if not each.is_named)
    return _count_or_nothing(frame, "more_reports", unnamed)


def mention(found: Mention, frame: Frame) -> Link:
    """The line of a heading in the rest of the week."""
    return Link(name=found.headline or frame.say("untitled"), url=found.url, note=found.outlet)


def quiet_thread(thread: QuietThread, frame: Frame) -> Link:
    """The line of a story nothing was heard of since."""
    note = frame.say("last_heard", date=frame.short_date(thread.last_at), number=thread.issue)
    return Link(name=thread.headline or frame.say("untitled"), url=thread.url, note=note)


def correction(revision: Revision, frame: Frame) -> Correction:
    """The line of a changed headline."""
    note = frame.say(
        "changed_on", outlet=revision.outlet, date=frame.short_date(revision.at), number=revision.issue
    )
    return Correction(
        headline=revision.headline or frame.say("untitled"),
        url=revision.url,
        before=revision.before or frame.say("untitled"),
        note=note,
    )


def one_side(candidate: Candidate, sides: Container[str]) -> str:
    """The country code of a story that several newsrooms carried, all of one of the `sides`; else ""."""
    codes = {outlet.country for outlet in candidate.outlets}
    only = codes.pop() if candidate.newsrooms > 1 and len(codes) == 1 else ""
    return only if only in sides else ""


def _label(candidate: Candidate, frame: Frame, outlets: str) -> str:
    told = candidate.earlier_issue
    parts = (
        candidate.theme,
        frame.day(candidate.published),
        frame.say("last_told", number=told) if told is not None else "",
        frame.say("sent_on", date=frame.moment(candidate.sent_at)) if candidate.sent_at else "",
        outlets,
    )
    return frame.say("join").join(part for part in parts if part)


def _foreign(candidate: Candidate | Development, frame: Frame) -> str:
    is_other = candidate.language.partition("-")[0].lower() != frame.language.partition("-")[0].lower()
    return candidate.language if is_other and _LANGUAGE.fullmatch(candidate.language) else ""


def _unlike(quotes: Sequence[Quote], told: set[str]) -> tuple[Quote, ...]:
    """The quotes that say something not yet on the card, each once."""
    seen = {bare(text) for text in told}
    kept = []
    for quote in quotes:
        if bare(quote.text) not in seen:
            seen.add(bare(quote.text))
            kept.append(quote)
    return tuple(kept[:QUOTES_SHOWN])


def _sentences(quotes: Sequence[Quote], headed: str, frame: Frame) -> tuple[Sentence, ...]:
    """Sentences with their source, named once for neighbours from one article; what `headed` leads to is linked there."""
    following = [*(quote.url for quote in quotes[1:]), None]
    return tuple(
        Sentence(
            text=quote.text,
            url="" if quote.url == headed else quote.url,
            source="" if quote.url and quote.url == after else _source(quote, frame),
        )
        for quote, after in zip(quotes, following, strict=False)
    )


def _source(quote: Quote, frame: Frame) -> str:
    return frame.say("source", outlet=quote.outlet, date=frame.short_date(quote.published))


def _moves(story: Candidate | Development, frame: Frame) -> tuple[Move, ...]:
    """The changed headline, then changed quantities that stand with their noun, each once: a bare figure tells nobody anything."""
    found: dict[tuple[str, str], Move] = {}
    if story.before:
        found[story.before, story.headline] = Move(
            what=frame.say("headline"), old=story.before, new=story.headline
        )
    for change in story.changes:
        if change.what and max(len(change.old), len(change.new)) <= _CHANGE_MAX:
            figures = _FIGURES.findall(change.old), _FIGURES.findall(change.new)  # "35" and "35 %" are one
            found.setdefault(
                (" ".join(figures[0]), " ".join(figures[1])),
                Move(what=change.what, old=change.old, new=change.new),
            )
    return tuple(found.values())[:MOVES_SHOWN]


def _closest(nearest: Nearest | None, frame: Frame, *, is_update: bool) -> str:
    """What is closest; of a new story only what a reader knows: a seed, or something sent."""
    if nearest is None or nearest.overlap < _CLOSEST_MIN or not (is_update or nearest.kind in _SOURCES):
        return ""
    return frame.say(
        f"closest_{nearest.kind if nearest.kind in _SOURCES else 'article'}",
        title=nearest.title,
        number=nearest.issue,
        when=frame.say("when", date=frame.month(nearest.published)) if nearest.published else "",
        overlap=round(100 * nearest.overlap),
    )


def _carried_by(candidate: Candidate, frame: Frame) -> str:
    """The outlets by name, the lead's first; beyond four a number."""
    named = [_outlet(outlet, frame) for outlet in candidate.outlets[:OUTLETS_SHOWN] if outlet.name]
    more = _count_or_nothing(frame, "n_more", len(candidate.outlets) - OUTLETS_SHOWN)
    return frame.say("comma").join([*named, *([more] if more else [])])


def _outlet(outlet: Outlet, frame: Frame) -> str:
    notes = (frame.say(key) for key in ("paywall", "state_media") if getattr(outlet, key))
    return " ".join([outlet.name, *notes])


def _free(candidate: Candidate) -> Link | None:
    """The first outlet that can be read without paying, where the one whose address heads the card cannot."""
    headed = next((outlet for outlet in candidate.outlets if outlet.url == candidate.url), None)
    if headed is None or not headed.paywall:
        return None
    open_ones = (outlet for outlet in candidate.outlets if outlet.url and not outlet.paywall)
    return next((Link(name=outlet.name, url=outlet.url) for outlet in open_ones), None)


def _count_or_nothing(frame: Frame, key: str, count: int) -> str:
    return frame.say(key, n=count) if count > 0 else ""
