"""How the house does: what the commands `search`, `feeds list` and `status` show, as values. All that is asked of who watches is here."""

from __future__ import annotations

from datetime import timedelta

from monitor.errors import DeliveryError, InputError
from monitor.feeds import dead, quiet
from monitor.model import Feed, FeedState
from monitor.model.desk import (
    AlarmLook,
    DeliveriesLook,
    DeliveryLook,
    FeedLook,
    Hit,
    Leaver,
    SearchResults,
    SlotLook,
    Sought,
    Standing,
)
from monitor.operations import clock
from monitor.operations.desk.shelves import brief
from monitor.operations.search import Hit as Shown
from monitor.operations.search import find_articles
from monitor.operations.status import read_status
from monitor.pipeline.delivering import at_once
from monitor.pipeline.gathering import poll
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import feeds as feeds_store
from monitor.store import overviews
from monitor.store import suppressed as suppressed_store
from monitor.store.search import Filters

SLOTS, MESSAGES = 40, 100  # shown at most
AGAIN = timedelta(minutes=1)  # between two checks of one feed by hand
_ORDER = ("dead", "trouble", "quiet", "new", "well", "off")  # those that need somebody first


def search(context: Context, sought: Sought) -> SearchResults:
    """Return what a search finds, newest first. Raises InputError for words that mean nothing and topics that are not there."""
    topics = tuple(each.id for each in context.settings.topics if sought.topic in ("", each.id))
    if sought.topic and not topics:
        raise InputError(f"no topic {sought.topic!r}", advice="GET /api/v1/topics lists them.")
    filters = Filters(
        outlet=sought.outlet,
        language=sought.language,
        since=sought.since,
        until=sought.until,
        topics=topics,
        is_relevant=sought.is_relevant,
        is_sent=sought.is_sent,
    )
    found = find_articles(context, sought.words, filters, limit=sought.limit + 1)
    return SearchResults(hits=tuple(map(_hit, found[: sought.limit])), has_more=len(found) > sought.limit)


def _hit(found: Shown) -> Hit:
    return Hit(
        article=found.article,
        title_marks=found.title_marks,
        snippet=found.snippet.text,
        snippet_marks=found.snippet.marks,
        standings=tuple(
            Standing(
                topic=each.topic,
                relevance=each.relevance,
                is_relevant=each.is_relevant,
                story=each.story_id,
                issue=each.issue,
            )
            for each in found.standings
        ),
    )


def feeds(context: Context) -> tuple[FeedLook, ...]:
    """Return all feeds, those that need somebody first."""
    with context.store.look() as connection:
        states = feeds_store.states(connection)
    found = [_feed(context, feed, states.get(feed.id)) for feed in context.feeds]
    return tuple(sorted(found, key=lambda each: (_ORDER.index(each.health), each.name.casefold())))


def _feed(context: Context, feed: Feed, known: FeedState | None) -> FeedLook:
    state = known or FeedState(feed_id=feed.id)
    health, advice = _health(context, feed, known)
    return FeedLook(
        id=feed.id,
        name=feed.name,
        url=state.url or feed.url,
        group=feed.group,
        country=feed.country,
        is_asked=feed.enabled and not state.disabled,
        verdict=state.status,
        detail=state.detail,
        reason=feed.reason,
        health=health,
        advice=advice,
        polled_at=state.polled_at,
        ok_at=state.ok_at,
        new_at=state.new_at,
        next_poll_at=state.next_poll_at,
        failures=state.failures,
        cadence_s=state.cadence_s,
    )


def _health(context: Context, feed: Feed, state: FeedState | None) -> tuple[str, str]:
    """How a feed does, in a word, and what there is to say of it beside its last verdict."""
    if not feed.enabled:
        return "off", ""
    if state is None or state.polled_at is None:
        return "new", ""
    if dead(feed, state, context.now):
        return "dead", ""
    if still := quiet(feed, state, context.now):
        return "quiet", still.detail
    return ("trouble" if state.failures else "well"), ""


def check(context: Context, feed_id: str) -> str | None:
    """Ask a feed now, store what is new, and return what came of it; None when there is no such feed.

    Raises InputError when it was asked less than AGAIN ago: its server is not ours.
    """
    feed = next((each for each in context.feeds if each.id == feed_id), None)
    if feed is None:
        return None
    with context.store.look() as connection:
        state = feeds_store.states(connection).get(feed_id)
    asked = None if state is None else state.polled_at
    if asked is not None and timedelta() <= context.now - asked < AGAIN:
        raise InputError(f"{feed.name} was asked a moment ago", advice="Ask it again in a minute.")
    done = poll.poll_feeds(context, only=(feed_id,), everything=True)
    if not done.feeds:
        raise InputError(f"{feed.name} is off", advice="`enabled` in feeds.toml turns it on.")
    polled = done.feeds[0]
    return f"{feed.name}: {polled.status}, {polled.entries} entries, {polled.new} new. {polled.advice}"


def send_proof(context: Context, topic: TopicSettings, to: str) -> str:
    """Mail a topic's draft to one address as a test, and return what came of it. Raises InputError where that cannot be."""
    try:
        receipt = at_once.send_proof(context, topic, to)
    except DeliveryError as error:
        raise InputError(error.message, advice=error.advice) from error
    if receipt is None:
        return "The same draft went to that address a moment ago; no second one was sent."
    if receipt.state == "sent":
        return f"A test of the draft went to {receipt.recipient}."
    return f"The test did not go out to {receipt.recipient}: {receipt.state}. {receipt.detail}".rstrip()


def send_now(context: Context, topic: TopicSettings, issue: int) -> str:
    """Freeze and send a topic's next issue, by its number, and return what came of it. Raises InputError where that cannot be."""
    with context.store.look() as connection:
        skew = clock.skew(connection, context)
    if skew is not None and skew.is_off:
        raise InputError(
            f"the clock of this machine is off: {skew}", advice="Set it right; until then nothing is sent."
        )
    try:
        return at_once.send_now(context, topic, issue=issue).line
    except DeliveryError as error:
        raise InputError(error.message, advice=error.advice) from error


def deliveries(context: Context) -> DeliveriesLook:
    """Return what goes out, and what did not arrive."""
    found = read_status(context)
    topics = context.settings.topics
    with context.store.look() as connection:
        slots = overviews.slots_of(connection, [topic.id for topic in topics], limit=SLOTS)
        messages = overviews.messages(connection, limit=MESSAGES)
        leavers = suppressed_store.everybody(connection)
    due = {each.id: each.next_issue for each in found.topics}
    return DeliveriesLook(
        next_issues=tuple((brief(topic), due[topic.id]) for topic in topics),
        slots=tuple(
            SlotLook(topic=row.topic, slot=row.slot, state=row.state, issue=row.issue, at=row.at)
            for row in slots
        ),
        ledger=tuple(
            DeliveryLook(
                topic=row.topic,
                issue=row.issue,
                alert=row.alert,
                recipient=row.recipient,
                channel=row.channel,
                state=row.state,
                attempts=row.attempts,
                reason=row.reason,
                detail=row.detail,
                entered_at=row.entered_at,
                next_attempt_at=row.next_attempt_at,
                sent_at=row.sent_at,
            )
            for row in messages
        ),
        counts=found.deliveries,
        suppressed=tuple(
            Leaver(topic=each.topic, recipient=each.recipient, reason=each.reason, at=each.at)
            for each in leavers
        ),
        alarms=tuple(
            AlarmLook(name=each.name, detail=each.detail, since=each.since, notified_at=each.told_at)
            for each in found.alarms
        ),
        status=tuple(found.lines()),
    )
