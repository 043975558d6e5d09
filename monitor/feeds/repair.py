"""A feed document's bytes made readable before the parser sees them.

In: the body as served, its Content-Type, how many entries are wanted. Out: `Prepared` text, or `Rejected`: `empty`,
`html` or `not-a-feed`. The parser is strict where it can be and then falls back to a slow, lossy mode: so what is known to
throw it into that mode is mended here: a comment or junk before the XML declaration, control characters, a wrong or
missing character set, a document that was cut off. It also keeps a document with too many entries small: parsing is the
dearest step, and 100,000 items take 14 s. It does not look into entries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.entities import html5

from monitor.model import Rejected
from monitor.text.charset import decoded
from monitor.text.moments import moment

SNIFF_CHARS = 64 * 1024

_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
# What may stand before the first element.
_PROLOGUE = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE
)
_NAME = re.compile(r"<([A-Za-z_][\w.:-]*)")
_FEED_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|RDF|channel)(?=[\s>])", re.IGNORECASE)
_HTML_DOCTYPE = re.compile(r"<!DOCTYPE\s+html", re.IGNORECASE)
_HTML_NAMES = frozenset("html head body script meta div title p a table center".split())

# XML 1.0 2.2: what a document may not hold, written out or as a reference; halves of characters, and what is beyond the last one.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]+")
_ASCII_CONTROLS = bytes(code for code in range(0x20) if chr(code) not in "\t\n\r")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45]|[1-9]\d{7,}|[2-9]\d{6}"
    r"|1[2-9]\d{5}|11[2-9]\d{4}|111[5-9]\d{3}|1114[2-9]\d\d|11141[2-9]\d|111411[2-9])"
    r"|x0*(?:[0-8bcef]|1[\da-f]|fff[ef]|d[89a-f][\da-f]{2}|[1-9a-f][\da-f]{6,}|[2-9a-f][\da-f]{5}|1[1-9a-f][\da-f]{4}));",
    re.IGNORECASE,
)

_CDATA = "<![CDATA["
_REFERENCE = re.compile(r"&(?:(#\d+|#[xX][\da-fA-F]+|amp|lt|gt|quot|apos);|([A-Za-z][A-Za-z0-9]{1,31});)?")
_RSS_PREFIX = re.compile(r"(</?)rss:(?=[A-Za-z])")
# Captions of pictures, which feedparser takes for the item's text; that of a video without other text is one.
_CAPTION_TAG = re.compile(r"<(/?)media:(description|title|text|credit)\b([^<>]*)>", re.IGNORECASE)
_OWN_TEXT = re.compile(
    r"<(?:description|summary|content|content:encoded|body)(?=[\s>])[^<>]*(?<!/)>\s*(?:<!\[CDATA\[\s*)?(?=[^\s<\]]|<[^/!])",
    re.IGNORECASE,
)
# Mail addresses whose last part feedparser cuts after four letters: "a (Ann Lee" is what is left of ann@harbour.media (Ann Lee).
_AUTHOR = re.compile(
    r"(<(author|dc:creator|managingEditor)\b[^<>]*>)([^<@]*@[^<]*)(?=</\2\s*>)", re.IGNORECASE
)
_LONG_MAIL = re.compile(r"(?:&lt;|<)?(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]+\.)+[A-Za-z]{5,24}\b(?:&gt;|>)?")
_ENTRY_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_ENTRY_DATE = re.compile(
    r"<(?:pubDate|dc:date|published|updated|issued)\b[^<>]*>\s*([^<]{6,60})", re.IGNORECASE
)
_ROOT_CLOSE = {"rss": "</channel></rss>", "feed": "</feed>"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """Text ready for the parser. `kind` is xml or json; `dropped` counts the entries cut off."""

    text: str
    kind: str
    warnings: tuple[str, ...] = ()
    dropped: int = 0


def prepared(body: bytes, *, content_type: str = "", max_entries: int) -> Prepared | Rejected:
    """Return `body` as text the parser can read, with a warning for everything mended."""
    if not body.strip(b" \t\r\n\x00"):
        return Rejected("empty", "the answer had no content")
    text, warning = decoded(body, _declared(body, content_type))
    text = text.lstrip("\ufeff \t\r\n\x00")
    warnings = (warning,) if warning else ()
    if text.startswith(("{", "[")):
        return Prepared(text, "json", warnings)
    start = _root_start(text)
    if isinstance(start, Rejected):
        return start
    return _mended(text, start, warnings=warnings, max_entries=max_entries)


def _declared(body: bytes, content_type: str) -> list[str]:
    """Names of character sets given, the HTTP header's first (RFC 7303 3.2)."""
    found = _HTTP_CHARSET.search(content_type)
    inside = _XML_CHARSET.search(body[:1024])
    return [*([found[1]] if found else []), *([inside[1].decode("ascii", "replace")] if inside else [])]


