"""What `/metrics` answers: every number there is, in Prometheus' text format 0.0.4. Changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import structlog

from monitor import __version__
from monitor.model import WebPage
from monitor.operations import alarms, clock
from monitor.operations.health import overdue_s
from monitor.pipeline.delivering import receivers
from monitor.pipeline.ports import Context
from monitor.pipeline.tally import STEP_S, TICKED
from monitor.schedule.weekly import next_slot
from monitor.store import arrears, backup
from monitor.store import articles as articles_store
from monitor.store import deliveries as ledger
from monitor.store import feeds as feeds_store
from monitor.store import issues as issues_store
from monitor.store import slots as slots_store

log = structlog.get_logger()
_Sample = tuple[str, dict[str, str], float]
_FAMILIES = {
    "monitor_alarms": ("gauge", "What is wrong now and was told as an alarm."),
    "monitor_alert_waiting_seconds": (
        "gauge",
        "Since when the oldest message of a topic's alerts waits to be sent; 0: none does.",
    ),
    "monitor_alerts_total": ("counter", "How often an alert of a topic told something."),
    "monitor_articles": ("gauge", "Articles in the database by the stage they have reached."),
    "monitor_backup_last_success_timestamp_seconds": (
        "gauge",
        "When the newest copy of the database was made.",
    ),
    "monitor_build_info": ("gauge", "Always 1; the label says which version runs."),
    "monitor_clock_skew_seconds": ("gauge", "How far servers' clocks are ahead of this machine's."),
    "monitor_deliveries": ("gauge", "Messages in the ledger by their state."),
    "monitor_deliveries_total": ("counter", "Messages that came to an end, by how."),
    "monitor_deliveries_uncertain_total": ("counter", "Messages whose last answer of the server was lost."),
    "monitor_digest_last_success_timestamp_seconds": ("gauge", "When a topic's newest issue was composed."),
    "monitor_digest_next_timestamp_seconds": ("gauge", "When a topic's next issue is due."),
    "monitor_digest_overdue_seconds": (
        "gauge",
        "Since when a topic's issue is due and has not wholly gone out; 0: it is not late.",
    ),
    "monitor_disk_free_bytes": ("gauge", "Room on the disk of the data folder."),
    "monitor_feed_failures": ("gauge", "How often in a row a feed has not answered as it should."),
    "monitor_feed_fetches_total": ("counter", "Times a feed was asked, by what came of it."),
    "monitor_feed_last_success_timestamp_seconds": ("gauge", "When a feed last answered as it should."),
    "monitor_fetch_duration_seconds": ("summary", "Seconds a feed took to answer."),
    "monitor_parse_killed_total": ("counter", "Documents whose parser was stopped because it took too much."),
    "monitor_readers": (
        "gauge",
        "Readers a topic's mail still goes to; a topic for nobody has no such number.",
    ),
    "monitor_schedule_skipped_total": (
        "counter",
        "Moments of a schedule without an issue of their own, by reason.",
    ),
    "monitor_ssrf_refused_total": (
        "counter",
        "Addresses inside our network that a feed led to and that were refused.",
    ),
    STEP_S: ("histogram", "Seconds a step took when it had something to do."),
    TICKED: ("gauge", "When the daemon last did without trouble all that was due."),
}  # every name there is, with its kind and what it means
_SKIPPED = ("missed", "quiet", "repeat")  # slots that got no issue of their own
_ENDED = ("sent", "failed")  # deliveries stay in these states, so their numbers only grow


def metrics(context: Context) -> WebPage:
    """All numbers there are. Times are Unix seconds; a feed that never answered has none."""
    samples = (*_stored(context), *context.tally.items(), *_backup(context), *_disk(context))
    text = "".join(_lines(samples))
    return WebPage(status=200, body=text.encode(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _stored(context: Context) -> Iterator[_Sample]:
    """What the database knows: these numbers go on after a restart."""
    with context.store.look() as connection:
        stages = articles_store.stages(connection)
        deliveries = ledger.counts(connection)
        states = sorted(feeds_store.states(connection).values(), key=lambda s: s.feed_id)
        newest = {t.id: issues_store.newest(connection, t.id) for t in context.settings.topics}
        standings = {each.topic: each for each in alarms.standings(connection, context)}
        slots = slots_store.counts(connection)
        told = issues_store.alert_counts(connection)
        waiting = arrears.of_alerts(connection)
        skew = clock.skew(connection, context)
        noted = alarms.noted(connection)
        left = {
            t.id: receivers.readers_left(connection, context, t)
            for t in context.settings.topics
            if t.recipients
        }
    yield "monitor_build_info", {"version": __version__}, 1.0
    yield from (("monitor_articles", {"stage": stage}, n) for stage, n in sorted(stages.items()))
    yield from (("monitor_deliveries", {"state": state}, n) for state, n in sorted(deliveries.items()))
    yield from (("monitor_deliveries_total", {"state": state}, deliveries.get(state, 0)) for state in _ENDED)
    yield from (("monitor_schedule_skipped_total", {"reason": r}, slots.get(r, 0)) for r in _SKIPPED)
    name = "monitor_feed_last_success_timestamp_seconds"
    yield from ((name, {"feed": s.feed_id}, s.ok_at.timestamp()) for s in states if s.ok_at)
    yield from (("monitor_feed_failures", {"feed": s.feed_id}, s.failures) for s in states)
    name = "monitor_digest_last_success_timestamp_seconds"
    yield from ((name, {"topic": topic}, i.composed_at.timestamp()) for topic, i in newest.items() if i)
    for topic in newest:
        late_s = overdue_s(standings.get(topic), context.now)
        yield "monitor_digest_overdue_seconds", {"topic": topic}, late_s
    for each in context.settings.topics:
        due = next_slot(each.schedule, context.now)
        yield "monitor_digest_next_timestamp_seconds", {"topic": each.id}, due.timestamp()
    yield from _alerts(context, told, waiting)
    yield from (("monitor_readers", {"topic": topic}, n) for topic, n in left.items())
    if skew is not None:
        yield "monitor_clock_skew_seconds", {}, skew.seconds
    yield "monitor_alarms", {}, len(noted)


def _alerts(
    context: Context,
    told: Mapping[tuple[str, str], tuple[int, datetime]],
    waiting: Mapping[tuple[str, str], tuple[int, datetime]],
) -> Iterator[_Sample]:
    """What each alert told, and how long the oldest of it waits."""
    for topic in context.settings.topics:
        for alert in topic.alerts:
            count = told.get((topic.id, alert.name), (0, None))[0]
            yield "monitor_alerts_total", {"topic": topic.id, "alert": alert.name}, count
        if topic.alerts:
            since = [at for (name, _), (_, at) in waiting.items() if name == topic.id]
            waits_s = max(0.0, (context.now - min(since)).total_seconds()) if since else 0.0
            yield "monitor_alert_waiting_seconds", {"topic": topic.id}, waits_s


def _backup(context: Context) -> Iterator[_Sample]:
    if context.store.file is not None:
        copies = backup.found(backup.folder_of(context.store.file))
        made = max((copy.made_at for copy in copies), default=None)
        if made is not None:
            yield "monitor_backup_last_success_timestamp_seconds", {}, made.timestamp()


def _disk(context: Context) -> Iterator[_Sample]:
    try:
        free = shutil.disk_usage(context.settings.data).free
    except OSError:  # no folder yet, as with a database elsewhere
        return
    yield "monitor_disk_free_bytes", {}, free


def _lines(samples: Iterable[_Sample]) -> Iterator[str]:
    """Prometheus' text format 0.0.4: each family's samples stand together below its HELP and TYPE."""
    told = ""
    for name, labels, value in samples:
        family = name if name in _FAMILIES else name.rpartition("_")[0]  # _bucket, _sum and _count
        if family != told:
            kind, meaning = _FAMILIES[family]
            yield f"# HELP {family} {meaning}\n# TYPE {family} {kind}\n"
            told = family
        said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{said}}} {value:g}\n" if abs(value) < 1e6 else f"{name}{{{said}}} {value:.3f}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
