"""What a mail asks its reader to do can be done by a reader: with a click or by answering, never in a shell."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from monitor.digests.render import render
from tests.digests.samples import digest

_SHELL = re.compile(r"\bmonitor (?:[a-z]+ )?(?:--|[a-z-]+\b(?=`))|`monitor|\$ monitor")


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("places", [{}, {"top": 0, "also": 0}])
def test_no_rendering_asks_for_a_shell_and_each_says_how_to_leave(language, places):
    issue = replace(digest(**places), language=language)
    shown = render(issue)
    for text in (shown.html, shown.text, shown.markdown):
        assert not _SHELL.search(text)
    assert "unsubscribe" in shown.text
    assert "unsubscribe" in shown.html


def test_who_is_asked_something_is_told_how_to_answer():
    issue = digest()
    assert issue.probes
    text = " ".join(render(issue).text.split())
    for probe in issue.probes:
        assert f"yes {probe.article_id}" in text
