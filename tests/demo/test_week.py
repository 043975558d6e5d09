"""The laws of the demo's content: labelled, dated inside its week, long enough, and truly in different words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations
from urllib.parse import urlsplit

import pytest

from monitor.demo.site import WINDOW
from monitor.demo.week import (
    FOLLOW_UPS,
    ITEMS,
    LABELS,
    NEW_STORIES,
    NOW,
    NOW_WEEK_TWO,
    PERIOD_STARTS,
    REWRITES,
    SOURCES,
    WEEK_TWO,
    Item,
)

MONTH_STARTS = datetime(2026, 2, 16, tzinfo=UTC)
OPEN = [item for item in ITEMS if item.story and not item.paywall]
OFF_TOPIC = [item for item in ITEMS if not item.story]
SIDE_US = re.compile(r"\b(US|United States|Americans?|Washington)\b")
SIDE_CHINA = re.compile(r"\b(China|Chinese|Beijing)\b")
REAL_OUTLETS = (
    "reuters",
    "associated press",
    "bloomberg",
    "new york times",
    "wall street journal",
    "financial times",
    "washington post",
    "guardian",
    "bbc",
    "cnn",
    "cnbc",
    "xinhua",
    "global times",
    "china daily",
    "south china morning post",
    "caixin",
    "nikkei",
    "straits times",
    "economist",
    "politico",
    "al jazeera",
)


def words(item: Item) -> list[str]:
    return re.findall(r"\w+", item.text.lower())


def shared_share(a: Item, b: Item) -> float:
    """The share of five-word runs of the shorter text that the other one has too."""
    runs = [{tuple(w[i : i + 5]) for i in range(len(w) - 4)} for w in (words(a), words(b))]
    return len(runs[0] & runs[1]) / min(len(run) for run in runs)


def members(week: int) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in OPEN:
        if LABELS[item.path].week == week:
            found[item.story].append(item)
    return found


def test_every_article_has_an_address_of_its_own_and_a_label() -> None:
    assert len({item.path for item in ITEMS}) == len(ITEMS) == len(LABELS)
    assert all(urlsplit(item.path).path == item.path for item in ITEMS)


def test_every_article_belongs_to_an_outlet_whose_feed_can_show_it() -> None:
    readable = {source.id for source in SOURCES if source.answer not in ("error", "html")}
    assert {item.outlet for item in ITEMS} == readable


def test_dates_lie_inside_the_month_and_before_the_clock() -> None:
    assert all(MONTH_STARTS <= item.published < WEEK_TWO[1] for item in ITEMS)
    assert max(item.published for item in ITEMS if LABELS[item.path].week == 0) < NOW - WINDOW
    assert max(item.published for item in ITEMS if LABELS[item.path].week == 1) < NOW
    assert max(item.published for item in ITEMS) < NOW_WEEK_TWO


def test_the_period_of_each_issue_holds_the_whole_of_its_week() -> None:
    week = timedelta(days=7)
    later = [item for item in ITEMS if LABELS[item.path].week]
    assert all(PERIOD_STARTS < item.published < PERIOD_STARTS + 2 * week for item in later)
    assert all((item.published > PERIOD_STARTS + week) == (LABELS[item.path].week == 2) for item in later)


def test_week_one_has_eight_stories_and_several_outlets_for_most() -> None:
    outlets = Counter(item.story for item in ITEMS if item.story and LABELS[item.path].week == 1)
    assert len(outlets) == 8
    assert sum(count >= 2 for count in outlets.values()) >= 6
    assert max(outlets.values()) == 4


def test_week_two_follows_up_repeats_and_starts_stories() -> None:
    assert len(FOLLOW_UPS) == 5  # a correction and a reversal among them
    assert len(REWRITES) == 2
    assert len(NEW_STORIES) == 3
    first_week = {item.story for item in ITEMS if item.story and LABELS[item.path].week == 1}
    assert first_week >= FOLLOW_UPS | REWRITES
    assert not NEW_STORIES & first_week
    assert not FOLLOW_UPS & REWRITES


def test_week_two_tells_of_every_story_what_kind_it_is() -> None:
    kinds = {item.path: item.kind for item in ITEMS if item.story}
    assert all(bool(kind) == (LABELS[path].week == 2) for path, kind in kinds.items())


@pytest.mark.parametrize("item", OPEN, ids=lambda item: item.slug)
def test_on_topic_articles_are_long_name_both_sides_and_hold_figures(item: Item) -> None:
    whole = f"{item.title}\n{item.text}"
    assert 150 <= len(item.text.split()) <= 350
    assert len(item.paragraphs) >= 4
    assert SIDE_US.search(whole)
    assert SIDE_CHINA.search(whole)
    assert re.search(r"\d", item.text)


@pytest.mark.parametrize("item", OFF_TOPIC, ids=lambda item: item.slug)
def test_off_topic_items_are_short_and_never_have_both_sides(item: Item) -> None:
    whole = f"{item.title}\n{item.text}"
    assert 40 <= len(item.text.split()) <= 80
    assert item.category in {"sport", "local", "markets", "china-other", "us-other", "world"}
    assert not (SIDE_US.search(whole) and SIDE_CHINA.search(whole))


def test_about_forty_off_topic_items_of_every_category_stand_in_week_one() -> None:
    first = [item.category for item in OFF_TOPIC if LABELS[item.path].week == 1]
    assert len(first) == 40
    assert min(Counter(first).values()) >= 4


def test_two_outlets_print_one_wire_text_and_all_others_use_their_own_words() -> None:
    close = {
        (a.slug, b.slug)
        for group in members(1).values()
        for a, b in combinations(group, 2)
        if shared_share(a, b) > 0.5
    }
    assert close == {
        (
            "us-adds-14-chinese-chip-tool-companies-to-export-list",
            "fourteen-chinese-companies-on-us-export-list",
        )
    }
    own = [
        shared_share(a, b)
        for group in members(1).values()
        for a, b in combinations(group, 2)
        if (a.slug, b.slug) not in close
    ]
    assert max(own) < 0.1


@pytest.mark.parametrize("story", sorted(FOLLOW_UPS))
def test_a_follow_up_has_figures_that_week_one_did_not_have(story: str) -> None:
    def figures(week: int) -> set[str]:
        return {n for item in members(week)[story] for n in re.findall(r"\d[\d.,]*\d|\d", item.text)}

    assert len(figures(2) - figures(1)) >= 5


@pytest.mark.parametrize("story", sorted(REWRITES))
def test_a_rewrite_has_no_figure_that_week_one_did_not_have(story: str) -> None:
    def figures(week: int) -> set[str]:
        return {n for item in members(week)[story] for n in re.findall(r"\d[\d.,]*\d|\d", item.text)}

    assert figures(2) <= figures(1)
    assert figures(2)


def test_the_headline_change_of_week_two_is_told_as_one() -> None:
    lead = next(item for item in members(2)["battery-tariff"] if item.outlet == "harbour-ledger")
    assert "from 35 % to 20 %" in lead.title
    assert "35 % tariff" in members(1)["battery-tariff"][0].text


def test_the_paywalled_page_gives_nothing_away() -> None:
    (item,) = [item for item in ITEMS if item.paywall]
    assert item.text == "Subscribe to continue"
    assert LABELS[item.path].on_topic
    assert item.summary not in item.text


def test_no_real_outlet_is_named() -> None:
    everything = "\n".join(
        [f"{item.title}\n{item.author}\n{item.text}" for item in ITEMS] + [s.name for s in SOURCES]
    ).lower()
    assert not [name for name in REAL_OUTLETS if re.search(rf"\b{name}\b", everything)]
