"""A known feed, answers of its server, and the state after one: what the tests of polling are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.feeds import next_state
from monitor.model import Entry, FeedDocument, FeedState, FetchResult
from monitor.settings import FetchSettings

NOW = datetime(2025, 4, 9, 12, 0, tzinfo=UTC)  # a Wednesday
URL = "https://s.example/feed"
SETTINGS = FetchSettings()
DATE = "Wed, 09 Apr 2025 12:00:00 GMT"


def entry(hours_ago: float) -> Entry:
    return Entry(
        guid=str(hours_ago), url="https://s.example/a", title="t", published=NOW - timedelta(hours=hours_ago)
    )


DOCUMENT = FeedDocument(format="rss", entries=(entry(1), entry(2)))
KNOWN = FeedState(
    feed_id="f", url=URL, etag='"old"', last_modified="Mon, 07 Apr 2025 10:00:00 GMT", status="ok"
)


def answer(
    status: int = 200, *, final_url: str = URL, permanent_url: str = "", error: str = "", **headers: str
) -> FetchResult:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FetchResult(
        url=URL, final_url=final_url, permanent_url=permanent_url, status=status, headers=named, error=error
    )


def after(
    result: FetchResult,
    state: FeedState = KNOWN,
    *,
    document=DOCUMENT,
    new: int = 0,
    jitter: float = 0.0,
    **settings,
) -> FeedState:
    if result.status == 304 or not result.ok:
        document = None
    return next_state(
        state,
        result,
        document,
        new_entries=new,
        now=NOW,
        settings=SETTINGS.model_copy(update=settings),
        jitter=jitter,
    )


def wait(state: FeedState) -> float:
    assert state.next_poll_at is not None
    return (state.next_poll_at - NOW).total_seconds()
