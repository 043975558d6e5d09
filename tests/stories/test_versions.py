"""Two versions of one page: what differs in substance is found, what pages change by themselves is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.stories.versions import figures, fresh, has_grown, is_retitled
from tests import make

LINES = (
    "The ministry raised the duty on imported cranes to 25 percent on Monday, officials said.",
    "Growers lost $3.5 billion in two harvests, their association wrote in its report.",
    "Inspectors counted 1,200 hoists in 14 ports, and the hearing is set for May 12.",
    "The minister called the talks useful and left without a word to the press.",
)
NOISE = (
    "Read more: ports of the north.",
    "4 hours ago",
    "Updated 9:41 p.m.",
    "Subscribe for 3 dollars a month.",
)


def article(lines=LINES, title="Ministry raises duty on cranes"):
    return make.article(title=title, text="\n".join(lines))


def said(old, new):
    return [(change.old, change.new) for change in figures(old, new)]


@pytest.mark.parametrize(
    ("was", "now", "old", "new"),
    [
        ("25 percent", "35 percent", "25 percent", "35 percent"),
        ("$3.5 billion", "$5.3 billion", "$3.5 billion", "$5.3 billion"),
        ("1,200 hoists", "12,000 hoists", "1,200 hoists", "12,000 hoists"),
        ("May 12", "May 21", "12", "21"),
    ],
)
def test_a_figure_in_place_of_another_is_found(was, now, old, new):
    text = "\n".join(LINES)
    assert said(article(), replace(article(), text=text.replace(was, now))) == [(old, new)]


def test_a_figure_of_another_thing_is_no_correction():
    other = "The union wants 40 percent more for its 900 crane drivers, it told the press."
    assert said(article(), article((*LINES, other))) == []
    assert said(article(), article((*LINES[1:], other))) == []


def test_a_headline_counts_over_another_text_or_with_another_figure():
    old, same = article(), article(NOISE[:1] + LINES)
    more = article((*LINES, "The talks ended in the evening, and no further date was set by anybody."))
    assert is_retitled("Talks open", "Talks end", old, more)
    assert not is_retitled("Talks open", "Talks end", old, same)
    assert is_retitled("Duty is 25 percent", "Duty is 35 percent", old, old)
    assert not is_retitled("Talks open", "TALKS open!", old, more)
    assert not is_retitled("", "Talks end", old, more)
    assert not is_retitled("Talks open", "", old, more)


def test_a_text_has_grown_when_it_says_more():
    more = "The talks ended in the evening, and no further date was set by anybody; the two ministers flew home at night."
    assert has_grown(article(), article((*LINES, more)))
    assert fresh(article(), article((*LINES, more))) == (more,)
    assert not has_grown(article((*LINES, more)), article())


@given(st.permutations(LINES), st.lists(st.sampled_from(NOISE), max_size=4), st.randoms())
def test_the_same_sentences_in_any_order_between_any_noise_are_no_change(lines, noise, order):
    mixed = list(lines)
    for line in noise:
        mixed.insert(order.randint(0, len(mixed)), line)
    old, new = article(), article(mixed)
    assert said(old, new) == said(new, old) == []
    assert fresh(old, new) == ()


@given(st.integers(1, 999), st.integers(1, 999), st.permutations(LINES[1:]))
@example(115, 15, LINES[1:])
def test_any_figure_put_in_place_of_another_is_named_both_ways(was, now, others):
    old = article(
        (f"The American duty on cranes stands at {was} percent, officials said on Monday.", *LINES[1:])
    )
    new = article(
        (f"The American duty on cranes stands at {now} percent, officials said on Monday.", *others)
    )
    taken = {"25", "3", "5", "1", "200", "14", "12"}
    if not taken & {str(was), str(now)}:
        wanted = [] if was == now else [(f"{was} percent", f"{now} percent")]
        assert said(old, new) == wanted
        assert said(new, old) == [(b, a) for a, b in wanted]
