"""Floors on invented, labelled sets. Lowering one needs a reason in the commit; see docs/quality.md."""

from __future__ import annotations

import random

import pytest

from monitor.pipeline.judging.stream import stream
from monitor.text.sentences import sentences
from tests.quality.measures import average_precision, bcubed_f1, f1

pytestmark = pytest.mark.quality

RELEVANCE_AP, RELEVANCE_F1, STORIES_B3 = 0.98, 0.93, 0.95
DUPLICATES_F1, DUPLICATES_RECALL = 0.97, 0.9


def lines(headlines, dates):
    return [
        {"id": i, "title": headline, "text": "", "published": date, "source": "", "url": ""}
        for i, (headline, date) in enumerate(zip(headlines, dates, strict=True))
    ]


def test_headlines_are_told_apart(topic, seeds, invented):
    rows = invented("headlines.tsv")
    random.Random(7).shuffle(rows)  # noqa: S311 - repeatable, not secret
    assert len(rows) >= 120
    scored = list(stream(lines([r[1] for r in rows], ["2025-06-01"] * len(rows)), topic, seeds))
    gold = [grade == "2" for grade, _ in rows]
    ap = average_precision(zip([s["relevance"] for s in scored], gold, strict=True))
    own = f1([s["relevant"] for s in scored], gold)
    assert ap >= RELEVANCE_AP, ap
    assert own >= RELEVANCE_F1, own


def test_headlines_of_one_event_make_one_story(topic, seeds, invented):
    rows = sorted(invented("stories.tsv"), key=lambda r: r[1])
    scored = list(stream(lines([r[2] for r in rows], [r[1] for r in rows]), topic, seeds))
    found = bcubed_f1([r[0] for r in rows], [s["story"] for s in scored])
    assert found >= STORIES_B3, found


def shortened(text, rng):
    parts = sentences(text)
    return " ".join(parts[: max(3, len(parts) // 3)])


def edited(text, rng):
    return " ".join(word for word in text.split() if rng.random() > 0.05)


def embedded(text, rng):
    return f"{FRAME_ABOVE}\n{text}\n{FRAME_BELOW}"


def reordered(text, rng):
    parts = sentences(text)
    rng.shuffle(parts)
    return " ".join(parts)


def misread(text, rng):
    return "".join(rng.choice("elnrt") if c.isalpha() and rng.random() < 0.01 else c for c in text)


FRAME_ABOVE = "Good morning from the newsroom. Here is what our readers liked best over the past days, with a few notes."
FRAME_BELOW = (
    "Also in this letter: how to prune roses in March, a walk along the canal, and the quiz of the week."
)
EDITS = {f.__name__: f for f in (shortened, edited, embedded, reordered, misread)}


def test_edited_copies_are_found_and_nothing_else(topic, seeds):
    rng = random.Random(11)  # noqa: S311 - repeatable, not secret
    texts = [(f"original {i}", seed.text) for i, seed in enumerate(seeds)]
    copies = [
        (f"{name} of {i}", edit(seed.text, rng))
        for i, seed in enumerate(seeds)
        for name, edit in EDITS.items()
    ]
    records = [
        {"id": title, "title": f"Report number {i} on the week", "text": text, "published": "2025-06-01"}
        for i, (title, text) in enumerate(texts + copies)
    ]
    scored = {row["id"]: row["duplicate_of"] for row in stream(records, topic, seeds)}
    right = {copy: scored[copy] == f"original {copy[-1]}" for copy, _ in copies}
    wrong = sum(scored[title] is not None for title, _ in texts)
    share = 2 * sum(right.values()) / (sum(right.values()) + wrong + len(copies))
    assert share >= DUPLICATES_F1, [copy for copy, ok in right.items() if not ok]
    for name in EDITS:
        of_kind = [ok for copy, ok in right.items() if copy.startswith(name)]
        assert sum(of_kind) >= DUPLICATES_RECALL * len(of_kind), name
