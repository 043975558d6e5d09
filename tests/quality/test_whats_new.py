"""What is new in real follow-up articles: does the sentence the product shows tell news? Labels: data/whats_new.tsv."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections import defaultdict, deque
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Article
from monitor.pipeline.judging.corpus import Memory
from monitor.pipeline.judging.scorer import Scorer, reading_of, whats_new
from monitor.stories import describe
from monitor.text.sentences import sentences
from monitor.topics import Background, build_profile, fit

FOLDER = os.environ.get("QUALITY_DATA", "")
pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]

ARTICLES, SENTENCES = 12, 60
PRECISION, TIMES_THE_LEAD = 0.85, 5.0  # targets


def short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def plain(sentence):
    return " ".join(re.findall(r"\w+", sentence.lower()))


@pytest.fixture(scope="module")
def labels(invented):
    """Article -> (part, sentence -> number and label)."""
    found = defaultdict(lambda: ("", {}))
    rows = [row for row in invented("whats_new.tsv") if not row[0].startswith("#")]
    for part, _, article, number, sentence, label in rows:
        found[article][1][sentence] = int(number), label
        found[article] = part, found[article][1]
    return dict(found)


def articles():
    with (Path(FOLDER) / "peoples-daily-tariff.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows):
        day = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
        yield Article(
            id=number, url=row["url"], title=row["title"], text=row["text"], published=day, seen_at=day
        )


def told(topic, seeds, wanted):
    """What the product says is new in each wanted article to a reader of all earlier ones, in time order.

    As the pipeline does it: articles are scored one by one, relevant ones are remembered for eight weeks; the background
    is taken from what came before, anew every fifty.
    """
    profile = build_profile(topic, seeds)
    memory = Memory.of(Background(), seeds=profile.seeds)
    scorer = Scorer(topic, profile, Background(), memory=memory)
    recent = deque(maxlen=4000)
    for article in articles():
        if len(recent) % 50 == 0:
            scorer.refit(topic, fit(recent, profile))
        if short(article.url) in wanted:
            memory.expire(article.published)
            yield article, whats_new([(article, describe(article))], memory, profile, was_told=True)
        recent.append(reading_of(article))
        scorer.score(article)


@pytest.fixture(scope="module")
def verdicts(topic, seeds, labels):
    """Part -> for each article whether its first sentence, its best labelled and its shown sentence are new."""
    found = defaultdict(list)
    for article, news in told(topic, seeds, labels):
        part, known = labels[short(article.url)]
        assert {short(plain(s)) for s in sentences(article.text)} >= known.keys(), "the archive has changed"
        label = {sentence: label == "new" for sentence, (_, label) in known.items()}
        lead = next(label == "new" for number, label in known.values() if number == 0)
        ranked = [label[short(plain(text))] for _, text in news.ranked if short(plain(text)) in label]
        shown = label.get(short(plain(news.sentences[0][1])))
        found[part].append((lead, ranked[0], shown))
    return found


def share(values):
    return sum(values) / len(values)


def test_the_shown_sentence_is_news_far_more_often_than_the_lead(labels, verdicts, report):
    assert len(labels) >= ARTICLES
    assert sum(len(known) for _, known in labels.values()) >= SENTENCES
    every = [row for rows in verdicts.values() for row in rows]
    for name, rows in (
        ("rules tuned on", verdicts["tune"]),
        ("held aside", verdicts["held"]),
        ("all", every),
    ):
        lead, best, shown = zip(*rows, strict=True)
        judged = [new for new in shown if new is not None]
        report(f"what is new, {name} ({len(rows)}): P@1 of labelled", share(best), PRECISION, share(lead))
        report(
            f"what is new, {name}: shown, of {len(judged)} labelled", share(judged), PRECISION, share(lead)
        )
    lead, best, _ = zip(*every, strict=True)
    report("what is new: times as often as the lead", share(best) / share(lead), TIMES_THE_LEAD)
    assert share(best) >= PRECISION
    assert share(best) >= TIMES_THE_LEAD * share(lead)
