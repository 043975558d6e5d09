"""The one gate for outside strings on their way into a rendering: an issue in, the same issue cleaned out.

Every string of the value is cleaned, whatever its field, so a field added later cannot be forgotten; addresses go
through `links.safe` instead. Sentences are never cut: one that is too long to be a sentence is left out.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from monitor.digests import links
from monitor.model import Candidate, Coverage, Development, Digest, Quote
from monitor.text.normalise import clean

HEADLINE_MAX = 180  # characters; agency headlines stay under 120
LABEL_MAX = 80  # outlet, theme, place, fact
SENTENCE_MAX = 700  # characters; a longer "sentence" is a table or a list that lost its line ends
NOTE_MAX = 300  # our own remarks: why, notices, details
EDITOR_MAX = 280  # the editor's line: two or three sentences, four lines of a phone

_ADDRESSES = frozenset({"url", "base_url", "online_url", "answer_url"})
_LIMITS = {
    "headline": HEADLINE_MAX,
    "before": HEADLINE_MAX,
    "title": HEADLINE_MAX,
    "outlet": LABEL_MAX,
    "theme": LABEL_MAX,
    "name": LABEL_MAX,
    "what": LABEL_MAX,
    "old": LABEL_MAX,
    "new": LABEL_MAX,
    "country": LABEL_MAX,
    "detail": NOTE_MAX,
    "why": NOTE_MAX,
    "notices": NOTE_MAX,
    "so_far": HEADLINE_MAX,
    "lines": NOTE_MAX,
    "editor": EDITOR_MAX,
}

_Value = TypeVar("_Value")


def tidy(digest: Digest) -> Digest:
    """`digest` with every text on one clean line and every address safe or ""."""
    return _tidied(digest)


def bare(text: str) -> str:
    """The letters and digits of `text`, to tell whether two sentences say the same."""
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _tidied(value: _Value) -> _Value:
    changes = {field.name: _field(field.name, getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]  # a dataclass, by its callers
    if isinstance(value, Candidate):
        changes |= {"quotes": _sentences(value.quotes), "whats_new": _sentences(value.whats_new)}
    if isinstance(value, Development):
        changes |= {"whats_new": _sentences(value.whats_new)}
    if isinstance(value, Coverage):
        changes |= {"near_misses": tuple(map(_near_miss, value.near_misses))}
    return replace(value, **changes)  # type: ignore[type-var]  # the same


def _field(name: str, value: object) -> object:
    if isinstance(value, str):
        return links.safe(value) if name in _ADDRESSES else clean(value, limit=_LIMITS.get(name, 0))
    if isinstance(value, tuple):
        return tuple(_field(name, item) for item in value)
    return _tidied(value) if is_dataclass(value) and not isinstance(value, type) else value


def _near_miss(found: tuple[str, str, float]) -> tuple[str, str, float]:
    title, url, relevance = found
    return clean(title, limit=HEADLINE_MAX), links.safe(url), relevance


def _sentences(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
    return tuple(quote for quote in map(_tidied, quotes) if 0 < len(quote.text) <= SENTENCE_MAX)
