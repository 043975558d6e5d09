"""HTML to a tree, and the tree without what is never read.

In: the text of a page. Out: one lxml tree that all steps share. It is what trafilatura would have built of the page, in half
the time: every node is a plain `HtmlElement`, where lxml.html would ask a Python function for the class of each. Known
troubles of libxml2 with real pages are taken out before parsing. No judgement on the content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from monitor.text.normalise import clean

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
# What nothing asks for once the page's facts are read; trafilatura copies every tree four times, and its attributes with it.
_UNREAD = (
    "width", "height", "align", "valign", "bgcolor", "border", "cellpadding", "cellspacing", "target", "title", "alt", "src", "srcset",
    "sizes", "loading", "decoding", "onclick", "tabindex", "aria-label", "aria-controls", "for", "placeholder", "data-src", "data-srcset",
)  # fmt: skip
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


# In the middle of a sentence these are its words; trafilatura drops them, or breaks the sentence there.
_IN_SENTENCES = ("time", "q", "blink")
_ENDING_PARAGRAPHS = ("center", "address")  # for libxml2; browsers and writers let them stand in one
_CONTROLS_IN_SENTENCES = ("label", "button", "output", "legend", "marquee")  # elsewhere: forms
_BESIDE = frozenset({"aside", "footer", "nav", "blockquote", "figure"})
_OF_ANOTHER = re.compile(
    r"\b(?:comments?(?:list)?|replies|disqus|related|recommend\w*|teasers?|most-?read|testimonials?)\b",
    re.IGNORECASE,
)
# As whole names: "elementor-widget" is any block of a page builder, "right-sidebar" and "has-sidebar" say how a page is laid out.
_SIDE = re.compile(
    r"(?:widgets?|sidebar)(?:[-_](?:area|\d+|left|right|primary|secondary|widget\w*|recent[\w-]*|related[\w-]*))?",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"(?:no|has|with|without|hide|show)[-_].*|.*[-_](?:open|closed|enabled|disabled|count|on|off)",
    re.IGNORECASE,
)
_RUNNING = frozenset("p li td th dd dt blockquote span em strong b i a h1 h2 h3 h4 h5 h6 cite".split())


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

    for node in list(tree.iter(*_CONTROLS_IN_SENTENCES)):
        if _says_before(node) and (node.tail or "").strip() and node.getparent().tag in _RUNNING:
            node.drop_tag()
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
    etree.strip_attributes(tree, *_UNREAD)
    for node in list(tree.iter(*_ENDING_PARAGRAPHS)):
        _put_back(node)
    for node in list(tree.iter(*_IN_SENTENCES)):
        parent = node.getparent()
        if (
            parent is not None
            and parent.tag in _RUNNING
            and (_says_before(node) or (node.tail or "").strip())
        ):
            node.drop_tag()
    for node in reversed(list(tree.iter(*_HOLLOW))):
        if len(node) == 0 and not (node.text or "").strip() and node.getparent() is not None:
            node.drop_tree()


def is_beside(node: Any) -> bool:
    """Return whether an element is no part of a page's article: comments, teasers, asides. What holds the main heading is one."""
    return node.tag in _BESIDE or is_called_beside(node)


def is_called_beside(node: Any) -> bool:
    """Return whether an element's class or id says so; its tag is not asked: `<aside class="author">` names the article's own."""
    if node.tag in {"html", "body"}:
        return False
    said = f"{node.get('class') or ''} {node.get('id') or ''}".split()
    names = [name for name in said if not _STATE.fullmatch(name)]
    is_named = any(_OF_ANOTHER.search(name) or _SIDE.fullmatch(name) for name in names)
    return is_named and next(node.iter("h1"), None) is None


def texts_beside(node: Any, *, before: bool = False) -> Iterator[str]:
    """Give the texts after or before an element, the nearest first, without its own and those of asides."""
    while node is not None:
        for beside in node.itersiblings(preceding=before):
            if not is_beside(beside):
                yield from filter(None, map(clean, _backwards(beside) if before else beside.itertext()))
        node = node.getparent()


def _backwards(node: Any) -> Iterator[str]:
    """The texts of an element, the last first, without reading those that nobody asks for."""
    for child in reversed(node):
        yield child.tail or ""
        yield from _backwards(child)
    yield node.text or ""


def _put_back(node: Any) -> None:
    """Put an element and the text behind it back into the paragraph it was written in."""
    before = node.getprevious()
    said = (node.tail or "").strip()
    if before is None or before.tag != "p" or (before.tail or "").strip() or not said or len(node):
        return
    if not "".join(before.itertext()).rstrip().endswith((".", "!", "?", "。")):
        before.append(node)
        node.tag = "span"


def _says_before(node: Any) -> bool:
    """Whether text stands directly before an element."""
    before = node.getprevious()
    said = (
        before.tail if before is not None else node.getparent().text if node.getparent() is not None else ""
    )
    return bool((said or "").strip())


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
