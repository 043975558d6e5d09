"""Pages that were read are asked again, for what their publishers changed since.

Asked are pages of articles that wait for an issue, and of stories told in the last seven days: each at most twice a day, by conditional
requests, in the manners of reading. What waits is brought up to date. A told article stays as it was told: what its page became is
an article of its own, which the next issue tells as what changed. A wall, a front page, another article, an error: nothing changes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b

import structlog

from monitor.articles.provenance import can_be_one, owner
from monitor.articles.urls import key, steps
from monitor.digests.frozen import from_json
from monitor.model import Article, FeedState, FetchRequest, FetchResult, Page, Stage
from monitor.pipeline.gathering.read import page_of, visited
from monitor.pipeline.ports import Context
from monitor.store import Connection, leavings
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from monitor.store import issues as issues_store
from monitor.store import judged as judged_store
from monitor.store import visits as visits_store
from monitor.store.transactions import PAGES, of_topics
from monitor.store.visits import Visit
from monitor.stories import describe
from monitor.stories.features import keys_beyond
from monitor.stories.versions import figures, fresh, has_grown, is_retitled
from monitor.text.tokens import words

log = structlog.get_logger()
EVERY = timedelta(hours=12)  # a page is asked no sooner
TOLD = timedelta(days=7)  # how long the page of a told story is asked
OPEN = timedelta(days=31)  # how long that of an article which waits: a month's issue
PAGES_OF_STORY = 3  # that wait
FAILURES = 3  # in a row, after which a page is asked no more
SHRUNK = 0.5  # of the text, below which a page shows a part of it
RECORDED_CHARS = 2000  # of the sentences that differ


def reread_pages(context: Context) -> int:
    """Ask the pages that are due and take over what changed; return how many changed."""
    if not context.settings.read.reread_pages:
        return 0
    with context.store.look() as connection:
        told = _told(connection, context)
        due = [*_due(connection, context, told)][: context.settings.read.reread_pages]
        articles = articles_store.get(connection, due)
        visits = visits_store.of(connection, due)
    by_url: dict[str, tuple[Article, Visit]] = {}
    for each in due:
        known = visits.get(each) or Visit(article_id=each, asked_at=context.now)
        by_url.setdefault(articles[each].url, (articles[each], replace(known, asked_at=context.now)))
    if due:
        with context.store.begin(PAGES) as connection:
            visits_store.forget(connection, asked_before=context.now - 2 * OPEN)
    changed = 0
    for request, result in context.fetcher.fetch_all([_request(url, v) for url, (_, v) in by_url.items()]):
        article, visit = by_url[request.url]
        changed += _take(context, article, visit, result, told.get(article.id))
    say = log.info if changed else log.debug
    say("reread.done", pages=len(by_url), changed=changed)
    return changed


def _due(connection: Connection, context: Context, told: dict[int, str]) -> Iterator[int]:
    """The articles whose pages may be asked now, the longest unasked first."""
    topics = [topic.id for topic in context.settings.topics]
    waiting = visits_store.open_pages(connection, topics, seen_since=context.now - OPEN)
    of_story = Counter[int | None]()
    chosen = []
    for one in sorted(waiting, key=lambda each: each.article_id):  # of a story those that came first
        of_story[one.story_id] += 1
        if of_story[one.story_id] <= PAGES_OF_STORY:
            chosen.append(one)
    chosen += [one for one in visits_store.told_pages(connection, told) if one not in chosen]
    states = feeds_store.states(connection, {one.feed_id for one in chosen})
    for one in sorted(chosen, key=lambda each: (each.asked_at, each.article_id)):
        if one.asked_at + _pause(states.get(one.feed_id)) <= context.now and not _rests(
            states.get(one.feed_id)
        ):
            yield one.article_id


def _pause(state: FeedState | None) -> timedelta:
    """How long a page is left alone: as long as its feed wants to be, and at least half a day."""
    return max(EVERY, timedelta(seconds=state.asked_s if state else 0.0))


def _rests(state: FeedState | None) -> bool:
    """Whether the feed gets no answer now, or is gone: its host is left alone."""
    return state is not None and (state.disabled or state.failures > 0)


def _told(connection: Connection, context: Context) -> dict[int, str]:
    """The articles that led stories told in the last seven days, with their headlines as told."""
    found: dict[int, str] = {}
    for topic in context.settings.topics:
        for issue in issues_store.composed_since(connection, topic.id, context.now - TOLD):
            found |= dict(_leads(issue.digest))
    return found


@lru_cache(maxsize=16)
def _leads(digest: str) -> tuple[tuple[int, str], ...]:
    issue = from_json(digest)
    shown = (story for entry in (*issue.top, *issue.also) for story in entry.shown)
    return tuple((story.article_ids[0], story.headline) for story in shown if story.article_ids)


def _request(url: str, visit: Visit) -> FetchRequest:
    return FetchRequest(
        url=url,
        etag=visit.etag,
        last_modified=visit.last_modified,
        validators_url=visit.validators_url,
        kind="page",
    )


def _take(context: Context, article: Article, visit: Visit, result: FetchResult, told_as: str | None) -> bool:
    """Take over what an answer changes, with the visit in one transaction; return whether it changed anything."""
    page = None if result.status == 304 else page_of(context, result)
    with context.store.begin(
        of_topics(*(topic.id for topic in context.settings.topics)) | PAGES
    ) as connection:
        if page is None:
            visits_store.put(connection, replace(visit, failures=0))
            return False
        if not isinstance(page, Page) or not _is_the_article(context, article, visit, page, result):
            failures = visit.failures + 1
            is_over = failures >= FAILURES or result.status in (404, 410)
            visits_store.put(connection, replace(visit, failures=failures, is_over=is_over))
            return False
        now = replace(article, text=page.text)
        is_renamed = is_retitled(visit.title, page.title, article, now)
        now = replace(now, title=page.title) if is_renamed else now
        if not (is_renamed or figures(article, now) or (told_as is None and has_grown(article, now))):
            # What the page is called is what it was called when it changed last: tests of headlines change nothing.
            named = replace(page, title=visit.title or page.title)
            visits_store.put(connection, visited(visit, named, result))
            return False
        holder: int | None = article.id  # of the text as the page has it now
        if told_as is None:
            _update(connection, context, article, now)
            visits_store.put(connection, visited(visit, page, result))
        else:
            holder = _add_version(connection, context, now, visited(visit, page, result), told_as)
        if holder is not None:
            leavings.put(connection, holder, page.left_out, page.left_out_more)
    log.info("page.changed", article=article.id, told=told_as is not None, retitled=is_renamed)
    return True


def _is_the_article(
    context: Context, article: Article, visit: Visit, page: Page, result: FetchResult
) -> bool:
    """Whether what the page says now is its owner's word on the same event, and all of it."""
    where = result.final_url or result.url
    is_owners = owner(where) == owner(article.url) and bool(steps(where) or not steps(article.url))
    is_whole = not page.paywall and len(page.text) >= context.settings.read.min_chars
    is_whole = is_whole and len(page.text) >= SHRUNK * len(article.text)
    is_one = can_be_one(page.title, visit.title or article.title) and can_be_one(page.text, article.text)
    return is_owners and is_whole and is_one


