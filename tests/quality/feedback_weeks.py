"""Weeks of headlines with a reader who answers: what two answers a week do to F1, told on the week that follows.

Rows of (date, grade, headline) go in. Each week is judged with a background of the newest headlines, as the product
would, and with what was answered in the weeks before; then the reader answers. Grade 1 is neither right nor wrong: it is
not counted, and a reader asked about it says nothing.

Two measures. A week's own headlines hold about twenty that are right, so one of them is .02 of F1, and any change loses
some weeks. The other measure asks after each week's answers how all later headlines of the stream would be told with what
was learnt up to then, against how they are told without.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from statistics import fmean

from monitor.digests.probes import probes
from monitor.model import Probe
from monitor.pipeline.judging.knowledge import BACKGROUND_TEXTS
from monitor.topics import (
    MODES,
    RELEVANT_TEXTS,
    UNTUNED,
    Judge,
    Label,
    build_profile,
    fit,
    margin,
    read,
    recompute,
    standardised,
)
from tests.make import article

WEEKS = 20
LINE = MODES["balanced"]
ENOUGH = 100  # headlines on topic, for one F1 over them to say something
ISSUE = 13  # stories of an issue: five at length, eight in a line
NOON = datetime(2018, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """One headline as it was judged in its week."""

    grade: int
    headline: str
    features: tuple
    parts: tuple  # background, profile
    label: Label

    @classmethod
    def of(cls, grade, headline, features, background, profile):
        label = Label(
            margin=margin(features, background, profile),
            standard=standardised(dict(features), background),
            is_relevant=grade == 2,
        )
        return cls(grade, headline, features, (background, profile), label)

    def value(self, tuning):
        return recompute(self.features, *self.parts, tuning)

    def is_found(self, tuning):
        """Whether the value reaches .5, without computing it."""
        shift = tuning.shift(self.label.standard) if tuning.answers else 0.0
        return self.label.margin + shift >= 0


def weeks_of(rows, topic, seeds):
    """Every week's headlines, judged with the newest of what came before and in it."""
    profile = build_profile(topic, seeds)
    weeks, recent = {}, deque(maxlen=BACKGROUND_TEXTS)
    relevant = deque(maxlen=RELEVANT_TEXTS)
    for day, grade, headline in rows:
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append((grade, headline))
    for monday in sorted(weeks):
        readings = [read(headline, "") for _, headline in weeks[monday]]
        recent.extend(readings)
        background = fit(recent, profile, relevant)
        judge = Judge(profile, background)
        found = [
            judge.relevance(article(title=headline), reading)
            for (_, headline), reading in zip(weeks[monday], readings, strict=True)
        ]
        relevant += [r for r, each in zip(readings, found, strict=True) if each.is_relevant]
        yield [
            Told.of(grade, headline, each.features, background, profile)
            for (grade, headline), each in zip(weeks[monday], found, strict=True)
        ]


def rows_of(lines):
    """Rows of dictionaries with date, grade and headline."""
    return [(date.fromisoformat(r["date"]), int(r["grade"]), r["headline"]) for r in lines]


def counts(week, tuning):
    """Right, wrong and missed headlines of a week."""
    right = wrong = missed = 0
    for told in week:
        found, wanted = told.is_found(tuning), told.grade == 2
        if told.grade != 1:
            right, wrong, missed = (
                right + (found and wanted),
                wrong + (found and not wanted),
                missed + (wanted and not found),
            )
    return right, wrong, missed


def f1(rows):
    """F1 over weeks of counts; 1 when there was nothing to find and nothing found."""
    right, wrong, missed = (sum(column) for column in zip(*rows, strict=True))
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0


def both_questions(asked, _issue, _rng):
    """The reader answers what the issue asks."""
    return asked


def one_of_each(asked, issue, rng):
    """The reader answers one question, and says of one shown headline what it is."""
    return [*asked[:1], *([rng.choice(issue)] if issue else asked[1:])]


@dataclass(frozen=True)
class Run:
    """One reader's weeks: counts of each without and with feedback, next week first; what was learnt after each."""

    start: int
    weeks: tuple
    tunings: tuple


