"""What the small web server answers: readers' links and frozen issues to everybody who has their address, numbers to whoever watches.

Method and path in, a page out. A link in a mail only asks (mail scanners follow every link); a button's POST changes. Whoever
has no key of ours learns nothing: an unknown address and a forged key look the same, and what is public holds no action. Who only
asks reads beside the daemon that writes.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import structlog

from monitor.digests import addresses, keys, personal
from monitor.digests.addresses import Answer, IssuePage, Leaving
from monitor.digests.frame import Frame
from monitor.digests.frozen import from_json
from monitor.digests.link_pages import asks_about, asks_to_leave, has_answered, has_left
from monitor.digests.render import render
from monitor.errors import SettingsError
from monitor.model import WebPage
from monitor.operations import health, metrics
from monitor.pipeline.judging import feedback
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import articles as articles_store
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store import readers as readers_store
from monitor.store import suppressed as suppressed_store
from monitor.store.transactions import SENDING

log = structlog.get_logger()
_NOWHERE = WebPage(status=404, body=b"nothing here\n")
_ENOUGH = WebPage(
    status=429, body=b"that was a lot of answers; please come back later\n", headers={"Retry-After": "3600"}
)
_PAGES_KEPT = 16  # issues rendered lately


class Quota:
    """How many answers are taken in an hour; each one makes weights and waiting scores anew, which costs more than asking."""

    def __init__(self, *, each: int = 20, all_: int = 200) -> None:
        self._each, self._all = each, all_
        self._taken: deque[tuple[datetime, str]] = deque()
        self._lock = Lock()

    def take(self, reader: str, now: datetime) -> bool:
        """Whether this reader may answer once more; then it is counted."""
        with self._lock:
            while self._taken and not timedelta() <= now - self._taken[0][0] < timedelta(hours=1):
                self._taken.popleft()
            mine = sum(who == reader for _, who in self._taken)
            if mine >= self._each or len(self._taken) >= self._all:
                return False
            self._taken.append((now, reader))
            return True


def answer(context: Context, method: str, path: str, *, quota: Quota | None = None) -> WebPage:
    """Return the page for a request of anybody; 404 for what is not there or whose key is wrong."""
    if urlsplit(path).path == "/healthz" and method == "GET":
        is_well = health.alive(context).status == 200  # how it is, and nothing more
        return WebPage(status=200, body=b"ok\n") if is_well else WebPage(status=503, body=b"not well\n")
    match addresses.parse(path, context.settings.digest.base_url):
        case Leaving() as leaving:
            return _unsubscribe(context, method, leaving)
        case Answer() as said:
            return _feedback(context, method, said, quota or Quota())
        case IssuePage() as page if method == "GET":
            return _issue(context, page)
    return _NOWHERE


def answer_operators(context: Context, method: str, path: str) -> WebPage:
    """Return the page for a request of whoever watches: names of topics and feeds, and every number."""
    page = _VITALS.get(urlsplit(path).path)
    return page(context) if page and method == "GET" else _NOWHERE


def _unsubscribe(context: Context, method: str, leaving: Leaving) -> WebPage:
    """Ask, or on a POST (RFC 8058 sends one by itself) take the reader off the list, be the topic still there or not."""
    topic = _topic(context, leaving.topic)
    with context.store.look() as connection:
        if len(leaving.token) != keys.LENGTH:
            found = ledger.addressed(connection, leaving.token)
        else:
            reader = readers_store.find(connection, keys.mark_of(leaving.token))
            is_one = topic is not None or issues_store.newest(connection, leaving.topic) is not None
            found = (leaving.topic, reader.recipient) if reader and is_one else None
    if found is None:
        return _NOWHERE
    name, recipient = found
    topic = _topic(context, name)
    title = topic.title if topic else name
    if method != "POST":
        return asks_to_leave(title, _action(context, leaving), _frame(topic))
    with context.store.begin(SENDING) as connection:
        suppressed_store.add(connection, name, recipient, at=context.now, reason="unsubscribed")
    log.info("reader.unsubscribed", topic=name)
    return has_left(title, _frame(topic))


def _feedback(context: Context, method: str, said: Answer, quota: Quota) -> WebPage:
    """Ask about an article, or on a POST keep the answer and learn from it."""
    topic = _topic(context, said.topic)
    parts = keys.answer_parts(said.topic, said.issue, said.article, said.reader)
    if topic is None or not keys.is_key(said.key, context.link_key, *parts):
        return _NOWHERE
    with context.store.look() as connection:
        article = articles_store.find(connection, article_id=said.article)
        reader = readers_store.find(connection, said.reader)
        issue = issues_store.numbered(connection, said.topic, said.issue)
        left = suppressed_store.of(connection, topic.id)
    if article is None or reader is None or issue is None:
        return _NOWHERE
    is_reader = reader.recipient in {each.casefold() for each in topic.recipients} - left.keys()
    is_revoked = reader.answers_after is not None and issue.composed_at <= reader.answers_after
    if not is_reader or is_revoked:
        return _NOWHERE
    if method != "POST" or not said.verdict:
        return asks_about(article.title, _action(context, said), _frame(topic))
    if not quota.take(said.reader, context.now):
        log.warning("feedback.too_many", topic=topic.id)
        return _ENOUGH
    feedback.take_answer(context, topic, said.article, said.verdict.replace("-", "_"), reader=said.reader)
    return has_answered(article.title, _frame(topic))


def _issue(context: Context, page: IssuePage) -> WebPage:
    """A frozen issue as it was mailed, without anything that only its reader may do."""
    if not keys.is_key(page.key, context.link_key, *keys.issue_parts(page.topic, page.issue)):
        return _NOWHERE
    with context.store.look() as connection:
        found = issues_store.numbered(connection, page.topic, page.issue)
    if found is None:
        return _NOWHERE
    html = _for_all(found.digest, context.settings.digest.templates)
    return WebPage(status=200, body=html.encode(), content_type="text/html; charset=utf-8")


@lru_cache(_PAGES_KEPT)
def _for_all(digest: str, templates: str) -> str:
    """The page of an issue for everybody, with the shipped templates where those of the house cannot be used."""
    shown = personal.for_all(from_json(digest))
    try:
        return render(shown, templates=Path(templates) if templates else None).html
    except SettingsError as error:
        log.warning("web.templates", error=str(error))
        return render(shown).html


def _action(context: Context, where: Leaving | Answer) -> str:
    """The path a button posts to, as the browser sees it: with what a reverse proxy takes off again."""
    return urlsplit(addresses.build(where, context.settings.digest.base_url)).path


def _frame(topic: TopicSettings | None) -> Frame:
    return Frame(topic.language, topic.schedule.time_zone) if topic else Frame("en", "UTC")


def _topic(context: Context, name: str) -> TopicSettings | None:
    return next((topic for topic in context.settings.topics if topic.id == name), None)


_VITALS = {"/healthz": health.alive, "/readyz": health.ready, "/metrics": metrics.metrics}
