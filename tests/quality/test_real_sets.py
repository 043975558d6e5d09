"""Floors on the real development sets, which are not part of the project: set QUALITY_DATA to their folder."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from monitor.pipeline.judging.stream import stream
from tests.quality.measures import average_precision, bcubed_f1, f1, first_story_cost

FOLDER = os.environ.get("QUALITY_DATA", "")
pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]

HEADLINES_AP, HEADLINES_F1 = 0.955, 0.895
STORIES_B3, FIRST_STORY_COST, KNOWN_F1 = 0.92, 0.375, 0.895


def test_real_headlines(headlines, scored, report):
    judged = [(s, r["grade"] == "2") for s, r in zip(scored, headlines, strict=True) if r["grade"] != "1"]
    ap = average_precision((s["relevance"], positive) for s, positive in judged)
    own = f1([s["relevant"] for s, _ in judged], [positive for _, positive in judged])
    report("headlines 2018-2019, average precision", ap, 0.955)
    report("headlines 2018-2019, F1 at the product's own line", own, 0.895)
    assert ap >= HEADLINES_AP, ap
    assert own >= HEADLINES_F1, own


def test_real_stories(topic, seeds, report):
    with gzip.open(Path(FOLDER) / "quality" / "allsides_2016_2018.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = sorted((json.loads(line) for line in file), key=lambda r: r["date"])
    records = ({"id": r["id"], "title": r["title"], "text": r["body"], "published": r["date"]} for r in rows)
    scored = list(stream(records, topic, seeds))
    gold = [r["story"] for r in rows]
    seen, known = set(), []
    for story in gold:
        known.append(story in seen)
        seen.add(story)
    b3 = bcubed_f1(gold, [s["story"] for s in scored])
    cost = first_story_cost(gold, [s["novelty"] for s in scored])
    told = f1([s["novelty"] < 0.5 for s in scored], known)
    report("AllSides 2016-18, stories, BCubed F1", b3, 0.925)
    report("AllSides 2016-18, first stories, Cmin (lower is better)", cost, 0.38)
    report("AllSides 2016-18, seen or new, F1", told, 0.90)
    assert b3 >= STORIES_B3
    assert cost <= FIRST_STORY_COST
    assert told >= KNOWN_F1
