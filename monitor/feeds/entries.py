"""One parsed item, as feedparser names its parts, to an `Entry`.

In: feedparser's dictionary of one entry and the address links are relative to. Out: an `Entry` whose texts are plain text,
whose times are UTC or None and never invented, and whose guid is never empty. It does not compare entries.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from monitor.model import Entry
from monitor.text.moments import EARLIEST_YEAR, LATEST_YEAR, is_zoneless, moment
from monitor.text.months import month_number
from monitor.text.normalise import clean, plain
from monitor.text.normalise import title as one_line

TITLE_CHARS = 500
SUMMARY_CHARS = 2000  # a longer description is the article itself: it becomes `content`
NAME_CHARS = 200
URL_CHARS = 4000
MAX_AUTHORS = 10
MAX_TAGS = 20

_TAIL_CHARS = 600
_LINE_LIMIT = 120  # of a headline made from the summary
_PAGE_TYPES = frozenset({"", "html", "text/html", "application/xhtml+xml", "xhtml"})
_ADDRESS_START = re.compile(r"(?:https?:)?/|\.{0,2}/|\?", re.IGNORECASE)
_WRAPPED = re.compile(r"[^\S\r\n\t]*[\r\n\t]\s*")
_NOT_IN_LINKS = re.compile(r"[\"'<>`{}|\\^\s]")  # RFC 3986 2 knows none of these
# What feed plug-ins and aggregators append to every summary: a sentence of its own about the page, "The post TITLE appeared first
# on SITE", or a link. "Read more", "continue reading" and "appeared first on" inside a sentence are the sentence's.
_TAIL = re.compile(
    r"(?:(?:^|[.!?…»”\"'’)\]:>]|\s)\s*(?P<post>The post \S.{0,300}? (?:appeared first on|first appeared on) \S.{0,120})"
    r"|(?:^|[.!?…»”\"'’)\]:>]|\n)\s*(?P<more>(?:Continue reading|Read more|Read the full (?:story|article)|Keep reading|Read in full)\b.{0,120})"
    r"|(?<=\s)(?P<bare>(?:Continue [Rr]eading|Read [Mm]ore|Read the full (?:story|article)|Keep [Rr]eading|Read in full)(?: [→»>].{0,9}|[.…:→»>]{0,4}|\b.{0,120}→))"
    r"|(?P<cut>\[(?:…|\.\.\.)\]))\s*$",
    re.IGNORECASE,
)
_NUMBER, _WORD = re.compile(r"\d+"), re.compile(r"[^\W\d_]{3,}")
_SAID = re.compile(r"\b(?:said|says|told|asked|added|warned|wrote)\b")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)$", re.IGNORECASE)
_GOOGLE_TITLE = " - "  # "headline - publisher" in aggregators that name the publisher as <source>


def entry(item: Any, base: str) -> Entry:
    """Return one feedparser entry as an `Entry`; `base` is what relative links are relative to."""
    source_name, source_url = _source(item)
    title = _title(_text(item.get("title")), source_name)
    summary, content = texts(*_bodies(item))
    url = link(_link(item), base)
    published, updated = _times(item)
    return Entry(
        guid=guid(_text(item.get("id")), url, title, summary),
        url=url,
        title=title or headline(summary or content) or url,
        summary="" if _repeats(summary, title, source_name) else summary,
        content=content,
        published=published,
        updated=updated,
        authors=names(_authors(item)),
        language=language(_detail(item).get("language")),
        source_name=source_name,
        source_url=link(source_url, base),
        zoneless=_zoneless(item),
        tags=names((tag.get("term") or tag.get("label") for tag in item.get("tags") or ()), limit=MAX_TAGS),
    )


def link(address: str, base: str) -> str:
    """Return an absolute http(s) address, or "" for anything else. Resolves against `base`.

    Line ends and tabs inside go, with what is around them, as in a browser; a space inside becomes %20.
    """
    is_script = "".join(address[:40].split())[:11].lower() == "javascript:"
    address = "" if is_script else _WRAPPED.sub("", address.strip()).replace(" ", "%20")
    try:
        whole = urljoin(base, address) if address else ""
        parts = urlsplit(whole)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and parts.netloc and len(whole) <= URL_CHARS
    return _NOT_IN_LINKS.sub(lambda found: quote(found[0], safe=""), clean(whole)) if is_web else ""


def guid(said: str, url: str, title: str, summary: str) -> str:
    """Return the feed's own id, else the link, else a hash of the texts. Never empty."""
    said = clean(said)
    if len(said) > URL_CHARS:
        said = _hash(said)
    return said or url or _hash(f"{title}\n{summary}")


def texts(summary: str, content: str) -> tuple[str, str]:
    """Return (summary, content): a long description is taken for the article, a tail like "Read more" goes."""
    summary, content = _without_tail(summary), _without_tail(content)
    if len(summary) > SUMMARY_CHARS and len(summary) > len(content):
        content = summary
    short = clean(summary, limit=SUMMARY_CHARS)
    return short, content if len(content) > len(short) else ""


def _without_tail(text: str) -> str:
    end = text[-_TAIL_CHARS:]
    found = next((each for each in _TAIL.finditer(end) if _is_tail(each)), None)
    if found is None:
        return text
    start = max(found.start(name) for name in found.groupdict())
    return text[: len(text) - len(end) + start].rstrip()


def _is_tail(found: re.Match[str]) -> bool:
    """Whether what looks like a plug-in's words is no sentence of the text."""
    if found["post"]:
        title, site = re.split(
            " (?:appeared first|first appeared) on ",
            found["post"][len("The post ") :],
            maxsplit=1,
            flags=re.IGNORECASE,
        )
        return not title[:1].islower() and (not site[:1].islower() or "." in site.rstrip("."))
    if found["bare"]:
        return found["bare"][:1].isupper()
    return found["cut"] is not None or not _SAID.search(found[0])


