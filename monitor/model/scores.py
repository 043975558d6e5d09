"""Topics and scores: what a topic is about, and all that is known of an article under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One baseline article, cleaned."""

    name: str  # file name
    title: str
    text: str
    published: datetime | None = None
    outlet: str = ""
    url: str = ""
    language: str = "en"
    is_known: bool = True  # what it says is no news; False: it only teaches what the topic is


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One side of a topic: its aliases, compiled into one term list. All facets must be touched for a full score."""

    name: str
    aliases: tuple[str, ...]
    weight: float = 1.0
    beside: tuple[str, ...] = ()  # wording that tells of something else in this side's place


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicProfile:
    """What a topic is about: learnt from seeds and the topic file. JSON-able through store and `profile show`."""

    topic: str
    title: str
    sentence: str
    facets: tuple[Facet, ...]
    facets_learnt: bool = False  # True: the topic file brought no facets; these are the places all seeds name
    theme: tuple[tuple[str, float], ...] = ()  # stem, weight
    centroid: tuple[tuple[str, float], ...] = ()  # stem, weight; L2 norm 1
    themes: tuple[Facet, ...] = ()  # named sub-themes for labels in the digest
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()  # outlets or host names
    seeds: tuple[Seed, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """Is it about my topic? `value` is a calibrated 0..1; `features` with the background give it back exactly."""

    value: float
    is_relevant: bool
    features: tuple[tuple[str, float], ...] = ()
    matched: tuple[tuple[str, int], ...] = ()  # term, hits
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The earlier item closest to an article: a seed, an earlier article, or something already sent."""

    kind: str  # seed | article | issue | alert | known: a reader knew it
    title: str
    published: datetime | None = None
    overlap: float = 0.0  # share of the article's information it already held
    article_id: int | None = None
    issue: int | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One normalised fact in a sentence."""

    kind: str  # money | percent | count | date | name | law
    value: str  # normalised: "145 %", "100000000000 USD", "2025-05-12", "Scott Bessent"
    text: str  # as written
    sentence: str = ""  # of a date that an issue names: the sentence it stands in, verbatim
    url: str = ""  # ... and the article that says it; "": the story's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The same quantity with another value than before."""

    what: str  # the noun it is a quantity of, as written; "": none stands near
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """Does it tell something the corpus and the issues sent do not? With its receipt."""

    value: float
    is_new: bool
    sentences: tuple[tuple[str, float], ...] = ()  # newest first: verbatim sentence, novelty 0..1
    facts: tuple[Fact, ...] = ()  # new ones only
    changes: tuple[Change, ...] = ()
    nearest: Nearest | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All that is known of one article under one topic."""

    article_id: int
    topic: str
    relevance: Relevance
    novelty: Novelty | None = None  # None for irrelevant articles
    duplicate_of: int | None = None  # article id whose text this one repeats
    story_id: int | None = None
    why: str = ""  # one sentence a reader understands
