"""What the sides of a new topic could be, in words that people write: seeds go in, proposals come out; nothing is chosen here.

Three kinds of side are looked for: each place that most seeds name, what the seeds are about (words and pairs of words that most
of them hold and few of the feeds' texts do), and who acts in it (names that several of them hold). A word is given as it
stands in the texts, never as a stem. `companions` gives words of the stream that go with the topic and that no seed holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from monitor.text.aliases import lexicon
from monitor.text.chinese.characters import is_han
from monitor.text.places import PLACES
from monitor.text.tokens import term, terms, terms_of
from monitor.topics.reading import Reading

_MOST_SEEDS, _SOME_SEEDS = 0.6, 0.4  # share of the seeds that hold a word of the subject, or a name
_SUBJECT_WORDS, _NAMES, _FORMS = 10, 12, 3  # at most: of the subject, of names, and spellings of one word
_RARE = (
    1.8  # logarithm of how many times more often seeds say a word than feeds do, for as many words: six times
)
_GRANTED = 1e-5  # of all words: what the feeds are taken to say of a word that they have not
_CAPITAL_SHARE = 0.8  # of a word's places, that are capitals in a name
_LEAST_TEXTS = 3  # on topic, that hold a companion
_COMPANIONS = 12
_CALENDAR = frozenset(
    terms(
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
        "september october november december jan feb mar apr jun jul aug sep sept oct nov dec"
    )
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One side as it could stand in a topic file, and the share 0..1 of the seeds that hold one of its words."""

    name: str
    aliases: tuple[str, ...]
    of_seeds: float


def propose(seeds: Sequence[Reading], texts: Sequence[Reading]) -> tuple[Proposal, ...]:
    """Sides for a topic with these seeds, where `texts` are what the feeds carry: places, then the subject, then names."""
    if not seeds:
        return ()
    sides = {name: aliases for name, aliases in PLACES.items() if _share(aliases, seeds) >= _MOST_SEEDS}
    taken = {word.lower() for aliases in sides.values() for alias in aliases for word in alias.split()}
    weighed = _lifts(seeds, texts)
    forms = _forms(seeds)
    names = [stem for stem in weighed if _is_name(forms[stem])]
    subject = _ranked(weighed, seeds, _MOST_SEEDS, but=names)[:_SUBJECT_WORDS]
    actors = [s for s in _ranked(weighed, seeds, _SOME_SEEDS, of=names) if s not in subject][:_NAMES]
    for name, stems in (("Subject", subject), ("Names", actors)):
        spelt = tuple(word for stem in stems for word in _spellings(forms[stem]) if word.lower() not in taken)
        if spelt:
            sides[name] = (*(_pairs_of(seeds, spelt, weighed) if name == "Subject" else ()), *spelt)
    return tuple(Proposal(name, aliases, _share(aliases, seeds)) for name, aliases in sides.items())


def companions(
    seeds: Sequence[Reading], on_topic: Sequence[Reading], texts: Sequence[Reading]
) -> tuple[str, ...]:
    """Words that texts on topic hold much more often than the feeds' texts do, and that no seed holds; at most twelve."""
    known = {stem for seed in seeds for stem in seed.terms}
    held = Counter(stem for text in on_topic for stem in text.terms)
    lifts = {
        stem: held[stem] * lift
        for stem, lift in _lifts(on_topic, texts).items()
        if stem not in known and held[stem] >= _LEAST_TEXTS and lift >= _RARE
    }
    chosen = sorted(lifts, key=lambda stem: (-lifts[stem], stem))[:_COMPANIONS]
    forms = _forms(on_topic)
    return tuple(_spellings(forms[stem])[0] for stem in chosen)


def _share(aliases: tuple[str, ...], readings: Sequence[Reading]) -> float:
    found = lexicon(aliases)
    return sum(bool(found.find(reading.words)) for reading in readings) / len(readings)


def _share_of_stem(stem: str, readings: Sequence[Reading]) -> float:
    return sum(stem in reading.terms for reading in readings) / len(readings)


def _lifts(readings: Sequence[Reading], texts: Sequence[Reading]) -> dict[str, float]:
    """Stem -> logarithm of how many times more often `readings` say it than `texts` do, word for word.

    By words and not by texts: a page says more of everything than a headline does.
    """
    said, usual = (Counter[str](), Counter[str]())
    for counted, every in ((said, readings), (usual, texts)):
        for reading in every:
            counted.update(reading.terms)
    size = max(1, sum(len(reading.words) for reading in readings))
    usual_size = max(1, sum(len(text.words) for text in texts))
    return {
        stem: log(n / size / (usual[stem] / usual_size + _GRANTED))
        for stem, n in said.items()
        if stem.isalpha() and stem not in _CALENDAR
    }


def _ranked(
    weighed: Mapping[str, float],
    seeds: Sequence[Reading],
    least: float,
    *,
    of: Iterable[str] | None = None,
    but: Iterable[str] = (),
) -> list[str]:
    """The stems that enough seeds hold and few feeds' texts do, most telling first."""
    asked = set(weighed if of is None else of).difference(but)
    shares = {stem: _share_of_stem(stem, seeds) for stem in asked}
    kept = [stem for stem in asked if shares[stem] >= least and weighed[stem] >= _RARE]
    return sorted(kept, key=lambda stem: (-shares[stem] * weighed[stem], stem))


def _forms(readings: Iterable[Reading]) -> dict[str, Counter[str]]:
    """Stem -> how it is written in texts, titles left out where a body follows: there all words may be capitals."""
    forms: dict[str, Counter[str]] = {}
    for reading in readings:
        body = reading.words[reading.title_words :] or reading.words
        for word in (*reading.words, *body):  # the body twice: a word of a title alone is still a word
            if is_han(word):  # two characters are a word of their own
                for stem in terms_of((word,)):
                    forms.setdefault(stem, Counter())[stem] += 1
            elif stem := term(word):
                forms.setdefault(stem, Counter())[word] += 1
    return forms


def _is_name(forms: Mapping[str, int]) -> bool:
    capitals = sum(n for word, n in forms.items() if word[0].isupper())
    return capitals >= _CAPITAL_SHARE * sum(forms.values())


def _spellings(forms: Counter[str]) -> tuple[str, ...]:
    """The usual spellings of one word, most frequent first; small letters unless it is a name or an abbreviation."""
    is_name = _is_name(forms)
    merged = Counter[str]()
    for word, n in forms.items():
        merged[word if is_name and (word.isupper() or word[0].isupper()) else word.lower()] += n
    usual = [word for word, n in merged.most_common(_FORMS) if n > 1 or len(merged) == 1]
    distinct: dict[str, str] = {}
    for word in usual or [merged.most_common(1)[0][0]]:
        distinct.setdefault(word.lower(), word)
    return tuple(distinct.values())


def _pairs_of(
    seeds: Sequence[Reading], spelt: Iterable[str], weighed: Mapping[str, float]
) -> tuple[str, ...]:
    """Pairs of words side by side in most seeds, one of them among `spelt` and none of them common: "money supply"."""
    known = {word.lower() for word in spelt}
    held = Counter[str]()
    for seed in seeds:
        pairs = pairwise(word.lower() for word in seed.words)
        held.update(
            {
                f"{first} {second}"
                for first, second in pairs
                if not known.isdisjoint((first, second))
                and min(weighed.get(term(first), 0.0), weighed.get(term(second), 0.0)) >= _RARE / 2
            }
        )
    return tuple(pair for pair, n in sorted(held.items()) if n >= _MOST_SEEDS * len(seeds))