def headline(text: str) -> str:
    """Return the first line of a text as a title for an entry that has none; "" for no text."""
    return clean(text.split("\n", 1)[0], limit=_LINE_LIMIT)


def names(found: Iterator[Any], *, limit: int = MAX_AUTHORS) -> tuple[str, ...]:
    """Return distinct non-empty names in their order, at most `limit`."""
    cleaned = (clean(plain(_text(name)), limit=NAME_CHARS) for name in found if name)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:limit]


def language(tag: Any) -> str:
    """Return the primary subtag of a language tag (RFC 5646) in lower case, "" when it is none."""
    first = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", clean(_text(tag)))
    return first[0].lower() if first else ""


def string(data: dict[str, Any], name: str) -> str:
    """Return a JSON object's text property, "" for anything else."""
    return _text(data.get(name))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _hash(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _detail(item: Any) -> Any:
    return item.get("title_detail") or item.get("summary_detail") or {}


def _title(raw: str, source_name: str) -> str:
    title = one_line(raw, limit=TITLE_CHARS)
    tail = f"{_GOOGLE_TITLE}{source_name}"
    return title.removesuffix(tail) if source_name and len(title) > len(tail) else title


def _repeats(summary: str, title: str, source_name: str) -> bool:
    """True when the summary is the title again, with or without the publisher (Google News)."""
    rest = summary.removeprefix(title).strip(" -–—|·").removesuffix("…")
    return bool(title) and summary.startswith(title) and rest in {"", source_name}


def _bodies(item: Any) -> tuple[str, str]:
    """(summary, the longest full text) as plain text; feedparser often gives one text as both."""
    raw = [_text(part.get("value")) for part in (item.get("content") or ())[:4]]
    said = _text(item.get("summary"))
    read = {text: plain(text) for text in {said, *raw}}
    return read[said], max((read[text] for text in raw), key=len, default="")


def _link(item: Any) -> str:
    """The article's address: the one before a feed proxy, the link, an id that is an address, the content's source, the enclosure.

    A picture is no article. An id that is none is a name: no address is made of it. (feedparser takes it for the link of an Atom
    entry without one, and the text of any <link> for one.)
    """
    original = _text(item.get("feedburner_origlink"))
    if original:
        return original
    said, own_id = _text(item.get("link")), _text(item.get("id"))
    links = item.get("links") or ()
    pages = [
        each for each in links if each.get("rel") == "alternate" and each.get("type", "html") in _PAGE_TYPES
    ]
    alternates = [_text(each.get("href")) for each in pages]
    if alternates and said not in alternates:
        said = alternates[0]
    if said and (said != own_id or _ADDRESS_START.match(said)):
        return said
    if own_id.startswith(("http://", "https://")):
        return own_id
    sources = [(_text(part.get("src")), part) for part in item.get("content") or ()]
    enclosures = [(_text(each.get("href")), each) for each in item.get("enclosures") or ()]
    found = (
        address for address, part in (*sources, *enclosures) if address and not _is_picture(address, part)
    )
    return next(found, "")


def _is_picture(address: str, part: Any) -> bool:
    """Whether a file is a picture, by its type, else by its name."""
    kind = _text(part.get("type")).strip().lower()
    if kind and kind != "application/octet-stream":
        return kind.startswith("image/")
    return _PICTURE.search(address.partition("#")[0].partition("?")[0]) is not None


def _source(item: Any) -> tuple[str, str]:
    source = item.get("source") or {}
    name = clean(plain(_text(source.get("title"))), limit=NAME_CHARS)
    return name, _text(source.get("href")) or _text(source.get("link"))


def _authors(item: Any) -> Iterator[Any]:
    found = [author.get("name") for author in item.get("authors") or ()]
    return iter(found if any(found) else [item.get("author")])


def _times(item: Any) -> tuple[datetime | None, datetime | None]:
    """(published, updated). Documents that only say when an entry was updated mean the first time as well."""
    # dict.get: feedparser's own get answers "updated" with "published" and warns about it.
    said = {name: _time(item, name) for name in ("published", "created", "updated")}
    updated = said["updated"]
    return said["published"] or said["created"] or updated, updated


def _zoneless(item: Any) -> str:
    """The date that counts as published, as written, if its zone is open."""
    said = (dict.get(item, name) for name in ("published", "created", "updated"))
    written = next((raw for raw in said if isinstance(raw, str) and moment(raw) is not None), "")
    return written if is_zoneless(written) else ""


def _time(item: Any, name: str) -> datetime | None:
    raw = dict.get(item, name)
    if not isinstance(raw, str) or not raw.strip():
        return None
    return moment(raw) or _parsed(dict.get(item, f"{name}_parsed"), raw)


def _parsed(value: Any, raw: str) -> datetime | None:
    """Return feedparser's own reading of rare forms, if year, month and day all stand there: it fills in what is missing."""
    numbers = [int(number) for number in _NUMBER.findall(raw)]
    if not value or not EARLIEST_YEAR <= value[0] <= LATEST_YEAR or value[0] not in numbers:
        return None
    numbers.remove(value[0])
    names = [month_number(word) for word in _WORD.findall(raw)]
    month = next((number for number in names if number), 0) or next(iter(numbers), 0)
    days = numbers if any(names) else numbers[1:]
    if month != value[1] or not any(
        abs(day - value[2]) <= 1 for day in days[:1]
    ):  # in UTC the day may be the next
        return None
    try:
        return datetime(value[0], value[1], value[2], value[3], value[4], value[5], tzinfo=UTC)
    except (ValueError, TypeError):
        return None
