"""The words a search knows a text by: small letters, no accents, no stems. Text comes in, words or one line of them go out.

A word is a run of letters and digits, folded: compatibility forms, case, and accents make no difference (Unicode 15, NFKC and full
case folding). Initials are one word: "U.S." is "us". Chinese and Japanese put no spaces between words, so that a run of theirs is kept as
its overlapping pairs and its last character alone: "贸易战" is "贸易", "易战", "战". Whoever looks for "易战" finds that pair, and who
looks for one character finds what begins with it.

Which words a text has is part of what the database holds: after any change here a migration must fill the index anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

# Chinese characters with their extensions and marks, kana, and kana of half width.
_RUN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_WORD = re.compile(
    rf"[{_RUN}]+"
    rf"|(?<![^\W_])(?:[^\W\d_{_RUN}]\.)+[^\W\d_{_RUN}](?![^\W_])"  # initials
    rf"|[^\W_{_RUN}]+"
)
_INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])")
_ASCII = re.compile("[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
# What stands between words in most texts that are not all ASCII: dashes, quotation marks, and a space that joins.
_MARKS = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\xa0\xab\xbb"
_MARK = re.compile(f"[{_MARKS}]")
WORD_CHARS = 64  # longer words are known by their beginning: an index holds no longer ones
# Of one article: PostgreSQL's entry holds 1 MiB, words with two to five bytes for each place.
MOST_WORDS = 50_000
MOST_BYTES = 500_000
GAP = "¶"  # stands between title, summary and text, so that no phrase goes from one into another; no word holds it


def is_run(word: str) -> bool:
    """Whether a word is written without spaces around it: Chinese, Japanese."""
    return re.match(f"[{_RUN}]", word) is not None


def folded(word: str) -> str:
    """A word as it is compared: without case, accents and forms of compatibility; "" when no letter or digit is left."""
    if word.isascii():
        return word.lower().replace(".", "")[:WORD_CHARS]
    plain = unicodedata.normalize("NFKC", word).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", plain))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", bare)))


def runs(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word as it is compared with its place in `text` (first character, one after the last). Runs stay whole."""
    for found in _WORD.finditer(text):
        word = folded(found[0])
        if word:
            yield word if is_run(word) else word[:WORD_CHARS], found.start(), found.end()


def pairs(run: str, *, is_open: bool = False) -> list[str]:
    """The overlapping pairs of a run, and its last character alone unless the run may go on (`is_open`)."""
    return [run[at : at + 2] for at in range(len(run) - (1 if is_open else 0))]


def placed(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield every word an index knows with its place in `text`, in order."""
    for word, start, end in runs(text):
        if not is_run(word):
            yield word, start, end
        elif len(word) == end - start:
            for at, pair in enumerate(pairs(word)):
                yield pair, start + at, start + at + len(pair)
        else:  # folding made it longer or shorter
            for pair in pairs(word):
                yield pair, start, end


def known_by(text: str) -> list[str]:
    """Every word an index knows a text by, in order: the words of `placed`, for nearly all texts ten times as fast."""
    if not text.isascii():
        text = _MARK.sub(" ", text)
    if not text.isascii():
        return list(chain.from_iterable(map(_known, _WORD.findall(text))))
    plain = text.lower()
    if "." in plain:
        plain = _INITIALS.sub(lambda found: found[0].replace(".", ""), plain)
    words = _ASCII.findall(plain)
    return words if len(max(words, key=len, default="")) <= WORD_CHARS else [w[:WORD_CHARS] for w in words]


@lru_cache(1 << 16)
def _known(word: str) -> tuple[str, ...]:
    return tuple(found for found, _, _ in placed(word))


def entry(title: str, summary: str, text: str) -> str:
    """What an index holds of an article: its words in one line, `GAP` between its parts; "" when it has none.

    A summary that the text repeats word by word is left out. At most MOST_WORDS words and MOST_BYTES bytes are kept.
    """
    body = " ".join(known_by(text))
    said = " ".join(known_by(summary))
    parts = [" ".join(known_by(title)), "" if f" {said} " in f" {body} " else said, body]
    line = f" {GAP} ".join(filter(None, parts))
    if len(line) * 4 <= MOST_BYTES and len(line) <= 2 * MOST_WORDS:  # no use in counting
        return line
    return _cut(line)


def _cut(line: str) -> str:
    kept = line.split(" ", MOST_WORDS)[:MOST_WORDS]
    size = 0
    for number, word in enumerate(kept):
        size += len(word.encode()) + 1
        if size > MOST_BYTES:
            return " ".join(kept[:number])
    return " ".join(kept)
