"""Paragraphs of texts whose lines were broken at a fixed width, as mail programs and old files break them.

In: a text. Out: its paragraphs, each on one line. Breaks between paragraphs stay; no word is changed.
"""

from __future__ import annotations

import re

from monitor.text.normalise import clean

WRAPPED_CHARS = 120  # no wrapped line is longer
SENTENCE_END = re.compile(r"[.!?。！？…:;：；][\"'”’)\]」』]*$")

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")


def unwrapped(text: str) -> list[str]:
    """Return the paragraphs of a text whose lines may have been broken at a fixed width."""
    blocks = [block.split("\n") for block in _BLANK_LINES.split(text.strip("\n"))]
    parts = _parts(blocks[0]) if len(blocks) == 1 else [part for block in blocks for part in _joined(block)]
    lines: list[str] = []
    for line in filter(None, map(clean, parts)):
        if lines and line[0] in ";,":  # a sentence torn in two
            lines[-1] += line
        else:
            lines.append(line)
    return lines


def _joined(block: list[str]) -> list[str]:
    """The lines between two blank ones as one paragraph, unless a line is too long for lines to have been wrapped."""
    lines = [line.strip() for line in block if line.strip()]
    return lines if max(map(len, lines), default=0) > WRAPPED_CHARS else [" ".join(lines)]


def _parts(lines: list[str]) -> list[str]:
    """The paragraphs of a text without blank lines: its lines, or wrapped lines up to a short one that ends a sentence."""
    if not _is_wrapped(lines):
        return lines
    from statistics import median  # noqa: PLC0415 -- brings fractions and decimals, and polling does not need it

    width = median(map(len, lines))
    parts: list[list[str]] = [[]]
    for line in map(str.strip, lines):
        parts[-1].append(line)
        if SENTENCE_END.search(line) and len(line) < 0.7 * width:
            parts.append([])
    return [" ".join(part) for part in parts]


def _is_wrapped(lines: list[str]) -> bool:
    """True when most lines end in the middle of a sentence."""
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) < 4 or max(map(len, lines)) > WRAPPED_CHARS:
        return False
    return sum(not SENTENCE_END.search(line) for line in lines[:-1]) > len(lines) / 2
