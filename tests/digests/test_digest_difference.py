"""Two issues compared, and issues as a feed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from monitor.digests.atom import feed
from monitor.digests.difference import difference
from monitor.digests.render import render
from tests.digests import samples

OLD = samples.digest()
_NS = {"a": "http://www.w3.org/2005/Atom"}


def test_the_same_issue_twice_has_no_difference():
    assert difference(OLD, OLD) == ()


def test_what_went_and_what_came_is_told_with_its_place():
    new = replace(OLD, top=(*OLD.top[1:], replace(OLD.top[0], story_id=999, headline="Quite another")))
    said = difference(OLD, new)
    assert f"- top 1 {OLD.top[0].headline}" in said
    assert f"+ top {len(OLD.top)} Quite another" in said
    assert any(line.startswith("~ top 2 -> top 1") for line in said)


def test_a_story_that_goes_on_under_another_id_is_the_same():
    first = OLD.top[0]
    new = replace(
        OLD, top=(replace(first, story_id=999, follows=first.story_id, status="updated"), *OLD.top[1:])
    )
    assert difference(OLD, new) == (f"~ top 1 status: {first.status} -> updated",)


def test_the_feed_is_sound_xml_with_the_whole_issue_as_it_was_rendered():
    later = replace(OLD, issue=OLD.issue + 1, title="Tea & <coffee>\x0b\ufffe")
    root = etree.fromstring(feed([(OLD, render(OLD)), (later, render(later))]))
    entries = root.findall("a:entry", _NS)
    assert [e.findtext("a:title", namespaces=_NS) for e in entries] == [
        render(d).subject for d in (later, OLD)
    ]
    assert entries[1].findtext("a:content", namespaces=_NS) == render(OLD).html
    assert len({e.findtext("a:id", namespaces=_NS) for e in entries}) == 2


def test_a_feed_of_nothing_is_refused():
    with pytest.raises(ValueError, match="needs an issue"):
        feed([])
