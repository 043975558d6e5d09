"""An article as relevance sees it: its words in order and its term counts. Strings in, one value out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.text.tokens import terms_of, words
from monitor.text.vectors import counts

MAX_WORDS = 1500  # what follows says nothing new about the topic and costs time


@dataclass(frozen=True, slots=True)
class Reading:
    """`words`: title, then body. `title_words`: how many are title. `terms`: stem -> count."""

    words: tuple[str, ...]
    title_words: int
    terms: Mapping[str, int]


def read(title: str, body: str = "") -> Reading:
    """The reading of an article; a title alone is enough, both empty is allowed."""
    head = words(title)
    found = tuple(head + words(body))[:MAX_WORDS]
    return Reading(words=found, title_words=min(len(head), MAX_WORDS), terms=counts(terms_of(found)))
