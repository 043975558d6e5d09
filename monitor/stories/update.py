"""What is new about a story since the reader last heard of it? Its articles and what was sent go in, a verdict comes out.

A story an earlier issue told is UPDATED only if one of its sentences, or its headline where there is nothing else, is
really new against everything sent and everything known when it was sent; else it is known and not shown again.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.model import Article, Change, Fact, Nearest
from monitor.stories.changes import changes
from monitor.stories.facts import QUANTITIES
from monitor.stories.features import Features, document
from monitor.stories.items import Item
from monitor.stories.novelty import Known, Told, compare, nearest, new_facts
from monitor.stories.saying import can_be_news, is_past, weight
from monitor.stories.telling import is_telling
from monitor.stories.told import key_of_change, keys
from monitor.stories.window import Window
from monitor.text.sentences import is_whole
from monitor.text.tokens import terms

_SHOWN = 3  # sentences
_ALWAYS = frozenset(
    {"issue", "alert", "known"}
)  # kinds of items compared however little they resemble: what the reader has seen
_ALIKE = 40  # items beside those
_REALLY_NEW = 0.75  # a sentence without a new fact must be this new
_NEW_WITH_FACT = 0.6  # with a new date or name
_NEW_WITH_FIGURE = (
    0.5  # with a new or a changed figure, or a law: the rest of such a sentence repeats the story
)
_FIGURES = QUANTITIES | {"law"}
_LEAST_TERMS = 4
_ASIDE = 0.25  # what a sentence of a new story counts that shares nothing with the headline
_TOO_ALIKE = 0.6  # of the smaller of two shown sentences' terms in common


@dataclass(frozen=True, slots=True)
class Teller:
    """An article of the story in this period, with its features."""

    article: Article
    features: Features


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsNew:
    """The verdict (new | updated | known) and its receipt. Sentences are verbatim, newest first."""

    status: str
    sentences: tuple[tuple[int, str, float], ...] = ()  # article id, sentence, novelty 0..1
    ranked: tuple[tuple[int, str], ...] = ()  # all that can be quoted, in the order they are chosen from
    facts: tuple[Fact, ...] = ()
    changes: tuple[Change, ...] = ()
    nearest: Nearest | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """One compared sentence, the article it stands in, and what it was compared with."""

    told: Told
    teller: Teller
    known: Known

    def text(self) -> str:
        """The sentence as it stands."""
        return document(self.teller.article)[self.told.sentence.start : self.told.sentence.end]

    def changes(self) -> tuple[Change, ...]:
        """The figures it gives another value than before; none where they were told already or are of past years."""
        if not self.told.novelty or is_past(self.text(), self.teller.article.published.date()):
            return ()
        found = tuple(changes(self.told.sentence, self.text(), self.told.earlier))
        return () if found and self._are_figures_told() else found

    def _are_figures_told(self) -> bool:
        """Whether all figures of the sentence stand together in one earlier sentence."""
        held = [set(self.known.holding(term)) for term in self.told.sentence.terms if term[0].isdigit()]
        return bool(held) and bool(held[0].intersection(*held[1:]))

    def can_be_quoted(self) -> bool:
        """A whole sentence of the running text; or the headline, where there is nothing else."""
        article, sentence = self.teller.article, self.told.sentence
        shift = len(article.title) + 1
        if sentence.start < shift:
            return True
        place = sentence.start - shift, sentence.end - shift
        return self.can_be_news() and is_whole(article.text or article.summary, *place)

    def can_be_news(self) -> bool:
        """Whether it is neither a caption nor a credit nor a question."""
        return can_be_news(document(self.teller.article), self.told.sentence.start, self.told.sentence.end)

    def with_telling_facts(self, told_before: Container[int], window: Window) -> Told:
        """Without facts told before or not worth it, and an abbreviation explained in brackets: it is no second fact."""
        text = document(self.teller.article)
        said, on = self.text(), self.teller.article.published.date()
        telling = (
            replace(fact, sentence=said, url=self.teller.article.url)
            if fact.kind == "date" and self.can_be_quoted()
            else fact
            for fact in self.told.new_facts
            if f"({fact.text})" not in text
            and is_telling(fact, said, on)
            and not any(key in told_before for key in keys(fact))
            and not (fact.kind == "name" and window.is_common(terms(fact.value)))
        )
        return replace(self.told, new_facts=tuple(telling))

    def weight(self) -> float:
        """What a sentence of its kind counts."""
        return weight(self.text(), self.teller.article.published.date())


def whats_new(
    members: Sequence[Teller],
    known: Iterable[Item] | Known,
    window: Window,
    *,
    topic_terms: frozenset[str] = frozenset(),
    was_told: bool = False,
    told_before: Container[int] = (),
) -> WhatsNew:
    """What `members` (one story's articles, in time order, at least one) add to `known`.

    `known`: what was sent, or `seen` of it; of the window's seeds and articles the nearest are compared with as well.
    `topic_terms` breaks ties towards sentences about the topic. `was_told`: an earlier issue showed the story.
    `told_before`: keys (see `told`) of facts that are not shown as new, though the nearest do not hold them.
    """
    sent = known if isinstance(known, Known) else seen(known)
    lines = [
        line
        for teller in members
        for line in _lines(teller, Known(_alike(teller, window), beside=sent), window)
    ]
    usable = [line for line in lines if line.can_be_quoted()]
    central = None if was_told else window.idf
    ranked = sorted(usable, key=lambda line: _order(line, topic_terms, central))
    chosen = _spread(ranked)
    told = [line.with_telling_facts(told_before, window) for line in lines if line.can_be_news()]
    fresh = was_told and any(map(_is_fresh, usable))
    near = window.near(members[0].features, limit=1)
    return WhatsNew(
        status=("updated" if fresh else "known") if was_told else "new",
        sentences=tuple((line.teller.article.id, line.text(), line.told.novelty) for line in chosen),
        ranked=tuple((line.teller.article.id, line.text()) for line in ranked),
        facts=new_facts(told),
        changes=_changes(lines, told_before),
        nearest=nearest(told, near),
        why=_why(chosen, fresh, was_told=was_told),
    )


def seen(items: Iterable[Item]) -> Known:
    """Of some items, what the reader has seen: sent or known, compared with whatever comes later."""
    return Known([item for item in items if item.kind in _ALWAYS])


def _lines(teller: Teller, known: Known, window: Window) -> Iterator[_Line]:
    """The sentences of an article that can be quoted, compared with what is known."""
    body = frozenset(sentence.start for sentence in teller.features.body())
    return (
        _Line(told, teller, known)
        for told in compare(teller.features, known, window)
        if told.sentence.start in body
    )


def _alike(teller: Teller, window: Window) -> list[Item]:
    """The forty most alike of what is not compared anyway, the article itself aside."""
    found = window.alike(teller.features, _ALIKE + 1, but=_ALWAYS)
    return [item for item in found if item.article_id != teller.article.id][:_ALIKE]


def _is_fresh(line: _Line) -> bool:
    """Whether a sentence by itself makes a told story worth telling again."""
    told = line.told
    if len(told.sentence.terms) < _LEAST_TERMS:
        return False
    has_figure = any(fact.kind in _FIGURES for fact in told.new_facts) or bool(line.changes())
    line_of = _NEW_WITH_FIGURE if has_figure else _NEW_WITH_FACT if told.new_facts else _REALLY_NEW
    return told.novelty >= line_of


def _order(
    line: _Line, topic_terms: frozenset[str], weigh: Callable[[str], float] | None
) -> tuple[float, int, int]:
    """Newest first; a sentence without any word of the topic counts half; short ones last.

    `weigh` for a new story: all of it is new, so what counts beside novelty is how much of the headline's news a sentence
    holds; an incidental detail holds none.
    """
    terms = line.told.sentence.terms
    on_topic = 1.0 if not topic_terms or not topic_terms.isdisjoint(terms) else 0.5
    long_enough = 1.0 if len(terms) >= _LEAST_TERMS else 0.1
    central = 1.0 if weigh is None else _ASIDE + (1 - _ASIDE) * _held(line.teller.features, terms, weigh)
    return (
        -line.told.novelty * line.weight() * on_topic * long_enough * central,
        line.teller.article.id,
        line.told.sentence.start,
    )


def _held(features: Features, terms: Sequence[str], weigh: Callable[[str], float]) -> float:
    """The share of the title's information that a sentence holds; 1 for a title without any."""
    title = {term: weigh(term) for term in features.title_terms}
    total = sum(title.values())
    return sum(weight for term, weight in title.items() if term in terms) / total if total else 1.0


def _spread(ordered: Sequence[_Line]) -> list[_Line]:
    """The first few lines that do not repeat one another."""
    chosen: list[_Line] = []
    for line in ordered:
        own = set(line.told.sentence.terms)
        if all(_overlap(own, set(other.told.sentence.terms)) < _TOO_ALIKE for other in chosen):
            chosen.append(line)
        if len(chosen) == _SHOWN:
            break
    return chosen


def _overlap(a: set[str], b: set[str]) -> float:
    """Shared terms as a share of the smaller set."""
    return len(a & b) / (min(len(a), len(b)) or 1)


def _changes(lines: Sequence[_Line], told_before: Container[int]) -> tuple[Change, ...]:
    """The changed quantities of all sentences, each once, without those told before."""
    found = (change for line in lines for change in line.changes())
    fresh = (change for change in found if key_of_change(change) not in told_before)
    return tuple({(change.old, change.new): change for change in fresh}.values())[:5]


def _why(chosen: Sequence[_Line], fresh: bool, *, was_told: bool) -> str:  # noqa: FBT001 - a fact, not a switch
    """One sentence for people."""
    if not was_told:
        return "not in any earlier issue"
    return f"new since the last issue: “{chosen[0].text()}”" if fresh else "nothing that was not sent already"
