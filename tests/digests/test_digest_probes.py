"""Which articles a reader is asked about, and how."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.compose import compose
from monitor.digests.probes import ASKED, REACH, band, probes
from monitor.digests.render import render
from monitor.model import Probe
from tests.digests import samples
from tests.digests.samples import UNTIL, digest, top_story


def probe(number, relevance, **changes):
    base = Probe(
        article_id=number,
        headline=f"Headline number {number}",
        url=f"https://times.example/{number}",
        outlet="Example Times",
        published=UNTIL,
        relevance=relevance,
    )
    return replace(base, **changes)


def ids(found):
    return [each.article_id for each in found]


def test_the_two_closest_to_the_line_are_asked_about_on_either_side():
    found = [probe(1, 0.9), probe(2, 0.45), probe(3, 0.52), probe(4, 0.3)]
    assert ids(probes(found, (), line=0.5)) == [3, 2]
    assert ids(probes(found, (), line=0.8)) == [1, 3]


def test_nothing_far_from_the_line_is_asked_about():
    assert probes([probe(1, 0.05), probe(2, 0.95), probe(3, 0.0), probe(4, 1.0)], (), line=0.5) == ()


def test_what_the_issue_shows_is_not_asked_about():
    story = replace(top_story(0), article_ids=(2, 5))
    same = probe(3, 0.5, headline=story.headline.upper() + ".")
    assert ids(probes([probe(2, 0.5), same, probe(5, 0.5), probe(6, 0.4)], [story], line=0.5)) == [6]


def test_the_same_headline_is_asked_about_once():
    assert ids(probes([probe(1, 0.5), probe(2, 0.5, headline="headline number 1!")], (), line=0.5)) == [1]


@given(st.lists(st.floats(0, 1), max_size=12), st.sampled_from([1 / 3, 0.5, 0.8]))
def test_the_order_does_not_matter_and_all_asked_are_in_the_band(values, line):
    found = [probe(n, value) for n, value in enumerate(values)]
    asked = probes(found, (), line=line)
    low, high = band(line)
    assert asked == probes(found[::-1], (), line=line)
    assert len(asked) <= ASKED
    assert all(low - 1e-9 <= each.relevance <= high + 1e-9 for each in asked)


def test_the_band_is_even_in_log_odds():
    low, high = band(0.5)
    assert low == pytest.approx(1 - high)
    assert REACH == 2.0


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_question_stands_in_every_rendering_with_the_words_to_reply(language):
    issue = replace(digest(), language=language, probes=(probe(17, 0.48),))
    words = {"en": "reply “yes 17”, “no 17” or “knew 17”", "zh-Hans": "请回复“是 17”"}[language]
    title = {"en": "Not sure: is this about your topic?", "zh-Hans": "拿不准：这与您的主题有关吗？"}[language]
    shown = render(issue)
    for text in (shown.html, shown.text, shown.markdown):
        assert title in text
        assert "Headline number 17" in text
        assert words in " ".join(text.split())
        assert "monitor feedback" not in text  # no command in a reader's mail
    assert '"article_id": 17' in shown.json


def test_without_a_question_the_block_is_not_there():
    shown = render(digest(unsure=()))
    for text in (shown.html, shown.text, shown.markdown):
        assert "Not sure" not in text


def test_compose_asks_about_nothing_it_shows():
    asked = digest(unsure=[probe(17, 0.48), probe(18, 0.6)], line=0.5).probes
    assert ids(asked) == [17, 18]
    story = digest().top[0]
    assert digest(unsure=[probe(story.article_ids[0], 0.5)]).probes == ()


@pytest.mark.parametrize(("policy", "asked"), [("note", 0), ("always", 1)])
def test_a_quiet_week_asks_only_where_a_full_issue_is_wanted(policy, asked):
    topic = samples.TOPIC.model_copy(update={"quiet": policy})
    found = compose(
        topic=topic,
        issue=1,
        since=samples.SINCE,
        until=samples.UNTIL,
        now=samples.NOW,
        candidates=(),
        coverage=samples.digest().coverage,
        unsure=[probe(1, 0.5)],
    )
    assert len(found.probes) == asked
