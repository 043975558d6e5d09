"""What is kept of an article to compare later ones with it: sentences as term sets and facts, fingerprints, title terms.

An article goes in, a `Features` value comes out that turns into JSON and back, so that the window of earlier articles can
be rebuilt without reading and analysing texts again. Sentence texts are not in it, only where they stand in `document`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from math import log
from sys import (
    intern,
)  # one string for a term, whichever article it came from: found by identity, stored once
from typing import Any
from zlib import crc32

from monitor.model import Article, Fact
from monitor.stories.embedding import Embedding
from monitor.stories.facts import facts
from monitor.stories.told import keys_of, keys_of_figures
from monitor.text.sentences import spans
from monitor.text.shingles import fingerprints
from monitor.text.tokens import terms_of, words

MAX_SENTENCES = 60  # of one article, beside the title
_MAX_TOLD = 400  # sentences whose facts are remembered
_PLACES = tuple((number,) for number in range(MAX_SENTENCES + 1))
KINDS = ("money", "percent", "count", "date", "name", "law")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: where it stands in `document`, its distinct terms in order, its facts."""

    start: int
    end: int
    terms: tuple[str, ...]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Features:
    """One article as stories see it. `title_sentences` of the sentences belong to the title."""

    words: int  # of the running text, without the title
    title_terms: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    title_sentences: int
    fingerprints: tuple[int, ...]
    embedding: Embedding | None = None  # of headline and first sentence, where there was an encoder

    @cached_property
    def places(self) -> dict[str, tuple[int, ...]]:
        """Term -> numbers of the sentences it stands in, title included."""
        found: dict[str, tuple[int, ...]] = {}
        for sentence, here in zip(self.sentences, _places(len(self.sentences)), strict=True):
            for term in sentence.terms:
                found[term] = found[term] + here if term in found else here
        return found

    @cached_property
    def loudness(self) -> tuple[float, ...]:
        """1 + ln of the number of `places` of each term, in their order."""
        return tuple(1.0 if len(at) == 1 else 1 + log(len(at)) for at in self.places.values())

    @cached_property
    def name_terms(self) -> tuple[tuple[str, str], ...]:
        """Each name once, with the word that is weighed for it: its last one in small letters."""
        names = dict.fromkeys(f.value for s in self.sentences for f in s.facts if f.kind == "name")
        return tuple((name, intern(name.split()[-1].lower())) for name in names)

    @cached_property
    def title_names(self) -> frozenset[str]:
        """The last words of the names in the title."""
        head = self.sentences[: self.title_sentences]
        return frozenset(f.value.split()[-1] for s in head for f in s.facts if f.kind == "name")

    @cached_property
    def title_pairs(self) -> frozenset[tuple[str, str]]:
        """Neighbouring terms of the title."""
        return frozenset(pairwise(self.title_terms))

    @cached_property
    def title_figures(self) -> frozenset[str]:
        """Numbers in the title."""
        return frozenset(t for t in self.title_terms if t[0].isdigit())

    @cached_property
    def told(self) -> frozenset[tuple[str, str]]:
        """All facts, as kind and value; of names also each word by itself."""
        found = {(f.kind, f.value) for s in self.sentences for f in s.facts}
        return frozenset(
            found | {("name", word) for kind, value in found if kind == "name" for word in value.split()}
        )

    @cached_property
    def told_keys(self) -> frozenset[int]:
        """The numbers all its facts are remembered under, and every two figures that stand close together."""
        figures = (keys_of_figures(sentence.terms, apart=2) for sentence in self.sentences)
        return keys_of(fact for sentence in self.sentences for fact in sentence.facts).union(*figures)

    def body(self) -> tuple[Sentence, ...]:
        """The sentences that can be quoted: those of the running text, or the title's when there is none."""
        return self.sentences[self.title_sentences :] or self.sentences

    def with_embedding(self, embedding: Embedding | None) -> Features:
        """The same features with this vector."""
        return replace(self, embedding=embedding)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`, short keys: one row per relevant article is kept for weeks."""
        said = {} if self.embedding is None else {"e": self.embedding.to_json()}
        return said | {
            "w": self.words,
            "t": " ".join(self.title_terms),
            "n": self.title_sentences,
            "f": list(self.fingerprints),
            "s": [
                [
                    s.start,
                    s.end,
                    " ".join(s.terms),
                    [[KINDS.index(f.kind), f.value, f.text] for f in s.facts],
                ]
                for s in self.sentences
            ],
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Features:
        """The value that `to_json` described."""
        return cls(
            words=data["w"],
            title_terms=tuple(map(intern, data["t"].split())),
            title_sentences=data["n"],
            fingerprints=tuple(data["f"]),
            embedding=Embedding.of_json(data["e"]) if "e" in data else None,
            sentences=tuple(
                Sentence(start, end, tuple(map(intern, terms.split())), tuple(_facts_of(rows)))
                for start, end, terms, rows in data["s"]
            ),
        )


def document(article: Article) -> str:
    """The text that sentence positions refer to: title, line break, text or else the feed's summary."""
    return f"{article.title}\n{article.text or article.summary}"


def describe(article: Article) -> Features:
    """The features of `article`. An empty one has no sentences."""
    return describe_text(article.title, article.text or article.summary, article.published.date())


def opening(article: Article, features: Features) -> str:
    """The headline and the first sentence of the text, as an encoder is given them."""
    said = features.sentences[: features.title_sentences + 1]
    return "\n".join(document(article)[sentence.start : sentence.end] for sentence in said)


def to_keep(article: Article, features: Features) -> str:
    """The features of `article` as JSON, with a sum of what they were made of."""
    return json.dumps(features.to_json() | {"c": _sum(article)})


def described(article: Article, kept: str | None) -> Features:
    """The features kept of `article`; made anew where there are none, or where it has been revised since."""
    stored = json.loads(kept or "{}")
    return Features.of_json(stored) if stored.get("c") == _sum(article) else describe(article)


def _sum(article: Article) -> int:
    """A number that another title, text or day would hardly have."""
    return crc32(f"{article.published.date()}\n{document(article)}".encode("utf-8", "surrogatepass"))


def keys_beyond(article: Article, features: Features) -> frozenset[int]:
    """The numbers of facts in the sentences of a long text that its features do not describe: speeches, white papers."""
    if len(features.sentences) < MAX_SENTENCES:
        return frozenset()
    text = article.text or article.summary
    return keys_of(
        fact
        for start, end in spans(text)[MAX_SENTENCES:_MAX_TOLD]
        for fact in facts(text[start:end], article.published.date())
    )


def describe_text(title: str, text: str, on: date) -> Features:
    """The features of a title and a text; `on` completes dates without a year."""
    whole, shift = f"{title}\n{text}", len(title) + 1
    head = [(0, len(title))] if title.strip() else []
    places = head + [(start + shift, end + shift) for start, end in spans(text)[:MAX_SENTENCES]]
    said = [words(whole[start:end]) for start, end in places]
    body = _body(text, said[len(head) :], places[-1][1] - shift if len(places) > len(head) else 0)
    return Features(
        words=len(body),
        title_terms=tuple(terms_of(words(title))),
        sentences=tuple(
            Sentence(start, end, tuple(dict.fromkeys(terms_of(found))), facts(whole[start:end], on))
            for (start, end), found in zip(places, said, strict=True)
        ),
        title_sentences=len(head),
        fingerprints=fingerprints(body or words(title)),
    )


@lru_cache(maxsize=2 * MAX_SENTENCES)
def _places(count: int) -> tuple[tuple[int], ...]:
    """(0,), (1,) .. for so many sentences: the same values for all articles, or places would need more room than terms."""
    return _PLACES[:count] if count <= len(_PLACES) else tuple((number,) for number in range(count))


def _body(text: str, said: Iterable[list[str]], end: int) -> list[str]:
    """The words of a text of which those up to `end` are known, sentence by sentence."""
    if "U. S" in text or "S. A" in text:
        return words(text)  # one word that may lie on both sides of a sentence's end
    return [*chain.from_iterable(said), *words(text[end:])]


def _facts_of(rows: list[list[Any]]) -> Iterator[Fact]:
    """Facts from their JSON rows."""
    return (Fact(kind=KINDS[kind], value=value, text=text) for kind, value, text in rows)
