"""The receipt of a card says something or is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.digests.render import render
from monitor.model import Change, Fact, Nearest
from tests.digests.mail_lint import visible
from tests.digests.samples import digest, top_story

BARE = {"whats_new": (), "facts": (), "changes": ()}


def nearest(overlap):
    return Nearest(kind="seed", title="China pledges to buy farm goods", overlap=overlap)


def seen(**changes):
    rendered = render(digest(candidates=[replace(top_story(1), **changes)]))
    return visible(rendered.html), rendered.text, rendered.markdown


@pytest.mark.parametrize(("overlap", "is_named"), [(0.0, False), (0.29, False), (0.3, True), (0.9, True)])
def test_the_closest_item_is_named_only_when_something_is_close(overlap, is_named):
    for part in seen(nearest=nearest(overlap)):
        assert ("Closest seed" in part) == is_named
        assert "What’s new" in part


def test_the_closest_item_alone_is_not_called_new():
    for part in seen(nearest=nearest(0.4), **BARE):
        assert "Closest seed" in part
        assert "What’s new" not in part


def test_the_receipt_in_the_text_part_has_no_holes():
    _, text, _ = seen(nearest=nearest(0.4))
    block = text[text.index("   What’s new") :].split("\n\n")[0]
    assert "Closest seed" in block


def test_a_new_story_has_no_box_of_what_is_new_all_of_it_is():
    new = replace(top_story(0), nearest=nearest(0.1))
    assert new.whats_new
    assert new.changes
    rendered = render(digest(candidates=[new]))
    for part in (visible(rendered.html), rendered.text, rendered.markdown):
        assert "What’s new" not in part
        assert new.whats_new[0].text not in " ".join(part.split())


def test_the_closest_of_a_new_story_is_named_where_a_reader_knows_it():
    for kind, is_named in (("seed", True), ("issue", True), ("article", False)):
        story = replace(top_story(0), nearest=replace(nearest(0.6), kind=kind, issue=3))
        assert ("Closest" in render(digest(candidates=[story])).text) == is_named


def test_a_figure_without_its_noun_is_not_shown():
    bare = Change(what="", old="3.1 %", new="4.7 %")
    for part in seen(changes=(bare, Change(what="levy on cheese", old="10 %", new="25 %"))):
        assert "3.1" not in part
        assert "levy on cheese" in part


def test_one_change_told_in_two_ways_is_shown_once():
    twice = (
        Change(what="levy on cheese", old="10 %", new="25 %"),
        Change(what="duty on cheese", old="10", new="25 %"),
    )
    for part in seen(changes=twice):
        assert "levy on cheese" in part
        assert "duty on cheese" not in part


def test_names_and_loose_figures_are_no_news():
    facts = (
        Fact(kind="name", value="Ann Example", text="Ann Example"),
        Fact(kind="percent", value="8.7 %", text="8.7 %"),
    )
    for part in seen(facts=facts):
        assert "Ann Example" not in part
        assert "8.7" not in part