def simulated(weeks, refit, *, start, seed, reader):
    """Twenty weeks of a reader's answers from week `start` on."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    labels, tuning, out, tunings = [], UNTUNED, [], []
    for week in weeks[start : start + WEEKS]:
        out.append((counts(week, UNTUNED), counts(week, tuning)))
        values = [told.value(tuning) for told in week]
        ranked = sorted(range(len(week)), key=lambda i: -values[i])
        issue = [i for i in ranked if values[i] >= LINE][:ISSUE]
        found = [_probe(i, week[i], values[i]) for i in range(len(week)) if i not in issue]
        asked = [probe.article_id for probe in probes(found, (), line=LINE)]
        labels += [week[i].label for i in reader(asked, issue, rng) if week[i].grade != 1]
        tuning = refit(labels)
        tunings.append(tuning)
    return Run(start, tuple(out), tuple(tunings))


@dataclass(frozen=True)
class Later:
    """What feedback did to F1 on all headlines later than the answers."""

    after_20: float  # mean gain after ten weeks: twenty questions
    after_40: float  # and after twenty
    lowest: float  # lowest gain of any run after any week
    kept: float  # share of runs that never lost more than .01
    raised: float  # share of runs that gained .02 after ten weeks
    runs: int


def later(weeks, runs):
    """The gains of `runs` on what came after each of their weeks; runs near the stream's end have fewer weeks to tell."""
    without = [counts(week, UNTUNED) for week in weeks]
    every = [tuple(_later_gains(weeks, without, run)) for run in runs]
    at = [[gains[n - 1] for gains in every if len(gains) >= n] for n in (WEEKS // 2, WEEKS)]
    return Later(
        after_20=fmean(at[0]),
        after_40=fmean(at[1]),
        lowest=min(map(min, every)),
        kept=fmean(min(gains) >= -0.01 for gains in every),
        raised=fmean(gain >= 0.02 for gain in at[0]),
        runs=len(every),
    )


def _later_gains(weeks, without, run):
    """The gain after one, two ... twenty weeks, while enough comes after them to tell."""
    for n, tuning in enumerate(run.tunings, start=1):
        rest = slice(run.start + n, None)
        if sum(right + missed for right, _, missed in without[rest]) < ENOUGH:
            return
        yield f1([counts(week, tuning) for week in weeks[rest]]) - f1(without[rest])


def _probe(identity, told, value):
    return Probe(
        article_id=identity, headline=told.headline, url="", outlet="", published=NOON, relevance=value
    )


@dataclass(frozen=True)
class Gain:
    """What feedback did to F1: over all runs' weeks, over their second halves, and in the worst of places."""

    before: float
    after: float
    late: float  # gain over the last ten weeks
    worst_run: float
    worse_weeks: float  # share of weeks more than .01 worse on their own
    worst_so_far: float  # lowest gain over all weeks up to one, from the fifth on
    runs: int


def gain(runs):
    """Sum up the weeks of each of `runs`."""
    runs = [run.weeks for run in runs]
    weeks = [week for run in runs for week in run]
    late = [week for run in runs for week in run[WEEKS // 2 :]]
    return Gain(
        before=_f1(weeks, 0),
        after=_f1(weeks, 1),
        late=_gain(late),
        worst_run=min(map(_gain, runs)),
        worse_weeks=sum(_gain([week]) < -0.01 for week in weeks) / len(weeks),
        worst_so_far=min(_gain(run[:n]) for run in runs for n in range(5, WEEKS + 1)),
        runs=len(runs),
    )


def _f1(weeks, which):
    return f1([week[which] for week in weeks])


def _gain(weeks):
    return _f1(weeks, 1) - _f1(weeks, 0)


def lying(weeks):
    """The same weeks, told by somebody who says the contrary of what is right, whatever is asked."""
    return [
        [replace(told, label=replace(told.label, is_relevant=not told.label.is_relevant)) for told in week]
        for week in weeks
    ]
