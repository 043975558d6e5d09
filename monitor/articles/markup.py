"""HTML to a tree, and the tree without what is never read.

In: the text of a page. Out: one lxml tree that all steps share. It is what trafilatura would have built of the page, in half
the time: every node is a plain `HtmlElement`, where lxml.html would ask a Python function for the class of each. Known
troubles of libxml2 with real pages are taken out before parsing. No judgement on the content.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# Bytes no document may hold (XML 1.0 2.2). libxml2 ends the page at the first of them.
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_DOCTYPE = re.compile(
    r"\s*<\s?!\s?DOCTYPE[^<>]*>", re.IGNORECASE
)  # with a slash in it: launchpad.net/bugs/1955915
_CLOSED_ROOT = re.compile(r"(<html\b[^<>]{0,2000}?)\s*/>", re.IGNORECASE)
_HEAD_CHARS = 4096

# Never read, and half of a page's nodes. <noscript> stays: some pages keep the article in it.
_MACHINERY = ("style", "svg", "iframe", "embed", "template", "option", "input", "source", "area")
# The same, but real pages forget to close them, or keep the article in them: they go when there is no prose in them.
_FURNITURE = (
    "nav", "footer", "button", "select", "textarea", "object", "audio", "video", "canvas", "picture", "map",
)  # fmt: skip
_HEAD = ("head", "link", "meta")
_PROSE = ("p", "article", "h1")
# Without text and children they say nothing; an empty cell still holds its column.
_HOLLOW = (
    "a",
    "article",
    "b",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "i",
    "li",
    "ol",
    "p",
    "section",
    "span",
    "strong",
    "ul",
)


def parsed(text: str) -> Any | None:
    """Return the root element of a page, None when there is no markup in it."""
    from lxml import etree  # noqa: PLC0415 -- polling imports this package and parses no page

    try:
        tree = etree.fromstring(_readable(text), _parser())
    except etree.XMLSyntaxError:
        return None
    return tree if tree is not None and len(tree) else None


def without_machinery(tree: Any) -> None:
    """Take scripts, styles, forms' fields, players, footers and menus out of `tree`; JSON-LD stays."""
    from lxml import etree  # noqa: PLC0415

    for script in list(tree.iter("script")):
        if "ld+json" not in (script.get("type") or ""):
            script.tag = "style"
            script.text = None
    for node in list(tree.iter(*_FURNITURE)):
        if next(node.iter(*_PROSE), None) is None:
            node.tag = "style"
    etree.strip_elements(tree, *_MACHINERY, with_tail=False)


def without_head(tree: Any) -> None:
    """Take out what the page says about itself, once it has been read, and empty elements: a fifth less to look at."""
    from lxml import etree  # noqa: PLC0415

    etree.strip_elements(tree, *_HEAD, with_tail=False)
    for node in reversed(list(tree.iter(*_HOLLOW))):
        if len(node) == 0 and not (node.text or "").strip() and node.getparent() is not None:
            node.drop_tree()


def _readable(text: str) -> bytes:
    """The page as UTF-8 that libxml2 reads to its end."""
    head = _CLOSED_ROOT.sub(r"\1>", _DOCTYPE.sub("", text[:_HEAD_CHARS], count=1), count=1)
    body = (head + text[_HEAD_CHARS:]).encode("utf-8", "replace").translate(None, _CONTROLS)
    for noncharacter in _NONCHARACTERS:
        body = body.replace(noncharacter, b"")
    return body


@cache
def _parser() -> Any:
    from lxml import etree  # noqa: PLC0415
    from lxml.html import HtmlElement  # noqa: PLC0415

    parser = etree.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser
