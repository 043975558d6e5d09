"""All counts of an issue agree, wherever they stand."""

import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from monitor.digests.render import render
from tests.digests.mail_lint import visible
from tests.digests.samples import COVERAGE, digest


def number(pattern, text):
    found = {int(each.replace(",", "")) for each in re.findall(pattern, text)}
    assert len(found) == 1, (pattern, found)
    return found.pop()


@pytest.mark.parametrize(("top", "also"), [(5, 8), (3, 0), (1, 1), (20, 40)])
def test_masthead_preheader_strip_ledger_and_the_stories_shown_agree(top, also):
    rendered = render(digest(top, also, quiet=(), changed=(), unsure=()))
    tree = lxml_html.document_fromstring(rendered.html)
    cards = tree.xpath("//h3")
    (preheader,) = (each.text_content() for each in tree.xpath("//*[@class='preheader']"))
    seen = visible(rendered.html)
    in_top = sum(
        map(
            int,
            re.findall(
                r"\d+", re.search(r"Top stories · ([^N]*?(?:new|updated)(?:, \d+ updated)?)", seen)[1]
            ),
        )
    )
    in_issue = number(r"(\d+) in this issue", seen + rendered.text + rendered.markdown)
    assert in_top == len(cards)
    assert number(r"^(\d+) stor(?:y|ies) from", preheader) == in_issue
    assert number(r"([\d,]+) (?:articles )?on topic", seen + preheader) == COVERAGE.relevant
    assert number(r"(\d+) outlets\.", preheader) == COVERAGE.outlets
    assert number(r"of ([\d,]+) new\b", seen) == number(r"→ ([\d,]+) articles? →", seen) == COVERAGE.articles
    briefs = tree.xpath("//td[@class='line' or @class='line last']")
    one_sided = seen.count("newsrooms, only from")
    assert len(cards) + len(briefs) - one_sided == in_issue


def test_feeds_that_answered_are_counted_once():
    rendered = render(digest(coverage=replace(COVERAGE, feeds_answered=28)))
    for part in (visible(rendered.html), " ".join(rendered.text.split()), rendered.markdown):
        assert number(r"(\d+) of 31 feeds answered", part) == 28
