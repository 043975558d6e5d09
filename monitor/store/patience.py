"""PostgreSQL connections that do not wait for ever: a server that says nothing for a while is taken for gone.

In: an engine; out: connections that close themselves, and raise, when no answer comes. A frozen server keeps its connections alive
in the kernel, so neither TCP keepalives nor its own statement_timeout end such a wait: only we can. It knows no SQL and tries nothing
again; what was not committed is done again by the next tick.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Connection, Engine, event

ANSWER_S = 12.0  # for one answer; with the wait for a new connection (database.timeouts) below 30 s
AWAY_S = (
    10.0  # after a connection that was not answered, none is tried: each step of a tick would wait in turn
)
LATE_S = 5.0  # after the server's own limit, when it is to say itself that it gave up


class Patience:
    """How long connections of one engine wait for an answer. Shared by its threads, which only read it."""

    def __init__(self, engine: Engine) -> None:
        self.answer_s = ANSWER_S
        self._away_until = 0.0
        event.listen(engine, "do_connect", self._connect)

    def lift(self) -> None:
        """Wait for ever: a migration of a large database may take what it takes."""
        self.answer_s = float("inf")

    def restore(self) -> None:
        """Wait as usual."""
        self.answer_s = ANSWER_S

    def _connect(self, _dialect: object, _record: object, args: Any, values: Any) -> _Impatient:
        if monotonic() < self._away_until:
            raise psycopg.OperationalError("no answer from the server a moment ago")
        try:
            connection = _Impatient.connect(*args, **values)
        except ConnectionTimeout:
            self._away_until = monotonic() + AWAY_S
            raise
        connection.patience = self
        return connection


@contextmanager
def waiting(connection: Connection, limit_s: float) -> Iterator[None]:
    """Wait longer inside the block: the server itself waits up to `limit_s` seconds, for a lock."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, _Impatient):
        yield
        return
    raw.at_least_s = limit_s + LATE_S
    try:
        yield
    finally:
        raw.at_least_s = 0.0


class _Impatient(psycopg.Connection[Any]):
    """A connection that closes itself when an answer takes too long: what state the server is in is unknown then."""

    patience: Patience | None = None
    at_least_s = 0.0

    def wait(self, gen: PQGen[RV], *args: Any, **values: Any) -> RV:
        """Wait for what `gen` needs; psycopg looks in every tenth of a second, and so do we."""
        usual_s = ANSWER_S if self.patience is None else self.patience.answer_s
        return super().wait(self._limited(gen, max(usual_s, self.at_least_s)), *args, **values)

    def _limited(self, gen: PQGen[RV], limit_s: float) -> Generator[Any, Any, RV]:
        ends = monotonic() + limit_s
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and monotonic() > ends:
                    self.close()
                    raise psycopg.OperationalError(f"no answer from the server for {limit_s:.0f} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            value: RV = end.value
            return value
