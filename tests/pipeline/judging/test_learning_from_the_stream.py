"""A topic known by its seeds only learns from what it judged relevant, and every score can still be computed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Stage
from monitor.pipeline.judging import explain, learn, score
from monitor.pipeline.judging.knowledge import judging
from monitor.store import articles as articles_store
from monitor.store import scores as scores_store
from tests import make
from tests.pipeline.judging.northland import SEED, TOPIC

BARE = TOPIC.model_copy(update={"facets": ()})
OFF = [f"{what} number {n}" for n in range(60) for what in ("Tram opens", "Bank closes", "Opera sings")]
CLEAR = [f"Northland sets cod quota, boats fish for herring, minister Olsen says {n}" for n in range(25)]
LATER = "Minister Olsen says no"


@pytest.fixture
def read_house(house, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    context = house(topics=[BARE])
    learn.learn_topic(context, BARE)
    return context


def put(context, titles, *, first=1):
    with context.store.begin() as connection:
        for n, title in enumerate(titles, start=first):
            new = make.article(
                title=title,
                url=f"http://example.org/{n}",
                published=context.now - timedelta(minutes=500 - n),
                seen_at=context.now,
                stage=Stage.READ,
            )
            assert articles_store.add(connection, new, key=f"http://example.org/{n}")


def test_what_was_relevant_teaches_the_next_background_and_all_scores_come_out_again(read_house):
    put(read_house, OFF[:150])
    assert not judging(read_house, BARE).background.stream
    score.score_articles(read_house)
    next_day = replace(read_house, now=read_house.now + timedelta(hours=25))
    put(next_day, CLEAR, first=200)
    score.score_articles(next_day)
    later = replace(read_house, now=next_day.now + timedelta(hours=25))
    put(later, [*OFF[150:], LATER], first=300)
    score.score_articles(later)
    taught = judging(later, BARE).background
    assert "olsen" in dict(taught.stream)
    verified = explain.verify(later, BARE)
    assert (verified.scores, verified.differing) == (len(OFF) + len(CLEAR) + 1, ())
    with later.store.begin() as connection:
        (newest,) = scores_store.of_article(connection, len(OFF) + len(CLEAR) + 1)
    assert "like clear articles before it" in newest.score.why
