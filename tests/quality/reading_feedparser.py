"""Our parser beside feedparser as it comes, field by field, over a folder of documents.

A difference is a row (file, field, ours, feedparser's). feedparser's HTML is read as plain text first: entries hold nothing else.
"""

from __future__ import annotations

import calendar
import io
import re
import warnings
from datetime import UTC, datetime

from monitor.feeds import parse
from monitor.model import FeedDocument
from monitor.text.normalise import clean, plain

_BASE = "http://127.0.0.1:8097"
_HEADER = re.compile(rb"^Header:\s+([^:]+):(.+)$", re.MULTILINE)


def differences(folder):
    """Rows for every document below `folder`/wellformed and illformed, and how many documents there were."""
    files = sorted(
        path for kind in ("wellformed", "illformed") for path in (folder / kind).rglob("*") if path.is_file()
    )
    return [row for path in files for row in _compared(path, path.relative_to(folder).as_posix())], len(files)


def _compared(path, name):
    body = path.read_bytes()
    headers = {
        key.strip().lower().decode(): value.strip().decode() for key, value in _HEADER.findall(body[:2000])
    }
    address = headers.get("content-location", f"{_BASE}/{name}")
    theirs = _feedparser(body, {"content-type": "application/xml", **headers, "content-location": address})
    ours = parse(body, url=address, content_type=headers.get("content-type", ""))
    if not isinstance(ours, FeedDocument):
        if theirs.entries or theirs.feed.get("title"):
            yield name, "document", ours.reason, theirs.feed.get("title")
        return
    pairs = [(_of_feed(ours), _of_parsed_feed(theirs.feed))]
    if len(ours.entries) == len(theirs.entries):
        pairs += [
            (_of_entry(ours_, theirs_), _of_parsed_entry(theirs_))
            for ours_, theirs_ in zip(ours.entries, theirs.entries, strict=True)
        ]
    else:
        yield name, "entries", len(ours.entries), len(theirs.entries)
    for said, wanted in pairs:
        yield from ((name, key, said[key], wanted[key]) for key in wanted if said[key] != wanted[key])


def _feedparser(body, headers):
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return feedparser.parse(io.BytesIO(body), response_headers=headers)


def _of_feed(document):
    return {"feed title": document.title, "feed link": document.url, "feed language": document.language}


def _of_parsed_feed(feed):
    return {
        "feed title": _line(feed.get("title")),
        "feed link": feed.get("link") or "",
        "feed language": _primary(feed.get("language")),
    }


def _of_entry(entry, beside):
    """Ours; what we fill in where the document says nothing (a title from the summary, an id) is taken out again."""
    return {
        "title": entry.title if dict.get(beside, "title") else "",
        "link": entry.url,
        "id": entry.guid if beside.get("id") else "",
        "published": entry.published,
        "updated": entry.updated,
        "text": max(clean(entry.summary), clean(entry.content), key=len) or _repeated(entry, beside),
        "author": _line(beside.get("author"))
        if _names(beside) & set(entry.authors)
        else "".join(entry.authors),
        "source": (entry.source_name, entry.source_url),
        "language": entry.language if _own_language(beside) else "",
    }


def _repeated(entry, beside):
    """A summary that only repeats the title is dropped; it is not lost."""
    return entry.title if _longest(beside) == entry.title else ""


def _of_parsed_entry(entry):
    source = entry.get("source") or {}
    updated = _moment(dict.get(entry, "updated_parsed"))
    return {
        "title": _line(dict.get(entry, "title")),
        "link": entry.get("link") or "",
        "id": entry.get("id") or "",
        "published": _moment(dict.get(entry, "published_parsed"))
        or _moment(dict.get(entry, "created_parsed"))
        or updated,
        "updated": updated,
        "text": _longest(entry),
        "author": _line(entry.get("author")),
        "source": (_line(source.get("title")), source.get("href") or source.get("link") or ""),
        "language": _primary(_own_language(entry)),
    }


def _longest(entry):
    return max(
        (
            clean(plain(text or ""))
            for text in (dict.get(entry, "summary"), *(c.get("value") for c in entry.get("content") or ()))
        ),
        key=len,
    )


def _names(entry):
    names = {author.get("name") for author in entry.get("authors") or ()} | {
        (entry.get("author_detail") or {}).get("name"),
        entry.get("author"),
    }
    return {_line(name) for name in names if name}


def _own_language(entry):
    return (entry.get("title_detail") or entry.get("summary_detail") or {}).get("language") or ""


def _line(text):
    return clean(plain(text or ""))


def _primary(tag):
    return re.split(r"[-_]", tag or "")[0].lower()


def _moment(parsed):
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
