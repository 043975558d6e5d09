"""What two answers a week do for relevance, told on the weeks that follow: docs/notes/feedback.md."""

from __future__ import annotations

import os
import random
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.settings import TopicSettings
from monitor.topics import UNTUNED, refit
from tests.quality.feedback_weeks import (
    WEEKS,
    both_questions,
    counts,
    f1,
    gain,
    later,
    lying,
    one_of_each,
    rows_of,
    simulated,
    weeks_of,
)

FOLDER = os.environ.get("QUALITY_DATA", "")
needs_data = pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set")
pytestmark = pytest.mark.quality

READERS = (both_questions, one_of_each)
STARTS = (10, 20, 30, 40, 50, 60)  # weeks of the stream; the first ten hold a dozen positives together
SEEDS = (0, 1)
TARGET = 0.02
# The shipped topic file is near what can be told at all: trained on all grades of one half it is no better on the other.
# The second was -.001 before the answers of one week were capped on 2026-11-29: what they mend comes later, too.
# That day, later, the line by kind of text raised what answers begin with (.907 -> .929 of F1 on the shipped topic, .757 -> .759, .716 ->
# .718): less is left to mend, and of twelve runs one more loses .01 somewhere. -.0015 became -.002, .8 of runs .65, .95 of runs .9, and
# one start of seeds alone falls by .11 (-.04 before): week 60, whose answers come from a quiet spring and are judged on the loud weeks
# after it. Parting glued words alone does it (without: -.009), by making other headlines the ones asked about. The five other starts
# lose .003 at most. See docs/notes/feedback.md.
OWN_GAIN, OWN_LATE, OWN_SO_FAR = 0.0, -0.002, -0.01
LOWEST = {
    "shipped": -0.03,
    "plain": -0.025,
    "seeds": -0.12,
}  # on all later headlines, after any week of any run
KEPT = {"shipped": 0.65, "plain": 0.9, "seeds": 0.7}  # share of runs that never lose more than .01 there


def without_facets(topic):
    return topic.model_copy(update={"facets": ()})


@pytest.fixture(scope="module")
def plain():
    """A topic file as a reader writes it in five minutes."""
    file = Path(__file__).parent / "data" / "plain-topic.toml"
    return TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))


def runs(weeks, reader, starts, seeds):
    return [simulated(weeks, refit, start=s, seed=seed, reader=reader) for s in starts for seed in seeds]


@pytest.fixture(scope="module")
def invented_weeks(invented, topic, seeds):
    """Call with a topic: weeks of 40 headlines drawn from the invented ones."""
    rng = random.Random(5)  # noqa: S311 - repeatable, not secret
    every = invented("headlines.tsv")
    rows = [
        (date(2025, 6, 2) + timedelta(weeks=week), int(grade), headline)
        for week in range(WEEKS)
        for grade, headline in rng.sample(every, 40)
    ]
    return lambda topic: list(weeks_of(rows, topic, seeds))


@pytest.mark.parametrize("reader", READERS)
def test_answers_mend_a_line_that_was_guessed(invented_weeks, topic, reader):
    found = gain(runs(invented_weeks(without_facets(topic)), reader, (0,), SEEDS))
    assert found.after >= found.before + TARGET, found


@pytest.mark.parametrize("reader", READERS)
def test_answers_do_not_spoil_a_line_that_is_good(invented_weeks, topic, reader):
    found = gain(runs(invented_weeks(topic), reader, (0,), SEEDS))
    assert found.after >= found.before - 0.01, found


def by_link(labels):
    """All answers by links of readers."""
    return refit([], labels)


def lowest(weeks, refit, reader):
    """F1 on the true weeks, with what the worst of three liars taught in twenty."""
    every = [simulated(lying(weeks), refit, start=0, seed=seed, reader=reader) for seed in (0, 1, 2)]
    return min(f1([counts(week, run.tunings[-1]) for week in weeks]) for run in every)


