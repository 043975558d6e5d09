"""Headings of a week: ten labelled weeks of headlines of one hot topic, after the whole stream before them.

Beside every figure stand what anyone can have for nothing: all apart, all in one, one heading a day, and the stories as they
are. Weeks count alike. Labels: one reader, headline and date only. The weeks were read while the parameters were chosen.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

from tests.quality.measures import bcubed_f1, pair_f1

FOLDER, MODEL = os.environ.get("QUALITY_DATA", ""), os.environ.get("MODEL_PATH", "")
GOLD = Path(FOLDER) / "quality" / "dev-headings.tsv"
EIGHT = (
    Path(__file__).parent / "data" / "eight-weeks" / "headings.tsv"
)  # labelled after all parameters were chosen
pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]

B3, PAIRS, GAIN = 0.68, 0.45, 0.10  # targets
B3_FLOOR, PAIRS_FLOOR = 0.66, 0.51
EIGHT_FLOOR, EIGHT_PAIRS_FLOOR = 0.605, 0.34  # below stories as they are, .672: docs/notes/headings.md
B3_MEANT, PAIRS_MEANT = 0.72, 0.55  # targets with an encoder
B3_MEANT_FLOOR, PAIRS_MEANT_FLOOR = 0.715, 0.60
BELOW_APART = {"2019-05-20"}  # 26 headings of 54 headlines: apart is hard to beat (docs/notes/headings.md)


@pytest.fixture(scope="module")
def weeks(headlines, scored):
    """Week -> (gold headings, ours, stories, days) of its labelled headlines, in one order."""
    return _weeks(headlines, scored)


def _weeks(headlines, scored, file=GOLD):
    with file.open(encoding="utf-8") as lines:
        gold = defaultdict(dict)
        for row in csv.DictReader(lines, delimiter="\t"):
            gold[row["week"]][row["id"]] = row["heading"]
    told = {row["id"]: row for row in scored}
    days = {row["id"]: row["date"] for row in headlines}
    return {week: _judged(gold[week], told, days) for week in sorted(gold)}


def _judged(gold, scored, days):
    ids = list(gold)
    return (
        [gold[i] for i in ids],
        [scored[i]["heading"] for i in ids],
        [scored[i]["story"] for i in ids],
        [days[i] for i in ids],
    )


def _mean(values):
    found = list(values)
    return sum(found) / len(found)


def _trivial(gold, days):
    return {"all apart": range(len(gold)), "all in one": [0] * len(gold), "one a day": days}


def test_headings_of_ten_weeks(weeks, report):
    ours = {week: bcubed_f1(gold, found) for week, (gold, found, _, _) in weeks.items()}
    stories = _mean(bcubed_f1(gold, told) for gold, _, told, _ in weeks.values())
    trivial = {
        name: _mean(bcubed_f1(gold, list(_trivial(gold, days)[name])) for gold, _, _, days in weeks.values())
        for name in ("all apart", "all in one", "one a day")
    }
    for name, value in trivial.items():
        report(f"headings of ten weeks, BCubed F1 (baseline: {name})", _mean(ours.values()), B3, value)
    report("... (baseline: stories as they are)", _mean(ours.values()), B3, stories)
    for week, value in ours.items():
        gold = weeks[week][0]
        apart = bcubed_f1(gold, list(range(len(gold))))
        report(f"headings of the week of {week}, BCubed F1 (all apart)", value, B3, apart)
        assert value > apart or week in BELOW_APART
    assert _mean(ours.values()) >= B3_FLOOR
    assert _mean(ours.values()) >= max(*trivial.values(), stories) + GAIN


def test_pairs_under_one_heading(weeks, report):
    ours = _mean(pair_f1(gold, found) for gold, found, _, _ in weeks.values())
    stories = _mean(pair_f1(gold, told) for gold, _, told, _ in weeks.values())
    one = _mean(pair_f1(gold, [0] * len(gold)) for gold, _, _, _ in weeks.values())
    report("headings of ten weeks, pair F1 (baseline: all in one)", ours, PAIRS, one)
    report("... (baseline: stories as they are)", ours, PAIRS, stories)
    assert ours >= PAIRS_FLOOR
    assert ours > max(one, stories)


def test_headings_of_eight_weeks_that_chose_nothing(headlines, scored, report):
    """What to expect elsewhere: labelled on 30 Nov 2026 from headline and date alone, when every parameter had been chosen."""
    weeks = _weeks(headlines, scored, EIGHT)
    values = {}
    for name, measure in (("BCubed", bcubed_f1), ("pair", pair_f1)):
        values[name] = _mean(measure(gold, found) for gold, found, _, _ in weeks.values())
        stories = _mean(measure(gold, told) for gold, _, told, _ in weeks.values())
        trivial = {
            each: _mean(
                measure(gold, list(_trivial(gold, days)[each])) for gold, _, _, days in weeks.values()
            )
            for each in ("all apart", "all in one", "one a day")
        }
        for each, value in {**trivial, "stories as they are": stories}.items():
            report(
                f"headings of eight further weeks, {name} F1 (baseline: {each})",
                values[name],
                {"BCubed": B3, "pair": PAIRS}[name],
                value,
            )
    assert values["BCubed"] >= EIGHT_FLOOR
    assert values["pair"] >= EIGHT_PAIRS_FLOOR


@pytest.mark.skipif(not MODEL, reason="MODEL_PATH is not set")
@pytest.mark.timeout(3600)
@pytest.mark.xdist_group("encoded")
def test_headings_of_ten_weeks_with_the_encoder(weeks, headlines, encoded, report):
    meant = _weeks(headlines, encoded)
    values, pairs = (
        {week: measure(gold, found) for week, (gold, found, _, _) in meant.items()}
        for measure in (bcubed_f1, pair_f1)
    )
    words, words_pairs = (
        _mean(measure(gold, found) for gold, found, _, _ in weeks.values())
        for measure in (bcubed_f1, pair_f1)
    )
    trivial = [
        _mean(bcubed_f1(gold, list(labels)) for gold, _, _, days in meant.values() for name, labels in _trivial(gold, days).items() if name == each)
        for each in ("all apart", "all in one", "one a day")
    ]  # fmt: skip
    report("headings with the encoder, BCubed F1 (baseline: words)", _mean(values.values()), B3_MEANT, words)
    report("... (baseline: best of apart, in one, one a day)", _mean(values.values()), B3_MEANT, max(trivial))
    report(
        "headings with the encoder, pair F1 (baseline: words)",
        _mean(pairs.values()),
        PAIRS_MEANT,
        words_pairs,
    )
    for week, value in values.items():
        report(f"... the week of {week}, BCubed F1", value, B3_MEANT)
    assert _mean(values.values()) >= B3_MEANT_FLOOR
    assert _mean(pairs.values()) >= PAIRS_MEANT_FLOOR
    assert _mean(values.values()) > words
    assert _mean(values.values()) >= max(trivial) + GAIN