def after_prologue(text: str, at: int = 0) -> int:
    """Return where the declaration, comments, DOCTYPE and blanks that `text` starts with end."""
    while found := _PROLOGUE.match(text, at):
        at = found.end()
    return at


def _root_start(text: str) -> int | Rejected:
    """Where the root element starts; junk before it (a PHP notice, a blank line) is passed over."""
    at, is_html = 0, False
    while found := _PROLOGUE.match(text, at):
        is_html = is_html or bool(_HTML_DOCTYPE.match(found[0]))
        at = found.end()
    name = _NAME.match(text, at)
    first = name[1].lower() if name else ""
    if _FEED_ROOT.match(text, at) or (first and not is_html and first not in _HTML_NAMES):
        return at
    root = _FEED_ROOT.search(text, at, SNIFF_CHARS)
    if root and not is_html and first != "html":
        return root.start()
    if first or is_html or _HTML_DOCTYPE.search(text, 0, SNIFF_CHARS):
        return Rejected("html", "the answer is a web page, not a feed")
    return Rejected("not-a-feed", f"the answer starts with {text[:40]!r}")


def _mended(text: str, start: int, *, warnings: tuple[str, ...], max_entries: int) -> Prepared:
    said = list(warnings)
    head = text[:start]
    is_late = "<?xml" in head and not _DECLARATION.match(head)
    if is_late or after_prologue(head) < len(head):
        said.append("something stood before the XML declaration")
    # The declaration goes: it may name another character set than the UTF-8 the parser is handed. A DOCTYPE stays, and
    # feedparser finds the entities it declares only at the start of a line.
    declared = "".join(re.findall(r"<!DOCTYPE\b.*\Z", head, re.DOTALL | re.IGNORECASE))
    text = declared.replace("<!ENTITY", "\n<!ENTITY") + text[start:]
    if _RSS_PREFIX.search(text, 0, SNIFF_CHARS) and "xmlns:rss" not in text[:SNIFF_CHARS]:
        said.append("the prefix rss: was not declared")
        text = _RSS_PREFIX.sub(r"\1", text)
    cleaned = _without_control_references(_without_controls(text))
    if len(cleaned) != len(text):
        said.append("control characters were taken out")
    escaped = _escaped(cleaned)
    if escaped != cleaned:
        said.append("ampersands or entities unknown to XML were mended")
    whole = _closed(escaped)
    if whole != escaped:
        said.append("the document was cut off; its last, unfinished entry was left out")
    short, dropped = _capped(_with_names(_without_captions(whole)), max_entries)
    if dropped:
        said.append(f"{dropped} entries over the limit of {max_entries} were left out")
    return Prepared(short, "xml", tuple(said), dropped)


def _escaped(text: str) -> str:
    """The document with bare ampersands escaped and HTML's entities written out, CDATA sections as they are.

    Both are what throws most feeds out of the strict mode. A document that declares entities of its own is left alone.
    """
    if "<!ENTITY" in text[:SNIFF_CHARS]:
        return text
    first, *sections = text.split(_CDATA)
    parts = [_REFERENCE.sub(_xml_reference, first)]
    for section in sections:
        inside, end, outside = section.partition("]]>")
        parts += [_CDATA, inside, end, _REFERENCE.sub(_xml_reference, outside)]
    return "".join(parts)


