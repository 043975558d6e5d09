"""Article pages: HTML in, the article out.

In: the bytes (or text) of one page, its address and Content-Type. Out: `Page`, or `Rejected` with the reason `empty`,
`not-html`, `blocked`, `consent`, `sign-in`, `front-page`, `another-page`, `paywall`, `missing`, `live-blog`, `thin` or `broken`. Never raises. Made to run in a killable
worker: plain values in, plain values out. The page is parsed once and all steps share the tree. The text is found by trafilatura:
its fast mode on pages of many paragraphs, the standard one on others and where the fast one found little (measured:
docs/notes/extraction.md); comments never, tables as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.articles.another import another, has_password, link_share
from monitor.articles.boilerplate import sifted
from monitor.articles.dates import page_date
from monitor.articles.markup import parsed, without_head, without_machinery
from monitor.articles.metadata import Facts, facts
from monitor.articles.walls import TEASER_CHARS, wall, without_offers
from monitor.model import Page, Rejected
from monitor.text.charset import decoded
from monitor.text.normalise import clean, plain

PAGE_CHARS = 5 * 2**20
THIN_CHARS = 50  # less is a caption or an error, whatever it says
PARAGRAPHS_CHARS = 1000  # with less text in paragraphs, a page goes to the standard mode at once ...
ENOUGH_SHARE = (
    0.3  # ... as it does when the fast mode finds less than this share of it: chosen on two public sets
)
TWIN_CHARS = 40  # a shorter line may be said twice
LEAST_TWINS = 2  # lines in a row that are there twice: one alone may be a refrain
TWIN_SHARE = 0.5  # of the text before, which a second body says again; judged
LEFT_OUT_LINES = 20  # of those that are kept beside a text; the rest is counted
LEFT_OUT_CHARS = 320  # of each
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
_ENDS = (".", "!", "?", "…", "。", "！", "？", '"', "”", ":")  # of a line that is no heading
_BULLET = re.compile(r"^[-*•]\s+")


def extract(
    html: bytes | str,
    *,
    url: str = "",
    content_type: str = "",
    now: datetime | None = None,
    asked: str = "",
    headline: str = "",
) -> Page | Rejected:
    """Return the article of a page, or why there is none.

    `now`, when given, is the moment no date of the page may lie after. The canonical address is given only on the same
    registrable domain as `url`, the page's final address. `asked` is the one that was asked for and `headline` what the feed
    calls the article: a page that is another one is refused.
    """
    try:
        text = _decoded(html, content_type)
        if isinstance(text, Rejected):
            return text
        tree = parsed(text)
        if tree is None:
            return Rejected("empty", "no HTML in the answer")
        return _page(tree, url=url, now=now, asked=asked, headline=headline)
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


def _page(tree: Any, *, url: str, now: datetime | None, asked: str, headline: str) -> Page | Rejected:
    known = facts(tree, url=url)
    asks_password = has_password(tree)
    without_machinery(tree)
    in_links = link_share(tree) if headline else 0.0
    published, is_approximate = page_date(tree, url=url, said=known.dates, limit=now)
    without_head(tree)
    raw = _text(tree, url=url)
    if len(raw) < BODY_CHARS < len(known.body):
        raw = known.body
    own = own_lines(_once(_lines(raw)), title=known.title)
    text = own.text
    is_teaser = own.has_offer and len(text) < TEASER_CHARS
    reason = another(
        asked, url, headline, title=known.title, text=text, has_password=asks_password, link_share=in_links
    ) or _rejection(known, raw, text, is_teaser=is_teaser)
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
        left_out=own.left_out,
        left_out_more=own.left_out_more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLines:
    """What of some lines is the article's own, and what was left out of it."""

    text: str  # paragraphs joined by "\n"
    has_offer: bool  # something was for sale
    left_out: tuple[str, ...]  # at most LEFT_OUT_LINES, each at most LEFT_OUT_CHARS
    left_out_more: int  # further ones


def own_lines(lines: Iterable[str], *, title: str) -> OwnLines:
    """Return the text in lines of a page or a message, without offers, notes and captions."""
    free, offers = without_offers(lines)
    kept, notes = sifted(free, title=title)
    left_out = (*offers, *notes)
    return OwnLines(
        text="\n".join(kept),
        has_offer=bool(offers),
        left_out=tuple(clean(line, limit=LEFT_OUT_CHARS) for line in left_out[:LEFT_OUT_LINES]),
        left_out_more=max(0, len(left_out) - LEFT_OUT_LINES),
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


def _once(lines: list[str]) -> list[str]:
    """Lines without a second body, as pages hold for phones and for desktops: the first one stays.

    A second body says lines again in their order without another between, and they are most of what was said before. Behind a heading of
    their own they are no second body: a contract repeats its clauses.
    """
    at_first: dict[str, int] = {}
    kept: list[str] = []
    at, before = 0, ""
    said = 0  # characters of lines long enough to tell, each once
    while at < len(lines):
        first = at_first.get(lines[at])
        end = at
        while end < len(lines) and first is not None and at_first.get(lines[end]) == first + end - at:
            end += 1
        twins = [line for line in lines[at:end] if len(line) >= TWIN_CHARS]
        is_headed = 0 < len(before) < TWIN_CHARS and not before.endswith(_ENDS)
        if len(twins) >= LEAST_TWINS and sum(map(len, twins)) >= TWIN_SHARE * said and not is_headed:
            at = end
            continue
        end = max(end, at + 1)
        for index in range(at, end):
            if lines[index] not in at_first:
                at_first[lines[index]] = len(kept)
                said += len(lines[index]) if len(lines[index]) >= TWIN_CHARS else 0
            kept.append(lines[index])
        before, at = lines[end - 1], end
    return kept


def _shown(line: str) -> str:
    """A paragraph without tags that were written out as text."""
    return clean(plain(line)) if "<" in line else line
