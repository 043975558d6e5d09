"""What a stream implies without saying it: in weeks when all tariffs are one country's, "new tariffs on 1 September" names none.

Of the newest texts that name a facet, or something in its place (`beside` in the topic file), each wording of the other facets
and each term of the opening learns how many name the facet; and of all texts with a pair of terms ("farm aid"), how many name it
together with a matter. A text that names neither is taken to mean the facet when seven in ten of those with the same wording
or pair do, and seven in ten by all its terms together. Learnt with every background and stored in it,
from what texts say and not from how they were judged: nothing feeds back. Readings in, numbers out. Measurements:
docs/notes/relevance.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, fsum, log
from typing import NamedTuple

from monitor.model import Facet
from monitor.text.aliases import Hit, lexica
from monitor.text.places import is_place
from monitor.text.tokens import terms_of
from monitor.topics.reading import Reading

LEAST_SHARE = 0.7  # of texts alike that name the facet; .6 .. .8 measured
_NEWEST = 2000  # texts: the last weeks; 1000 and 4000 measured
_OPENING = 40  # words that tell what a text is about, title included
_NAMED = 0.5  # hits in an opening from which a facet is named: a plain one, or two weak ones
_ENOUGH = 20  # texts that name the facet or something in its place; fewer say nothing of a stream
_LEAST_TEXTS = 4  # that hold a term
_SHRUNK = 10.0  # usual texts added to those of a term
_DOUBT, _DOUBTED_SHARE = (
    4.0,
    0.3,
)  # texts added to those of a wording, and the share of them that names the facet
_TERMS = 400  # with the largest log odds times root of texts

Pairs = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Implication:
    """Of one facet: the share of texts with each wording that name it, the log odds of any text, and what each term adds."""

    facet: str
    wordings: Pairs
    usual: float
    terms: Pairs


class Implied:
    """What a stream implies, ready to be asked of many texts."""

    __slots__ = ("_by_facet",)

    def __init__(self, learnt: Iterable[Implication]) -> None:
        self._by_facet = {each.facet: (dict(each.wordings), each.usual, dict(each.terms)) for each in learnt}

    def share(self, facet: str, names: Iterable[str], reading: Reading) -> float:
        """The share 0..1 of texts like this one that name the facet; `names`: plain wordings of the other facets that it holds."""
        if facet not in self._by_facet:
            return 0.0
        wordings, usual, terms = self._by_facet[facet]
        found = terms_of(reading.words[:_OPENING])
        told = max((wordings.get(name, 0.0) for name in (*names, *_pairs(found))), default=0.0)
        if told < LEAST_SHARE:
            return told
        odds = fsum((usual, *(terms.get(term, 0.0) for term in sorted(set(found)))))
        return min(told, 1 / (1 + exp(-max(-50.0, min(50.0, odds)))))


class _Opening(NamedTuple):
    """What the beginning of a text names: the hits of each facet, whether each has something in its place, and its terms."""

    reading: Reading
    hits: list[list[Hit]]
    beside: list[list[Hit]]


def implications(texts: Sequence[Reading], facets: Sequence[Facet]) -> tuple[Implication, ...]:
    """What the stream implies of the heaviest facet; () without wording for what stands beside it, or for too few texts."""
    if len(facets) < 2:
        return ()
    heaviest = max(range(len(facets)), key=lambda at: facets[at].weight)
    if not facets[heaviest].beside:
        return ()
    aliases, beside = lexica(tuple(f.aliases for f in facets)), lexica(tuple(f.beside for f in facets))
    openings = []
    for text in texts[-_NEWEST:]:
        words = text.words[:_OPENING]
        openings.append(_Opening(text, aliases.find(words), beside.find(words)))
    others = [side for side in range(len(facets)) if side != heaviest]
    sides = [side for side in others if is_place(facets[side].aliases)]
    matters = [side for side in others if side not in sides]
    found = _learn(openings, facets[heaviest].name, heaviest, matters, sides)
    return () if found is None else (found,)


def plain_names(sides: Iterable[Sequence[Hit]]) -> list[str]:
    """The plain wordings among the hits of several facets."""
    return [hit.name for hits in sides for hit in hits if hit.strength == 1]


def _learn(
    openings: Iterable[_Opening], name: str, at: int, matters: Sequence[int], sides: Sequence[int]
) -> Implication | None:
    """Of the facet at one place, from what texts name of the facets that are matters and not `sides`; None for too few texts."""
    naming, every, there = _Counts(), _Counts(), _Counts()
    worded, worded_there = _Counts(), _Counts()
    paired, paired_there = _Counts(), _Counts()
    for opening in openings:
        is_named = fsum(hit.strength for hit in opening.hits[at]) >= _NAMED
        others = plain_names(opening.hits[side] for side in matters)
        own = _terms_of_hits(opening.reading, opening.hits[at])
        # "United States" is a side's name and says nothing of the other side, whoever writes it out.
        names = _terms_of_hits(opening.reading, (hit for side in sides for hit in opening.hits[side]))
        pairs = [
            pair
            for pair in _pairs(terms_of(opening.reading.words[:_OPENING]))
            if own.isdisjoint(pair.split("+")) and not names.issuperset(pair.split("+"))
        ]
        paired.add(pairs)
        if others and is_named:
            paired_there.add(pairs)
        if not others or not (is_named or opening.beside[at]):
            continue
        naming.add(["texts", "there"] if is_named else ["texts"])
        terms = [term for term in _opening_terms(opening.reading) if term not in own]
        every.add(terms)
        worded.add(set(others))
        if is_named:
            there.add(terms)
            worded_there.add(set(others))
    texts = naming.get("texts", 0)
    if texts < _ENOUGH:
        return None
    share = (naming.get("there", 0) + 1) / (texts + 2)
    usual = log(share / (1 - share))
    weights = {
        term: log((there.get(term, 0) + _SHRUNK * share) / (n - there.get(term, 0) + _SHRUNK * (1 - share)))
        - usual
        for term, n in every.items()
        if n >= _LEAST_TEXTS
    }
    strongest = sorted(weights, key=lambda term: (-abs(weights[term]) * every[term] ** 0.5, term))[:_TERMS]
    wordings = worded.shares(worded_there) | paired.shares(paired_there)
    return Implication(
        facet=name,
        wordings=tuple(sorted(wordings.items())),
        usual=usual,
        terms=tuple((term, weights[term]) for term in sorted(strongest)),
    )


class _Counts(dict[str, int]):
    """How often each string was added."""

    def add(self, names: Iterable[str]) -> None:
        """One more of each."""
        for name in names:
            self[name] = self.get(name, 0) + 1

    def shares(self, part: Mapping[str, int]) -> dict[str, float]:
        """Name -> the share of `part` in it, doubted where it is small; those that imply something."""
        found = {
            name: (part.get(name, 0) + _DOUBT * _DOUBTED_SHARE) / (n + _DOUBT) for name, n in self.items()
        }
        return {name: share for name, share in found.items() if share >= LEAST_SHARE}


def _opening_terms(reading: Reading) -> list[str]:
    """The distinct terms of a text's opening, sorted."""
    return sorted(set(terms_of(reading.words[:_OPENING])))


def _pairs(found: Sequence[str]) -> list[str]:
    """The distinct pairs of terms that stand side by side, sorted; a plus keeps them apart from aliases."""
    return sorted({f"{first}+{second}" for first, second in pairwise(found)})


def _terms_of_hits(text: Reading, hits: Iterable[Hit]) -> set[str]:
    """The terms of a facet's own wording, which say nothing of texts without it."""
    words = [w for hit in hits for w in text.words[hit.at : hit.at + len(hit.name.split())]]
    return set(terms_of(words))
