"""Stories of headlines: invented pairs, and six labelled weeks of one hot topic. Labels were made by reading, before running."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest

from monitor.pipeline.judging.stream import stream
from tests.quality.baselines import single_pass
from tests.quality.measures import bcubed_f1

FOLDER = os.environ.get("QUALITY_DATA", "")
pytestmark = pytest.mark.quality
START = datetime(2023, 1, 2)  # noqa: DTZ001 - only the days between matter

PAIRS_RIGHT, WEEK_B3 = 0.95, 0.72  # targets
TUNED = 100  # the first pairs served to set the weights; the rest were written afterwards
LAST = 30  # pairs, written after the words of one sense were
TUNED_FLOOR, FRESH_FLOOR, LAST_FLOOR = 0.97, 0.90, 0.93
WEEKS = {  # week -> floor; the last one served to choose nothing
    # 2018-12-03 was .74 before aliases of the topic file became weak on 2026-11-29: another few headlines are on the topic.
    # The same day, later: words that a quotation mark glued are parted and the line moved, so other headlines are on the topic. Two weeks
    # fell (.802, .737 before), three rose (.865, .849, .888), the mean of six stayed .824.
    "2018-03-19": 0.785, "2018-07-02": 0.80, "2018-12-03": 0.72, "2019-01-28": 0.87, "2019-05-06": 0.85, "2018-09-17": 0.89,
}  # fmt: skip


def test_one_event_in_other_words_is_one_story_and_a_look_alike_is_another(topic, seeds, invented, report):
    rows = invented("story-pairs.tsv")
    assert len(rows) >= 160
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
    right = [(story[n, 0] == story[n, 1]) == (r[0] == "same") for n, r in enumerate(rows)]
    tuned, fresh = sum(right[:TUNED]) / TUNED, sum(right[TUNED:]) / len(right[TUNED:])
    report("invented pairs: one event or two, share right", tuned, PAIRS_RIGHT)
    last = sum(right[-LAST:]) / LAST
    report("... pairs written after the weights were set", fresh, PAIRS_RIGHT)
    report("... the thirty written last", last, PAIRS_RIGHT)
    wrong = [row for row, is_right in zip(rows, right, strict=True) if not is_right]
    assert tuned >= TUNED_FLOOR, wrong
    assert fresh >= FRESH_FLOOR, wrong
    assert last >= LAST_FLOOR, wrong


def test_six_phrasings_of_one_event_are_one_story(topic, seeds, invented):
    rows = invented("phrasings.tsv")
    others = [("", title) for *_, title in invented("headlines.tsv")]  # what else the feeds carry
    records = [
        {"id": n, "title": title, "published": (START + timedelta(hours=n)).isoformat()}
        for n, (_, title) in enumerate([*others, *rows])
    ]
    told = list(stream(records, topic, seeds))[len(others) :]
    wanted = {event for event, _ in rows}
    stories = {
        (event, each["story"]) for (event, _), each in zip(rows, told, strict=True) if each["relevant"]
    }
    assert len(stories) == len(wanted), stories
    assert sum(each["relevant"] for each in told) >= len(rows) - 1


@pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set")
@pytest.mark.parametrize("week", WEEKS)
def test_headlines_of_one_hot_topic_become_stories(scored_week, invented, report, week):
    gold = dict(invented(f"week-{week}.tsv"))
    rows, told = scored_week(week)
    stories = {row["id"]: row["story"] for row in told}
    rows = [r for r in rows if r["id"] in gold]
    labels, found = [gold[r["id"]] for r in rows], [stories[r["id"]] for r in rows]
    assert len(rows) == len(gold)
    ours = bcubed_f1(labels, found)
    plain = single_pass([(r["headline"], datetime.fromisoformat(r["date"])) for r in rows])
    report(f"stories of the week of {week}, headlines, BCubed F1", ours, WEEK_B3, bcubed_f1(labels, plain))
    assert ours >= WEEKS[week]
