"""What a preview promises is what happens when the file is saved and everything is scored anew; and it changes nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.model import Stage
from monitor.pipeline.issuing import digest
from monitor.pipeline.issuing.previewing import preview_topic
from monitor.pipeline.judging import feedback, learn, score
from monitor.settings import FacetSettings
from monitor.store import articles as articles_store
from monitor.store.schema import metadata, scores
from tests import make
from tests.pipeline.judging.northland import SEED, TOPIC
from tests.web.desk.conftest import context_on, live

SAID = {
    "here": ("Northland", "Nordby", "Northland minister Olsen", "Southland", "the capital", "parliament"),
    "what": ("cod quota", "herring boats", "fishing rules", "tram line", "opera season", "salmon farms"),
    "done": ("is raised", "is cut", "stays", "is voted on", "is blocked", "is praised"),
}
EDITS = 20
WORDS = ("parliament", "salmon", "trams", "olsen", "capital", "opera*", "boats", "southland")


def text_of(rng):
    here, what, done = (rng.choice(words) for words in SAID.values())
    title = f"{here}: {what} {done} {rng.randint(100, 999)}"
    more = " ".join(rng.choice(words) for words in SAID.values() for _ in range(rng.randint(0, 4)))
    return title, f"{title}, it was said. {more}."


@pytest.fixture
def lived_in(house, tmp_path):
    """A house with 120 articles of two weeks, scored and answered, with an issue between."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    rng = random.Random(7)  # noqa: S311 - repeatable, not secret
    context = house(topics=[TOPIC])
    learn.learn_topic(context, TOPIC)
    with context.store.begin() as connection:
        for n in range(120):
            title, text = text_of(rng)
            at = context.now - timedelta(hours=3 * n + 1)
            new = make.article(
                title=title,
                summary=text,
                url=f"http://example.org/{n}",
                published=at,
                seen_at=at,
                stage=Stage.READ,
            )
            articles_store.add(connection, new, key=f"k{n}")
    score.score_articles(context)
    return context


def relevant(context):
    with context.store.look() as connection:
        query = select(scores.c.article_id).where(scores.c.topic == TOPIC.id, scores.c.is_relevant)
        return set(connection.execute(query).scalars())


def everything(store):
    with store.look() as connection:
        return [
            tuple(row)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table).order_by(*table.primary_key))
        ]


def changed(rng, topic):
    """One edit by chance, as the fields it gives other values."""
    facets, place = list(topic.facets), rng.randrange(len(topic.facets) or 1)
    kind = rng.choice(["aliases", "weight", "side", "none", "mode", "must", "never", "sentence"])
    if kind in ("aliases", "weight") and facets:
        words = rng.choice([(*facets[place].aliases, rng.choice(WORDS)), facets[place].aliases[1:]])
        values = (
            {"aliases": tuple(dict.fromkeys(words)) or ("cod",)} if kind == "aliases" else {"weight": 0.5}
        )
        facets[place] = facets[place].model_copy(update=values)
        return {"facets": tuple(facets)}
    side = FacetSettings(name=f"more {len(facets)}", aliases=(rng.choice(WORDS),))
    return {
        "side": {"facets": (*facets, side)},
        "none": {"facets": ()},
        "mode": {"mode": rng.choice(["wide", "strict"])},
        "must": {"must": (rng.choice(WORDS), "cod")},
        "never": {"never": (rng.choice(WORDS),)},
    }.get(kind, {"sentence": "Salmon and trams"})


def edited(rng):
    """The topic with one to three edits by chance."""
    topic = TOPIC
    for _ in range(rng.randint(1, 3)):
        topic = topic.model_copy(update=changed(rng, topic))
    return topic


@pytest.mark.parametrize("number", range(EDITS))
def test_what_is_promised_is_what_happens(lived_in, number):
    rng = random.Random(number)  # noqa: S311 - repeatable, not secret
    if number % 2:
        for article_id, verdict in ((3, "irrelevant"), (9, "relevant"), (14, "irrelevant"), (20, "relevant")):
            feedback.take_answer(lived_in, TOPIC, article_id, verdict)
    before = relevant(lived_in)
    topic = edited(rng)
    found = preview_topic(lived_in, TOPIC, topic)
    saved = replace(lived_in, settings=lived_in.settings.model_copy(update={"topics": (topic,)}), indexes={})
    learn.learn_topic(saved, topic)
    score.score_articles(saved)
    after = relevant(saved)
    assert {each.article_id for each in found.came} == after - before
    assert {each.article_id for each in found.went} == before - after
    assert found.same == len(before & after)
    assert found.looked_at == 120


def test_the_edits_by_chance_change_something():
    """The control of the law above: most edits are edits."""
    assert len({repr(edited(random.Random(number))) for number in range(EDITS)}) > EDITS / 2  # noqa: S311


def test_no_edit_is_nothing_in_and_nothing_out_and_nothing_at_all_is_changed(lived_in):
    digest.compose_issue(lived_in, TOPIC, kind="issue")
    later = replace(lived_in, now=lived_in.now + timedelta(days=3), indexes={})
    before = everything(later.store)
    found = preview_topic(later, TOPIC, TOPIC)
    assert (found.came, found.went) == ((), ())
    assert found.same > 0
    assert [(each.number, each.came, each.went) for each in found.issues] == [(1, (), ())]
    assert everything(later.store) == before


def test_past_issues_are_composed_again_without_what_goes_and_with_what_comes(lived_in):
    issue = digest.compose_issue(lived_in, TOPIC, kind="issue").digest
    told = {entry.headline for entry in (*issue.top, *issue.also)}
    never = TOPIC.model_copy(update={"never": ("cod", "herring", "fish*", "quota*")})
    found = preview_topic(lived_in, TOPIC, never)
    assert found.went
    assert all(each.is_closed for each in found.went if each.published > lived_in.now - timedelta(days=7))
    assert set(found.issues[0].went) == told
    assert found.issues[0].came == ()


def test_past_issues_tell_what_would_have_come(file_store, tmp_path, now):
    context = live(context_on(file_store, tmp_path, at=now - timedelta(days=7)), now)
    wide = FacetSettings(name="Any", aliases=("northland", "band", "museum"))
    found = preview_topic(context, TOPIC, TOPIC.model_copy(update={"facets": (wide,)}))
    assert [each.title for each in found.came if "band" in each.title] == ["A town band plays in the park"]
    assert (found.issues[0].number, found.issues[0].came) == (1, ("A town band plays in the park",))
