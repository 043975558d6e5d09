"""How one story is shown: a candidate in, a `Card` (top story) or a `Brief` (one line) of finished strings out.

Adds no words about the news: quotes, facts and changes are the values of the candidate, the rest is the frame.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.digests.frame import Frame
from monitor.digests.tidy import bare
from monitor.model import Candidate, Development, Nearest, Outlet, QuietThread, Quote, Revision

UPDATED = "updated"
QUOTES_SHOWN = 2  # in each part of a card
OUTLETS_SHOWN = 4  # of a story, by name; the rest is a number
COUNTRIES_SHOWN = 3  # the rest is "other"
FACTS_SHOWN = 6
STEPS_SHOWN = 4  # of a story so far, the latest
_CLOSEST_MIN = 0.05  # less in common is a word or two: nothing is close
_FACT_MAX = 48  # characters; a longer one is no fact but a sentence
_CHANGE_MAX = 40
_KINDS = frozenset({"issue", "seed", "article"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # RFC 5646, the usual part of it
SIDES = frozenset({"US", "CN"})  # the parties of the baseline topic; outlets elsewhere look on


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
class DevelopmentLine:
    """Another development under the heading of a card or brief."""

    date: str  # of its first report
    chip: str  # Updated, "" for a new one
    headline: str
    url: str
    language: str
    outlet: str
    fresh: str  # of an updated one what changed: a verbatim sentence, a quantity or facts; else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A top story."""

    chip: str  # New | Updated, in the frame's language
    is_update: bool
    label: str  # theme, date, last told: joined
    headline: str
    url: str
    language: str  # of the headline, "" for the frame's
    quotes: tuple[Sentence, ...]
    fresh: tuple[Sentence, ...]  # what is new, verbatim
    moves: tuple[Move, ...]
    facts: tuple[str, ...]
    closest: str
    why: str
    steps: tuple[Step, ...]
    developments: tuple[DevelopmentLine, ...]  # in time order
    more_reports: str  # "12 more reports" under the heading that are not named, "" for none
    carried_by: str  # "9 outlets (4 US, 3 China, 2 other)"
    outlets: tuple[Link, ...]
    more_outlets: str  # "5 more", "" for none

    @property
    def has_receipt(self) -> bool:
        """Whether there is anything to say about what is new."""
        return bool(self.fresh or self.moves or self.facts or self.closest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A story in one line."""

    chip: str  # Updated, "" for a new story
    headline: str
    url: str
    language: str
    source: str  # "Demo Daily +2 more"
    fresh: str  # of an updated story what changed: a verbatim sentence, a quantity or facts; else ""
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
    """The card of a top story."""
    fresh = _unlike(candidate.whats_new, {candidate.headline})
    shown = {quote.text for quote in fresh}
    return Card(
        chip=frame.say(candidate.status),
        is_update=candidate.status == UPDATED,
        label=_label(candidate, frame),
        headline=candidate.headline or frame.say("untitled"),
        url=candidate.url,
        language=_foreign(candidate, frame),
        quotes=_sentences(_unlike(candidate.quotes, shown | {candidate.headline}), frame),
        fresh=_sentences(fresh, frame),
        moves=_moves(candidate),
        facts=_facts(candidate),
        closest=_closest(candidate.nearest, frame),
        why=candidate.why,
        steps=tuple(
            Step(date=frame.short_date(when), text=text) for when, text in candidate.so_far[-STEPS_SHOWN:]
        ),
        developments=_developments(candidate, frame),
        more_reports=_more_reports(candidate, frame),
        carried_by=_carried_by(candidate, frame),
        outlets=tuple(_outlet(outlet, frame) for outlet in candidate.outlets[:OUTLETS_SHOWN]),
        more_outlets=_count_or_nothing(frame, "n_more", len(candidate.outlets) - OUTLETS_SHOWN),
    )


def brief(candidate: Candidate, frame: Frame) -> Brief:
    """The line of a shorter item."""
    others = _count_or_nothing(frame, "plus_more", len(candidate.outlets) - 1)
    return Brief(
        chip=frame.say(UPDATED) if candidate.status == UPDATED else "",
        headline=candidate.headline or frame.say("untitled"),
        url=candidate.url,
        language=_foreign(candidate, frame),
        source=" ".join(part for part in (candidate.outlet, others) if part),
        fresh=_change(candidate, frame) if candidate.status == UPDATED else "",
        developments=_developments(candidate, frame),
        more_reports=_more_reports(candidate, frame),
    )


def _developments(candidate: Candidate, frame: Frame) -> tuple[DevelopmentLine, ...]:
    return tuple(
        DevelopmentLine(
            date=frame.short_date(each.published),
            chip=frame.say(UPDATED) if each.status == UPDATED else "",
            headline=each.headline,
            url=each.url,
            language=_foreign(each, frame),
            outlet=each.outlet,
            fresh=_change(each, frame) if each.status == UPDATED else "",
        )
        for each in candidate.named
    )


def _change(story: Candidate | Development, frame: Frame) -> str:
    """What changed since it was told last: a sentence that is new, else a quantity, else the new facts."""
    for quote in _unlike(story.whats_new, {story.headline}):
        return quote.text
    for move in _moves(story):
        return f"{move.what or frame.say('changed')}{frame.say('colon')}{move.old} → {move.new}"
    facts = _facts(story)
    return f"{frame.say('facts')}{frame.say('colon')}{frame.say('join').join(facts)}" if facts else ""


def _more_reports(candidate: Candidate, frame: Frame) -> str:
    """The articles under the heading that no line names, in a number."""
    unnamed = sum(len(each.article_ids) for each in candidate.developments if not each.is_named)
    return _count_or_nothing(frame, "more_reports", unnamed)


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


def one_side(candidate: Candidate) -> str:
    """The country code of a story that several newsrooms carried, all of one of the two sides; else ""."""
    codes = {outlet.country for outlet in candidate.outlets}
    return codes.pop() if candidate.newsrooms > 1 and len(codes) == 1 and codes <= SIDES else ""


def _label(candidate: Candidate, frame: Frame) -> str:
    told = candidate.earlier_issue
    parts = (
        candidate.theme,
        frame.day(candidate.published),
        frame.say("last_told", number=told) if told is not None else "",
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


def _sentences(quotes: Sequence[Quote], frame: Frame) -> tuple[Sentence, ...]:
    """Sentences with their source, named once for neighbours from one article."""
    following = [*(quote.url for quote in quotes[1:]), None]
    return tuple(
        Sentence(
            text=quote.text,
            url=quote.url,
            source="" if quote.url and quote.url == after else _source(quote, frame),
        )
        for quote, after in zip(quotes, following, strict=False)
    )


def _source(quote: Quote, frame: Frame) -> str:
    return frame.say("source", outlet=quote.outlet, date=frame.short_date(quote.published))


def _moves(candidate: Candidate | Development) -> tuple[Move, ...]:
    return tuple(
        Move(what=change.what, old=change.old, new=change.new)
        for change in candidate.changes
        if max(len(change.old), len(change.new)) <= _CHANGE_MAX
    )[:FACTS_SHOWN]


def _facts(candidate: Candidate | Development) -> tuple[str, ...]:
    """New facts as written, without those a change already shows."""
    changed = {change.new for change in candidate.changes}
    texts = dict.fromkeys(
        fact.text for fact in candidate.facts if fact.value not in changed and 0 < len(fact.text) <= _FACT_MAX
    )
    return tuple(text for text in texts if text not in changed)[:FACTS_SHOWN]


def _closest(nearest: Nearest | None, frame: Frame) -> str:
    if nearest is None or nearest.overlap < _CLOSEST_MIN:
        return ""
    return frame.say(
        f"closest_{nearest.kind if nearest.kind in _KINDS else 'article'}",
        title=nearest.title,
        number=nearest.issue,
        when=frame.say("when", date=frame.month(nearest.published)) if nearest.published else "",
        overlap=round(100 * nearest.overlap),
    )


def _carried_by(candidate: Candidate, frame: Frame) -> str:
    count = len(candidate.outlets)
    if not count:
        return ""
    label = frame.say("n_outlets", n=count)
    if 0 < candidate.newsrooms < count:
        label = frame.say("comma").join([label, frame.say("newsrooms", n=candidate.newsrooms)])
    details = frame.say("comma").join(_by_country(candidate.outlets, frame))
    return frame.say("details", label=label, details=details) if details else label


def _by_country(outlets: Sequence[Outlet], frame: Frame) -> Iterator[str]:
    """4 US, 3 China, 2 other; nothing when no country is known."""
    counts = Counter(outlet.country for outlet in outlets if outlet.country)
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:COUNTRIES_SHOWN]
    for code, count in largest:
        yield frame.say("from_country", n=count, country=frame.country(code))
    other = len(outlets) - sum(count for _, count in largest)
    if largest and other:
        yield frame.say("other", n=other)


def _outlet(outlet: Outlet, frame: Frame) -> Link:
    notes = [frame.say(key) for key in ("paywall", "state_media") if getattr(outlet, key)]
    return Link(name=outlet.name, url=outlet.url, note=" ".join(notes))


def _count_or_nothing(frame: Frame, key: str, count: int) -> str:
    return frame.say(key, n=count) if count > 0 else ""
