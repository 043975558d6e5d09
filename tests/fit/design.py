"""Labelled pairs of articles as rows of numbers: what the shipped pair models give for a weight of one and all others zero.

The models of stories/pairs.py are linear in their weights, so no measure is written down twice: whoever changes one there changes
the column here. Which articles are compared, and in which state of the window, is as when the product scores them
(`monitor score --jsonl`); it does not depend on the weights that are fitted.
"""

from __future__ import annotations

import csv
import gzip
import json
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from unittest.mock import patch

from monitor.articles.clean import seed_text
from monitor.pipeline.judging import scorer
from monitor.pipeline.judging import stream as streams
from monitor.settings import TopicSettings
from monitor.stories import cluster, pairs
from tests.fit.numbers import ROOT

LABELS = ROOT / "tests" / "quality" / "data"
TEXTS, HEADLINES = "_TEXTS", "_HEADLINES"  # the models, by their names in stories/pairs.py
NOT_LINEAR = {"days"}  # of a model: over how many days it fades
WEEKS = ("2018-03-19", "2018-07-02", "2018-12-03", "2019-01-28", "2019-05-06")
BEFORE = timedelta(days=18)  # of the stream before a week
INVENTED = 60  # of the pairs in story-pairs.tsv, the first
START = datetime(2023, 1, 2)  # noqa: DTZ001 - only the days between matter


@dataclass
class Design:
    """A row of numbers for each pair, by the names of the weights, and whether both report one event."""

    names: tuple[str, ...]
    rows: list[list[float]] = field(default_factory=list)
    holds: list[bool] = field(default_factory=list)

    def column(self, name):
        """What all pairs have of one measure."""
        place = self.names.index(name)
        return [row[place] for row in self.rows]


def texts(folder):
    """Pairs of running texts: 1,856 news articles of 2016-18 grouped by editors."""
    file = folder / "quality" / "allsides_2016_2018.jsonl.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = sorted((json.loads(line) for line in lines), key=lambda row: row["date"])
    records = [
        {"id": row["id"], "title": row["title"], "text": row["body"], "published": row["date"]}
        for row in rows
    ]
    return of_sets(TEXTS, [(records, {row["id"]: row["story"] for row in rows})])


def headlines(folder):
    """Pairs of headlines: five labelled weeks of one hot topic, and sixty invented pairs."""
    with (folder / "headlines-2018-2019.tsv").open(encoding="utf-8") as lines:
        every = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return of_sets(HEADLINES, [*(_week(every, week) for week in WEEKS), _invented()])


def of_sets(model, sets):
    """The pairs of (records of a stream, id -> label) that one model judges."""
    topic, seeds = _shipped()
    design = Design(tuple(_units(getattr(pairs, model))))
    for records, labels in sets:
        for one, other, which, row in _pairs(records, labels, topic, seeds):
            if which == model:
                design.rows.append(row)
                design.holds.append(labels[one] == labels[other])
    return design


def measured(own, other, common, days):
    """(model, row) of two weighed articles."""
    is_text = pairs.are_texts(own, other)
    model, row = TEXTS if is_text else HEADLINES, []
    for unit in _units(getattr(pairs, model)).values():
        with patch.object(pairs, model, unit):
            row.append(
                pairs.of_texts(own, other, common, days) if is_text else pairs._of_headlines(own, other, days)
            )
    return model, row


def _units(model):
    """Weight -> the model with one of it and nothing of all others; of `line`, which is taken off, minus one comes out."""
    names = [each.name for each in fields(model) if each.name not in NOT_LINEAR]
    nothing = replace(model, **dict.fromkeys(names, 0.0))
    return {name: replace(nothing, **{name: 1.0}) for name in names}


def _pairs(records, labels, topic, seeds):
    """(id, id, model, row) of each labelled article and the labelled ones of two weeks that it is compared with."""
    ids = [record["id"] for record in records]
    found = []

    def seen(features, published, window):
        for near in window.near(features, limit=cluster._CANDIDATES):
            item = near.item
            is_labelled = item.article_id is not None and ids[item.article_id] in labels
            if is_labelled and cluster._is_recent(item, published):
                own, other = window.weighed(features), window.weighed_at(near.number)
                days = cluster._days(item.published, published)
                row = measured(own, other, window.common(features, near.number), days)
                found.append((ids[item.article_id], *row))

    with _watched(seen):
        for line, _, _ in streams._judged(records, topic, seeds, None):
            if line["id"] in labels:
                yield from ((line["id"], *each) for each in found)
            found.clear()


@contextmanager
def _watched(seen):
    """Call `seen` with features, moment and window of every article that looks for its story."""

    def story_of(features, published, window):
        seen(features, published, window)
        return cluster.story_of(features, published, window)

    with patch.object(scorer, "story_of", story_of):
        yield


def _week(every, week):
    """The stream of a labelled week and of the days before, and its labels."""
    start = datetime.fromisoformat(week)
    records = [
        {"id": r["id"], "title": r["headline"], "published": r["date"], "source": r["source"]}
        for r in every
        if start - BEFORE <= datetime.fromisoformat(r["date"]) < start + timedelta(days=7)
    ]
    return records, dict(_read(f"week-{week}.tsv"))


def _invented():
    """Each pair a month from the next, as in test_stories_of_headlines; of one label when both say the same."""
    records, labels = [], {}
    for number, (kind, *titles) in enumerate(_read("story-pairs.tsv")[:INVENTED]):
        for side, title in enumerate(titles):
            moment = (START + timedelta(days=30 * number, hours=side)).isoformat()
            records.append({"id": (number, side), "title": title, "published": moment})
            labels[number, side] = (number, 0 if kind == "same" else side)
    return records, labels


def _read(name):
    return [line.split("\t") for line in (LABELS / name).read_text("utf-8").splitlines()]


def _shipped():
    """The topic and seeds as shipped."""
    file = ROOT / "config" / "topics" / "us-china-trade.toml"
    topic = TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))
    files = sorted((ROOT / "seeds").glob("*.md"))
    return topic, [seed_text(each.read_text("utf-8"), name=each.name) for each in files]
