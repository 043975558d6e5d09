"""One look at what is due, again and again, with the configuration of the moment; a new one is taken over between two looks."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Self

import structlog
from structlog.contextvars import bound_contextvars

from monitor import app
from monitor.daemon import due
from monitor.errors import MonitorError
from monitor.operations import clock as clocks
from monitor.operations import health, heartbeat
from monitor.operations.heartbeat import Red
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import retention

log = structlog.get_logger()
TIDY_EVERY_S = 3600.0  # what is old is forgotten, and a backup made when one is due
TICK_LIMIT_S = (
    3600.0  # a tick that takes longer hangs: the heartbeat stops, and the container is found unhealthy
)


@dataclass(frozen=True, slots=True)
class House:
    """All that one configuration opens, closed as a whole."""

    context: Context
    _stack: ExitStack

    @classmethod
    def opened(cls, *, config: Path | None, data: Path | None, now: datetime | None) -> Self:
        """Open it. Raises MonitorError; then nothing is open."""
        with ExitStack() as stack:
            context = stack.enter_context(app.opened(config=config, data=data, now=now))
            return cls(context, stack.pop_all())

    def keeping(self, topics: Iterable[TopicSettings]) -> House:
        """The same, in which these earlier topics go on where their files cannot be used now."""
        return House(app.keeping(self.context, topics), self._stack)

    def close(self) -> None:
        """Close everything."""
        self._stack.close()


def new_id() -> str:
    """Return a tick's id for the log: eight hexadecimal digits, another one each time."""
    return secrets.token_hex(4)


class Tick:
    """Called by the scheduler, never twice at a time; knows since when it has been at it."""

    def __init__(
        self, house: House, clock: app.Clock, *, taken_over: Callable[[Context], object] = lambda _: None
    ) -> None:
        """`taken_over` is told the context of a new configuration when it takes effect."""
        self._house = house
        self._clock = clock
        self._taken_over = taken_over
        self._next: House | None = None
        self._lock = Lock()
        self._since = monotonic()
        self._is_busy = False
        self._is_new = True  # no tick has succeeded with this configuration
        self._tidied = -TIDY_EVERY_S
        self._red: tuple[Red, ...] = (self._stuck(),)
        self._notes: tuple[str, ...] = ()

    @property
    def context(self) -> Context:
        """What the latest configuration taken over opened, now."""
        return app.at(self._house.context, self._clock())

    def take_over(self, house: House) -> None:
        """Work with this from the next tick on."""
        with self._lock:
            waiting, self._next = self._next, house
        if waiting is not None:
            waiting.close()

    def __call__(self) -> None:
        """Do what is due; whatever happens is logged under the tick's id, and tried again at the next tick."""
        with bound_contextvars(tick=new_id()):
            self._tick()

    def _tick(self) -> None:
        self._since, self._is_busy = monotonic(), True
        try:
            self._change_house()
            due.run_due(self.context)
            if monotonic() - self._tidied >= TIDY_EVERY_S:
                self._tidied = monotonic()
                _tidy(self.context)
        except MonitorError as error:
            log.error("tick.failed", error=str(error))  # noqa: TRY400 - our own errors need no traceback
        except Exception:  # the one place for what nobody foresaw: log it, and try again at the next tick
            log.exception("tick.crashed")
        else:
            self.context.tally.ticked(self.context.wall().timestamp())
            self._red = (self._stuck(), *health.red(self.context))
            self._notes = health.notes(self.context)
            # Said once for each configuration: from now on no news is good news.
            say = log.info if self._is_new else log.debug
            say("tick.done", took_s=round(monotonic() - self._since, 1))
            self._is_new = False
        finally:
            self._is_busy = False

    def beat(self) -> None:
        """Write the heartbeat, unless the tick hangs."""
        if self._is_busy and monotonic() - self._since > TICK_LIMIT_S:
            log.error("tick.hangs", since_s=round(monotonic() - self._since))
            return
        context = self._house.context
        try:
            heartbeat.write(context.settings.heartbeat, context.wall(), red=self._red, notes=self._notes)
        except (
            OSError
        ) as error:  # a full disk ends no daemon; whoever watches sees that the heartbeat stays away
            log.error("heartbeat.failed", error=str(error))  # noqa: TRY400 - the sentence says it all

    def close(self) -> None:
        """Close what is open; for when no tick runs any more."""
        for house in (self._next, self._house):
            if house is not None:
                house.close()

    def _stuck(self) -> Red:
        """What is wrong an hour from now, unless a tick succeeds before."""
        return Red(
            self._house.context.wall() + timedelta(seconds=TICK_LIMIT_S), "no tick has succeeded for an hour"
        )

    def _change_house(self) -> None:
        with self._lock:
            coming, self._next = self._next, None
        if coming is not None:
            going, self._house = self._house, coming
            self._is_new = True
            self._taken_over(coming.context)
            going.close()


def _tidy(context: Context) -> None:
    """Forget what is old, and keep a backup that is not; by a clock that is wrong nothing is old."""
    with context.store.look() as connection:
        skew = clocks.skew(connection, context)
    if skew is not None and skew.is_off:
        return
    gone = retention.prune(context.store, context.settings.retention, now=context.now)
    say = log.info if gone.texts or gone.polls or gone.sightings else log.debug
    say("retention.pruned", texts=gone.texts, polls=gone.polls, sightings=gone.sightings)
    every = timedelta(hours=context.settings.store.backup_every_h)
    made = context.store.keep_backup(every=every, now=context.now)
    if made is not None:
        log.info("backup.made", file=str(made.file))
