"""With an encoder: what is undecided gets a meaning, it is stored, and everything can be computed again without the encoder."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Stage
from monitor.pipeline.judging import explain, learn, score
from monitor.pipeline.judging.meaning import Sense
from monitor.pipeline.judging.stream import stream
from monitor.store import articles as articles_store
from monitor.store import scores as scores_store
from monitor.topics import Background, build_profile, fit, read, with_examples
from tests import make
from tests.pipeline.judging.northland import SEED, TOPIC

ON = "Northland cuts northland cod quota before herring season"
OPEN = "Fish market opens in the old town"
OFF = [f"{what} number {n}" for n in range(5) for what in ("Tram opens", "Bank closes", "Opera sings", "Storm over town", "Cup final")]  # fmt: skip


class Words:
    """An encoder of words alone: each text a vector of which words it holds. Remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        return [self.vector(text) for text in texts]

    def vector(self, text):
        row = [0.0] * 64
        for word in text.lower().split():
            row[zlib.crc32(word.encode()) % 64] += 1
        length = sum(x * x for x in row) ** 0.5 or 1.0
        return tuple(x / length for x in row)


@pytest.fixture
def words():
    return Words()


@pytest.fixture
def read_house(house, tmp_path, now):
    """A house with articles that were read."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    context = house(topics=[TOPIC])
    learn.run(context, TOPIC)
    put(context, now, [ON, OPEN, *OFF])
    return context


def put(context, now, titles, first=1):
    with context.store.begin() as connection:
        for n, title in enumerate(titles, start=first):
            new = make.article(
                title=title,
                url=f"http://example.org/{n}",
                published=now - timedelta(hours=60 - n),
                seen_at=now - timedelta(hours=1),
                stage=Stage.READ,
            )
            assert articles_store.add(connection, new, key=f"http://example.org/{n}")


def meanings(context):
    """Article id -> meaning, of those that have one."""
    with context.store.begin() as connection:
        made = scores_store.bare(connection, TOPIC.id)
        return {s.score.article_id: dict(s.score.relevance.features).get("meaning") for s in made}


def test_only_the_undecided_get_a_meaning_and_all_scores_come_out_again(read_house, words):
    context = replace(read_house, sense=Sense(lambda: words))
    score.run(context)
    found = meanings(context)
    assert [identity for identity, value in found.items() if value is not None] == [2]
    verified = explain.verify(read_house, TOPIC)  # which has no encoder
    assert (verified.scores, verified.differing) == (len(OFF) + 2, ())


def test_without_an_encoder_nothing_has_a_meaning(read_house):
    score.run(read_house)
    assert set(meanings(read_house).values()) == {None}


def test_an_encoder_that_comes_later_finds_examples_at_once(read_house, words, now):
    score.run(read_house)
    put(read_house, now, ["Herring landed while boats wait for better weather"], first=40)
    score.run(replace(read_house, sense=Sense(lambda: words)))
    assert [n for n, value in meanings(read_house).items() if value is not None] == [len(OFF) + 3]
    assert explain.verify(read_house, TOPIC).differing == ()


def test_the_encoder_is_not_opened_where_nothing_is_undecided(read_house):
    def never():
        raise AssertionError

    profile = build_profile(TOPIC, [])
    readings = [read(title) for title in [ON, *OFF]]
    background = with_examples(fit(readings, profile), readings, profile)
    assert Sense(never).of(profile, background) is not None
    assert Sense(never).of(profile, Background()) is None
    assert Sense(never).of(profile, replace(background, others=background.others[:5])) is None


def test_examples_are_encoded_once_for_many_backgrounds(words):
    profile = build_profile(TOPIC, [])
    readings = [read(title) for title in [ON, *OFF]]
    background = with_examples(fit(readings, profile), readings, profile)
    sense = Sense(lambda: words)
    first = sense.of(profile, background)(read(OPEN))
    asked = len(words.asked)
    assert sense.of(profile, replace(background, documents=99))(read(OPEN)) == first
    assert words.asked[asked:] == [" ".join(read(OPEN).words)]


def test_a_stream_scores_the_same_every_time_and_as_before_without_an_encoder(words):
    lines = [{"id": n, "title": title, "published": "2026-03-05"} for n, title in enumerate([ON, OPEN, *OFF])]
    plain = [json.dumps(row) for row in stream(lines, TOPIC, [])]
    one, two = (
        [json.dumps(row) for row in stream(lines, TOPIC, [], sense=Sense(lambda: words))] for _ in range(2)
    )
    assert one == two
    assert [n for n, (a, b) in enumerate(zip(plain, one, strict=True)) if a != b] == [1]
