"""The pages behind a reader's link: what they ask, where their buttons post to, and nothing that runs."""

from __future__ import annotations

import re

import pytest

from monitor.digests.frame import Frame
from monitor.digests.link_pages import asks_about, asks_to_leave, has_answered, has_left

FRAMES = [Frame("en", "UTC"), Frame("zh-Hans", "Asia/Shanghai")]
HOSTILE = '<script>alert(1)</script>" onload="x'


def posts_to(page):
    return re.findall(r'<form method="post" action="([^"]*)">', page.body.decode())


@pytest.mark.parametrize("frame", FRAMES, ids=["en", "zh"])
def test_a_question_has_buttons_and_thanks_have_none(frame):
    assert posts_to(asks_to_leave("Trade", "/u/1", frame)) == ["/u/1"]
    assert posts_to(asks_about("Is it?", "/f/1", frame)) == [
        "/f/1/relevant",
        "/f/1/irrelevant",
        "/f/1/knew-it",
    ]
    assert posts_to(has_left("Trade", frame)) == posts_to(has_answered("Is it?", frame)) == []


@pytest.mark.parametrize("frame", FRAMES, ids=["en", "zh"])
def test_whatever_a_headline_or_a_path_holds_it_is_only_text(frame):
    for page in (asks_about(HOSTILE, HOSTILE, frame), asks_to_leave(HOSTILE, HOSTILE, frame)):
        html = page.body.decode()
        assert "<script" not in html
        assert 'onload="' not in html
        assert 'name="robots" content="noindex"' in html
