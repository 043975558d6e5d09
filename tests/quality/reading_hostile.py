"""Is there life in it? What a browser would run in a text that was read, or in a digest made of it."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from html import escape

from lxml import html as lxml_html

from monitor.articles.extract import extract
from monitor.digests.render import render
from monitor.feeds import parse
from monitor.model import FeedDocument, Page
from tests.digests.samples import digest

_LIVE_TAGS = frozenset(
    "script iframe frame frameset object embed applet base form input button svg math link xml bgsound".split()
)
_LIVE_SCHEME = re.compile(r"(?:javascript|vbscript|livescript|mocha|data|file):", re.IGNORECASE)
_FILLING = (
    "The ministry raised the duty on imported kettles to thirty percent on Monday, after months of talks that led nowhere.",
    "Makers on both sides of the strait said the step would cost jobs, and that prices in shops would follow before the summer.",
    "Customs figures show that four kettles in five came from abroad last year, twice as many as ten years before.",
)
_KEPT = frozenset({"topic", "time_zone", "language", "status", "kind", "weeks", "base_url"})


def payloads(markdown):
    """The fenced blocks of a cheat sheet."""
    return re.findall(r"^```[^\n]*\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE)


def life(html, *, text_only=False):
    """What is alive in `html`: tags, handlers, addresses. `text_only`: every element is one too many."""
    tree = (
        lxml_html.fragment_fromstring(html, create_parent="div")
        if text_only
        else lxml_html.document_fromstring(
            html + "<p>"
        )  # a document of nothing but comments is refused as empty
    )
    found = []
    for node in tree.iterdescendants():
        if not isinstance(node.tag, str):
            continue
        if text_only or node.tag in _LIVE_TAGS or node.get("http-equiv", "").lower() == "refresh":
            found.append(f"<{node.tag}>")
        found += [f"{node.tag} {name}={value}" for name, value in node.items() if _is_alive(name, value)]
    return found


def _is_alive(name, value):
    said = re.sub(r"[\x00-\x20\x7f-\xa0]", "", value)
    return name.lower().startswith("on") or bool(_LIVE_SCHEME.match(said)) or "expression(" in said.lower()


def of_feed(payload):
    """Every text of an entry that carries the payload in all its parts, escaped and in CDATA."""
    for body in (_feed(escape(payload)), _feed(f"<![CDATA[{payload.replace(']]>', '')}]]>"), _feed(payload)):
        document = parse(body.encode("utf-8", "replace"), url="https://feeds.example/all.xml")
        if isinstance(document, FeedDocument):
            yield from (document.title, *document.warnings)
            for e in document.entries:
                yield from (e.title, e.summary, e.content, *e.authors, *e.tags, e.source_name)
                yield from _links(e.url, e.source_url)


def _feed(said):
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{said}</title><link>https://s.example/</link><item><title>{said}</title>'
        f"<link>{said}</link><description>{said} {_FILLING[0]}</description><author>{said}</author><category>{said}</category>"
        f'<source url="https://x.example/">{said}</source></item></channel></rss>'
    )


def of_page(payload):
    """Every text of a page that carries the payload in its title, its metadata and its article."""
    filling = "".join(f"<p>{text} {{}}</p>" for text in _FILLING)
    for said in (payload, escape(payload)):
        html = (
            f'<html><head><title>{said}</title><meta name="author" content="{escape(payload)}"><meta property="og:title" content="{escape(payload)}">'
            f'<link rel="canonical" href="{escape(payload)}"></head><body><article><h1>{said}</h1>{filling.replace("{}", said)}</article></body></html>'
        )
        page = extract(html, url="https://www.harbour.example/kettles")
        if isinstance(page, Page):
            yield from (page.title, page.text, *page.authors)
            yield from _links(page.canonical_url)


def _links(*addresses):
    """Addresses as a template would put them into a link."""
    return (
        f'"{address}"' for address in addresses if address and not address.startswith(("http://", "https://"))
    )


def of_digest(payload):
    """The digest whose every field says the payload."""
    return render(_saying(digest(2, 2), payload)).html


def _saying(value, text):
    if isinstance(value, tuple):
        return tuple(_saying(item, text) for item in value)
    if is_dataclass(value):
        return replace(
            value,
            **{f.name: _saying(getattr(value, f.name), text) for f in fields(value) if f.name not in _KEPT},
        )
    return text if isinstance(value, str) else value
