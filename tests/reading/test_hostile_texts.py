"""Texts made to keep a pattern busy: reading them ends. In a process of its own, which can be stopped while a pattern is at work."""

from __future__ import annotations

import subprocess
import sys

import pytest

STOPPED_AFTER_S = 60  # idle, the slowest takes 2 s with its imports; what hangs would take days

BOILERPLATE = """
from monitor.articles.boilerplate import strip_boilerplate
lines = [
    "Ann Lee reported from WASHINGTON, BEIJING, SHANGHAI and SINGAPORE last week.",
    "Ann Lee reported from " + "A" * 250 + "!",
    "Ann Lee reported from " + "A-" * 130 + "!",
    "(" + "A" * 70 + "/" + "B" * 70,
    "(" + "Ab," * 35 + "/" + "Bc," * 35,
    "By Ann " + "|" * 100 + "!",
    "By Ann " + "/ , " * 25 + "!",
]
assert len(strip_boilerplate(lines)) == len(lines), strip_boilerplate(lines)
"""
SITEMAP = """
from monitor.feeds import listed
for text in ("<!-- a -->" * 5000, "<?a?> " * 5000, "<!-- " * 20000, "<!DOCTYPE a [ ]" * 20000, " " * 200000):
    for end in ("<p>", "<urlset>", ""):
        assert listed(text + end, "https://quay.example/") == ()
"""
JSONLD = r"""
from lxml import html
from monitor.articles.jsonld import nodes_of
bad = ('"\\"' * 100000, '"' + '\\"' * 100000 + '\\', "/*" * 200000, " " * 400000 + "x", "[" * 200000, ",  " * 100000)
for text in bad:
    tree = html.Element("html")
    script = html.Element("script", type="application/ld+json")
    script.text = '{"@type": "Article", "headline": "Ports"} ' + text
    tree.append(script)
    assert [node["headline"] for node in nodes_of(tree) if "headline" in node] == ["Ports"], text[:9]
"""
REPAIR = """
from monitor.feeds.repair import prepared
rss = "<rss><channel>{}</channel></rss>"
item = "<item><title>T</title><description>D</description>{}</item>"
for text in (
    rss.format(item.format("<media:title>" * 60000)),
    rss.format(item.format("<media:title " * 60000)),
    rss.format(item.format("<author>" + "a" * 300000 + " @ b</author>")),
    rss.format((item.format("") + item.format("<published " * 40000)) * 2),
    "<!-- " * 12000 + rss.format(item),
):
    assert "<title>T</title>" in prepared(text.encode(), max_entries=1).text
"""


@pytest.mark.parametrize(
    "code", [BOILERPLATE, SITEMAP, JSONLD, REPAIR], ids=["lines", "sitemaps", "json", "feeds"]
)
def test_reading_ends(code):
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=STOPPED_AFTER_S, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")
