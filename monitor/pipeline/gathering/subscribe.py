"""An address -> the feed behind it, ready for feeds.toml. Looks for feeds in a page when it is one."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.articles.urls import safe_link
from monitor.errors import InputError
from monitor.feeds import discover, parse
from monitor.model import Feed, FeedDocument, FetchRequest, FetchResult
from monitor.pipeline.ports import Context
from monitor.settings import FeedSettings, feed_id, new_feed


def run(context: Context, url: str, *, name: str, group: str) -> FeedSettings:
    """Fetch `url`, follow a page to its first feed, and return it as a block for feeds.toml.

    Raises InputError when nothing there is a feed, or it is known already.
    """
    if not safe_link(url):
        raise InputError(f"{url!r} is no web address", advice="Write it with http:// or https://.")
    found = _feed_at(context, url) or _feed_behind(context, url)
    if found is None:
        raise InputError(
            f"no feed at {url}", advice="Open the page and look for a link named RSS, Atom or feed."
        )
    address, document = found
    title = name or document.title or address
    feed = new_feed(
        name=title, url=address, feed_id=_free_id(context, title), group=group, lang=document.language
    )
    if not unknown(context, [Feed(**feed.model_dump())]):
        raise InputError(f"{address} is in feeds.toml already", advice="`monitor feeds list` shows it.")
    return feed


def unknown(context: Context, feeds: Iterable[Feed]) -> tuple[FeedSettings, ...]:
    """Return those feeds whose address is not configured yet, with ids of their own."""
    known = {feed.url for feed in context.feeds}
    taken = {feed.id for feed in context.feeds}
    fresh = []
    for feed in feeds:
        if feed.url not in known:
            known.add(feed.url)
            identity = _free(feed.id, taken)
            taken.add(identity)
            fresh.append(new_feed(name=feed.name, url=feed.url, feed_id=identity, group=feed.group))
    return tuple(fresh)


def _feed_at(context: Context, url: str) -> tuple[str, FeedDocument] | None:
    result = _fetch(context, url)
    if not result.ok:
        raise InputError(
            f"{url} did not answer: {result.error or f'HTTP {result.status}'} {result.detail}".rstrip(),
            advice="Check the address and the network.",
        )
    document = parse(
        result.body, url=result.final_url or url, content_type=result.headers.get("content-type", "")
    )
    return (result.permanent_url or url, document) if isinstance(document, FeedDocument) else None


def _feed_behind(context: Context, url: str) -> tuple[str, FeedDocument] | None:
    page = _fetch(context, url)
    for link in discover(page.body, page.final_url or url):
        found = _feed_at(context, link)
        if found is not None:
            return found
    return None


def _fetch(context: Context, url: str) -> FetchResult:
    return next(iter(context.fetcher.fetch_all([FetchRequest(url=url)])))[1]


def _free_id(context: Context, name: str) -> str:
    return _free(feed_id(name), {feed.id for feed in context.feeds})


def _free(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return next(identity for identity in (wanted, *numbered) if identity not in taken)
