"""Does an issue tell what an editor must tell? Real weeks made week by week by the command line, against labelled main events.

    python -m tests.replay.main_events ../shared/data /tmp/weeks         makes the issues of 2018-19 (78 weeks, some minutes), then counts
    python -m tests.replay.main_events ../shared/data /tmp/weeks --made  counts those that are there
    python -m tests.replay.main_events ../shared/data /tmp/weeks --again composes them once more (a minute), then counts;
                                                         --set weights.novelty=2 as `monitor replay` takes it

Three counts. Ten weeks of dev-headings.tsv and dev-main-events.tsv, on which the rules were chosen. Eight others that were labelled later
and chose nothing before 30 Nov 2026 (tests/quality/data/eight-weeks). And of the weeks nobody labelled, whether entries are about the
topic, by the grades of headlines-2018-2019.tsv. Rank 1 of a main event: among the first five entries; rank 2: anywhere. An entry tells a heading when its lead
or a development named under it carries that label.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from monitor.app import opened
from monitor.digests.frozen import to_json
from monitor.pipeline.issuing import replay
from tests.replay.archive import pieces
from tests.replay.editions import Edition, make
from tests.replay.server import serve

FIRST, LAST = datetime(2018, 1, 8, 8, tzinfo=UTC), datetime(2019, 7, 1, 8, tzinfo=UTC)
TOP = 5
FIRST_PLACES = 3
EIGHT = Path(__file__).parents[1] / "quality" / "data" / "eight-weeks"
LARGE = 3  # reports of a heading that must have an entry


def make_all(data: Path, folder: Path) -> None:
    """An issue for each week from FIRST to LAST, in one database."""
    ends = [FIRST + timedelta(weeks=week) for week in range((LAST - FIRST).days // 7 + 1)]
    with serve(pieces(data), ends[0]) as site:
        make(folder, site, ends)


def again(folder: Path, changes: list[str]) -> dict[int, Any]:
    """The content of every issue by number, composed once more by the rules of today from what was stored then."""
    with opened(config=folder / "config", data=folder / "data") as context:
        (topic,) = context.settings.topics
        day = timedelta(days=1)
        replayed = replay.replay_issues(context, topic, since=FIRST - day, until=LAST + day, changes=changes)
        return {each.issue.number: json.loads(to_json(each.digest)) for each in replayed}


def as_made(folder: Path) -> dict[int, Any]:
    """The content of every issue that lies in `folder`, by number."""
    numbers = range(1, (LAST - FIRST).days // 7 + 2)
    return {number: Edition(folder, number).content for number in numbers}


def measured(data: Path, labels: Labels, folder: Path, contents: dict[int, Any]) -> dict[str, float]:
    """The means over the labelled weeks, weeks counting alike; over events where the name says so."""
    grades = _grades(data)
    found: dict[str, list[float]] = defaultdict(list)
    for week, gold in labels.headings.items():
        entries = _entries(folder, contents[_number(week)])
        for name, value in _of_week(entries, gold, labels.events[week], grades):
            found[name].append(value)
    return {name: sum(values) / len(values) for name, values in found.items()}


def graded(data: Path, weeks: Collection[str], folder: Path, contents: dict[int, Any]) -> dict[str, float]:
    """Of the weeks that are not among `weeks`: how many graded entries are about the topic, and how many are not at all."""
    grades = _grades(data)
    labelled = {_number(week) for week in weeks}
    found: list[tuple[int, int]] = []
    for number in contents.keys() - labelled:
        leads = [each[0][0] for each in _entries(folder, contents[number])]
        found += [(place, grades[lead]) for place, lead in enumerate(leads) if lead in grades]
    first = [grade for place, grade in found if place < FIRST_PLACES]
    every = [grade for _, grade in found]
    return {
        "entries of unlabelled weeks": len(every),
        "of them about the topic (grade 2)": every.count(2) / len(every),
        "of them not about it at all (grade 0)": every.count(0) / len(every),
        "of the first three of an issue, not at all": first.count(0) / len(first),
    }


def _of_week(entries, gold, events, grades):
    leads = [gold.get(each[0][0]) for each in entries]
    tells = [{gold[i] for ids in each for i in ids[:1] if i in gold} for each in entries]
    first = [lead for lead in leads[:TOP] if lead]
    labelled = [lead for lead in leads if lead]
    yield "distinct headings among the first five", len(set(first)) / max(1, len(first))
    yield "distinct headings among all entries", len(set(labelled)) / max(1, len(labelled))
    known = [grades[each[0][0]] for each in entries if each[0][0] in grades]
    yield "entries about the topic (grade 2)", sum(grade == 2 for grade in known) / len(known)
    yield "entries that touch the topic (grade 1 or 2)", sum(grade >= 1 for grade in known) / len(known)
    whole = set().union(*tells)
    large = [heading for heading, count in Counter(gold.values()).items() if count >= LARGE]
    yield (
        f"headings of {LARGE}+ reports without an entry",
        sum(heading not in whole for heading in large) / len(large),
    )
    leading = [headings for rank, headings in events if rank == 1]
    yield "first place is a leading main event", any(leads[0] in headings for headings in leading)
    top = set().union(*tells[:TOP])
    yield "leading main events among the first five", sum(bool(each & top) for each in leading) / len(leading)
    yield "main events told", sum(bool(each & whole) for _, each in events) / len(events)


def _entries(folder: Path, content: dict[str, Any]) -> list[list[list[str]]]:
    """Of each entry the stories it shows, the lead first, each as ids of its headlines, its own first."""
    with sqlite3.connect(f"file:{folder / 'data' / 'monitor.db'}?mode=ro", uri=True) as connection:
        urls = dict(connection.execute("select id, url from articles"))
    found = []
    for entry in (*content["top"], *content["also"]):
        named = [each for each in entry.get("developments", ()) if each["is_named"]]
        found.append([[Path(urls[i]).stem for i in story["article_ids"]] for story in (entry, *named)])
    return found


class Labels(NamedTuple):
    """By week (its Monday): the heading of each headline, and the main events with their rank, each as any of some headings."""

    headings: dict[str, dict[str, str]]
    events: dict[str, list[tuple[int, set[str]]]]


def labels_of(headings: Path, events: Path) -> Labels:
    """Labels as two files have them: `week id heading`, and `week rank headings what`."""
    gold: dict[str, dict[str, str]] = defaultdict(dict)
    told: dict[str, list[tuple[int, set[str]]]] = defaultdict(list)
    for row in _rows(headings):
        gold[row["week"]][row["id"]] = row["heading"]
    for row in _rows(events):
        told[row["week"]].append((int(row["rank"]), set(row["headings"].split("|"))))
    return Labels(dict(gold), dict(told))


def ten_weeks(data: Path) -> Labels:
    """Labels of the weeks on which the rules were chosen."""
    return labels_of(data / "quality" / "dev-headings.tsv", data / "quality" / "dev-main-events.tsv")


def eight_weeks() -> Labels:
    """Labels of weeks that were labelled afterwards."""
    return labels_of(EIGHT / "headings.tsv", EIGHT / "main-events.tsv")


def _number(week: str) -> int:
    """Which issue tells the week that begins on this Monday."""
    return ((datetime.fromisoformat(week) + timedelta(days=7)).date() - FIRST.date()).days // 7 + 1


def _grades(data: Path) -> dict[str, int]:
    rows = _rows(data / "headlines-2018-2019.tsv", csv.QUOTE_NONE)
    return {row["id"]: int(row["grade"]) for row in rows}


def _rows(file: Path, quoting: int = csv.QUOTE_MINIMAL):
    with file.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=quoting)


if __name__ == "__main__":
    data, folder = map(Path, sys.argv[1:3])
    options = sys.argv[3:]
    if not options:
        make_all(data.resolve(), folder)
    changes = options[options.index("--set") + 1 :] if "--set" in options else []
    contents = again(folder, changes) if "--again" in options else as_made(folder)
    ten, eight = ten_weeks(data), eight_weeks()
    counts = [measured(data, labels, folder, contents) for labels in (ten, eight)]
    for name, value in counts[0].items():
        print(f"{value:6.3f} {counts[1][name]:6.3f}  {name}")  # noqa: T201 - what it is for
    for name, value in graded(data, {*ten.headings, *eight.headings}, folder, contents).items():
        print(f"{value:6.3f}  {name}")  # noqa: T201
