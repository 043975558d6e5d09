"""Whatever a feed says, the mail stays whole: hostile strings in every field a feed can reach."""

import re
from dataclasses import fields, is_dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from monitor.digests.frozen import from_json, to_json
from monitor.digests.plain import COLUMNS, width
from monitor.digests.render import HTML_MAX_BYTES, render
from monitor.digests.tidy import tidy
from tests.digests.mail_lint import complaints, links, visible
from tests.digests.samples import CHANGED, QUIET, UNSURE, digest

BITS = (
    "\x00", "\x1b[31m", "\r\n", "\n\n", "\u2028", "\u2029", "\x85", "\ud800", "\udfff", "\ufffe", "\ufeff", "\u200b", "\u200f",
    "\u202e", "\u2066", "\xad", "\U000e0041", "e\u0301" * 40, "=?utf-8?q?x?=", "=?utf-8?b?eA==?=", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "</td></tr></table>", "</title></head>", "</style>", "<!--", "-->", "<![CDATA[", "<svg/onload=x>",
    "&lt;b&gt;", "&#106;avascript:", "&amp;amp;", "{{ 7*7 }}", "{% raw %}", "{# x #}", "${x}", "%s %d", "{0}", "' onclick='x", '" style="x',
    "`x`", "[x](javascript:x)", "![x](http://127.0.0.1/p.png)", "javascript:alert(1)", "> quote", "# title", "| cell |", "***", "\\",
    "\t", "x" * 1200, "word " * 300, "出口" * 500, "مرحبا بالعالم", "שלום", "👩‍👩‍👧‍👦", "\u0e01" * 200, "--=_boundary", "\n.\n", "\r\nBcc: a@b.example",
)  # fmt: skip
HEADLINES = [
    template.format(bit=bit)
    for bit in (bit.replace("{", "{{").replace("}", "}}") for bit in BITS)
    for template in ("{bit}", "Curbs {bit} widen", "{bit}{bit}{bit}", "Tariffs on tools {bit}")
]


def with_text(value, text):
    """The value with `text` in every field a feed or page can write, addresses included."""
    if isinstance(value, tuple):
        return tuple(with_text(item, text) for item in value)
    if is_dataclass(value):
        kept = {"topic", "time_zone", "language", "status", "kind", "weeks", "base_url", "issue"}
        return replace(
            value,
            **{f.name: with_text(getattr(value, f.name), text) for f in fields(value) if f.name not in kept},
        )
    return text if isinstance(value, str) else value


def check(issue):
    rendered = render(issue)
    assert list(complaints(rendered.html)) == []
    assert len(rendered.html.encode()) <= HTML_MAX_BYTES
    assert set(re.findall(r"https?://[^\s<>]+", rendered.text)) >= set(links(rendered.html))
    assert (
        re.search(
            r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
            rendered.text + rendered.subject,
        )
        is None
    )
    assert "\n" not in rendered.subject
    assert len(rendered.subject) <= 70
    for line in rendered.text.splitlines():
        assert width(line) <= COLUMNS or "://" in line
    tree = lxml_html.document_fromstring(rendered.html)
    assert len(tree.xpath("//h3")) == len(issue.top)
    assert len(tree.xpath("//title")) == 1
    assert rendered.markdown.count("\n### ") == len(issue.top)
    return rendered


def test_there_are_enough_hostile_headlines():
    assert len(set(HEADLINES)) >= 200


@pytest.mark.parametrize("start", range(0, len(HEADLINES), 8))
def test_hostile_headlines_do_not_break_the_mail(start):
    issue = digest(4, 4)
    stories = [*issue.top, *issue.also]
    named = [replace(story, headline=text) for story, text in zip(stories, HEADLINES[start:], strict=False)]
    check(replace(issue, top=tuple(named[:4]), also=tuple(named[4:])))


@pytest.mark.parametrize("bit", BITS, ids=range(len(BITS)))
def test_a_hostile_text_in_every_field_does_not_break_the_mail(bit):
    issue = with_text(digest(2, 2), f"Curbs {bit} widen")
    rendered = check(issue)
    assert links(rendered.html) == []


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=120))
def test_any_text_in_every_field_does_not_break_the_mail(text):
    issue = with_text(digest(1, 1), text)
    check(issue)
    assert from_json(to_json(issue)) == issue


def test_hostile_addresses_leave_a_headline_without_a_link():
    story = replace(digest(1, 0).top[0], url="javascript:alert(1)", quotes=(), whats_new=(), outlets=())
    issue = replace(
        digest(1, 0),
        top=(story,),
        quiet=(replace(QUIET[0], url="vbscript:x"),),
        changed=(replace(CHANGED[0], url="//x"),),
        probes=(replace(UNSURE[0], url="data:text/html,x"),),
        coverage=replace(digest().coverage, near_misses=(("Near", "data:x", 0.4),)),
    )
    rendered = check(issue)
    assert links(rendered.html) == []
    assert story.headline in visible(rendered.html)
    assert "javascript" not in rendered.html + rendered.text + rendered.markdown


def test_what_looks_like_a_template_is_shown_and_never_run():
    rendered = render(with_text(digest(1, 0), "{{ 7*7 }} {% raw %}"))
    assert "{{ 7*7 }} {% raw %}" in visible(rendered.html)
    assert "{{ 7*7 }} {% raw %}" in rendered.text


def test_tidying_is_done_once():
    issue = with_text(digest(), "  a\u202e \x00 <b>\n b ")
    assert tidy(tidy(issue)) == tidy(issue)
    assert tidy(issue).top[0].headline == "a <b> b"


def test_a_sentence_is_left_out_rather_than_cut():
    story = digest(1, 0).top[0]
    long = replace(story.quotes[0], text="word " * 200)
    kept = tidy(replace(digest(1, 0), top=(replace(story, quotes=(long, story.quotes[1])),))).top[0].quotes
    assert [quote.text for quote in kept] == [story.quotes[1].text]


def test_ordinary_text_passes_unchanged():
    issue = digest(base_url="https://digest.example")
    assert tidy(issue) == issue
