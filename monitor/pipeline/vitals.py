"""How the daemon is, for machines: alive, ready, and numbers in Prometheus' text format 0.0.4. Reads the store, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from monitor import __version__
from monitor.digests.schedule import latest_slot
from monitor.model import WebPage
from monitor.pipeline import heartbeat
from monitor.pipeline.ports import Context
from monitor.store import articles as articles_store
from monitor.store import deliveries as ledger
from monitor.store import feeds as feeds_store
from monitor.store import issues as issues_store
from monitor.store import slots as slots_store

_Sample = tuple[str, dict[str, str], float]


def alive(context: Context) -> WebPage:
    """200 while the heartbeat is younger than 90 seconds of `context.now`, else 503."""
    age_s = heartbeat.age_s(context.settings.heartbeat, context.now)
    if age_s is None:
        return WebPage(status=503, body=b"no heartbeat yet\n")
    said = f"heartbeat {age_s:.0f} s ago\n".encode()
    return WebPage(status=200 if age_s <= heartbeat.STALE_S else 503, body=said)


def ready(context: Context) -> WebPage:
    """200 when the database answers."""
    with context.store.begin() as connection:
        articles_store.stages(connection)
    return WebPage(status=200, body=b"ready\n")


def metrics(context: Context) -> WebPage:
    """All numbers there are. Times are Unix seconds; a feed that never answered has none."""
    text = "".join(_lines(_samples(context)))
    return WebPage(status=200, body=text.encode(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _samples(context: Context) -> Iterator[_Sample]:
    with context.store.begin() as connection:
        stages = articles_store.stages(connection)
        deliveries = ledger.counts(connection)
        states = feeds_store.states(connection)
        newest = {t.id: issues_store.newest(connection, t.id) for t in context.settings.topics}
        slots = {t.id: slots_store.newest(connection, t.id) for t in context.settings.topics}
    yield "monitor_build_info", {"version": __version__}, 1.0
    for stage, count in sorted(stages.items()):
        yield "monitor_articles", {"stage": stage}, float(count)
    for state, count in sorted(deliveries.items()):
        yield "monitor_deliveries", {"state": state}, float(count)
    for feed in sorted(states.values(), key=lambda s: s.feed_id):
        if feed.ok_at:
            yield (
                "monitor_feed_last_success_timestamp_seconds",
                {"feed": feed.feed_id},
                feed.ok_at.timestamp(),
            )
    for feed in sorted(states.values(), key=lambda s: s.feed_id):
        yield "monitor_feed_failures", {"feed": feed.feed_id}, float(feed.failures)
    for topic, issue in newest.items():
        if issue:
            at = issue.composed_at.timestamp()
            yield "monitor_digest_last_success_timestamp_seconds", {"topic": topic}, at
    for each in context.settings.topics:
        yield (
            "monitor_digest_overdue_seconds",
            {"topic": each.id},
            _overdue_s(context, each.id, slots[each.id]),
        )


def _overdue_s(context: Context, topic: str, done: datetime | None) -> float:
    """Seconds since the newest slot passed that nothing was done about; 0 when all is done, or nothing was ever due."""
    schedule = next(t.schedule for t in context.settings.topics if t.id == topic)
    slot = latest_slot(schedule, context.now)
    return 0.0 if done is None or done >= slot else (context.now - slot).total_seconds()


def _lines(samples: Iterable[_Sample]) -> Iterator[str]:
    told = ""
    for name, labels, value in samples:
        if name != told:
            yield f"# TYPE {name} gauge\n"
            told = name
        said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{said}}} {value:g}\n" if value < 1e6 else f"{name}{{{said}}} {value:.3f}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
