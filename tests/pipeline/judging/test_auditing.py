"""What is wrong with a topic's words and seeds is found, and what is right is not complained of."""

from __future__ import annotations

import pytest

from monitor.model import Stage
from monitor.pipeline.judging.auditing import audit_topic
from monitor.settings import FacetSettings
from monitor.store import articles as articles_store
from tests import make
from tests.cli.beekeeping import story
from tests.pipeline.judging.northland import SEED, TOPIC

TITLES = (
    "Northland sets cod quota",
    "Northland opens a tram line",
    "Herring boats stay in port",
    "Opera season begins",
)


@pytest.fixture
def place(house, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)

    def build(topic=TOPIC, langs=("en",)):
        feeds = [
            make.feed(id=f"f{n}", url=f"http://127.0.0.1/{n}", lang=lang) for n, lang in enumerate(langs)
        ]
        context = house(topics=[topic], feeds=feeds)
        with context.store.begin() as connection:
            for n, title in enumerate(TITLES):
                at = context.now
                new = make.article(
                    title=title,
                    url=f"http://example.org/{n}",
                    published=at,
                    seen_at=at,
                    feed_id="f0",
                    stage=Stage.READ,
                )
                articles_store.add(connection, new, key=f"k{n}")
        return audit_topic(context, topic)

    return build


def test_hits_are_counted_by_word_and_idle_words_named(place):
    found = place()
    hits = {each.name: dict(each.hits) for each in found.lists}
    assert hits["Northland"] == {"northland": 2, "nord*": 0}
    assert (hits["Fish"]["cod"], hits["Fish"]["herring"]) == (1, 1)
    assert found.lists[0].idle == ("nord*",)
    assert found.looked_at == len(TITLES)


def test_the_side_that_near_misses_lack_is_named(place):
    # One light side and one heavy: what holds the heavy side alone comes close.
    heavy = TOPIC.model_copy(
        update={"facets": (TOPIC.facets[0], TOPIC.facets[1].model_copy(update={"weight": 0.6}))}
    )
    found = place(heavy)
    assert found.near_misses >= 1
    assert found.lacking[0][0] == "Fish"


def test_a_language_of_the_feeds_without_words_is_named(place):
    # The control is the test below, where each side has words of each.
    assert place(langs=("en", "zh-Hans", "de", "de")).wordless == (
        ("de", 2, ("Northland", "Fish")),
        ("zh", 1, ("Northland", "Fish")),
    )


def test_words_under_a_language_or_in_its_script_count(place):
    sides = (
        FacetSettings(name="A", aliases=("northland",), langs={"de": ("nordland",), "zh": ("北国",)}),
        FacetSettings(name="B", aliases=("cod", "鳕鱼"), langs={"de": ("dorsch",)}),
    )
    assert place(TOPIC.model_copy(update={"facets": sides}), langs=("en", "zh", "de")).wordless == ()


def test_a_seed_about_something_else_is_below_the_line(house, tmp_path):
    (tmp_path / "seeds").mkdir()
    for number in range(4):
        title, text = story("bees", number)
        (tmp_path / "seeds" / f"{number}.md").write_text(f"# {title}\n\n" + "\n\n".join(text))
    title, text = story("trams", 9)
    (tmp_path / "seeds" / "odd.md").write_text(f"# {title}\n\n" + "\n\n".join(text))
    topic = TOPIC.model_copy(update={"facets": (), "sentence": "Beekeeping."})
    context = house(topics=[topic], feeds=[make.feed()])
    with context.store.begin() as connection:
        for n in range(60):
            name, body = story("common" if n % 2 else "trams", 100 + n)
            new = make.article(
                title=name,
                summary=body[0],
                url=f"http://example.org/{n}",
                seen_at=context.now,
                stage=Stage.READ,
            )
            articles_store.add(connection, new, key=f"k{n}")
    assert [name for name, _ in audit_topic(context, topic).low_seeds] == [title]