def _xml_reference(found: re.Match[str]) -> str:
    if found[1]:
        return found[0]
    return escape(html5.get(f"{found[2]};", ""), quote=False) or f"&amp;{found[0][1:]}"


def _without_controls(text: str) -> str:
    """What the pattern does; ten times faster for plain ASCII, which it would look up character by character."""
    if text.isascii():
        return text.encode("ascii").translate(None, _ASCII_CONTROLS).decode("ascii")
    return _CONTROL.sub("", text)


def _without_control_references(text: str) -> str:
    """The document without references to what it may not hold. What is left of two may be a third, "&#xd8&#0;00;": that becomes a blank."""
    return _CONTROL_REFERENCE.sub(" ", _CONTROL_REFERENCE.sub("", text))


def _without_captions(text: str) -> str:
    """The document without the captions of pictures in items that have a text of their own. What stands before an item is none of it."""
    if "<media:" not in text:
        return text
    parts, at = [], 0
    for end in (*(found.end() for found in _ENTRY_END.finditer(text)), len(text)):
        first = _ENTRY_START.search(text, at, end)
        start = first.start() if first else end
        item = text[start:end]
        is_told = "<media:" in item and _OWN_TEXT.search(item) is not None
        parts += [text[at:start], _captionless(item) if is_told else item]
        at = end
    return "".join(parts)


def _captionless(item: str) -> str:
    """An item without the media elements that hold words; one that is not closed stays."""
    tags = list(_CAPTION_TAG.finditer(item))
    last_end = {tag[2].lower(): tag.start() for tag in tags if tag[1]}
    parts, at, name = [], 0, ""
    for tag in tags:
        kind = tag[2].lower()
        if name:
            if tag[1] and kind == name:
                at, name = tag.end(), ""
        elif not tag[1] and tag[3].endswith("/"):
            parts.append(item[at : tag.start()])
            at = tag.end()
        elif not tag[1] and last_end.get(kind, 0) > tag.start():
            parts.append(item[at : tag.start()])
            name = kind
    return "".join([*parts, item[at:]])


def _with_names(text: str) -> str:
    """The document with the names of authors whose mail addresses are more than the parser knows."""
    return _AUTHOR.sub(_named, text) if "@" in text else text


def _named(found: re.Match[str]) -> str:
    if not _LONG_MAIL.search(found[3]):
        return found[0]
    return found[1] + " ".join(_LONG_MAIL.sub(" ", found[3]).split()).removeprefix("(").removesuffix(")")


def _closed(text: str) -> str:
    """The document, ended properly if it was cut off: half an entry is worse than one read at the next poll."""
    name = _NAME.search(text)
    root = name[1] if name else ""
    if not root or f"</{root}" in text:
        return text
    ends = [found.end() for found in _ENTRY_END.finditer(text)]
    if not ends:
        return text
    return text[: ends[-1]] + _ROOT_CLOSE.get(root.lower(), f"</{root}>")


def _capped(text: str, max_entries: int) -> tuple[str, int]:
    """The document with at most `max_entries` entries, and how many were dropped.

    Feeds list the newest first; one that does it the other way round keeps its end.
    """
    if (
        text.count("</item") + text.count("</entry") + text.count("</ITEM") + text.count(":item>")
        <= max_entries
    ):
        return text, 0
    ends = [found.end() for found in _ENTRY_END.finditer(text)]
    if len(ends) <= max_entries:
        return text, 0
    first = _ENTRY_START.search(text)
    start = first.start() if first else 0
    dropped = len(ends) - max_entries
    if _is_oldest_first(text, start, ends):
        return text[:start] + text[ends[dropped - 1] :], dropped
    return text[: ends[max_entries - 1]] + text[ends[-1] :], dropped


def _is_oldest_first(text: str, start: int, ends: list[int]) -> bool:
    first = _ENTRY_DATE.search(text, start, ends[0])
    last = _ENTRY_DATE.search(text, ends[-2], ends[-1])
    earlier, later = (moment(found[1]) if found else None for found in (first, last))
    return bool(earlier and later and earlier < later)
