"""Sentences as they stand. Text comes in, spans or slices of that very text go out; nothing is rewritten.

Every returned sentence is an exact substring of the text, so that a digest can quote it and a test can find it again.
A line break ends a sentence (articles hold one paragraph a line). Rules, not a model: a full stop ends a sentence when
white space and a capital, digit or opening quote follow and the word before it is not an abbreviation or an initial.
"""

from __future__ import annotations

import re
from itertools import pairwise

from monitor.text.chinese.characters import is_han
from monitor.text.english.lists import ABBREVIATIONS, MAY_END, STARTERS

# One class of letters comes first, so that the search leaps from mark to mark.
_END = re.compile(r"[.!?…。！？](?:(?<=[.!?…])[.!?…]*[\"'”’)\]»]*(?=\s)|(?<=[。！？])[”’」』）\"']*)")
_OPENING = "\"'“‘([«—– "
QUOTE_WORDS, QUOTE_MAX = 6, 420  # words at least, characters at most, of a sentence that is quoted
_MARKS = ".!?…。！？"
_CLOSING = "”\"’')]」』）» "
_AHEAD = 60  # characters behind a mark that are looked at
_BROKEN_WORDS = 12  # a line this long without a mark at its end is no heading
_NEXT_WORD = re.compile(r"[\"'“‘(\[«]*([^\W_]+)")


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of `text`, in order, white space outside. Empty for blank text."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        found.extend(_in_line(text, start, start + len(line)))
        start += len(line)
    return found


def sentences(text: str) -> list[str]:
    """The sentences of `text`, each a verbatim slice of it."""
    return [text[start:end] for start, end in spans(text)]


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether the span of a sentence in `text` is a whole one that can be quoted: neither a scrap nor a paragraph nor a half.

    It ends with a mark, starts like a sentence, closes the quotation marks it opens, and does not go on from the line
    above: pages break paragraphs anywhere, and both halves of a sentence that runs over a line's end are useless.
    """
    said = text[start:end]
    if end - start > QUOTE_MAX or (
        len(said.split()) < QUOTE_WORDS and not is_han(said.lstrip(_OPENING)[:1] or " ")
    ):
        return False
    first = said.lstrip(_OPENING)[:1]
    if not first or first.islower() or said.rstrip(_CLOSING)[-1:] not in _MARKS:
        return False
    return said.count("“") == said.count("”") and said.count('"') % 2 == 0 and not _goes_on(text[:start])


def _goes_on(before: str) -> bool:
    """Whether what stands before a sentence is a line broken off, rather than a heading or nothing."""
    if not before.endswith(("\n", "\n ", "\n\n")):
        return False
    above = before.rstrip().rpartition("\n")[2]
    return len(above.split()) >= _BROKEN_WORDS and above.rstrip(_CLOSING)[-1:] not in _MARKS + ":"


def _in_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans within one line."""
    cuts = [m.end() for m in _END.finditer(text, start, end) if _is_boundary(text, start, m, end)]
    edges = [start, *cuts, end]
    trimmed = (_trim(text, a, b) for a, b in pairwise(edges))
    return [(a, b) for a, b in trimmed if a < b]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    piece = text[start:end]
    kept = piece.lstrip()
    start = end - len(kept)
    return start, start + len(kept.rstrip())


def _is_boundary(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Whether a sentence ends at `match`."""
    mark = match.group()
    if mark[0] in "。！？":
        return True
    rest = text[match.end() : min(end, match.end() + _AHEAD)].lstrip()
    opening = rest.lstrip(_OPENING)
    if not opening or not (opening[0].isupper() or opening[0].isdigit() or not opening[0].isascii()):
        return False  # at the line's end that is the boundary
    return mark[0] != "." or mark.startswith("..") or _word_may_end(text[start : match.start()], rest)


def _word_may_end(before: str, rest: str) -> bool:
    """Whether the word before a full stop can end a sentence that goes on with `rest`."""
    last = "" if before[-1:].isspace() else before.rpartition(" ")[2]
    word = (last.split() or [""])[-1].lstrip(_OPENING).rstrip("\"'”’)")
    key = word.lower()
    if key in MAY_END:
        following = _NEXT_WORD.match(rest)
        return following is not None and following.group(1) in STARTERS
    final = word.rpartition("-")[2]  # "anti-U. S."
    is_initial = len(final) == 1 and final.isupper()
    is_split_decimal = word[-1:].isdigit() and rest[0].isdigit()  # "0. 2 percent", as some archives write it
    return not (is_initial or is_split_decimal) and key not in ABBREVIATIONS
