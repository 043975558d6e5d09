"""What the small web server answers: readers' links, frozen issues, and how the daemon is.

Method and path in, a page out. A link in a mail only asks (mail scanners follow every link); a button's POST changes. Whoever
has no key of ours learns nothing: an unknown address and a forged key look the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import structlog

from monitor.digests.frame import Frame
from monitor.digests.keys import is_key
from monitor.digests.pages import asks_about, asks_to_leave, has_answered, has_left
from monitor.model import WebPage
from monitor.pipeline.judging import feedback
from monitor.pipeline.ports import Context
from monitor.pipeline.watching import vitals
from monitor.settings import TopicSettings
from monitor.store import articles as articles_store
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store import suppressed as suppressed_store

log = structlog.get_logger()
_NOWHERE = WebPage(status=404, body=b"nothing here\n")
_SPELT = {verdict.replace("_", "-"): verdict for verdict in feedback.VERDICTS}


def answer(context: Context, method: str, path: str) -> WebPage:
    """Return the page for a request; 404 for what is not there or whose key is wrong."""
    where = unquote(urlsplit(path).path)
    if where in _VITALS and method == "GET":
        return _VITALS[where](context)
    for pattern, page in _ROUTES:
        found = pattern.fullmatch(where)
        topic = _topic(context, found["topic"]) if found else None
        if found and topic:
            return page(context, topic, method, found.groupdict())
    return _NOWHERE


def _unsubscribe(context: Context, topic: TopicSettings, method: str, parts: dict[str, str]) -> WebPage:
    """Ask, or on a POST (RFC 8058 sends one by itself) take the reader off the list."""
    frame = Frame(topic.language, topic.schedule.time_zone)
    with context.store.begin() as connection:
        recipient = ledger.addressed(connection, topic.id, parts["token"])
    if recipient is None or not context.link_key:
        return _NOWHERE
    if method != "POST":
        return asks_to_leave(topic.title, f"/unsubscribe/{topic.id}/{parts['token']}", frame)
    with context.store.begin() as connection:
        suppressed_store.add(connection, topic.id, recipient, at=context.now, reason="unsubscribed")
    log.info("reader.unsubscribed", topic=topic.id)
    return has_left(topic.title, frame)


def _feedback(context: Context, topic: TopicSettings, method: str, parts: dict[str, str]) -> WebPage:
    """Ask about an article, or on a POST keep the answer and learn from it."""
    frame = Frame(topic.language, topic.schedule.time_zone)
    number, key, verdict = int(parts["article"]), parts["key"], _SPELT.get(parts["verdict"] or "")
    if not is_key(key, context.link_key, "feedback", topic.id, str(number)):
        return _NOWHERE
    with context.store.begin() as connection:
        article = articles_store.find(connection, article_id=number)
    if article is None:
        return _NOWHERE
    if method != "POST" or verdict is None:
        return asks_about(article.title, f"/feedback/{topic.id}/{number}/{key}", frame)
    feedback.run(context, topic, number, verdict)
    return has_answered(article.title, frame)


def _issue(context: Context, topic: TopicSettings, method: str, parts: dict[str, str]) -> WebPage:
    """A frozen issue as it was mailed."""
    with context.store.begin() as connection:
        found = issues_store.numbered(connection, topic.id, int(parts["number"]))
    if found is None or method != "GET":
        return _NOWHERE
    return WebPage(status=200, body=found.rendered.html.encode(), content_type="text/html; charset=utf-8")


def _topic(context: Context, name: str) -> TopicSettings | None:
    return next((topic for topic in context.settings.topics if topic.id == name), None)


_VITALS = {"/healthz": vitals.alive, "/readyz": vitals.ready, "/metrics": vitals.metrics}
_Page = Callable[[Context, TopicSettings, str, dict[str, str]], WebPage]
_ROUTES: tuple[tuple[re.Pattern[str], _Page], ...] = (
    (re.compile(r"/unsubscribe/(?P<topic>[a-z0-9-]+)/(?P<token>[A-Za-z0-9._=+-]{16,200})"), _unsubscribe),
    (
        re.compile(
            r"/feedback/(?P<topic>[a-z0-9-]+)/(?P<article>\d{1,15})/(?P<key>[A-Za-z0-9_-]{22})(?:/(?P<verdict>[a-z-]+))?"
        ),
        _feedback,
    ),
    (re.compile(r"/(?P<topic>[a-z0-9-]+)-(?P<number>\d{3,9})\.html"), _issue),
)
