"""Relevance of running texts at the product's own line, where it is hard: US-China pages on trade among US-China pages on anything else.

The labels are ours (data/us-china-articles.tsv); the texts are a public set that we do not ship: ARTICLES_DATA names its folder of
JSON files (repository ramybaly/Article-Bias-Prediction, data/jsons).
"""

from __future__ import annotations

import json
import os
import re
from collections import deque
from pathlib import Path

import pytest

from monitor.topics import Judge, build_profile, fit, read
from tests import make
from tests.quality.measures import average_precision, f1

FOLDER = os.environ.get("ARTICLES_DATA", "")
pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not FOLDER, reason="ARTICLES_DATA is not set"),
]

OTHERS = (
    4  # every fourth article of the years besides is read, so that the background is that of a news stream
)
BATCH, KEPT = 500, 4000  # texts between two backgrounds, and in one
SNIPPET = 35  # words
NAMED = re.compile(r"chin|beijing|huawei|xi\b", re.IGNORECASE)
TRADED = re.compile(r"trade|tariff|deal|export|import|sanction|ban", re.IGNORECASE)
FLOORS = {"full text": (0.915, 0.865, 0.975), "title and snippet": (0.865, 0.82, 0.94)}  # F1, precision, AP


@pytest.fixture(scope="module")
def grades(invented):
    return {row[0]: row[1] for row in invented("us-china-articles.tsv") if len(row) == 2}


@pytest.fixture(scope="module")
def articles(grades):
    """The labelled articles and some of the others, in the order of their dates."""
    found = [json.loads(file.read_text("utf-8")) for file in sorted(Path(FOLDER).glob("*.json"))]
    dated = sorted((r["date"], r["ID"], r["title"], r["content"]) for r in found if r["date"] >= "2016-01")
    return [row for n, row in enumerate(dated) if row[1] in grades or n % OTHERS == 0]


def judged(articles, topic, seeds, *, words):
    """Article id -> its relevance, seen from the stream before it."""
    profile, recent, found = build_profile(topic, seeds), deque(maxlen=KEPT), {}
    for start in range(0, len(articles), BATCH):
        batch = [
            (key, make.article(title=title, text=" ".join(text.split()[:words]) if words else text))
            for _, key, title, text in articles[start : start + BATCH]
        ]
        readings = [read(article.title, article.text) for _, article in batch]
        recent.extend(readings)
        judge = Judge(profile, fit(list(recent), profile, ()), mode=topic.mode)
        for (key, article), reading in zip(batch, readings, strict=True):
            found[key] = judge.relevance(article, reading)
    return found


@pytest.mark.parametrize(("kind", "words"), [("full text", 0), ("title and snippet", SNIPPET)])
def test_trade_is_told_from_look_alikes(  # noqa: PLR0917 - fixtures
    articles, grades, topic, seeds, report, kind, words
):
    found = judged(articles, topic, seeds, words=words)
    titles = {key: title for _, key, title, _ in articles}
    graded = {key: grade == "2" for key, grade in grades.items() if grade != "1" and key in found}
    ours = f1([found[key].is_relevant for key in graded], list(graded.values()))
    chosen = [positive for key, positive in graded.items() if found[key].is_relevant]
    ranked = average_precision((found[key].value, positive) for key, positive in graded.items())
    plain = f1(
        [bool(NAMED.search(titles[k]) and TRADED.search(titles[k])) for k in graded], list(graded.values())
    )
    everything = f1([True] * len(graded), list(graded.values()))
    others = [verdict.is_relevant for key, verdict in found.items() if key not in grades]
    report(f"look-alikes, {kind}, own F1 (title keyword rule)", ours, 0.90, plain)
    report("... (everything)", ours, 0.90, everything)
    report("... precision", sum(chosen) / len(chosen), 0.85)
    report("... average precision", ranked, 0.945)
    told = {each.kind: each for each in topic.measured}["full" if kind == "full text" else "short"]
    assert sum(chosen) / len(chosen) == pytest.approx(told.precision, abs=0.015)
    assert sum(chosen) / sum(graded.values()) == pytest.approx(told.recall, abs=0.015)
    least, least_precision, least_ranked = FLOORS[kind]
    assert len(graded) >= 450
    assert ours >= least
    assert sum(chosen) / len(chosen) >= least_precision
    assert ranked >= least_ranked
    assert sum(others) <= len(others) / 500
