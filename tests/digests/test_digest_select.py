"""Which stories are shown."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.select import select
from monitor.settings import LimitSettings
from tests.digests.samples import short_story

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
    top, also = select(stories, limits=LIMITS)
    assert [story.story_id for story in top] == [507, 506]
    assert [story.story_id for story in also] == [505, 504, 503]


def test_nothing_gives_nothing():
    assert select([], limits=LIMITS) == ((), ())


def test_a_known_story_is_never_shown():
    stories = [replace(short_story(0), status="known", rank=1.0), short_story(1)]
    top, _ = select(stories, limits=LIMITS)
    assert [story.story_id for story in top] == [501]


def test_one_lead_article_is_shown_once_even_when_two_stories_claim_it():
    first = replace(short_story(0), rank=0.9)
    top, also = select([replace(short_story(1), url=first.url, rank=0.5), first], limits=LIMITS)
    assert (top, also) == ((first,), ())


def test_one_headline_is_shown_once():
    first = replace(short_story(0), rank=0.9)
    shouting = replace(short_story(1), headline=f"  {first.headline.upper()} ", rank=0.5)
    assert select([shouting, first], limits=LIMITS) == ((first,), ())


def test_stories_without_an_address_are_different_stories():
    stories = [replace(short_story(n), url="") for n in range(2)]
    top, _ = select(stories, limits=LIMITS)
    assert len(top) == 2


@given(candidates, st.randoms(use_true_random=False))
def test_a_digest_never_repeats_a_story_and_ignores_the_order_of_its_input(stories, shuffler):
    top, also = select(stories, limits=LIMITS)
    shown = [story.story_id for story in (*top, *also)]
    assert len(shown) == len(set(shown))
    assert all(story.status != "known" for story in (*top, *also))
    ranks = [story.rank for story in (*top, *also)]
    assert ranks == sorted(ranks, reverse=True)
    shuffled = list(stories)
    shuffler.shuffle(shuffled)
    again = select(shuffled, limits=LIMITS)
    assert [[story.rank for story in part] for part in again] == [
        [story.rank for story in part] for part in (top, also)
    ]
