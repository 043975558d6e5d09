from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Seed
from monitor.settings import FacetSettings, TopicSettings
from monitor.topics import Background, Judge, build_profile, fit, read, recompute
from monitor.topics.relevance import kind_of, line_beside, line_for
from tests.make import article

FACETS = (
    FacetSettings(name="Northland", aliases=("northland", "nord*", "NL")),
    FacetSettings(name="Fish", aliases=("cod", "herring", "fish*", "boat*?")),
)
SEEDS = [
    Seed(
        name="a.md",
        title="Northland cod quota",
        text="Northland sets its cod quota. Boats stay in port. Herring too.",
    ),
    Seed(
        name="b.md",
        title="Herring row in Northland",
        text="Northland and its fishers quarrel over herring and cod quotas.",
    ),
]
FEED = [
    "Northland cod catch falls again", "Parliament debates pensions", "Cod recipe of the week", "Northland football wins",
    "Tram line opens late", "Bank raises rates", "Northland limits herring boats", "Museum buys a painting",
    "Storm closes schools", "New opera season",
]  # fmt: skip


def topic(**values):
    base = {"id": "fish", "title": "Fish", "sentence": "Fishing quotas of Northland", "facets": FACETS}
    return TopicSettings(**base | values)


def judge(settings=None, feed=FEED):
    settings = settings or topic()
    profile = build_profile(settings, SEEDS)
    background = fit([read(title) for title in feed], profile)
    return Judge(profile, background, mode=settings.mode), profile, background


def test_a_headline_that_touches_all_facets_is_relevant_and_one_sided_ones_are_not():
    relevance = judge()[0].relevance
    assert relevance(article(title="Northland cuts cod quota")).is_relevant
    assert not relevance(article(title="Northland elects a parliament")).is_relevant
    assert not relevance(article(title="Cod with lemon and cod again")).is_relevant
    assert not relevance(article(title="Bank raises rates")).is_relevant


def test_a_long_text_must_keep_at_it():
    relevance = judge()[0].relevance
    aside = "Northland sells cod. " + "The opera season opens with a long evening of old songs. " * 40
    steady = "Northland sells cod and herring to the south. The fish market grows. " * 20
    assert not relevance(article(title="Evening of songs", text=aside)).is_relevant
    assert relevance(article(title="Market report", text=steady)).is_relevant


def test_the_value_comes_back_from_stored_features_and_background():
    judged, profile, background = judge()
    stored = Background.of_json(json.loads(json.dumps(background.to_json())))
    assert stored == background
    for title in FEED:
        found = judged.relevance(article(title=title))
        assert recompute(found.features, stored, profile) == found.value


def test_the_reason_names_both_sides_and_the_comparison():
    found = judge()[0].relevance(article(title="Northland fishers land cod, more cod"))
    assert found.why.startswith("Northland (northland), Fish (cod/fish) x3; closer to the topic than ")
    assert found.matched == (("cod", 2), ("fish*", 1), ("northland", 1))
    assert judge()[0].relevance(article(title="Cod")).why.startswith("no Northland, Fish (cod)")


def test_the_reason_of_what_is_chosen_names_nothing_that_is_missing():
    judged = judge(topic(mode="wide"))[0]
    found = [
        judged.relevance(article(title=title))
        for title in (*FEED, "Cod", "Cod quota of Northland", "Northland")
    ]
    assert {each.is_relevant for each in found} == {True, False}
    for each in found:
        assert ("no Northland" in each.why or "no Fish" in each.why) <= (not each.is_relevant)


def test_the_first_article_can_be_scored_without_any_background():
    profile = build_profile(topic(), SEEDS)
    found = Judge(profile, Background()).relevance(article(title="Northland cuts cod quota"))
    assert found.is_relevant
    assert found.why == "Northland (northland), Fish (cod)"
    assert fit([], profile) == Background()


@pytest.mark.parametrize(
    ("rule", "title", "outlet", "why"),
    [
        (
            {"never": ("recipe*",)},
            "Northland cod recipes",
            "Herald",
            "holds recipe*, which the topic file never wants",
        ),
        ({"must": ("quota",)}, "Northland cod catch", "Herald", "holds none of quota"),
        ({"muted": ("herald",)}, "Northland cod quota", "Herald", "muted: herald"),
        ({"muted": ("example.org",)}, "Northland cod quota", "Other", "muted: example.org"),
    ],
)
def test_the_users_rules_come_first_and_are_told(rule, title, outlet, why):
    found = judge(topic(**rule))[0].relevance(article(title=title, outlet=outlet))
    assert (found.value, found.is_relevant) == (0, False)
    assert found.why.startswith(why)


