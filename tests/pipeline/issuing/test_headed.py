"""Stories become entries: one for each heading, led by its most telling story. Everything is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.digests.select import named
from monitor.pipeline.issuing.candidates import Built
from monitor.pipeline.issuing.headed import entries
from monitor.settings import WeightSettings
from monitor.stories import describe_text
from monitor.stories.consequence import consequence
from monitor.stories.headings import Report
from monitor.stories.rank import breadth, rank
from tests.digests.samples import short_story

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
WEIGHTS = WeightSettings()
BEFORE = [
    describe_text(title, "", MONDAY.date())
    for title in (
        "Arcadia and Ruritania talk of grain",
        "Arcadia votes on its budget",
        "Ruritania opens a bridge",
    )
    * 20
]
TAX, FEAR, TONKS = (
    "Ruritania taxes Arcadian zinc",
    "Smelters warn that the Arcadian zinc tax costs jobs",
    "Editor Tonks freed",
)


def story(number, headline, *, day=0, outlet="Demo Daily", **changes):
    at = MONDAY + timedelta(days=day)
    parts = {"relevance": 0.9, "novelty": 0.5, "breadth": breadth(1), "consequence": consequence(headline)}
    parts |= {"source": 1.0, "recency": 0.8}
    sample = short_story(number)
    candidate = replace(
        sample, story_id=number, headline=headline, url=f"https://demo.example/{number}", published=at, outlet=outlet,
        article_ids=(number * 10,), outlets=(replace(sample.outlets[0], name=outlet),), newsrooms=1,
        rank=rank(parts, WEIGHTS), rank_parts=tuple(parts.items()), urls=(f"https://demo.example/{number}",),
    )  # fmt: skip
    report = Report(describe_text(headline, "", at.date()), at)
    return Built(candidate=replace(candidate, **changes), reports=(report,), newsrooms=(outlet,))


def test_a_heading_is_one_entry_led_by_the_act_and_names_the_rest_in_time_order():
    week = [story(1, FEAR, day=2, outlet="Sample Post"), story(2, TAX, day=1), story(3, TONKS)]
    tax, tonks = sorted(entries(week, BEFORE, WEIGHTS), key=lambda entry: -len(entry.developments))
    assert (tax.headline, tonks.headline) == (TAX, TONKS)
    assert [each.headline for each in tax.developments] == [FEAR]
    assert tax.stories == (2, 1)
    assert {outlet.name for outlet in tax.outlets} == {"Demo Daily", "Sample Post"}
    assert tax.newsrooms == 2


def test_what_two_newsrooms_carry_under_one_heading_ranks_above_either_alone():
    alone = [story(1, FEAR, day=2, outlet="Sample Post"), story(2, TAX, day=1)]
    (entry,) = entries(alone, BEFORE, WEIGHTS)
    assert entry.rank > max(each.candidate.rank for each in alone)
    assert entry.rank == rank(dict(entry.rank_parts), WEIGHTS)


def test_what_is_known_leads_no_heading_and_stands_under_none():
    week = [story(1, TAX, status="known"), story(2, FEAR, day=1)]
    found = entries(week, BEFORE, WEIGHTS)
    assert [(each.headline, each.developments) for each in found] == [(TAX, ()), (FEAR, ())]


SMELTER = "Zinc smelter burns down in Arcadia"


def test_what_nearly_shares_a_heading_with_a_higher_entry_makes_room_for_another_event():
    week = [
        story(1, TAX, rank=0.5),
        story(2, SMELTER, day=6),
        story(3, TONKS, day=1),
    ]
    tax, smelter, tonks = entries(week, BEFORE, WEIGHTS)
    parts = dict(smelter.rank_parts)
    assert 0.3 <= parts["distinctness"] < 1
    assert smelter.rank == rank(parts, WEIGHTS)
    assert smelter.rank < tonks.rank
    assert dict(tax.rank_parts)["distinctness"] == dict(tonks.rank_parts)["distinctness"] == 1
    off = WEIGHTS.model_copy(update={"distinctness": 0.0})
    assert entries(week, BEFORE, off)[1].rank == rank(dict(week[1].candidate.rank_parts), WEIGHTS)


def test_of_a_heading_acts_are_named_before_words():
    week = [
        story(1, "Ruritania imposes its tax on Arcadian zinc"),
        story(2, "Arcadian zinc tax is wrong, say smelters of Ruritania", outlet="Sample Post"),
        story(3, "Arcadia sues Ruritania over the Arcadian zinc tax", day=1),
    ]
    remark = week[1].candidate
    week[1] = replace(week[1], candidate=replace(remark, rank=1.5 * week[2].candidate.rank))
    (entry,) = entries(week, BEFORE, WEIGHTS)
    assert entry.story_id != 2
    act = next(each for each in (1, 3) if each != entry.story_id)
    assert [each.story_id for each in named(entry, 1).named] == [act]


def test_the_order_of_the_stories_never_matters():
    week = [
        story(1, FEAR, day=2),
        story(2, TAX, day=1),
        story(3, TONKS),
        story(4, "Zinc tax: Ruritania explains", day=3),
    ]
    assert entries(week, BEFORE, WEIGHTS) == entries(week[::-1], BEFORE, WEIGHTS)


def test_no_story_is_lost_or_told_twice():
    week = [story(n, f"{TAX} again, day {n}", day=n % 5) for n in range(1, 12)]
    found = entries(week, BEFORE, WEIGHTS)
    assert sorted(each for entry in found for each in entry.stories) == list(range(1, 12))


def test_of_a_flood_the_highest_ranking_stories_alone_are_joined(monkeypatch):
    monkeypatch.setattr("monitor.pipeline.issuing.headed.JOINED_MOST", 2)
    week = [story(n, f"{TAX} again, day {n}", day=n % 5, rank=1 / n) for n in range(1, 12)]
    found = entries(week, BEFORE, WEIGHTS)
    assert sorted(each for entry in found for each in entry.stories) == list(range(1, 12))
    assert max(entry.stories for entry in found if entry.developments) in {(1, 2), (2, 1)}
    assert sum(bool(entry.developments) for entry in found) == 1


@pytest.mark.parametrize("most", [0, 1, 3])
def test_up_to_so_many_developments_are_named_the_updated_ones_first(most):
    headlines = (
        TAX,
        FEAR,
        "Arcadia sues over the zinc tax of Ruritania",
        "Zinc tax of Ruritania: a port is empty",
    )
    week = [story(n, headline, day=n) for n, headline in enumerate(headlines, 1)]
    week[3] = story(4, headlines[3], day=4, status="updated", earlier_issue=1, rank=0.01)
    (entry,) = entries(week, BEFORE, WEIGHTS)
    found = named(entry, most)
    assert len(found.named) == most
    assert most == 0 or any(each.status == "updated" for each in found.named)
    assert [each.story_id for each in found.developments] == [each.story_id for each in entry.developments]
    assert set(found.shown_article_ids) == {each for story in found.shown for each in story.article_ids}


def test_a_headline_that_differs_by_its_figures_alone_is_not_named_again():
    week = [story(n, f"Ruritania taxes Arcadian zinc, list {n}") for n in range(1, 6)]
    (entry,) = entries(week, BEFORE, WEIGHTS)
    assert named(entry, 4).named == ()
