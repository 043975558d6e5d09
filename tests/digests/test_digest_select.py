"""Which stories are shown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.select import WORDS, choose, rest, select
from monitor.settings import LimitSettings
from monitor.stories import consequence
from tests.digests.samples import short_story, top_story

LIMITS = LimitSettings(top=2, also=3)

candidates = st.lists(
    st.builds(
        lambda number, rank, status, twin: replace(
            short_story(number), rank=rank, status=status, story_id=number // 2 if twin else number
        ),
        st.integers(0, 30),
        st.floats(0, 1),
        st.sampled_from(["new", "updated", "known"]),
        st.booleans(),
    ),
    max_size=30,
)


def test_the_best_come_first_and_the_rest_is_cut():
    stories = [replace(short_story(n), rank=n / 10) for n in range(8)]
    top, also = select(stories, limits=LIMITS, line=0.5)
    assert [story.story_id for story in top] == [507, 506]
    assert [story.story_id for story in also] == [505, 504, 503]


def test_nothing_gives_nothing():
    assert select([], limits=LIMITS, line=0.5) == ((), ())


def test_a_known_story_is_never_shown():
    stories = [replace(short_story(0), status="known", rank=1.0), short_story(1)]
    top, _ = select(stories, limits=LIMITS, line=0.5)
    assert [story.story_id for story in top] == [501]


def test_one_lead_article_is_shown_once_even_when_two_stories_claim_it():
    first = replace(short_story(0), rank=0.9)
    top, also = select([replace(short_story(1), url=first.url, rank=0.5), first], limits=LIMITS, line=0.5)
    assert (top, also) == ((first,), ())


def test_one_headline_is_shown_once():
    first = replace(short_story(0), rank=0.9)
    shouting = replace(short_story(1), headline=f"  {first.headline.upper()} ", rank=0.5)
    assert select([shouting, first], limits=LIMITS, line=0.5) == ((first,), ())


def test_stories_without_an_address_are_different_stories():
    stories = [replace(short_story(n), url="") for n in range(2)]
    top, _ = select(stories, limits=LIMITS, line=0.5)
    assert len(top) == 2


@given(candidates, st.randoms(use_true_random=False))
def test_a_digest_never_repeats_a_story_and_ignores_the_order_of_its_input(stories, shuffler):
    top, also = select(stories, limits=LIMITS, line=0.5)
    shown = [story.story_id for story in (*top, *also)]
    assert len(shown) == len(set(shown))
    assert all(story.status != "known" for story in (*top, *also))
    ranks = [story.rank for story in (*top, *also)]
    assert ranks == sorted(ranks, reverse=True)
    shuffled = list(stories)
    shuffler.shuffle(shuffled)
    again = select(shuffled, limits=LIMITS, line=0.5)
    assert [[story.rank for story in part] for part in again] == [
        [story.rank for story in part] for part in (top, also)
    ]


def led(number, outlet, headline=None):
    letter = "abcdefghijklmnopqrstuvwxyz"[number]
    return replace(
        short_story(number),
        rank=1 / number,
        outlet=outlet,
        headline=headline or f"Story {letter}",
        status="new",
    )


def test_one_outlet_heads_no_more_than_its_share():
    many = [led(n, "Flood") for n in range(1, 15)]
    others = [led(n, f"Paper {n}") for n in range(15, 22)]
    top, also = select([*many, *others], limits=LimitSettings(), line=0.5)
    assert [c.outlet for c in (*top, *also)].count("Flood") == LimitSettings().outlet
    assert {c.outlet for c in others} <= {c.outlet for c in (*top, *also)}


def test_where_hardly_anybody_else_has_something_to_tell_nothing_is_kept_out():
    top, also = select([led(n, "Ledger") for n in range(1, 15)], limits=LimitSettings(), line=0.5)
    assert len((*top, *also)) == 13


def test_headlines_of_one_outlet_that_differ_by_a_figure_take_one_place():
    flood = [led(n, "Flood", f"Tariff notice No. {n} published") for n in range(1, 20)]
    top, also = select(
        [*flood, led(20, "Other", "Tariff notice No. 7 published")], limits=LimitSettings(), line=0.5
    )
    assert [c.outlet for c in (*top, *also)] == ["Flood", "Other"]


def flood(number, **values):
    """One of a thousand stories that rank before all others."""
    letters = "".join("abcdefghij"[int(digit)] for digit in f"{number:04}")
    own = {
        "story_id": number,
        "url": f"https://flood.example/{number}",
        "rank": 2 - number / 10_000,
        "status": "new",
    }
    return replace(short_story(0), **own | {"headline": f"Notice {letters}"} | values)


def modest(number, **values):
    return replace(
        led(number, "Modest"),
        story_id=5000 + number,
        url=f"https://modest.example/{number}",
        rank=0.1 / number,
        **values,
    )


def places(stories, **limits):
    top, also = select(stories, limits=LimitSettings(**limits), line=0.5)
    ranks = [story.rank for story in (*top, *also)]
    assert ranks == sorted(ranks, reverse=True)
    return [story.headline.split()[0] for story in (*top, *also)].count("Notice"), len((*top, *also))


FLOODS = {
    "one feed that lists a thousand outlets": lambda n: {"feed": "f", "site": f"s{n}", "outlet": f"s{n}"},
    "one host under a thousand names and feeds": lambda n: {"feed": f"f{n}", "site": "s", "outlet": f"o{n}"},
    "one outlet by a thousand feeds and hosts": lambda n: {"feed": f"f{n}", "site": f"s{n}", "outlet": "o"},
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_thousand_stories_of_one_feed_host_or_outlet_head_five(kind):
    """Beside nine others that have something to tell; beside three it gets twice an equal share."""
    many = [flood(n, **FLOODS[kind](n)) for n in range(1000)]
    others = [modest(n, feed=f"m{n}", site=f"m{n}", outlet=f"m{n}") for n in range(1, 10)]
    assert places([*many, *others]) == (5, 13)
    assert places([*many, *others], outlet=2) == (4, 13)
    assert places([*many, *others[:3]]) == (8, 11)
    assert places([*many, *others], outlet=60) == (13, 13), "the control: without a cap it buys every place"


def test_of_two_outlets_no_feed_buys_every_place():
    """Two outlets, and three feeds: that is more than two who have something to tell."""
    many = [flood(n, feed="a1", site="a", outlet="A") for n in range(1000)]
    others = [
        modest(1, feed="a2", site="a", outlet="A"),
        modest(2, feed="a2", site="a", outlet="A"),
        modest(3, feed="b1", site="b", outlet="B"),
    ]
    assert places([*many, *others]) == (10, 13)


def test_of_two_feeds_the_other_comes_first_and_no_place_stays_empty():
    many = [flood(n, feed="a", site="a", outlet="A") for n in range(1000)]
    others = [modest(n, feed="b", site="b", outlet="B") for n in range(1, 4)]
    assert places([*many, *others]) == (10, 13)
    assert places([*many[:4], *others]) == (4, 7)


@pytest.mark.parametrize("kind", ["", "a"])
def test_a_house_with_one_feed_fills_its_issue(kind):
    assert places([flood(n, feed=kind, site=kind, outlet=kind) for n in range(1000)]) == (13, 13)


def test_a_thousand_headlines_that_differ_by_a_number_take_one_place():
    many = [flood(n, headline=f"Notice {n}", feed="f", site=f"s{n}", outlet=f"o{n}") for n in range(1000)]
    assert places(many) == (1, 1)
    assert places([replace(story, feed="") for story in many]) == (13, 13), (
        "the control: a thousand outlets say so"
    )


def test_what_is_folded_or_capped_is_told_why_and_what_ranks_lower_is_not():
    many = [flood(n, feed="f", site="s.example", outlet="O") for n in range(3)]
    again = flood(9, headline="Notice AAAA ", feed="g", site="t", outlet="P")
    twin = flood(8, url=many[1].url, feed="g", site="t", outlet="P")
    others = [modest(n, feed=f"m{n}", site=f"m{n}", outlet=f"m{n}") for n in range(1, 4)]
    shown, why = choose(
        [*many, again, twin, *others], limits=LimitSettings(top=2, also=2, outlet=2), line=0.5
    )
    assert [c.story_id for c in shown] == [0, 1, 5001, 5002]
    assert why == {
        2: "capped: its feed (f) and its host (s.example) and its outlet (O) headed 2 of those shown already",
        8: f"folded into story 1, which has the same address: {many[1].headline}",
        9: f"folded into story 0, which has the same headline, but for figures: {many[0].headline}",
    }


def test_a_single_report_hardly_on_topic_is_no_entry_but_a_line_of_the_rest():
    clear = [top_story(number) for number in range(4)]
    hardly = [
        replace(short_story(number), relevance=0.7, newsrooms=1, rank=1.0 - number / 10) for number in (1, 2)
    ]
    shown, why = choose([*clear, *hardly], limits=LimitSettings(), line=0.5)
    assert [each.story_id for each in shown] == [each.story_id for each in clear]
    assert {story: said[:24] for story, said in why.items()} == {
        each.story_id: "in the rest of the week:" for each in hardly
    }
    assert rest([*clear, *hardly], shown) == tuple(hardly)


@pytest.mark.parametrize(
    "change",
    [{"relevance": 0.86}, {"newsrooms": 2}],
    ids=["clearly on topic", "two newsrooms"],
)
def test_a_single_report_makes_an_entry_when(change):
    clear = [top_story(number) for number in range(4)]
    single = replace(short_story(1), **({"relevance": 0.6, "newsrooms": 1} | change))
    shown, _ = choose([*clear, single], limits=LimitSettings(), line=0.5)
    assert single in shown


def test_what_one_report_says_that_somebody_says_is_a_line_of_the_rest():
    clear = [top_story(number) for number in range(4)]
    remark = replace(short_story(1), relevance=0.99, newsrooms=1, rank_parts=(("consequence", WORDS),))
    shown, why = choose([*clear, remark], limits=LimitSettings(), line=0.5)
    assert [each.story_id for each in shown] == [each.story_id for each in clear]
    assert why == {remark.story_id: "in the rest of the week: one report, of what somebody says or thinks"}
    for more in ({"newsrooms": 2}, {"rank_parts": (("consequence", 0.75),)}):
        assert (
            replace(remark, **more)
            in choose([*clear, replace(remark, **more)], limits=LimitSettings(), line=0.5)[0]
        )
    assert choose([remark], limits=LimitSettings(), line=0.5)[0] == (remark,)


def test_an_act_hardly_on_topic_is_no_entry_either():
    """ "50 blacklisted trade unionists win £1.9m" stood fourth in a week of tariffs: an act, and of another topic."""
    clear = [top_story(number) for number in range(4)]
    act = replace(short_story(1), relevance=0.78, newsrooms=1, rank=0.9, rank_parts=(("consequence", 1.0),))
    shown, why = choose([*clear, act], limits=LimitSettings(), line=0.5)
    assert act not in shown
    assert why == {act.story_id: "in the rest of the week: one report, and its relevance 0.78 is below 0.85"}


def test_words_count_here_as_they_are_measured():
    assert consequence.WORDS == WORDS


def test_three_entries_are_made_of_what_there_is():
    hardly = [
        replace(short_story(number), relevance=0.6, newsrooms=1, outlet=f"Paper {number}")
        for number in range(5)
    ]
    shown, why = choose(hardly, limits=LimitSettings(), line=0.5)
    assert shown == tuple(hardly[:3])
    assert len(why) == 2
