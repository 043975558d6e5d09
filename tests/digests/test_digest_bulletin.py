"""The bulletin a chat shows: every story of the issue in its order, in the reader's language, with the way to the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.digests.bulletin import bulletin
from monitor.digests.frozen import from_json, to_json
from tests.digests import samples

ISSUE = samples.digest()


def test_it_tells_every_story_in_the_issues_order_under_its_section():
    told = bulletin(ISSUE)
    assert [item.headline for item in told.items] == [c.headline for c in (*ISSUE.top, *ISSUE.also)]
    assert [item.section for item in told.items if item.section] == ["Top stories", "Also moving"]
    assert (told.items[0].section, told.items[len(ISSUE.top)].section) == ("Top stories", "Also moving")
    assert told.title == f"{ISSUE.title} · No. {ISSUE.issue}"


def test_of_an_update_it_tells_what_is_new_and_every_sentence_is_verbatim():
    for item, candidate in zip(bulletin(ISSUE).items, ISSUE.top, strict=False):
        sentences = [quote.text for quote in (*candidate.whats_new, *candidate.quotes)]
        assert item.detail in ("", *sentences)
        if candidate.status == "updated" and candidate.whats_new:
            assert item.detail == candidate.whats_new[0].text


def test_there_are_words_for_any_number_of_items_left_out():
    told = bulletin(ISSUE)
    assert len(told.left_out) == len(told.items)
    assert told.left_out[0].startswith("1 more story is")
    assert told.left_out[1].startswith("2 more stories are")


@pytest.mark.parametrize(("base_url", "leads"), [("", False), ("https://news.example.org", True)])
def test_it_leads_to_the_page_where_there_is_one(base_url, leads):
    told = bulletin(replace(ISSUE, base_url=base_url, online_url=""))
    assert told.url.startswith(base_url)
    assert bool(told.url) == leads


def test_it_speaks_the_issues_language_and_is_the_same_once_frozen():
    told = bulletin(replace(ISSUE, language="zh-Hans"))
    assert told.title.endswith("第 37 期")
    assert "省略 3 条" in told.left_out[2]
    assert bulletin(from_json(to_json(ISSUE))) == bulletin(ISSUE)


def test_a_quiet_week_tells_its_notice():
    quiet = replace(ISSUE, top=(), also=(), notices=("A quiet week.",))
    told = bulletin(quiet)
    assert (told.items, told.intro[1:]) == ((), ("A quiet week.",))


def test_hostile_text_is_one_clean_line_and_no_address_but_http():
    evil = replace(ISSUE.top[0], headline="a\nb\u202ec\x00", url="javascript:alert(1)")
    item = bulletin(replace(ISSUE, top=(evil,))).items[0]
    assert item.url == ""
    assert not set("\n\u202e\x00") & set(item.headline)
