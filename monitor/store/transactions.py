"""The two roads into the database: what only looks, which waits for nobody, and short writes.

In: an engine and how long to wait; out: how each of its transactions begins. It knows no SQL but what begins one.

A file has one writer at a time. A server has as many as write different things: a write says by its kind what it is about, which names
the tables it may write and the locks it takes, all at its begin and in one order, so that no two wait for each other. What each lock
keeps apart reads and then writes; rows of articles, which several kinds write, are held in the order of their ids (`articles.hold`).
Whoever says no kind is alone, as everybody was in earlier versions; those may work on the same database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

from sqlalchemy import Connection, Engine, event

READING = "monitor_reads"  # an option of connections whose transactions only read
KIND = "monitor_kind"  # ... of what kind their writes are
WAIT_S = "monitor_wait_s"  # ... how long they wait for others
LOOK_S = 2.0  # what only looks waits for no writer; that a file is just being closed is over in moments
WRITER_KEY = 0x6D6F6E30  # "mon0"; advisory locks are numbers, one space of them in each database
PLACES = 64  # locks that feeds and hosts share: a server has room for some 6,000 in all


@dataclass(frozen=True, slots=True)
class Kind:
    """What a short write is about: which tables it may write (by name), and the numbers of the locks it takes on a server."""

    tables: frozenset[str]
    locks: frozenset[int] = frozenset()
    is_alone: bool = False  # nobody else writes meanwhile

    def __or__(self, other: Kind) -> Kind:
        """Both together."""
        return Kind(self.tables | other.tables, self.locks | other.locks, self.is_alone or other.is_alone)


_OF_TOPICS = frozenset(
    "profiles backgrounds stories scores features told_facts looked_back feedback tunings issues reported slots schedules "
    "drafts decisions alerts alert_slots".split()
)


def _number(name: str, *, of: int = 2**63) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) % of


# Articles as they are read: each row for itself.
PAGES = Kind(frozenset(("articles", "revisions", "visits", "left_out", "word_index")))
SENDING = Kind(
    frozenset(("deliveries", "bodies", "readers", "suppressed", "proofs")), frozenset((_number("sending"),))
)
WATCHING = Kind(frozenset(("alarms",)), frozenset((_number("watching"),)))
WHOLE = Kind(frozenset(), is_alone=True)


def gathering(places: Iterable[str]) -> Kind:
    """Return the kind of taking in what feeds show. `places`: ids of feeds and hosts of pages, which nobody else takes in meanwhile."""
    locks = frozenset(WRITER_KEY + 16 + _number(place, of=PLACES) for place in places)
    return Kind(PAGES.tables | {"feeds", "resting_hosts", "polls", "sightings"}, locks)


def of_topics(*topics: str) -> Kind:
    """Return the kind of whatever is learnt, judged, answered and told under these topics, by id."""
    return Kind(_OF_TOPICS, frozenset(_number(f"topic {topic}") for topic in topics))


def reading(engine: Engine) -> Engine:
    """Return the same engine, as one whose transactions only read."""
    return engine.execution_options(**{READING: True})


def writing(engine: Engine, kind: Kind, *, wait_s: float | None) -> Engine:
    """Return the same engine, as one whose writes are of this kind and wait `wait_s` seconds for others; None: as long as it does."""
    options: dict[str, object] = {KIND: kind} if wait_s is None else {KIND: kind, WAIT_S: wait_s}
    return engine.execution_options(**options)


def listen(engine: Engine, *, wait_s: float) -> None:
    """Begin all transactions of an engine from now on as their kind wants it; one that writes waits `wait_s` for others."""
    begin = _on_file if engine.dialect.name == "sqlite" else _on_server
    event.listen(engine, "begin", partial(begin, wait_s=wait_s))


def _on_file(connection: Connection, *, wait_s: float) -> None:
    # The default deferred BEGIN loses updates between two writers, without an error.
    options = connection.get_execution_options()
    is_reading, wait_s = options.get(READING, False), options.get(WAIT_S, wait_s)
    for statement in (
        f"PRAGMA busy_timeout={round(1000 * (min(wait_s, LOOK_S) if is_reading else wait_s))}",
        f"PRAGMA query_only={int(is_reading)}",
        "BEGIN" if is_reading else "BEGIN IMMEDIATE",
    ):
        connection.exec_driver_sql(statement)


def _on_server(connection: Connection, *, wait_s: float) -> None:
    options = connection.get_execution_options()
    wait_s = options.get(WAIT_S, wait_s)
    if options.get(READING, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Only a change of the schema could keep a reader waiting.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_ms(min(wait_s, LOOK_S))}")
        return
    from monitor.store.patience import waiting  # noqa: PLC0415 - it needs the driver

    # The steps read and then write, and READ COMMITTED would lose updates between the two.
    kind = options.get(KIND, WHOLE)
    first = f"pg_advisory_xact_lock{'' if kind.is_alone else '_shared'}({WRITER_KEY})"
    locks = (first, *(f"pg_advisory_xact_lock({number})" for number in sorted(kind.locks)))
    with waiting(connection, wait_s):
        connection.exec_driver_sql(
            f"SELECT set_config('lock_timeout', '{_ms(wait_s)}', true), {', '.join(locks)}"
        )


def _ms(wait_s: float) -> int:
    return max(1, round(wait_s * 1000))  # 0 would mean for ever
