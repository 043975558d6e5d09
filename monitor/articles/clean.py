"""Prose out of whatever a seed file or a page dump holds.

In: the text of a seed file: Markdown with or without front matter, plain text, HTML, or a page dump in which HTML tags,
Markdown links, navigation, captions and hard-wrapped lines are mixed. Out: a `Seed` with title, date and nothing but
prose, or `Rejected`: `empty` or `thin`. No file is read here and no YAML is parsed: the few keys of the front matter are
`key: value` lines.
"""

from __future__ import annotations

import re
from datetime import datetime

from monitor.articles.boilerplate import dated, folded, is_caption, is_note, strip_boilerplate
from monitor.articles.extract import extract
from monitor.model import Rejected, Seed
from monitor.text.moments import moment
from monitor.text.normalise import clean, plain
from monitor.text.wrapping import SENTENCE_END, unwrapped

LEAST_CHARS = 200  # a seed shorter than this teaches nothing
LEAST_TAUGHT_CHARS = (
    20  # the same, title included, of an article somebody called on topic: a headline says something
)
TITLE_CHARS = 300
HEADING_WORDS = 12
_NOT_KNOWN = ("no", "false")  # of `known`: the article teaches what the topic is, and is no old news

_FRONT = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z_]+)\s*:\s*(.*)")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_IMAGE = re.compile(
    r"!\[(?:[^\[\]]|\[[^\[\]]*\])*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\s*\)"
)
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\s*\)"
)
_INLINE_TAG = re.compile(
    r"</?(?:span|a|b|i|em|strong|u|sup|sub|small|font|mark|abbr|cite|time|wbr)\b[^<>]*>", re.IGNORECASE
)
_BLOCK_TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^<>]*>", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])(?:\s+|$)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(\S(?:.{0,400}?\S)?)\1(?![\w*])")
_STRAY_DATE = re.compile(r"\s*date\s*[:=]?\s*(\d{4}-\d{2}-\d{2}\S*)\s+(\S.*)", re.IGNORECASE)
_CJK = re.compile(r"[\u3400-\u9fff]")
_ONLY_ADDRESS = re.compile(r"https?://\S+")


def seed_text(raw: str, *, name: str) -> Seed | Rejected:
    """Return the article in a seed file's content; `name` is the file's name.

    Title, outlet, date, address, language and `known` come from the front matter when it has them, else title and date from the
    text itself; nothing is invented: no date is None.
    """
    given, body = front_matter(raw.replace("\r\n", "\n").replace("\r", "\n"))
    found = _from_html(body) if _HTML.match(body) else _from_lines(body)
    if isinstance(found, Rejected):
        return found
    title, text, published, url = found
    is_known = given.get("known", "").lower() not in _NOT_KNOWN
    size, least = (len(text), LEAST_CHARS) if is_known else (len(title + text), LEAST_TAUGHT_CHARS)
    if size < least:
        return Rejected("thin" if text else "empty", f"{size} characters of prose, {least} are needed")
    return Seed(
        name=name,
        title=clean(given.get("title", "") or title, limit=TITLE_CHARS),
        text=text,
        published=moment(given.get("date", "") or given.get("published", "")) or published,
        outlet=clean(given.get("outlet", "") or given.get("source", ""), limit=200),
        url=clean(given.get("url", "")) or url,
        language=clean(given.get("language", "") or given.get("lang", ""))[:2].lower() or _language(text),
        is_known=is_known,
    )


def front_matter(raw: str) -> tuple[dict[str, str], str]:
    """Return the keys between two `---` lines at the start, and the rest. Lists come back as they were written."""
    found = _FRONT.match(raw.lstrip("\ufeff"))
    if not found:
        return {}, raw
    keys = (_KEY.fullmatch(line.strip()) for line in found[1].split("\n"))
    given = {key[1].lower(): key[2].strip().strip("\"'") for key in keys if key}
    return (given, raw.lstrip("\ufeff")[found.end() :]) if given else ({}, raw)


