"""Damage to one entry of a feed document, and what must not be touched by it: the entries beside it."""

from __future__ import annotations

import random
import re
from functools import lru_cache

from monitor.feeds import parse
from monitor.model import FeedDocument

_ITEM = re.compile(rb"<(item|entry)(?=[\s>])[^<>]*>.*?</\1\s*>", re.DOTALL)
FOREIGN_SHARE = 0.2
_TEXT = re.compile(rb">([^<>]{2,})<")
# What damage inside one entry's text may be without ending the entry or the document.
_PIECES = (
    b"\x00", b"\x0b", b"\x1b[31m", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\xff", b"\xfe\xff", b"&", b"&bogus;", b"&#0;", b"&#xd800;", b"&#99999999;",
    b"&amp;amp;", b"]]>", b" < ", b">", b'"', b"'", b"A" * 3000, b"\n" * 50,
)  # fmt: skip
_FOREIGN = (
    "é".encode("latin-1"),
    "出口".encode("gb18030"),
    "отчёт".encode("cp1251"),
)  # at most one a document


@lru_cache(maxsize=64)
def entries(body):
    """The entries of a document, () for none."""
    found = parse(body, url="https://feed.example/f")
    return found.entries if isinstance(found, FeedDocument) else ()


def spans(body):
    """Where the entries of an XML document stand."""
    return [found.span() for found in _ITEM.finditer(body)]


def damaged(number, body, places):
    """The document with this number: pieces put into the texts of one entry, or a byte flipped there; and which entry that was."""
    dice = random.Random(number)  # noqa: S311 -- for repeatable damage
    which = dice.randrange(len(places))
    start, end = places[which]
    item = body[start:end]
    for turn in range(dice.choice((1, 1, 2, 5))):
        texts = [found.span(1) for found in _TEXT.finditer(item)]
        if not texts:
            break
        low, high = dice.choice(texts)
        at = dice.randrange(low, high)
        piece = dice.choice(_FOREIGN if turn == 0 and dice.random() < FOREIGN_SHARE else _PIECES)
        item = item[:at] + piece + item[at + dice.choice((0, 0, 1)) :]
    return body[:start] + item + body[end:], which


def few(body, most=8):
    """An XML document cut down to its first entries; None for one whose entries are not read one by one as they stand."""
    places = spans(body)
    if len(places) > most:
        body = body[: places[most - 1][1]] + body[places[-1][1] :]
        places = places[:most]
    read = entries(body)
    return body if len(read) == len(places) > 1 else None


def complaint(job):
    """What is wrong with reading a document (a number and its bytes) damaged by this number; "" for nothing."""
    number, body = job
    places = spans(body)
    after, which = damaged(number, body, places)
    before = entries(body)
    found = parse(after, url="https://feed.example/f")
    if not isinstance(found, FeedDocument):
        return f"{number}: {found.reason} {found.detail}"
    kept = set(found.entries)
    lost = [e.title[:60] for at, e in enumerate(before) if at != which and e not in kept]
    return f"{number}: {len(lost)} untouched entries read otherwise: {lost[:2]}" if lost else ""
