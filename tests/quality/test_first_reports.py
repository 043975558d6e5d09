"""First reports told from repeats by novelty, on labelled weeks of headlines of one hot topic. Labels were made by reading, before running.

Six weeks with what was the first report in the stream, and the ten weeks of dev-headings.tsv (2: first report, 0: repeat), these after
the whole stream before them, without and with an encoder.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.text.tokens import terms
from monitor.text.vectors import Vocabulary, cosine, counts, weigh
from tests.quality.conftest import BEFORE
from tests.quality.measures import share_in_order

FOLDER, MODEL = os.environ.get("QUALITY_DATA", ""), os.environ.get("MODEL_PATH", "")
pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]

TARGET = 0.87
NAMED = ("2018-07-02", "2018-12-03", "2019-05-06")
WEEKS = ("2018-03-19", *NAMED, "2019-01-28", "2018-09-17")
FLOORS = {  # by what "first" means: in the stream, or of its label within the week
    # Lowered by .02 to .03 on 2026-11-29: these labels call an explainer's first appearance a first report, the ten weeks labelled since
    # call it a repeat, and there recaps that count half take the AUC from .758 to .837 (docs/notes/novelty.md).
    ("six weeks", "stream"): 0.77, ("six weeks", "week"): 0.77, ("named weeks", "stream"): 0.745, ("named weeks", "week"): 0.735,
}  # fmt: skip
TEN, TEN_MEANT, ABOVE_NEAREST = (
    0.80,
    0.83,
    0.05,
)  # targets of ten weeks: words, with an encoder, and above the nearest neighbour
TEN_FLOOR, TEN_MEANT_FLOOR = 0.82, 0.84


@pytest.fixture(scope="module")
def judged(scored_week, invented):
    """Week -> (ours, nearest neighbour, first in the stream, first within the week) of each labelled item."""
    earlier = dict(invented("first-reports.tsv"))
    return {week: _judged(*scored_week(week), dict(invented(f"week-{week}.tsv")), earlier) for week in WEEKS}


def _judged(rows, told, gold, earlier):
    scored = {row["id"]: row for row in told}
    nearest = _nearest([r["headline"] for r in rows], [scored[r["id"]]["relevant"] for r in rows])
    seen, found = set(), []
    for row, near in zip(rows, nearest, strict=True):
        if row["id"] in gold:
            label = gold[row["id"]]
            found.append(
                (scored[row["id"]]["novelty"], 1 - near, earlier[row["id"]] == "-", label not in seen)
            )
            seen.add(label)
    assert len(found) == len(gold)
    return found


def _nearest(titles, relevant):
    """Of each headline the largest tf-idf cosine to an earlier relevant one, what anyone would do first."""
    counted = [counts(terms(title)) for title in titles]
    vocabulary = Vocabulary.of(counted)
    vectors = [weigh(each, vocabulary) for each in counted]
    return [
        max((cosine(vector, other) for other, is_one in zip(vectors[:n], relevant, strict=False) if is_one), default=0.0)
        for n, vector in enumerate(vectors)
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "weeks"), [("six weeks", WEEKS), ("named weeks", NAMED)])
def test_first_reports_are_newer_than_repeats(judged, report, name, weeks):
    items = [item for week in weeks for item in judged[week]]
    ours, plain = (share_in_order((item[n], item[2]) for item in items) for n in (0, 1))
    ours_within, plain_within = (share_in_order((item[n], item[3]) for item in items) for n in (0, 1))
    report(f"first reports, {name}, AUC (nearest neighbour)", ours, TARGET, plain)
    report(f"... first within the week, {name}", ours_within, TARGET, plain_within)
    assert ours >= FLOORS[name, "stream"]
    assert ours_within >= FLOORS[name, "week"]
    assert ours >= plain + 0.08


@pytest.mark.parametrize("week", WEEKS)
def test_in_each_week_novelty_beats_the_nearest_neighbour(judged, report, week):
    ours, plain = (share_in_order((item[n], item[2]) for item in judged[week]) for n in (0, 1))
    report(f"first reports of the week of {week}, AUC", ours, TARGET, plain)
    assert ours > plain


def test_every_labelled_item_says_whether_its_event_was_reported(invented):
    earlier = dict(invented("first-reports.tsv"))
    assert earlier.keys() == {row[0] for week in WEEKS for row in invented(f"week-{week}.tsv")}
    assert sum(report == "-" for report in earlier.values()) == 159


@pytest.fixture(scope="module")
def ten_weeks(headlines, scored):
    """Week -> (id, is a first report, nearest neighbour among the relevant ones before it) of each first report and repeat."""
    with (Path(FOLDER) / "quality" / "dev-headings.tsv").open(encoding="utf-8") as file:
        labels = defaultdict(dict)
        for row in csv.DictReader(file, delimiter="\t"):
            labels[row["week"]][row["id"]] = row["novelty"]
    found = {}
    for week, gold in sorted(labels.items()):
        start = datetime.fromisoformat(week)
        dates = [datetime.fromisoformat(row["date"]) for row in headlines]
        here = [n for n, date in enumerate(dates) if start - BEFORE <= date < start + timedelta(days=7)]
        nearest = _nearest([headlines[n]["headline"] for n in here], [scored[n]["relevant"] for n in here])
        ids = [headlines[n]["id"] for n in here]
        found[week] = [
            (i, gold[i] == "2", near)
            for i, near in zip(ids, nearest, strict=True)
            if gold.get(i) in ("2", "0")
        ]
    assert len(found) == 10
    assert sum(len(rows) for rows in found.values()) == 287
    return found


def _by_week(ten_weeks, value):
    """Mean of the weeks, so that each counts alike."""
    weeks = [
        share_in_order((value(i, near), first) for i, first, near in rows) for rows in ten_weeks.values()
    ]
    return sum(weeks) / len(weeks)


@pytest.mark.xdist_group("scored")
def test_first_reports_of_ten_weeks(ten_weeks, scored, report):
    told = {row["id"]: row["novelty"] for row in scored}
    ours = _by_week(ten_weeks, lambda i, _: told[i])
    plain = _by_week(ten_weeks, lambda _, near: 1 - near)
    report("first reports of ten weeks, AUC (nearest neighbour)", ours, TEN, plain)
    assert ours >= TEN_FLOOR
    assert ours >= plain + ABOVE_NEAREST


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.xdist_group("encoded")
@pytest.mark.skipif(not MODEL, reason="MODEL_PATH is not set")
def test_first_reports_of_ten_weeks_with_the_encoder(ten_weeks, scored, encoded, report):
    words, meant = ({row["id"]: row["novelty"] for row in rows} for rows in (scored, encoded))
    ours, without = (_by_week(ten_weeks, lambda i, _, told=told: told[i]) for told in (meant, words))
    plain = _by_week(ten_weeks, lambda _, near: 1 - near)
    report("first reports of ten weeks with the encoder, AUC (nearest neighbour)", ours, TEN_MEANT, plain)
    report("... (baseline: words)", ours, TEN_MEANT, without)
    assert ours >= TEN_MEANT_FLOOR
    assert ours >= plain + ABOVE_NEAREST
    assert ours > without