def sentences_ready(text: str, *, title: str = "") -> str:
    """Return an article's text ready to be split into sentences: wrapped lines joined, boilerplate and headings out.

    Paragraphs are joined by newlines.
    """
    return "\n".join(
        line for line in strip_boilerplate(unwrapped(text), title=title) if not _is_heading(line)
    )


def _prose(paragraphs: list[str], title: str) -> str:
    return "\n".join(line for line in strip_boilerplate(paragraphs, title=title) if not _is_heading(line))


def _is_heading(line: str) -> bool:
    """True for a short line in capitals without an end: a sub-heading, not a sentence."""
    return line.isupper() and len(line.split()) <= HEADING_WORDS and not SENTENCE_END.search(line)


# --------------------------------------------------------------------------- the two kinds of files


def _from_html(body: str) -> tuple[str, str, datetime | None, str] | Rejected:
    page = extract(body)
    if isinstance(page, Rejected):
        return page
    return page.title, sentences_ready(page.text, title=page.title), page.published, page.canonical_url


def _from_lines(body: str) -> tuple[str, str, datetime | None, str] | Rejected:
    """Title, prose, date and address of Markdown, plain text or a page dump."""
    title, published, lines = "", None, _blocks(body)
    addresses = [line for line in lines if _ONLY_ADDRESS.fullmatch(line)]
    stray = next((found for found in map(_STRAY_DATE.fullmatch, lines[:1]) if found), None)
    if stray:
        published, title, lines = moment(stray[1]), stray[2], lines[1:]
    heading = next((found for found in map(_HEADING.fullmatch, lines) if found and len(found[1]) == 1), None)
    title = title or (heading[2] if heading else "") or _first_title(lines)
    said = next((when for when in map(dated, lines) if when), None)
    prose = [
        line
        for line in lines
        if not _HEADING.fullmatch(line) and not _holds_title(line, title) and line not in addresses
    ]
    text = _prose(prose, title)
    return title, text, (moment(said) if said else None) or published, addresses[0] if addresses else ""


def _blocks(body: str) -> list[str]:
    """Paragraphs without tags, pictures and lines of nothing but links."""
    text = _IMAGE.sub("", _INLINE_TAG.sub("", _without_comments(body)))
    text = _BLOCK_TAG.sub("\n\n", text)
    text = "\n".join(_BULLET.sub("\n", line) if _BULLET.match(line) else line for line in text.split("\n"))
    lines = [_flat(line) for line in unwrapped(text) if _has_words_outside_links(line)]
    return [line for line in lines if line]


def _without_comments(text: str) -> str:
    """Text without HTML comments; split, because unclosed ones would make a pattern quadratic."""
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] if "-->" in part else part for part in rest)


def _has_words_outside_links(line: str) -> bool:
    return bool(re.search(r"\w", _LINK.sub("", line)))


def _flat(line: str) -> str:
    """One line of Markdown as plain text; a link glued to its neighbours gets its spaces back."""
    line = re.sub(r"(?<=\w)(?=\[[^\[\]]*\]\()", " ", line)
    line = _LINK.sub(lambda found: found[1] + ("\0" if found[1][-1:].isalnum() else ""), line)
    line = re.sub("\0(?=\\w)", " ", line).replace("\0", "")
    return clean(plain(_EMPHASIS.sub(r"\2", line)))


def _first_title(lines: list[str]) -> str:
    """The first line that is neither a label nor a sentence."""
    for line in lines[:6]:
        if is_note(line) or is_caption(line) or _ONLY_ADDRESS.fullmatch(line):
            continue
        return line if len(line) <= TITLE_CHARS and not line.endswith((".", "。")) else ""
    return ""


def _holds_title(line: str, title: str) -> bool:
    """True for a line that is the title again, alone or in a bread-crumb trail."""
    return bool(title) and folded(title) in folded(line) and len(line) <= len(title) + 60


def _language(text: str) -> str:
    """Two letters; only what a look at the script tells."""
    return "zh" if len(_CJK.findall(text[:4000])) > 0.2 * len(text[:4000]) else "en"
