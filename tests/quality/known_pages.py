"""Pages of known things and of news, each judged and composed alone in the week after an issue told twelve events.

    python -m tests.quality.known_pages full a       the cases of half "a" that come out wrong, as full texts

data/known-pages.jsonl: 12 invented articles that issue 1 tells; 40 pages that tell nothing new (the five seeds, seeds and told articles
in other words, recaps); 37 that are news. Relevance is given; novelty, duplicate, story, candidate, heading and choice are the product's.
"""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from monitor.articles.clean import seed_text
from monitor.pipeline.issuing.digest import _sentences
from monitor.settings import TopicSettings
from monitor.store.issues import Reported
from monitor.text.tokens import terms
from monitor.text.vectors import Vocabulary, cosine, counts, weigh
from monitor.topics import build_profile
from tests.events.sequences import DATA, MONDAY, Desk, article

ROOT = Path(__file__).parents[2]
WORDS = {"full": 10_000, "thin": 40, "headline": 0, "background": 10_000}  # of a page's text, by form
HOURS = (20, 160)  # of the week: the first and the last page


@dataclass(frozen=True)
class Case:
    """One page: `is_news`, its sort, its half (b is not tuned on), and the verdict: new, updated, known."""

    id: str
    is_news: bool
    kind: str
    half: str
    title: str
    verdict: str
    receipt: tuple[str, ...]
    likeness: float  # cosine of the nearest told text or seed, 0..1: the baseline


@cache
def rows():
    """The rows of the file; a page that is a seed gets the seed's text."""
    found = []
    for line in (DATA / "known-pages.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        row["text"] = row["text"] or seeds()[row["of"].removeprefix("seed:")].text
        found.append(row)
    return found


@cache
def seeds():
    """The five seeds by the names of their files."""
    return {
        f.name: seed_text(f.read_text("utf-8"), name=f.name) for f in sorted((ROOT / "seeds").glob("*.md"))
    }


def _article(identity, row, hour, words):
    text = " ".join(row["text"].split()[:words])
    return article(
        identity, {"hour": str(hour), "outlet": row["outlet"], "headline": row["title"], "sentence": text}
    )


def _with_background(page):
    """A page of news as papers write it: forty words, then all that was told of the event."""
    told = {row["id"]: row["text"] for row in rows() if row["role"] == "told"}
    if page["role"] == "known" or page["of"] not in told:
        return page
    return page | {"text": " ".join([*page["text"].split()[:40], "...", told[page["of"]]])}


def told_desk():
    """A desk that knows the seeds and some weeks of headlines, and what issue 1 told of the twelve articles."""
    file = ROOT / "config" / "topics" / "us-china-trade.toml"
    topic = TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))
    titles = [line.split("\t")[1] for line in (DATA / "headlines.tsv").read_text("utf-8").splitlines()]
    before = [
        article(
            n, {"hour": str(5 * n - 24 * 35), "outlet": f"Paper {n % 7}", "headline": title, "sentence": ""}
        )
        for n, title in enumerate(titles, start=1)
    ]
    desk = Desk(topic, build_profile(topic, seeds().values()), before=before, seeds=tuple(seeds().values()))
    waiting = [
        desk.take(_article(500 + n, row, 12 * n + 2, 10_000))
        for n, row in enumerate(row for row in rows() if row["role"] == "told")
    ]
    until = MONDAY + timedelta(days=7)
    shown = [story for entry in desk.entries(waiting, until) for story in entry.shown]
    told = [
        Reported(
            issue=1, story_id=each.story_id, headline=each.headline, sentences=_sentences(each), at=until
        )
        for each in shown
    ]
    return desk, told


def judged(form):
    """Each page with its verdict, alone in its week."""
    desk, told = told_desk()
    pages = [row for row in rows() if row["role"] != "told"]
    if form == "background":
        pages = list(map(_with_background, pages))
    near = _nearest(pages, form)
    first, last = HOURS
    for n, row in enumerate(pages):
        hour = 7 * 24 + first + (last - first) * n / len(pages)
        scored = desk.take(_article(1000 + n, row, hour, WORDS[form]))
        entries = desk.entries([scored], MONDAY + timedelta(days=14), told=told)
        desk.scored.pop()
        desk.memory.bring_up_to_date([1000 + n], ())
        shown = [story for entry in entries for story in entry.shown]
        receipt = tuple(quote.text for story in shown for quote in story.whats_new)
        receipt += tuple(f"{change.old} -> {change.new}" for story in shown for change in story.changes)
        yield Case(
            row["id"], row["role"] == "news", row["kind"], row["half"], row["title"],
            shown[0].status if shown else "known", receipt, near[n],
        )  # fmt: skip


def _nearest(pages, form):
    """What anyone would do first: the cosine of the nearest seed or told text, terms weighed by TF-IDF of all of them."""
    texts = [f"{seed.title}\n{seed.text}" for seed in seeds().values()]
    texts += [f"{row['title']}\n{row['text']}" for row in rows() if row["role"] == "told"]
    asked = [f"{row['title']}\n{' '.join(row['text'].split()[: WORDS[form]])}" for row in pages]
    counted = [counts(terms(text)) for text in (*texts, *asked)]
    vocabulary = Vocabulary.of(counted)
    vectors = [weigh(each, vocabulary) for each in counted]
    held, own = vectors[: len(texts)], vectors[len(texts) :]
    return [max(cosine(vector, other) for other in held) for vector in own]


if __name__ == "__main__":
    for case in judged(sys.argv[1]):
        is_right = (case.verdict != "known") == case.is_news
        if case.half in sys.argv[2:] and not is_right:
            print(f"{case.id} {case.kind}: {case.verdict}, {case.title} {case.receipt}")  # noqa: T201 - what it is for
