"""Article pages: HTML in, the article out.

In: the bytes (or text) of one page, its address and Content-Type. Out: `Page`, or `Rejected` with the reason `empty`,
`not-html`, `blocked`, `consent`, `paywall`, `missing`, `live-blog`, `thin` or `broken`. Never raises. Made to run in a killable
worker: plain values in, plain values out. The page is parsed once and all steps share the tree. The text is found by trafilatura:
its fast mode on pages of many paragraphs, the standard one on others and where the fast one found little (measured:
docs/notes/extraction.md); comments never, tables as text.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from monitor.articles.boilerplate import strip_boilerplate
from monitor.articles.dates import page_date
from monitor.articles.markup import parsed, without_head, without_machinery
from monitor.articles.metadata import Facts, facts
from monitor.articles.walls import TEASER_CHARS, wall, without_offers
from monitor.model import Page, Rejected
from monitor.text.charset import decoded
from monitor.text.normalise import clean, plain

PAGE_CHARS = 5 * 2**20
THIN_CHARS = 50  # less is a caption or an error, whatever it says
PARAGRAPHS_CHARS = 2000  # with less text in paragraphs, a page goes to the standard mode at once ...
ENOUGH_SHARE = (
    0.3  # ... as it does when the fast mode finds less than this share of it: chosen on two public sets
)
BODY_CHARS = 300  # JSON-LD articleBody stands in for a text shorter than this

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MARKUP = re.compile(
    r"<\s*(?:!doctype|html|head|body|p|div|article|title|meta|span|main|section|table|h1)\b", re.IGNORECASE
)
_BINARY = re.compile(
    r"(?:image|audio|video|font)/|application/(?:pdf|zip|octet-stream|msword|vnd\.|x-)", re.IGNORECASE
)
_TABLE_LINE = re.compile(r"^\|?(?:\s*:?-{3,}:?\s*\|)+\s*(?::?-{3,}:?)?\s*$")
_BULLET = re.compile(r"^[-*•]\s+")


def extract(
    html: bytes | str, *, url: str = "", content_type: str = "", now: datetime | None = None
) -> Page | Rejected:
    """Return the article of a page, or why there is none.

    `now`, when given, is the moment no date of the page may lie after. The canonical address is given only on the same
    registrable domain as `url`.
    """
    try:
        text = _decoded(html, content_type)
        if isinstance(text, Rejected):
            return text
        tree = parsed(text)
        return Rejected("empty", "no HTML in the answer") if tree is None else _page(tree, url=url, now=now)
    except Exception as error:  # noqa: BLE001  # outside bytes in foreign parsers: whatever they trip over is one bad page
        return Rejected("broken", clean(f"{type(error).__name__}: {error}", limit=200))


def _decoded(html: bytes | str, content_type: str) -> str | Rejected:
    if isinstance(html, bytes):
        if _BINARY.match(content_type) or html.startswith(
            (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff")
        ):
            return Rejected("not-html", f"the answer is {content_type or 'a binary file'}")
        html = decoded(html, _declared(html, content_type))[0]
    text = html[:PAGE_CHARS].replace("\x00", "")
    if not text.strip():
        return Rejected("empty", "the answer had no content")
    return text if _MARKUP.search(text) else Rejected("not-html", "the answer holds no HTML")


def _declared(body: bytes, content_type: str) -> list[str]:
    header = _CHARSET.search(content_type)
    meta = _META_CHARSET.search(body[:4096])
    return [*([header[1]] if header else []), *([meta[1].decode("ascii", "replace")] if meta else [])]


def _page(tree: Any, *, url: str, now: datetime | None) -> Page | Rejected:
    known = facts(tree, url=url)
    without_machinery(tree)
    published, is_approximate = page_date(tree, url=url, said=known.dates, limit=now)
    without_head(tree)
    raw = _text(tree, url=url)
    if len(raw) < BODY_CHARS < len(known.body):
        raw = known.body
    kept, has_offer = without_offers(_lines(raw))
    text = "\n".join(strip_boilerplate(kept, title=known.title))
    is_teaser = has_offer and len(text) < TEASER_CHARS
    reason = _rejection(known, raw, text, is_teaser=is_teaser)
    if reason:
        return Rejected(reason, clean(raw, limit=120))
    return Page(
        title=known.title,
        text=text,
        published=published,
        published_is_approximate=is_approximate,
        authors=known.authors,
        language=known.language,
        canonical_url=known.canonical_url,
        paywall=known.is_locked or is_teaser,
        robots=known.robots,
    )


def _rejection(known: Facts, raw: str, text: str, *, is_teaser: bool) -> str:
    """Why a page's text is not used, "" when it is."""
    if known.is_live:
        return "live-blog"  # many events on one page: title and summary of the feed say it better
    instead = wall(known.title, raw)
    if instead:
        return instead
    if len(text) < THIN_CHARS:
        return "paywall" if is_teaser or known.is_locked else "thin"
    return ""


def _text(tree: Any, *, url: str) -> str:
    """The running text: fast, and the thorough way where that finds little."""
    in_paragraphs = _paragraph_chars(tree)
    quick = _extracted(tree, url=url, fast=True) if in_paragraphs >= PARAGRAPHS_CHARS else ""
    if quick and len(quick) >= ENOUGH_SHARE * in_paragraphs:
        return quick
    return _extracted(tree, url=url, fast=False) or quick


def _extracted(tree: Any, *, url: str, fast: bool) -> str:
    import trafilatura  # noqa: PLC0415 -- half a second of imports that polling does not need

    text = trafilatura.extract(
        tree, url=url or None, fast=fast, include_comments=False, include_tables=True, with_metadata=False
    )
    return text or ""


def _paragraph_chars(tree: Any) -> int:
    """How much text stands in paragraphs anywhere on the page: a cheap measure of what there is to find."""
    return sum(len("".join(node.itertext())) for node in tree.iter("p"))


def _lines(text: str) -> list[str]:
    """Paragraphs; rows of tables and items of lists without their marks."""
    lines = (line for line in text.split("\n") if not _TABLE_LINE.match(line))
    return [_shown(_BULLET.sub("", line.strip().strip("|").strip())) for line in lines]


def _shown(line: str) -> str:
    """A paragraph without tags that were written out as text."""
    return clean(plain(line)) if "<" in line else line
