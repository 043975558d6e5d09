"""Damaged and poisoned documents: the same number gives the same document, on every machine."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.demo.article_pages import page
from monitor.demo.week import ITEMS, SOURCES
from tests.checklist.watch import PAGE

DATA = Path(__file__).parents[1] / "data"
HOSTILE = (DATA / "hostile.txt").read_bytes().splitlines()
FEEDS = [path.read_bytes() for path in sorted((DATA / "feeds").iterdir())]
PAGES = [
    PAGE.encode(),
    *(page(item, SOURCES[0], base_url="http://example.org").encode() for item in ITEMS[:6]),
]

_TOKENS = [
    *HOSTILE,
    b"\x00", b"\x0b", b"\x1b[31m", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xef\xbf\xbe", b"\xff\xfe",
    b"&#0;", b"&#x1b;", b"&#xd800;", b"&#x202e;", b"&#99999999;", b"&#x85;", b"&bogus;", b"&amp;amp;", b"&", b"<", b">", b'"', b"]]>", b"<![CDATA[",
    b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-7'?>", b"<!DOCTYPE html>", b"<!ENTITY a 'b'>", b"<item>", b"</item>", b"<entry>",
    b"<link>javascript:alert(1)</link>", b"<link>http://[::1</link>", b"<guid></guid>", b"<pubDate>0000-00-00</pubDate>",
    b"<pubDate>Mon, 99 Foo 99999 25:61:61 +9999</pubDate>", b"<updated>-1</updated>", b"<ttl>9999999999999999999</ttl>", b"<skipHours><hour>99</hour></skipHours>",
    b'xml:base="http://\x01"', b'<html lang="\xc3\xa9\xc2\x9b">', b"<script type='application/ld+json'>{\"@graph\":[[[", b"<meta name=author content='\x07'>",
    "é".encode("latin-1"), "出口".encode("gb18030"), "отчёт".encode("cp1251"), "x\u0301".encode() * 50, b"A" * 5000, b"<b>" * 300, b"[" * 300, b"\n" * 300,
]  # fmt: skip


def mutant(number: int, sources: Sequence[bytes]) -> bytes:
    """The document with this number, made from `sources`."""
    dice = random.Random(number)  # noqa: S311 -- for repeatable damage
    body = dice.choice(sources)
    for _ in range(dice.choice((1, 1, 2, 3, 8, 40))):
        body = dice.choice(_DAMAGES)(body, dice, sources)
    return body[:200_000]


Damage = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def _place(body: bytes, dice: random.Random) -> int:
    """Anywhere, or just behind a tag: there the document has its texts."""
    at = dice.randrange(len(body) + 1)
    return body.find(b">", at) + 1 if dice.random() < 0.6 else at


def _cut_off(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    return body[: _place(body, dice)]


def _without_a_piece(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(body, dice)
    return body[:at] + body[at + dice.choice((1, 2, 5, 30, 300)) :]


def _doubled(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at, length = _place(body, dice), dice.choice((1, 10, 100, 1000))
    return body[:at] + body[at : at + length] * dice.choice((2, 3, 20)) + body[at:]


def _flipped(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = min(_place(body, dice), max(len(body) - 1, 0))
    return body[:at] + bytes([dice.randrange(256)]) + body[at + 1 :]


def _poisoned(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(body, dice)
    return body[:at] + dice.choice(_TOKENS) + body[at:]


def _spliced(body: bytes, dice: random.Random, sources: Sequence[bytes]) -> bytes:
    other = dice.choice(sources)
    return body[: _place(body, dice)] + other[_place(other, dice) :]


def _recoded(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    return body.decode("utf-8", "replace").encode(
        dice.choice(("utf-16", "utf-16-be", "latin-1", "utf-7")), "replace"
    )


_DAMAGES: tuple[Damage, ...] = (
    _cut_off, _without_a_piece, _doubled, _flipped, _flipped, _poisoned, _poisoned, _poisoned, _poisoned, _spliced, _recoded,
)  # fmt: skip