def _update(connection: Connection, context: Context, article: Article, now: Article) -> None:
    """Bring an article that waits up to date. Its scores stay; what later ones are compared with is what it says now."""
    if words(now.title) != words(article.title):
        articles_store.revise(
            connection, article.id, at=context.now, field="title", old=article.title, new=now.title
        )
    old, new = (_recorded(fresh(one, other)) for one, other in ((now, article), (article, now)))
    articles_store.retext(connection, now, at=context.now, old=old, new=new)
    features = describe(now)
    told = features.told_keys | keys_beyond(now, features)
    judged_store.describe_again(connection, article.id, json.dumps(features.to_json()), told=told)


def _add_version(
    connection: Connection, context: Context, now: Article, visit: Visit, told_as: str
) -> int | None:
    """Store what a told article's page became as an article of its own, to be scored; the told one is asked no more.

    Return its id, None when it was there before.
    """
    mark = blake2b(f"{now.title}\0{now.text}".encode(), digest_size=8).hexdigest()
    own_key = f"{key(now.url)[:1900]}#v={mark}"
    visits_store.put(connection, replace(visit, is_over=True))
    if articles_store.ids_of(connection, [own_key]):
        return None  # it was there before, and went
    version = replace(
        now,
        summary="",
        published=context.now,
        published_is_approximate=True,
        seen_at=context.now,
        feed_date=None,
        page_date=None,
        is_backlog=False,
        stage=Stage.READ,
    )
    article_id = articles_store.add(connection, version, key=own_key)
    of_version = replace(visit, article_id=article_id, version_of=now.id, told_as=told_as)
    visits_store.put(connection, of_version)
    return article_id


def _recorded(sentences: Iterable[str]) -> str:
    return " ".join(sentences)[:RECORDED_CHARS]
