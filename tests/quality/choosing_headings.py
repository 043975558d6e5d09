"""What weeks say that did not choose: `python -m tests.quality.choosing_headings DIR MODEL` (DIR as QUALITY_DATA, MODEL as MODEL_PATH).

Prints BCubed and pair F1 of the ten labelled weeks for settings around those shipped in stories/headings.py, and what each week gets
from the setting that serves the nine others best. Five to ten minutes of one core.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections import defaultdict, deque
from dataclasses import replace
from itertools import product
from pathlib import Path

from monitor.articles.clean import seed_text
from monitor.encode import opener
from monitor.pipeline.judging import stream
from monitor.pipeline.judging.sense import Sense
from monitor.settings import TopicSettings
from monitor.stories.consequence import is_remark
from monitor.stories.headings import BY_MEANING, Report, headings
from tests.quality.measures import bcubed_f1, pair_f1

ROOT = Path(__file__).parents[2]
GRID = {
    "line": (0.22, 0.24, 0.26, 0.28, 0.30, 0.32, 0.34),
    "closest": (0.5, 0.6, 0.7),
    "meaning": (0.6, 0.8, 1.0),
}


def labelled(folder):
    """Week -> id -> heading."""
    found = defaultdict(dict)
    with (folder / "quality" / "dev-headings.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found[row["week"]][row["id"]] = row["heading"]
    return found


def shipped():
    """The topic and seeds as shipped."""
    file = ROOT / "config" / "topics" / "us-china-trade.toml"
    topic = TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))
    return topic, [
        seed_text(f.read_text("utf-8"), name=f.name) for f in sorted((ROOT / "seeds").glob("*.md"))
    ]


def records(folder):
    """The headlines of two years as a stream takes them."""
    with (folder / "headlines-2018-2019.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        {"id": r["id"], "title": r["headline"], "published": r["date"], "source": r["source"]} for r in rows
    ]


def weeks(folder, model, gold):
    """Week -> (its stories as rows of (id, report), the story of each labelled id, what was known), as an issue would join them."""
    found, known = {}, deque()
    stories, labels, week = defaultdict(list), {}, ""
    for line, article, scored in stream._judged(records(folder), *shipped(), Sense(opener(model))):
        monday = str(stream._monday(article))
        if monday != week:
            if week in gold:
                found[week] = (list(stories.values()), labels, [features for _, features in known])
            known += [(r.published, r.features) for rows_ in stories.values() for _, r in rows_]
            while known and known[0][0] < article.published - stream.KEPT:
                known.popleft()
            stories, labels, week = defaultdict(list), {}, monday
        labels[line["id"]] = scored.score.story_id
        if scored.score.relevance.is_relevant:
            report = Report(scored.features, article.published, is_remark(article.title))
            stories[scored.score.story_id].append((line["id"], report))
    if week in gold:
        found[week] = (list(stories.values()), labels, [features for _, features in known])
    return found


def judged(gold, stories, labels, known, joining):
    """BCubed and pair F1 of one week."""
    groups = headings([[report for _, report in rows] for rows in stories], known, by_meaning=joining).groups
    leads = {
        labels[stories[place][0][0]]: labels[stories[group[0]][0][0]] for group in groups for place in group
    }
    ours = [leads.get(labels[identity], labels[identity]) for identity in gold]
    return bcubed_f1([*gold.values()], ours), pair_f1([*gold.values()], ours)


def main(folder, model):
    """Print the table."""
    gold = labelled(folder)
    told = weeks(folder, model, gold)
    settings = [
        replace(BY_MEANING, **dict(zip(GRID, values, strict=True))) for values in product(*GRID.values())
    ]
    settings += [replace(BY_MEANING, fade_days=days) for days in (6.0, 14.0)]
    table = {
        joining: [judged(gold[week], *told[week], joining) for week in sorted(told)] for joining in settings
    }
    mean = {
        joining: [sum(column) / len(column) for column in zip(*rows, strict=True)]
        for joining, rows in table.items()
    }
    for joining, (b3, pairs) in sorted(mean.items(), key=lambda item: -item[1][0]):
        mark = "  shipped" if joining == BY_MEANING else ""
        print(f"{joining}: BCubed F1 {b3:.3f}, pair F1 {pairs:.3f}{mark}")  # noqa: T201
    left_out = []
    for number in range(len(told)):
        best = max(table, key=lambda j: sum(b + p / 2 for n, (b, p) in enumerate(table[j]) if n != number))
        left_out.append(table[best][number])
    b3, pairs = (sum(column) / len(column) for column in zip(*left_out, strict=True))
    print(f"each week by the setting that serves the others best: BCubed F1 {b3:.3f}, pair F1 {pairs:.3f}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
