"""An address -> the feed behind it, ready for feeds.toml. Looks for feeds in a page when it is one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

from pydantic import ValidationError

from monitor.articles.urls import safe_link
from monitor.errors import InputError
from monitor.feeds import discover, free_id, listed, parse, slug
from monitor.model import Feed, FeedDocument, FetchRequest, FetchResult
from monitor.pipeline.ports import Context
from monitor.settings import FeedSettings, check_id, feed_id, new_feed, one_line

MAX_SITEMAPS = 5  # asked of a list, those of news first


def subscribe_to(context: Context, url: str, *, name: str, group: str) -> FeedSettings:
    """Fetch `url`, follow a page to its first feed, and return it as a block for feeds.toml; or a folder of messages, by its path.

    Raises InputError when nothing there is a feed, or it is known already.
    """
    if not safe_link(url):
        return _folder(context, url, name=name, group=group)
    found = _feed_at(context, url) or _feed_behind(context, url) or _news_sitemap(context, url)
    if found is None:
        raise InputError(
            f"no feed at {url}", advice="Open the page and look for a link named RSS, Atom or feed."
        )
    address, document = found
    title = name or document.title or address
    feed = new_feed(
        name=title, url=address, feed_id=_free_id(context, title), group=group, lang=document.language
    )
    if any(feed.url == known.url for known in context.feeds):
        raise InputError(f"{address} is in feeds.toml already", advice="`monitor feeds list` shows it.")
    return feed


def _folder(context: Context, said: str, *, name: str, group: str) -> FeedSettings:
    """A folder on this machine as a feed; below the root of the configuration its path is relative to that."""
    is_file_address = said.lower().startswith("file:")
    path = Path(url2pathname(urlsplit(said).path) if is_file_address else said).expanduser()
    folder = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, which people set up to be moved
    if not folder.is_dir():
        raise InputError(
            f"{said!r} is neither a web address nor a folder",
            advice="Write an address with http:// or https://, or the path of a folder of messages (.eml files, or a Maildir).",
        )
    if any(folder == Path(feed.folder) for feed in context.feeds if feed.folder):
        raise InputError(f"{folder} is in feeds.toml already", advice="`monitor feeds list` shows it.")
    root = context.settings.root.absolute()
    place = folder.relative_to(root) if folder.is_relative_to(root) and folder != root else folder
    title = name or folder.name
    own_id = _free_id(context, title)
    return new_feed(name=title, folder=str(place), feed_id=own_id, group=group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What a list of feeds brings: those to add, how many are known, and why others cannot be used."""

    fresh: tuple[FeedSettings, ...]
    known: int
    skipped: tuple[tuple[str, str], ...]  # name, reason


def adopt(context: Context, feeds: Iterable[Feed]) -> Adopted:
    """Return what of a list can be added, with all its keys; ids are made free, and a folder's name becomes a group's.

    One that cannot be used is named with the reason, and costs no other.
    """
    known = {feed.url for feed in context.feeds}
    taken = dict.fromkeys((feed.id for feed in context.feeds), 1)
    topics = {topic.id for topic in context.settings.topics}
    fresh: list[FeedSettings] = []
    skipped: list[tuple[str, str]] = []
    double = 0
    for feed in feeds:
        if feed.url in known:
            double += 1
            continue
        values = asdict(feed) | {"name": one_line(feed.name) or feed.url, "group": _group(feed.group)}
        try:
            made = FeedSettings.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            reason = f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}"
            skipped.append((values["name"], reason))
            continue
        strange = sorted(set(made.topics) - topics)
        if strange:
            skipped.append((made.name, f"topics: there is no topic {', '.join(strange)} here"))
            continue
        known.add(feed.url)
        fresh.append(made.model_copy(update={"id": free_id(made.id, taken)}))
    return Adopted(fresh=tuple(fresh), known=double, skipped=tuple(skipped))


def _group(folder: str) -> str:
    """A folder's name as a group: "Tech News" is tech-news; one without Latin letters or digits is press."""
    try:
        return check_id(folder)
    except ValueError:
        return slug(folder, otherwise="press")


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


def _news_sitemap(context: Context, url: str) -> tuple[str, FeedDocument] | None:
    """The news sitemap that an index at `url`, or the site's robots.txt, names; directly or through an index."""
    waiting = list(listed(_text_at(context, url), url))
    robots = urljoin(url, "/robots.txt")
    waiting += [address for address in listed(_text_at(context, robots), robots) if address not in waiting]
    for address in waiting[:MAX_SITEMAPS]:
        result = _fetch(context, address)
        document = parse(result.body, url=address) if result.ok else None
        if isinstance(document, FeedDocument):
            return address, document
        further = listed(_decoded(result), address) if result.ok else ()
        for inner in further[:MAX_SITEMAPS]:
            within = _fetch(context, inner)
            document = parse(within.body, url=inner) if within.ok else None
            if isinstance(document, FeedDocument):
                return inner, document
    return None


def _text_at(context: Context, url: str) -> str:
    result = _fetch(context, url)
    return _decoded(result) if result.ok else ""


def _decoded(result: FetchResult) -> str:
    return result.body.decode("utf-8", "replace")


def _fetch(context: Context, url: str) -> FetchResult:
    return next(iter(context.fetcher.fetch_all([FetchRequest(url=url)])))[1]


def _free_id(context: Context, name: str) -> str:
    return free_id(feed_id(name), dict.fromkeys((feed.id for feed in context.feeds), 1))