def test_modes_move_the_line():
    borderline = article(
        title="Northland boats back in port after a long winter at sea, many people say today"
    )
    verdicts = {
        mode: judge(topic(mode=mode))[0].relevance(borderline) for mode in ("wide", "balanced", "strict")
    }
    assert len({v.value for v in verdicts.values()}) == 1
    assert [v.is_relevant for v in verdicts.values()] == [True, True, False]


def test_a_topic_of_seeds_alone_finds_its_line_in_what_feeds_carry():
    feed = [
        f"{a} {b} number {i}"
        for i, (a, b) in enumerate([("Tram", "opens"), ("Bank", "closes"), ("Opera", "sings")] * 40)
    ]
    feed += ["Herring quota cut again", "Cod quota and herring quota in Northland"] * 3
    judged, profile, background = judge(topic(facets=()), feed)
    assert profile.facets_learnt
    assert dict(background.anchors).keys() == {"theme", "cosine"}
    assert judged.relevance(article(title="Northland cod and herring quotas quarrel")).is_relevant
    assert not judged.relevance(article(title="Tram opens number 7")).is_relevant


def test_the_line_rises_with_length():
    lengths = [line_for(n) for n in (1, 15, 50, 300, 5000)]
    assert lengths == sorted(lengths)
    assert lengths[0] == lengths[1]
    assert lengths[3] == lengths[4]


FAR = " ".join(f"word{n}" for n in range(60))


@pytest.mark.parametrize("order", [("Northland", "cod quota"), ("cod quota", "Northland")])
def test_in_a_running_text_sides_that_meet_count_more_than_sides_far_apart(order):
    one, other = order
    apart = article(title="A day", text=f"{one} {FAR} {other}. " * 4)
    together = article(title="A day", text=f"{one} {other} {FAR}. " * 4)
    judged = judge()[0]
    assert judged.relevance(together).value > judged.relevance(apart).value + 0.1


def test_in_a_headline_it_does_not_matter_where_a_side_stands():
    judged = judge()[0]
    one, other = "Northland says it will set a quota for cod", "Quota for cod is set, says Northland at last"
    values = [dict(judged.relevance(article(title=title)).features) for title in (one, other)]
    assert values[0]["facet:Northland"] == values[1]["facet:Northland"]


def test_weak_words_however_many_do_not_fill_a_side_of_a_running_text():
    weak = FacetSettings(name="Measures", aliases=("quota", "meet*?", "warn*?"))
    judged = judge(topic(facets=(*topic().facets[:1], weak)))[0]
    text = "Northland {} and {}, and the boats stay in. "
    said = judged.relevance(article(title="Northland", text=text.format("meets", "warns") * 30))
    meant = judged.relevance(
        article(title="Northland", text=text.format("sets a quota", "keeps the quota") * 30)
    )
    assert not said.is_relevant
    assert meant.is_relevant


BESIDE = tuple(
    facet.model_copy(
        update={"beside": ("southland*", "opera") if facet.name == "Northland" else ("football*",)}
    )
    for facet in FACETS
)


def test_what_stands_in_the_place_of_a_side_counts_against_a_text():
    judged = judge(topic(facets=BESIDE))[0]
    alone = judged.relevance(article(title="Northland sets cod quota"))
    beside = judged.relevance(article(title="Northland sets cod quota, says Southland at football"))
    assert dict(alone.features)["beside:Northland"] == 0
    assert 0 < dict(beside.features)["beside:Northland"] < 1
    assert beside.value < alone.value


@given(st.lists(st.sampled_from("northland cod fish opera southland football tram".split()), max_size=60))
def test_more_of_something_else_never_brings_a_text_nearer(told):
    judged, profile, background = judge(topic(facets=BESIDE))
    before = judged.relevance(article(title="", text=" ".join([*told, "tram"])))
    after = judged.relevance(article(title="", text=" ".join([*told, "southland"])))
    assert after.value <= before.value
    assert recompute(after.features, background, profile) == after.value


def test_a_topic_that_tells_what_stands_beside_it_lets_snippets_and_full_texts_in_sooner():
    assert line_beside(29) > line_beside(30) > line_beside(100) > line_beside(300) == line_beside(5000)
    assert all(line_beside(n) <= line_for(n) for n in (1, 15, 29, 30, 60, 300, 5000))


def test_scores_of_before_are_recomputed_with_the_line_of_before():
    """Features without `beside:` were stored by versions that had one line for all texts."""
    _, profile, background = judge()
    old = (("facet:Northland", -0.6), ("facet:Fish", -0.7), ("lead", -0.6), ("words", 400.0))
    assert (
        recompute(old, background, profile)
        < 0.5
        < recompute((*old, ("beside:Fish", 0.0)), background, profile)
    )


@pytest.mark.parametrize(
    ("words", "kind"), [(5, "headline"), (29, "headline"), (30, "short"), (119, "short"), (120, "full")]
)
def test_the_kind_of_a_text_goes_by_its_words(words, kind):
    assert kind_of(words) == kind
