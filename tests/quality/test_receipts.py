"""Receipts: which figure of an earlier sentence a new sentence changes. Invented pairs in data/receipts.jsonl."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.pipeline.judging.corpus import Memory
from monitor.stories import Item, Teller, describe, whats_new
from monitor.topics import Background
from tests.make import AT, article

pytestmark = pytest.mark.quality

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "receipts.jsonl").read_text("utf-8").splitlines()
]
RIGHT = 0.95
FILLER = [
    f"The {a} {b} of {place} pleased {c} again." for a, b, c in (("new", "tram", "riders"), ("old", "opera", "critics"), ("small", "museum", "children"))
    for place in ("Aarhus", "Bergen", "Cork", "Derby", "Essen", "Faro", "Gent", "Hull")
]  # fmt: skip


def earlier(number, text):
    known = article(id=number, title="Notes", text=text, published=AT - timedelta(days=2))
    return Item(
        article_id=number, story_id=number, title="Notes", published=known.published, features=describe(known)
    )


def receipts(before, after):
    """What the product says changed, with one earlier article about it among others."""
    memory = Memory.of(
        Background(), items=[earlier(n, text) for n, text in enumerate([before, *FILLER], start=1)]
    )
    follow_up = article(id=99, title="More notes", text=after, published=AT)
    news = whats_new(
        [Teller(follow_up, describe(follow_up))], memory.window.items, memory.window, was_told=True
    )
    return [(change.old, change.new) for change in news.changes]


def test_changed_figures_are_paired_and_others_are_not(report):
    found = [receipts(pair["before"], pair["after"]) for pair in PAIRS]
    wrong = [
        (pair["kind"], pair["before"], pair["after"], got)
        for pair, got in zip(PAIRS, found, strict=True)
        if got != [tuple(each) for each in pair["expect"]]
    ]
    right = 1 - len(wrong) / len(PAIRS)
    report(f"receipts of {len(PAIRS)} invented pairs, share right", right, RIGHT)
    assert len(PAIRS) >= 50
    assert right >= RIGHT, wrong
