"""What a headline replaced stands beside it in every rendering, and a correction of an issue on top. Everything is invented."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import html as lxml_html

from monitor.digests.frozen import from_json, to_json
from monitor.digests.hows import HOWS
from monitor.digests.render import render
from monitor.digests.select import named, select
from monitor.digests.words import CHINESE, ENGLISH
from monitor.model import FormerClaim, Revision
from monitor.settings import LimitSettings
from monitor.stories.states import State
from tests.digests.samples import digest
from tests.digests.test_digest_developments import under

WRONG = "Exports fell 19 percent, office says"
THEN = datetime(2026, 11, 17, 9, tzinfo=UTC)


def former(**values):
    return FormerClaim(**{"headline": WRONG, "how": "corrected", "published": THEN, "outlet": "Port Wire",
                          "url": "https://port.example/19", "article_id": 7002} | values)  # fmt: skip


def issue(language="en", **values):
    whole = digest()
    top = replace(whole.top[0], replaced=(former(**values),), developments=(under(1), under(2)))
    also = replace(whole.also[0], replaced=(former(how="in_force", headline="Ministry plans levy"),))
    return replace(whole, language=language, top=(top, *whole.top[1:]), also=(also, *whole.also[1:]))


def said(shown):
    body = lxml_html.document_fromstring(shown.html).body
    return {"html": " ".join(body.itertext()), "text": shown.text, "md": shown.markdown.replace("**", "")}


@pytest.mark.parametrize("part", ["html", "text", "md"])
def test_the_replaced_claim_is_named_behind_the_headline(part):
    words = " ".join(said(render(issue()))[part].split()).replace("\xa0", " ")
    headline, line = words.index(issue().top[0].headline.split(" (")[0]), words.index("Corrected · was: ")
    assert headline < line < words.index(issue().top[1].headline)
    assert WRONG in words[line : line + 120]
    assert "Port Wire, 17 Nov" in words
    assert "In force · was: " in words


def test_a_claim_that_an_issue_told_says_which_one():
    words = " ".join(render(issue(issue=36, outlet="", url="", article_id=None)).text.split())
    assert f"Corrected · was: {WRONG} (told in No. 36)" in words


def test_the_frame_says_it_in_chinese():
    assert f"更正 · 此前：{WRONG}" in "".join(render(issue("zh-Hans")).text.split("\n")).replace("   ", "")


def test_the_claim_named_so_is_not_listed_as_a_development_again():
    text = render(issue()).text
    assert "Development number 1" in text
    assert "Development number 2" not in text  # article 7002: the line of the former claim names it


def test_what_is_named_so_is_told():
    entry = replace(issue().top[0], developments=(under(1, is_named=False), under(2, is_named=False)))
    assert [each.is_named for each in named(entry, 0).developments] == [False, True]
    assert 7002 in named(entry, 0).shown_article_ids


def test_every_state_that_replaces_a_claim_has_its_words_in_both_languages():
    assert {state.value for state in State} - {"comment", "claim", "prospect", "denied"} == HOWS.keys()
    for words in (ENGLISH, CHINESE):
        assert all(f"how_{how}" in words for how in HOWS)


def test_a_state_of_a_newer_version_is_named_without_its_word():
    assert "\nwas: " in render(issue(how="unheard_of")).text.replace("   was", "was")


def test_it_is_frozen_without_loss_and_an_issue_of_before_still_renders():
    assert from_json(to_json(issue())) == issue()
    old = json.loads(to_json(digest()))
    for entry in (*old["top"], *old["also"]):
        del entry["replaced"]
        for each in entry["developments"]:
            del each["replaced"]
    for each in old["changed"]:
        del each["is_correction"]
    assert from_json(json.dumps(old)) == digest()
    assert render(from_json(json.dumps(old))).text == render(digest()).text


def test_what_corrects_an_issue_stands_first_whatever_it_ranks():
    candidates = digest().top
    last = replace(min(candidates, key=lambda each: each.rank), replaced=(former(issue=36),))
    others = [each for each in candidates if each.story_id != last.story_id]
    top, _ = select([*others, last], limits=LimitSettings(), line=0.5)
    assert top[0].story_id == last.story_id
    for harmless in (former(), former(issue=36, how="delayed")):  # nobody was sent it; a step, no error
        top, _ = select([*others, replace(last, replaced=(harmless,))], limits=LimitSettings(), line=0.5)
        assert top[0].story_id != last.story_id


@pytest.mark.parametrize("part", ["html", "text", "md"])
def test_a_headline_that_its_publisher_corrected_stands_above_all_else_and_another_wording_below(part):
    changed = tuple(
        Revision(article_id=n, before=before, headline=now, outlet="Port Wire", at=THEN, issue=36, is_correction=is_correction)
        for n, before, now, is_correction in (
            (1, "Exports fall 19 percent", "Exports fall 9 percent", True),
            (2, "Envoys meet", "Envoys meet by the lake", False),
        )
    )  # fmt: skip
    words = " ".join(said(render(replace(digest(), changed=changed)))[part].split())
    corrected, reworded = words.index("Exports fall 9 percent"), words.index("Envoys meet by the lake")
    lines = words.index(" ".join(digest().lines[0][1].split()))
    assert corrected < lines < reworded
    assert lines < words.index(digest().top[0].headline)
    assert "Exports fall 19 percent" in words
