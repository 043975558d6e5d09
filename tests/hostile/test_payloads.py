"""Hostile HTML is dead wherever it could come to life again: in stored texts, in the mail's HTML and text, in Markdown."""

from __future__ import annotations

import re
from html import escape

import pytest
from lxml import html as lxml_html

from monitor.digests.render import render
from monitor.model import Stage
from tests.checklist.watch import PAGE
from tests.digests.mail_lint import complaints, links
from tests.digests.samples import digest
from tests.digests.test_digest_hostile import with_text
from tests.fakes import InlineWorker
from tests.fetch.server import reply
from tests.hostile.mutants import HOSTILE

PAYLOADS = [
    line.decode("utf-8").encode("ascii", "backslashreplace").decode("unicode_escape") for line in HOSTILE
]
TAG = re.compile(r"<[A-Za-z/!?]")
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ALIVE = (
    "script style iframe object embed svg math form input button img link base video audio template".split()
)


def test_there_are_enough_of_them():
    assert len(set(PAYLOADS)) >= 60


def items(server, *, make_text):
    return "".join(
        f"<item><title>Payload {n} {make_text(text)}</title><link>{server.url(f'/page/{n}')}</link><guid>{n}</guid>"
        f"<author>{make_text(text)}</author><description>{make_text(text)}</description></item>"
        for n, text in enumerate(PAYLOADS)
    )


def written_out(text):
    """As most feeds write HTML: tags as text, so that reading them once makes tags of them."""
    return escape(text.translate(dict.fromkeys(range(32))), quote=False)


def as_section(text):
    return f"<![CDATA[{text.replace(']]>', '').translate(dict.fromkeys(range(32)))}]]>"


@pytest.mark.parametrize("make_text", [written_out, as_section])
def test_stored_texts_hold_no_tag_and_no_live_address(watch, server, make_text):
    body = f"<rss version='2.0'><channel><title>t</title>{items(server, make_text=make_text)}</channel></rss>"
    server.answers = {"/feed": reply(200, body.encode("utf-8", "replace")), "/robots.txt": reply(404)}
    for n, text in enumerate(PAYLOADS):
        head = f'<meta name="author" content="{text}"><link rel="canonical" href="{text}"><title>'
        page = (
            PAGE.replace("<title>", head)
            .replace("<p>", f"<p>{text} ", 1)
            .replace("</article>", f"{text}</article>")
        )
        server.answers[f"/page/{n}"] = reply(
            200, page.encode("utf-8", "replace"), [(b"Content-Type", b"text/html")]
        )
    watch.worker = InlineWorker()
    watch.poll()
    watch.read()
    stored = watch.articles(Stage.READ)
    assert len(stored) == len(PAYLOADS)
    assert sum(article.origin == "page" for article in stored) >= len(PAYLOADS) * 0.8
    for article in stored:
        for text in (
            article.title,
            article.text,
            article.summary,
            article.outlet,
            article.language,
            *article.authors,
        ):
            assert not TAG.search(text), (article.url, text)
            assert not UNSEEN.search(text), (article.url, text)
        assert article.url.startswith("http://127.0.0.1")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_digest_made_of_payloads_is_dead_in_every_rendering(payload):
    rendered = render(with_text(digest(1, 1), payload))
    tree = lxml_html.document_fromstring(rendered.html)
    assert list(complaints(rendered.html)) == []
    assert [e.tag for e in tree.iter(*ALIVE) if e.tag != "style"] == []
    assert len(list(tree.iter("style"))) == 1  # our own
    assert [
        a
        for e in tree.iter()
        for a in e.attrib
        if a.lower().startswith("on") or (a == "style" and "url(" in e.get(a))
    ] == []
    assert all(link.startswith(("http://", "https://", "mailto:")) for link in links(rendered.html))
    for text in (rendered.subject, rendered.text, rendered.markdown):
        assert not UNSEEN.search(text)
    assert "\n" not in rendered.subject
    unescaped = re.sub(r"\\.", "", rendered.markdown).replace("](<http", "](http")
    assert not TAG.search(unescaped)
    assert not re.search(r"\]\(\s*(?:javascript|data|vbscript):", rendered.markdown, re.IGNORECASE)
