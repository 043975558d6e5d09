"""With an encoder: what is undecided gets a meaning, it is stored, and everything can be computed again without the encoder."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Stage
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import explain, feedback, learn, score
from monitor.pipeline.judging.sense import Sense
from monitor.pipeline.judging.stream import stream, stream_of_weeks
from monitor.settings import DigestSettings
from monitor.store import articles as articles_store
from monitor.store import scores as scores_store
from monitor.stories import describe
from monitor.stories.embedding import Embedding
from monitor.stories.features import opening
from monitor.topics import Background, build_profile, fit, read, with_examples
from tests import make
from tests.pipeline.judging.northland import SEED, TOPIC

ON = "Northland cuts northland cod quota before herring season"
OPEN = "Fish market opens in the old town"
OFF = [f"{what} number {n}" for n in range(5) for what in ("Tram opens", "Bank closes", "Opera sings", "Storm over town", "Cup final")]  # fmt: skip


class Words:
    """An encoder of words alone: each text a vector of which words it holds. Remembers what it was asked."""

    identity = "words"

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
    learn.learn_topic(context, TOPIC)
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
    score.score_articles(context)
    found = meanings(context)
    assert [identity for identity, value in found.items() if value is not None] == [2]
    verified = explain.verify(read_house, TOPIC)  # which has no encoder
    assert (verified.scores, verified.differing) == (len(OFF) + 2, ())


def test_without_an_encoder_nothing_has_a_meaning(read_house):
    score.score_articles(read_house)
    assert set(meanings(read_house).values()) == {None}


def test_an_encoder_that_comes_later_finds_examples_at_once(read_house, words, now):
    score.score_articles(read_house)
    put(read_house, now, ["Herring landed while boats wait for better weather"], first=40)
    score.score_articles(replace(read_house, sense=Sense(lambda: words)))
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


def embeddings_of(context):
    """Article id -> the vector that is kept, of those scored."""
    with context.store.begin() as connection:
        kept = dict(scores_store.features_of(connection, range(1, 100), json.loads))
    return {identity: Embedding.of_json(stored["e"]) for identity, stored in kept.items() if "e" in stored}


def test_the_headline_and_first_sentence_of_what_is_relevant_are_encoded_once_and_kept(read_house, words):
    score.score_articles(replace(read_house, sense=Sense(lambda: words)))
    kept = embeddings_of(read_house)
    assert kept == {1: Embedding.of(words.vector(ON), model="words")}
    asked = len(words.asked)
    score.score_articles(replace(read_house, sense=Sense(lambda: words)))
    assert len(words.asked) == asked
    assert embeddings_of(read_house) == kept


def test_without_an_encoder_no_vector_is_kept(read_house):
    score.score_articles(read_house)
    assert embeddings_of(read_house) == {}


def test_what_an_answer_brings_onto_the_topic_gets_a_vector_too(read_house, words):
    context = replace(read_house, sense=Sense(lambda: words))
    score.score_articles(context)
    feedback.take_answer(context, TOPIC, 2, "relevant")
    assert set(embeddings_of(read_house)) == {1, 2}


def test_a_text_is_encoded_by_its_headline_and_its_first_sentence():
    article = make.article(title=ON, text="Boats stay in port. Prices rise.")
    assert opening(article, describe(article)) == f"{ON}\nBoats stay in port."
    bare = make.article(title=ON, text="")
    assert opening(bare, describe(bare)) == ON


def streamed(lines, **changes):
    return [json.dumps(row) for row in stream(lines, TOPIC, [], **changes)]


def test_a_stream_scores_the_same_every_time_and_words_alone_where_they_decide(words):
    lines = [{"id": n, "title": title, "published": "2026-03-05"} for n, title in enumerate([ON, OPEN, *OFF])]
    plain = streamed(lines)
    one, two = (streamed(lines, sense=Sense(lambda: words)) for _ in range(2))
    assert one == two
    relevances = [[json.loads(row)["relevance"] for row in rows] for rows in (plain, one)]
    assert [n for n, (a, b) in enumerate(zip(*relevances, strict=True)) if a != b] == [1]


class Topics(Words):
    """An encoder that knows of cod, of fishermen, which are not far from it, and of all else."""

    def vector(self, text):
        if "cod" in text.lower():
            return (1.0, 0.0, 0.0)
        return (0.75, 0.66, 0.0) if "fishermen" in text.lower() else (0.0, 0.0, 1.0)


COD = ["Northland cuts cod quota", "Nordic fishermen are angry", "Northland herring fleet sails south"]


def test_a_stream_joins_headings_by_what_they_mean():
    lines = [{"id": n, "title": title, "published": "2026-03-05"} for n, title in enumerate([*COD, *OFF])]
    plain, meant = (
        {row["id"]: row["heading"] for row in stream_of_weeks(lines, TOPIC, [], sense=sense)}
        for sense in (None, Sense(Topics))
    )
    assert meant[1] == meant[0] != meant[2]
    assert plain[1] != plain[0]


def test_a_headline_that_says_what_another_said_in_other_words_is_less_new(words):
    lines = [{"id": n, "title": title, "published": "2026-03-05"} for n, title in enumerate([*COD, *OFF])]
    plain, meant = (
        {row["id"]: row["novelty"] for row in stream(lines, TOPIC, [], sense=sense)}
        for sense in (None, Sense(Topics))
    )
    assert meant[1] < plain[1]
    assert meant[2] > plain[2]


def shown(context):
    """The headlines of an issue's entries, each with those of its developments."""
    made = digest.compose_issue(context, TOPIC, kind="preview").digest
    return {
        entry.headline: [each.headline for each in entry.developments] for entry in (*made.top, *made.also)
    }


@pytest.fixture
def fish_house(house, tmp_path, now):
    """A house that read of a quota, of fishermen and of a fleet."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    context = house(topics=[TOPIC], digest=DigestSettings(out=str(tmp_path / "out")))
    learn.learn_topic(context, TOPIC)
    put(context, now, [*COD, *OFF])
    return context


def test_an_issue_joins_by_the_vectors_that_are_kept_and_asks_no_encoder(fish_house):
    score.score_articles(replace(fish_house, sense=Sense(Topics)))
    with_encoder = shown(replace(fish_house, sense=Sense(Topics)))
    assert sorted(with_encoder) == sorted([COD[0], COD[2]])
    assert with_encoder[COD[0]] == [COD[1]]
    assert shown(fish_house) == with_encoder


def test_an_issue_of_words_alone_does_not(fish_house):
    score.score_articles(fish_house)
    assert sorted(shown(fish_house)) == sorted(COD)
