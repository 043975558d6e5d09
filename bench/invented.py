"""Invented news that weighs what real news weighs: articles by event, and pages with what newspapers put around a text.

Words are drawn as language has them (Zipf, 12,000 invented ones beside the small English ones), every event has words and
names of its own, and reports of one event share sentences, so that later articles find neighbours, copies and known facts.
Same seed, same articles. Nothing here reads or writes.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from monitor.model import Article, Stage

WORDS = 12_000
SENTENCES = 30  # of a full text, eighteen words each on average
PARAGRAPH = 2  # sentences
REPORTS = 4  # of one event
_PLAIN = (
    "the the the the a a of of to to in in and and said on with for that after before new more from its which would has been at by"
).split()
_TOPIC = (
    "China Chinese Beijing Washington American tariff tariffs duties export controls semiconductor soybean Commerce Ministry "
    "trade talks truce retaliation licence US billion steel imports minister delegation trade war"
).split()
_SYLLABLES = "ba co di fe ga hu in jo ka le mi no pa qui ra se ti un va we xa yo ze tor lan ber sti mer cal pre ton".split()


@dataclass(frozen=True, slots=True)
class _Event:
    """What the reports of one event have in common."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    told: tuple[str, ...]  # sentences any report may hold


class Newsroom:
    """Invents articles, one after the other."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
        spelt = random.Random(1)  # noqa: S311 -- the same language whatever the seed
        self._vocabulary = [
            "".join(spelt.choices(_SYLLABLES, k=spelt.choice((2, 2, 3, 4)))) for _ in range(WORDS)
        ]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(WORDS)))

    def articles(
        self, count: int, *, relevant: int, first: int, oldest: datetime, newest: datetime, stage: Stage
    ) -> Iterator[Article]:
        """`count` articles evenly over time; every `relevant`-th is on the topic, 0 for none."""
        step = (newest - oldest) / max(1, count)
        events: dict[bool, tuple[_Event, int]] = {}
        for number in range(count):
            near = bool(relevant) and number % relevant == 0
            event, told = events.get(near, (self._event(near=near), 0))
            if told == REPORTS:
                event, told = self._event(near=near), 0
            events[near] = event, told + 1
            yield self._article(event, first + number, newest - step * (count - 1 - number), stage, near=near)

    def _article(self, event: _Event, number: int, at: datetime, stage: Stage, *, near: bool) -> Article:
        lines = [
            self._chance.choice(event.told)
            if self._chance.random() < 0.15
            else self._sentence(event.words, event.names, near=near)
            for _ in range(SENTENCES)
        ]
        paragraphs = (" ".join(lines[at : at + PARAGRAPH]) for at in range(0, SENTENCES, PARAGRAPH))
        return Article(
            id=number,
            url=f"http://example.org/{number}",
            title=self._sentence(event.words, event.names, near=near)[:90].rstrip(" ."),
            text="\n".join(paragraphs),
            summary=lines[0],
            published=at,
            seen_at=at,
            outlet=f"Ledger {number % 40}",
            stage=stage,
        )

    def _event(self, *, near: bool) -> _Event:
        words = (*(self._word() for _ in range(40)), *(_TOPIC if near else ()))
        names = tuple(f"{self._word().capitalize()} {self._word().capitalize()}" for _ in range(6))
        return _Event(words, names, tuple(self._sentence(words, names, near=near) for _ in range(10)))

    def _sentence(self, words: Sequence[str], names: Sequence[str], *, near: bool) -> str:
        chance = self._chance
        said = [self._said(words, near=near) for _ in range(chance.randrange(10, 25))]
        if chance.random() < 0.6:
            said.insert(chance.randrange(len(said)), chance.choice(names))
        if chance.random() < 0.35:
            said.append(self._figure())
        return f"{said[0][:1].upper()}{said[0][1:]} {' '.join(said[1:])}."

    def _said(self, words: Sequence[str], *, near: bool) -> str:
        roll = self._chance.random()
        if roll < 0.45:
            return self._chance.choice(_PLAIN)
        if roll < 0.6:
            return self._chance.choice(words)
        return self._chance.choice(_TOPIC) if near and roll < 0.75 else self._word()

    def _word(self) -> str:
        return self._vocabulary[bisect(self._weights, self._chance.random() * self._weights[-1]) % WORDS]

    def _figure(self) -> str:
        number = self._chance.randrange(2, 990)
        return self._chance.choice(
            (
                f"worth ${number} billion",
                f"by {number % 90} percent",
                f"on March {number % 28 + 1}",
                f"for {number} workers",
            )
        )


def page(article: Article) -> str:
    """The article as a newspaper's site shows it: about 75 KiB, the text an eighth of it."""
    slug = "".join(c if c.isalnum() else "-" for c in article.title.lower())
    paragraphs = [
        f'<p class="body-text" data-n="{n}">{_linked(line)}</p>' + (_BESIDE if n % 5 == 4 else "")
        for n, line in enumerate(article.text.split("\n"))
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{article.title}</title>{_HEAD}'
        f'<link rel="canonical" href="https://example.org/{slug}"></head><body class="article-page">{_MENU}'
        f'<main id="content"><article><header><h1>{article.title}</h1><p class="by">By <a href="/staff/a">A Writer</a></p>'
        f'<time datetime="{article.published.isoformat()}">{article.published:%d %B %Y}</time></header>'
        f'<div class="article-body">{"".join(paragraphs)}</div></article>{_TEASERS}</main>{_FOOT}</body></html>'
    )


def _linked(line: str) -> str:
    words = line.split()
    words[3] = f'<a href="/topic/{words[3]}">{words[3]}</a>'
    words[8] = f"<strong>{words[8]}</strong>"
    return " ".join(words)


_HEAD = (
    "".join(f'<meta property="og:field{n}" content="Harbour Ledger field {n}">' for n in range(30))
    + "".join(f'<link rel="preload" href="/assets/{n}.js" as="script">' for n in range(20))
    + f"<style>{''.join(f'.c{n}{{margin:0 {n}px;color:#{n:06x}}}' for n in range(350))}</style>"
    + f"<script>window.settings={{{','.join(f'key{n}:{n * 7919}' for n in range(900))}}};</script>"
)
_MENU = (
    '<nav class="site-menu"><ul>'
    + "".join(f'<li class="item"><a href="/section/{n}"><span>Section {n}</span></a></li>' for n in range(90))
    + "</ul></nav>"
)
_BESIDE = (
    '<aside class="newsletter"><h3>Newsletter</h3><form action="/join"><input name="mail"><button>Sign up</button></form></aside>'
    '<figure><img src="/images/1.jpg" alt="Harbour"><figcaption>The harbour. Photograph: Ledger</figcaption></figure>'
)
_TEASERS = (
    '<section class="related">'
    + "".join(
        f'<div class="card"><a href="/story/{n}"><img src="/images/{n}.jpg" alt=""><h3>Another headline of the day {n}</h3></a>'
        f'<p class="teaser">What happened elsewhere, told in a line of {n} words.</p><span class="time">{n} hours ago</span></div>'
        for n in range(60)
    )
    + "</section>"
)
_FOOT = (
    "<footer>"
    + "".join(f'<div><a href="/about/{n}">About us {n}</a></div>' for n in range(60))
    + f"<p>Terms. Cookies.</p></footer><script>{''.join(f'track({n},{n * 31});' for n in range(900))}</script>"
)
