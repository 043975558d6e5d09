"""Does an issue tell what an editor must tell? Real weeks made week by week by the command line, against labelled main events.

    python -m tests.replay.main_events ../shared/data /tmp/weeks        makes the issues of 2018-19 (78 weeks, some minutes), then counts
    python -m tests.replay.main_events ../shared/data /tmp/weeks --made  counts those that are there
    python -m tests.replay.main_events ../shared/data /tmp/weeks --again composes the labelled ones once more (seconds), then counts;
                                                          --set weights.novelty=2 as `monitor replay` takes it

Labels of ten weeks: quality/dev-headings.tsv (which headline belongs under which heading) and dev-main-events.tsv (rank 1: among the
first five entries; rank 2: anywhere). An entry tells a heading when its lead or a development named under it carries that label.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.app import opened
from monitor.digests.frozen import to_json
from monitor.model import Digest
from monitor.pipeline.issuing import replay
from tests.replay.archive import pieces
from tests.replay.editions import Edition, make
from tests.replay.server import serve

FIRST, LAST = datetime(2018, 1, 8, 8, tzinfo=UTC), datetime(2019, 7, 1, 8, tzinfo=UTC)
TOP = 5
LARGE = 3  # reports of a heading that must have an entry


def make_all(data: Path, folder: Path) -> None:
    """An issue for each week from FIRST to LAST, in one database."""
    ends = [FIRST + timedelta(weeks=week) for week in range((LAST - FIRST).days // 7 + 1)]
    with serve(pieces(data), ends[0]) as site:
        make(folder, site, ends)


def again(data: Path, folder: Path, changes: list[str]) -> dict[int, Digest]:
    """The issues of the labelled weeks by number, composed once more by the rules of today from what was stored then."""
    found = {}
    with opened(config=folder / "config", data=folder / "data") as context:
        (topic,) = context.settings.topics
        for week in sorted(_labels(data)[0]):
            end = datetime.fromisoformat(week).replace(tzinfo=UTC) + timedelta(days=7)
            day = timedelta(days=1)
            for each in replay.replay_issues(
                context, topic, since=end - day, until=end + day, changes=changes
            ):
                found[each.issue.number] = each.digest
    return found


def measured(data: Path, folder: Path, digests: dict[int, Digest] | None = None) -> dict[str, float]:
    """The means over the ten labelled weeks, weeks counting alike; over events where the name says so.

    `digests`: by number, in place of the issues that lie in `folder`.
    """
    gold, events = _labels(data)
    grades = {row["id"]: int(row["grade"]) for row in _rows(data / "headlines-2018-2019.tsv", csv.QUOTE_NONE)}
    found: dict[str, list[float]] = defaultdict(list)
    for week in sorted(gold):
        number = ((datetime.fromisoformat(week) + timedelta(days=7)).date() - FIRST.date()).days // 7 + 1
        content = Edition(folder, number).content if digests is None else json.loads(to_json(digests[number]))
        entries = _entries(folder, content)
        for name, value in _of_week(entries, gold[week], events[week], grades):
            found[name].append(value)
    return {name: sum(values) / len(values) for name, values in found.items()}


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


def _labels(data: Path):
    gold: dict[str, dict[str, str]] = defaultdict(dict)
    events: dict[str, list[tuple[int, set[str]]]] = defaultdict(list)
    for row in _rows(data / "quality" / "dev-headings.tsv"):
        gold[row["week"]][row["id"]] = row["heading"]
    for row in _rows(data / "quality" / "dev-main-events.tsv"):
        events[row["week"]].append((int(row["rank"]), set(row["headings"].split("|"))))
    return gold, events


def _rows(file: Path, quoting: int = csv.QUOTE_MINIMAL):
    with file.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=quoting)


if __name__ == "__main__":
    data, folder = map(Path, sys.argv[1:3])
    options = sys.argv[3:]
    if not options:
        make_all(data.resolve(), folder)
    changes = options[options.index("--set") + 1 :] if "--set" in options else []
    digests = again(data, folder, changes) if "--again" in options else None
    for name, value in measured(data, folder, digests).items():
        print(f"{value:6.3f}  {name}")  # noqa: T201 - what it is for
