"""The piece of a text that shows why a search found it, with the places of what was sought. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.text.lookup import placed
from monitor.text.query import Term

SHOWN_CHARS = 200  # about what a line and a half of a table hold
_BEFORE = 60  # characters in front of the first word that was sought
_SEEK_SPACE = 25  # how far a cut may move to fall between two words

Places = tuple[tuple[int, int], ...]  # first character, one after the last; in order, apart


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text in one line and where in it the sought words stand."""

    text: str
    marks: Places = ()

    def marked(self, before: str, after: str) -> str:
        """The text with `before` and `after` around every mark."""
        pieces, at = [], 0
        for start, end in self.marks:
            pieces += [self.text[at:start], before, self.text[start:end], after]
            at = end
        return "".join([*pieces, self.text[at:]])


def marks(text: str, terms: Sequence[Term]) -> Places:
    """Where in `text` the terms stand that must stand in it; overlapping places are one."""
    return _joined(place for _, place in _found(text, terms))


def snippet(texts: Sequence[str], terms: Sequence[Term], *, chars: int = SHOWN_CHARS) -> Snippet:
    """Return the piece of at most `chars` characters (and two ellipses) in which the most terms stand.

    The first of the texts, and of its places, that has as many as any. Where none stands, the beginning of the first text that is not empty.
    """
    best, most, around = "", 0, (0, 0)
    for raw in texts:
        text = " ".join(raw.split())
        found = _found(text, terms)
        for number, (_, (start, _)) in enumerate(found):
            near = {term for term, (_, end) in found[number:] if end - start <= chars - _BEFORE}
            if len(near) > most:
                best, most, around = text, len(near), (start, chars)
        best = best or text
    return _cut(best, around[0], chars, terms)


def _cut(text: str, at: int, chars: int, terms: Sequence[Term]) -> Snippet:
    start = max(0, min(at - _BEFORE, len(text) - chars))
    if start:
        space = text.find(" ", start, min(at, start + _SEEK_SPACE))
        start = start if space < 0 else space + 1
    end = min(len(text), start + chars)
    if end < len(text):
        space = text.rfind(" ", max(at, end - _SEEK_SPACE), end)
        end = end if space < 0 else space
    shift = start - (1 if start else 0)  # an ellipsis stands in front
    inside = [
        (first - shift, last - shift) for first, last in marks(text, terms) if start <= first and last <= end
    ]
    shown = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return Snippet(shown, tuple(inside))


def _found(text: str, terms: Sequence[Term]) -> list[tuple[Term, tuple[int, int]]]:
    """Each place where a term stands, in order."""
    words = list(placed(text))
    at: dict[str, list[int]] = {}
    for number, (word, _, _) in enumerate(words):
        at.setdefault(word, []).append(number)
    found = []
    for term in terms:
        if term.is_barred:
            continue
        for first in _starts(term, at):
            if _stands(term, words[first : first + len(term.words)]):
                end = words[first + len(term.words) - 1][2]
                found.append((term, (words[first][1], end)))
    return sorted(found, key=lambda each: each[1])


def _starts(term: Term, at: dict[str, list[int]]) -> list[int]:
    first = term.words[0]
    if len(term.words) > 1 or not term.is_begun:
        return at.get(first, [])
    numbers = []
    for word, places in at.items():
        if word.startswith(first):
            numbers += places
    return numbers


def _stands(term: Term, words: Sequence[tuple[str, int, int]]) -> bool:
    there = tuple(word for word, _, _ in words)
    if not term.is_begun:
        return there == term.words
    is_whole = len(there) == len(term.words) and there[:-1] == term.words[:-1]
    return is_whole and there[-1].startswith(term.words[-1])


def _joined(places: Iterable[tuple[int, int]]) -> Places:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
