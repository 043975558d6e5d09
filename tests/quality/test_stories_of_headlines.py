"""Stories of headlines: invented pairs, and two labelled weeks of one hot topic. Labels were made by reading, before running."""

from __future__ import annotations

import csv
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.pipeline.scorer import stream
from tests.quality.baselines import single_pass
from tests.quality.measures import bcubed_f1

FOLDER = os.environ.get("QUALITY_DATA", "")
pytestmark = pytest.mark.quality
START = datetime(2023, 1, 2)  # noqa: DTZ001 - only the days between matter

PAIRS_RIGHT, WEEK_B3 = 0.95, 0.72  # targets
PAIRS_FLOOR = 0.64  # the target is not reached, see docs/notes/stories.md
BEFORE = timedelta(days=18)  # of the stream, as a running product has seen it


def test_one_event_in_other_words_is_one_story_and_a_look_alike_is_another(topic, seeds, invented, report):
    rows = invented("story-pairs.tsv")
    assert len(rows) >= 60
    records = [
        {
            "id": (n, side),
            "title": title,
            "published": (START + timedelta(days=30 * n, hours=side)).isoformat(),
        }
        for n, (_, *titles) in enumerate(rows)
        for side, title in enumerate(titles)
    ]
    story = {row["id"]: row["story"] for row in stream(records, topic, seeds)}
    wrong = [r for n, r in enumerate(rows) if (story[n, 0] == story[n, 1]) != (r[0] == "same")]
    right = 1 - len(wrong) / len(rows)
    report("invented pairs: one event or two, share right", right, PAIRS_RIGHT)
    assert right >= PAIRS_FLOOR, wrong


@pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set")
@pytest.mark.parametrize("week", ["2018-12-03", "2019-05-06"])
def test_headlines_of_one_hot_topic_become_stories(topic, seeds, invented, report, week):
    gold = dict(invented(f"week-{week}.tsv"))
    start = datetime.fromisoformat(week)
    with (Path(FOLDER) / "headlines-2018-2019.tsv").open(encoding="utf-8") as file:
        every = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [
            r
            for r in every
            if start - BEFORE <= datetime.fromisoformat(r["date"]) < start + timedelta(days=7)
        ]
    records = [
        {"id": r["id"], "title": r["headline"], "published": r["date"], "source": r["source"]} for r in rows
    ]
    stories = {row["id"]: row["story"] for row in stream(records, topic, seeds)}
    rows = [r for r in rows if r["id"] in gold]
    labels, found = [gold[r["id"]] for r in rows], [stories[r["id"]] for r in rows]
    assert len(rows) == len(gold)
    ours = bcubed_f1(labels, found)
    plain = single_pass([(r["headline"], datetime.fromisoformat(r["date"])) for r in rows])
    report(f"stories of the week of {week}, headlines, BCubed F1", ours, WEEK_B3, bcubed_f1(labels, plain))
    assert ours >= WEEK_B3