@pytest.mark.parametrize("reader", READERS)
def test_readers_who_answer_all_wrong_by_link_cannot_spoil_a_good_line(invented_weeks, topic, report, reader):
    weeks = invented_weeks(topic)
    before = f1([counts(week, UNTUNED) for week in weeks])
    after, without_limit = lowest(weeks, by_link, reader), lowest(weeks, refit, reader)
    report(
        f"good line after 20 weeks of lies by link, {reader.__name__}", after, before - 0.03, without_limit
    )
    assert after >= before - 0.03
    if (
        reader is both_questions
    ):  # the control: the same answers as they counted before; the other reader's spoil no line as good as today's
        assert without_limit < before - 0.1


@pytest.mark.parametrize("reader", READERS)
def test_honest_readers_mend_a_guessed_line_by_link_as_well(invented_weeks, topic, reader):
    weeks = invented_weeks(without_facets(topic))
    found = gain([simulated(weeks, by_link, start=0, seed=seed, reader=reader) for seed in SEEDS])
    assert found.after >= found.before + TARGET, found


@pytest.fixture(scope="module")
def real_rows(headlines):
    return rows_of(headlines)


@pytest.fixture(scope="module")
def shipped_weeks(real_rows, topic, seeds):
    return list(weeks_of(real_rows, topic, seeds))


@pytest.fixture(scope="module")
def plain_weeks(real_rows, plain, seeds):
    return list(weeks_of(real_rows, plain, seeds))


@pytest.fixture(scope="module")
def seeded_weeks(real_rows, topic, seeds):
    return list(weeks_of(real_rows, without_facets(topic), seeds))


def told(report, name, weeks, reader):
    """Simulate, report both measures, and return them."""
    every = runs(weeks, reader, STARTS, SEEDS)
    found, beyond = gain(every), later(weeks, every)
    name = f"{name}, {reader.__name__}"
    report(f"{name}, F1 with two answers a week", found.after, found.before + TARGET, found.before)
    report(f"{name}, gain over the last ten weeks", found.late, TARGET)
    report(f"{name}, lowest gain so far, from week five", found.worst_so_far, -0.01)
    report(f"{name}, share of weeks worse by more than .01", found.worse_weeks, 0.0)
    report(f"{name}, all later headlines: gain after 20 questions", beyond.after_20, TARGET)
    report(f"{name}, all later headlines: gain after 40 questions", beyond.after_40, TARGET)
    report(f"{name}, all later headlines: lowest gain", beyond.lowest, -0.01)
    report(f"{name}, all later headlines: share of runs never below", beyond.kept, 1.0)
    report(f"{name}, all later headlines: share of runs up by .02", beyond.raised, 1.0)
    return found, beyond


@needs_data
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.xdist_group("answers, shipped topic")
@pytest.mark.parametrize("reader", READERS)
def test_real_headlines_with_the_shipped_topic(shipped_weeks, report, reader):
    found, beyond = told(report, "shipped topic", shipped_weeks, reader)
    assert found.after >= found.before + OWN_GAIN, found
    assert found.late >= OWN_LATE, found
    assert found.worst_so_far >= OWN_SO_FAR, found
    assert beyond.lowest >= LOWEST["shipped"], beyond
    assert beyond.kept >= KEPT["shipped"], beyond


@needs_data
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.xdist_group("answers, plain topic")
@pytest.mark.parametrize("reader", READERS)
def test_real_headlines_with_a_plain_topic(plain_weeks, report, reader):
    found, beyond = told(report, "plain topic", plain_weeks, reader)
    assert found.after >= found.before + 2 * TARGET, found
    assert beyond.after_20 >= 2 * TARGET, beyond
    assert beyond.lowest >= LOWEST["plain"], beyond
    assert beyond.kept >= KEPT["plain"], beyond


@needs_data
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.xdist_group("answers, seeds alone")
@pytest.mark.parametrize("reader", READERS)
def test_real_headlines_with_seeds_alone(seeded_weeks, report, reader):
    found, beyond = told(report, "seeds alone", seeded_weeks, reader)
    assert found.after >= found.before + TARGET, found
    assert found.late >= TARGET, found
    assert beyond.after_20 >= TARGET, beyond
    assert beyond.lowest >= LOWEST["seeds"], beyond
    assert beyond.kept >= KEPT["seeds"], beyond
