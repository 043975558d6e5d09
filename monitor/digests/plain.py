"""Plain-text layout: filters for the text and Markdown templates. Text in, lines of at most 78 columns out.

Wide characters (Chinese, Japanese, Korean, emoji) take two columns and may be parted anywhere; addresses are never cut.
Standards: RFC 3676 section 4.2 (78 columns), UAX #11 (width).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

COLUMNS = 78
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")
_LINE_START = re.compile(r"^(\d+)([.)])|^([-+=])")


def wrap(text: str, indent: str = "", first: str | None = None) -> str:
    """`text` in lines of at most 78 columns: the first begins with `first` (else `indent`), the others with `indent`."""
    lines: list[str] = []
    line = indent if first is None else first
    start = line
    for piece in _pieces(text, COLUMNS - max(width(indent), width(line))):
        if line != start and width(line) + width(piece.rstrip()) > COLUMNS:
            lines.append(line.rstrip())
            line = start = indent
        line += piece
    return "\n".join([*lines, line.rstrip()])


def width(text: str) -> int:
    """Columns that `text` takes on a terminal: wide characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def unbroken(text: str) -> str:
    """`text` with its last two words on one line: "18 Nov" and "No. 34" are not parted."""
    return "\u00a0".join(text.rsplit(" ", 1))


def underline(text: str, mark: str = "-") -> str:
    """A line of `mark` as wide as `text`."""
    return mark * min(COLUMNS, width(text))


def markdown(text: str) -> str:
    """`text` so that Markdown shows it as it is, wherever on a line it stands (CommonMark 0.31, 2.4)."""
    escaped = _MARKDOWN.sub(r"\\\1", text.replace("&", "&amp;"))
    return _LINE_START.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", escaped)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _pieces(text: str, room: int) -> Iterator[str]:
    """Words with the space after them; wide characters alone; words wider than a line in parts, but never an address."""
    for word in re.findall(r"\S+\s*", text):
        for piece in _unglued(word):
            if width(piece.rstrip()) <= room or piece.startswith(("http://", "https://")):
                yield piece
            else:
                yield from _parted(piece, room)


def _unglued(word: str) -> list[str]:
    """A word parted after each wide character, so that closing punctuation stays with the character before it."""
    if word.isascii():
        return [word]
    pieces: list[str] = []
    for char in word:
        glue = not pieces or char.isspace() or unicodedata.category(char) in {"Po", "Pe", "Pf", "Mn"}
        is_break = not glue and (_columns(char) == 2 or _columns(pieces[-1][-1]) == 2)
        if is_break or not pieces:
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


def _parted(word: str, room: int) -> Iterator[str]:
    part = ""
    for char in word:
        if part and width(part) + _columns(char) > room:
            yield part
            part = ""
        part += char
    yield part
