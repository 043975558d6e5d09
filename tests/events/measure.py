"""Which claim heads the entries of labelled sequences of events, beside who was first and who was last.

python -m tests.events.measure 1        set 1: each sequence alone, then all of them in one week
"""

from __future__ import annotations

import sys
import tomllib
from datetime import timedelta
from pathlib import Path

from monitor.digests.select import named
from monitor.model import Candidate
from monitor.settings import TopicSettings
from monitor.topics import build_profile
from tests.events.sequences import DATA, MONDAY, Desk, article, rows

ROOT = Path(__file__).parents[2]
UNTIL = MONDAY + timedelta(days=7)


def desk():
    """A desk of the shipped topic after some weeks of invented headlines."""
    file = ROOT / "config" / "topics" / "us-china-trade.toml"
    topic = TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))
    titles = [line.split("\t")[1] for line in (DATA / "headlines.tsv").read_text("utf-8").splitlines()]
    before = [
        article(
            n, {"hour": str(-24 * 35 + 5 * n), "outlet": f"Paper {n % 7}", "headline": title, "sentence": ""}
        )
        for n, title in enumerate(titles, start=1)
    ]
    return Desk(topic, build_profile(topic, []), before=before)


def issue(sequences):
    """The entries of one week that holds all these sequences, best first, and the article ids of each sequence."""
    made, owner, identity = desk(), {}, 1000
    for number, reports in sequences.items():
        for row in reports:
            identity += 1
            owner[identity] = number
            row["id"] = identity
    waiting = [
        made.take(article(row["id"], row))
        for row in sorted(
            (r for reports in sequences.values() for r in reports), key=lambda r: float(r["hour"])
        )
    ]
    return made.entries(waiting, UNTIL), owner


def judged(number):
    """Of each sequence whether the right claim heads: alone, in one week with all, by the first report, by the last."""
    found = rows(number)
    together, owner = issue(found)
    for sequence, reports in found.items():
        right = next(row["headline"] for row in reports if row["role"] == "head")
        alone, _ = issue({sequence: reports})
        shown = [each for entry in together for each in named(entry, len(entry.developments)).shown]
        among = [each for each in shown if owner[each.article_ids[0]] == sequence]
        among = [each for each in among if isinstance(each, Candidate)] or among
        in_time = sorted(reports, key=lambda row: float(row["hour"]))
        yield (
            sequence,
            reports[0]["sort"],
            bool(alone) and alone[0].headline == right,
            bool(among) and among[0].headline == right,
            in_time[0]["headline"] == right,
            in_time[-1]["headline"] == right,
            [entry.headline for entry in alone],
            [entry.headline for entry in among],
            right,
        )


if __name__ == "__main__":
    found = list(judged(int(sys.argv[1])))
    for number, sort, *right, alone, among, wanted in found:
        marks = " ".join("+" if each else "-" for each in right)
        print(f"{number:3} {marks}  {sort}: {wanted}")  # noqa: T201 - what it is for
        if not (right[0] and right[1]) or "-v" in sys.argv:
            print("      alone:", alone, "\n      week: ", among)  # noqa: T201 - the same
    shares = [sum(each[place] for each in found) / len(found) for place in (2, 3, 4, 5)]
    print("alone {:.2f}, in one week {:.2f}, first heads {:.2f}, newest heads {:.2f}".format(*shares))  # noqa: T201
