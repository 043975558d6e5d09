"""Threads gone quiet and headlines changed after an issue carried them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.corrections import CHANGED_SHOWN, QUIET_SHOWN, corrections, gone_quiet
from monitor.digests.render import render
from monitor.model import QuietThread, Revision
from tests.digests.mail_lint import visible
from tests.digests.samples import CHANGED, QUIET, UNTIL, digest, top_story


def thread(story, days, issue=30):
    return QuietThread(
        story_id=story, headline=f"Story {story}", last_at=UNTIL - timedelta(days=days), issue=issue
    )


def revision(article, before, headline, days=1):
    return Revision(
        article_id=article, before=before, headline=headline, outlet="Demo Daily", at=UNTIL - timedelta(days=days), issue=36
    )  # fmt: skip


def shown(*threads, heard_of=()):
    return [each.story_id for each in gone_quiet(threads, heard_of=heard_of, until=UNTIL)]


@pytest.mark.parametrize(
    ("days", "is_shown"), [(6, False), (13, False), (14, True), (27, True), (28, False), (90, False)]
)
def test_a_thread_is_quiet_after_two_weeks_and_old_after_four(days, is_shown):
    assert shown(thread(1, days)) == [1] * is_shown


def test_a_weekly_issue_names_a_quiet_thread_twice():
    weeks = [gone_quiet([thread(1, 3)], heard_of=(), until=UNTIL + timedelta(weeks=n)) for n in range(8)]
    assert sum(map(len, weeks)) == 2


def test_a_story_that_has_articles_now_is_not_quiet():
    assert shown(thread(1, 20), thread(2, 20), heard_of={1}) == [2]


def test_a_thread_the_issue_speaks_of_in_other_words_is_not_quiet():
    quiet = replace(thread(1, 20), headline="Northland weighs levy on Southland cheese and butter")
    other = replace(thread(2, 20), headline="Northland court hears the case of the ferry")
    now = [
        "Northland puts a levy on cheese and butter",
        "Northland says no",
        "Northland waits",
        "A fair opens",
    ]
    found = gone_quiet([quiet, other], heard_of=(), headlines=now, until=UNTIL)
    assert [each.story_id for each in found] == [2]  # "Northland" is everybody's word
    assert [each.story_id for each in gone_quiet([quiet, other], heard_of=(), until=UNTIL)] == [1, 2]


def test_a_story_told_twice_counts_by_its_newest_article():
    assert shown(thread(1, 20), thread(1, 3)) == []
    (kept,) = gone_quiet([thread(1, 20, issue=31), thread(1, 20, issue=30)], heard_of=(), until=UNTIL)
    assert kept.issue == 31


def test_the_youngest_silence_comes_first_and_the_list_is_short():
    assert shown(*(thread(n, 15 + n) for n in (5, 3, 4, 1, 2, 6))) == [1, 2, 3, 4]
    assert QUIET_SHOWN == 4


def test_two_threads_of_one_headline_are_told_once():
    assert shown(thread(1, 20), replace(thread(2, 15), headline="STORY 1!")) == [2]


@given(st.lists(st.builds(thread, st.integers(1, 4), st.integers(0, 40)), max_size=8), st.randoms())
def test_the_order_in_which_threads_are_given_never_matters(threads, random):
    mixed = list(threads)
    random.shuffle(mixed)
    assert shown(*mixed) == shown(*threads)


def test_a_changed_headline_is_told_with_what_it_was():
    assert corrections([revision(1, "Pause ends", "Pause goes on")]) == (
        revision(1, "Pause ends", "Pause goes on"),
    )


def test_several_changes_of_one_article_are_one():
    steps = [revision(1, "b", "c", days=1), revision(1, "a", "b", days=2)]
    assert [(each.before, each.headline) for each in corrections(steps)] == [("a", "c")]


@pytest.mark.parametrize("now", ["Pause ends", "pause ends!", "“Pause” ends"])
def test_what_says_the_same_is_no_change(now):
    assert corrections([revision(1, "Pause ends", now)]) == ()


def test_a_headline_changed_back_is_no_change():
    assert corrections([revision(1, "a", "b", days=2), revision(1, "b", "a", days=1)]) == ()


def test_the_newest_change_comes_first_and_the_list_is_short():
    many = [revision(n, "a", f"b{n}", days=n) for n in range(1, 9)]
    assert [each.article_id for each in corrections(reversed(many))] == [1, 2, 3, 4, 5]
    assert CHANGED_SHOWN == 5


def test_both_are_told_in_every_rendering():
    rendered = render(digest())
    for part in (visible(rendered.html), " ".join(rendered.text.split()), rendered.markdown):
        assert "Threads gone quiet" in part
        assert "last heard of 4 Nov, told in No. 34" in part
        assert "Changed after we sent it" in part
        assert "Customs agency to end small-parcel rule" in part
        assert "Demo Daily, changed 18 Nov; told in No. 36" in part


def test_both_blocks_vanish_when_there_is_nothing_to_say():
    rendered = render(digest(quiet=(), changed=()))
    for part in (visible(rendered.html), rendered.text, rendered.markdown):
        assert "gone quiet" not in part
        assert "Changed after" not in part


def test_an_issue_without_stories_still_tells_them():
    assert "Threads gone quiet" in render(digest(0, 0)).text


def test_when_no_feed_answered_silence_means_nothing():
    blind = replace(digest().coverage, feeds_answered=0)
    assert digest(0, 0, coverage=blind).quiet == ()
    assert digest(0, 0, coverage=blind).changed == CHANGED


def test_a_story_of_this_issue_is_never_among_the_quiet():
    story = top_story(0)
    issue = digest(quiet=[replace(QUIET[0], story_id=story.story_id), QUIET[1]])
    assert [each.story_id for each in issue.quiet] == [QUIET[1].story_id]
    assert digest().changed == CHANGED
