"""What is the matter with a feed, in a word and a sentence.

In: the state before the poll, the answer, the document. Out: one of `ok`, `empty`, `stale`, `html`, `forbidden`, `moved`,
`undated`, `gone`, `broken`, `unreachable`, with a detail, and for people one sentence of advice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Feed, FeedDocument, FeedState, FetchResult, Rejected
from monitor.text.normalise import clean

STALE_AFTER = timedelta(days=45)  # the slowest feeds worth watching publish monthly

_FORBIDDEN = frozenset({401, 402, 403, 407, 451})
_REJECTED = {"html": "html", "empty": "empty"}

_ADVICE = {
    "ok": "Nothing to do.",
    "empty": "The feed has no entries: look whether the address or its search words are still right.",
    "stale": "Nothing new for weeks: look for another address of this source, or disable the feed.",
    "html": "The address gives a web page, not a feed: `monitor feeds add` with the site's address finds the right one.",
    "forbidden": "The server refuses us: look for another address of this source, or disable the feed.",
    "moved": "The feed has moved: put the new address into feeds.toml.",
    "undated": "No entry has a date: entries count as published when they are first seen; nothing to do.",
    "gone": "The server says the feed is gone for good, so it is no longer asked: remove it or give another address.",
    "broken": "What the address gives cannot be read as a feed: open it in a browser and look for the right address.",
    "unreachable": "The server did not answer properly: nothing to do unless this lasts for days.",
}

# Of one feed alone; what all suffer from is told by causes.
_UNREACHED = {
    "dns": "The name of its server is not known: look whether the address is still right.",
    "tls": "Its certificate cannot be trusted: nothing to do unless this lasts for days.",
    "folder": "The folder cannot be read: look at `folder` in feeds.toml, and at its rights.",
    "blocked-address": "Its name leads to an address that is not public: `allow_networks` under [fetch] permits it.",
}

_OF_FOLDER = {
    "empty": "No message lies there: `.eml` files, or a Maildir's in `cur` and `new`. Nothing to do if one is yet to come.",
    "stale": "No message for weeks: does the mail still go there?",
}


def verdict(
    feed: Feed, state: FeedState, result: FetchResult, document: FeedDocument | Rejected | None, now: datetime
) -> tuple[str, str]:
    """Return (status, advice): the status word and one sentence that says what was found and what to do."""
    status, detail = classified(state, result, document, now)
    detail = detail or result.note
    advice = (
        _UNREACHED.get(result.error) or (_OF_FOLDER.get(status) if feed.folder else "") or _ADVICE[status]
    )
    if status not in {"ok", "undated"} and feed.fallback_url and feed.fallback_url != state.url:
        advice = f"{advice} Its fallback is {feed.fallback_url}."
    return status, f"{detail[:1].upper()}{detail[1:]}. {advice}" if detail else advice


def classified(
    state: FeedState, result: FetchResult, document: FeedDocument | Rejected | None, now: datetime
) -> tuple[str, str]:
    """Return (status, detail) of one answer."""
    if not result.ok:
        return _of_failure(result)
    if isinstance(document, Rejected):
        return _REJECTED.get(document.reason, "broken"), document.detail or document.reason
    if result.permanent_url and result.permanent_url != state.url:
        return "moved", f"permanently redirected to {result.permanent_url}"
    if document is None:
        return _of_unchanged(state, now) if result.status == 304 else ("broken", "the answer was not parsed")
    return _of_document(document, now)


def _of_failure(result: FetchResult) -> tuple[str, str]:
    if result.error:
        return "unreachable", f"{result.error}: {result.detail}" if result.detail else result.error
    asked = clean(result.headers.get("retry-after", ""), limit=60)
    said = f"the server answered {result.status}" + (f" and asks to wait: {asked}" if asked else "")
    if result.status == 410:
        return "gone", said
    if result.status in _FORBIDDEN:
        return "forbidden", said
    is_ours = 400 <= result.status < 500 and result.status not in {408, 425, 429}
    return "broken" if is_ours else "unreachable", said


def _of_unchanged(state: FeedState, now: datetime) -> tuple[str, str]:
    """A 304: what was true of the document still is, except that it grows old."""
    if state.new_at and now - state.new_at > STALE_AFTER:
        return "stale", f"nothing new since {state.new_at:%Y-%m-%d}"
    return (state.status if state.status in {"empty", "undated", "stale"} else "ok"), ""


def _of_document(document: FeedDocument, now: datetime) -> tuple[str, str]:
    if not document.entries:
        return "empty", "the feed has no entries"
    dates = [e.updated or e.published for e in document.entries if e.updated or e.published]
    newest = max((date for date in dates if date), default=None)
    if newest is None:
        return "undated", f"none of its {len(document.entries)} entries has a date"
    if now - newest > STALE_AFTER:
        return "stale", f"its newest entry is of {newest:%Y-%m-%d}"
    return "ok", document.warnings[0] if document.warnings else ""
