"""Taking the lead, and leading: the scheduler, the heartbeat, the web server, and the signals in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.contextvars import bound_contextvars

from monitor import app
from monitor.daemon import due
from monitor.daemon.checking import Checking
from monitor.daemon.signals import END, RELOAD, Signals
from monitor.daemon.tick import House, Tick, new_id
from monitor.deliver.channels.registry import kinds
from monitor.errors import MonitorError, StoreError
from monitor.operations import heartbeat
from monitor.pipeline.ports import Context
from monitor.settings import BrokenTopic, LogSettings, Settings, load
from monitor.store.lock import Lock, leader_locks

log = structlog.get_logger()
BEAT_S = 10.0
SERVE_AGAIN_S = 60.0  # until pages that could not be opened are tried again
STANDBY_S = 1.0  # between two looks whether the other daemon has ended
_TRIED_AGAIN = "all else goes on; it is tried again in a minute"
_GOES_ON = "the daemon goes on with the configuration it has"
LogAs = Callable[[LogSettings], object]


def once(*, config: Path | None = None, data: Path | None = None, now: datetime | None = None) -> None:
    """Do what is due now. Raises the first trouble there was, after everything was tried; a topic left out is one."""
    with bound_contextvars(tick=new_id()), app.opened(config=config, data=data, now=now) as context:
        context.store.check()
        broken = app.learn_all(context)
        due.run_due(context)
    if broken:
        raise MonitorError("; ".join(f"topic {each.id}: {each.why}" for each in broken))


def run(
    *,
    config: Path | None = None,
    data: Path | None = None,
    tick_s: float = 30.0,
    now: datetime | None = None,
    log_as: LogAs = lambda _: None,
) -> None:
    """Tick until SIGTERM or SIGINT; at SIGHUP read the configuration again. `now` is where the clock starts for a replay.

    `log_as` is given the settings of the log whenever they may have changed.
    """
    settings = load(config, data=data, kinds=kinds)
    opening = partial(House.opened, config=config, data=data)
    with ExitStack() as stack:
        signals = stack.enter_context(Signals())
        locks = [stack.enter_context(lock) for lock in leader_locks(settings.store, settings.data)]
        if _leads(locks, signals, beat=lambda: heartbeat.write(settings.heartbeat, datetime.now(UTC))):
            leader = _Leader(settings, locks, signals, opening, clock=_clock(now), log_as=log_as)
            leader.lead(tick_s, is_live=now is None)
    log.info("daemon.stopped", signal=signals.ended_by)


def _leads(locks: Sequence[Lock], signals: Signals, *, beat: Callable[[], None]) -> bool:
    """Take all locks, waiting as standby while another daemon has one; False when told to end before."""
    for earlier, lock in enumerate(locks):
        if not lock.take():
            log.info("daemon.standby", detail="another daemon leads; this one takes over when it ends")
            while not lock.take():
                if earlier:
                    beat()  # the folder is ours alone: its heartbeat says that the standby is well
                if signals.wait(STANDBY_S) == END:
                    return False
    return True


class _Leader:
    """What leads, from the first tick to the last."""

    def __init__(
        self,
        settings: Settings,
        locks: Sequence[Lock],
        signals: Signals,
        opening: Callable[..., House],
        *,
        clock: app.Clock,
        log_as: LogAs,
    ) -> None:
        self._settings = settings
        self._locks = locks
        self._signals = signals
        self._opening = opening
        self._clock = clock
        self._log_as = log_as
        self._web = _Web()
        self._serve_again = 0.0

    def lead(self, tick_s: float, *, is_live: bool) -> None:
        """Tick until told to end. Raises StoreError when a lock is lost, for another daemon may lead by then, or the database is damaged."""
        house = self._open(is_live=is_live)
        tick = Tick(house, self._clock, taken_over=lambda context: self._log_as(context.settings.log))
        with ExitStack() as stack:
            stack.callback(tick.close)
            _refuse_move(self._settings, house.context.settings)  # edited while this one was standby
            checking = Checking(house.context.store)
            _tell(app.learn_all(house.context))
            stack.callback(self._web.close)
            self._serve(tick, house.context)
            scheduler, job = _scheduler(tick, tick_s)
            scheduler.start()
            tick.beat()
            log.info("daemon.started", tick_s=tick_s, topics=[t.id for t in house.context.settings.topics])
            trouble = self._watch(tick, job, checking, is_live=is_live)
            if trouble is not None:
                self._signals.leave_soon(1)
            scheduler.shutdown()
        if trouble is not None:
            raise trouble

    def _open(self, *, is_live: bool) -> House:
        return self._opening(now=None if is_live else self._clock())

    def _watch(self, tick: Tick, job: Job, checking: Checking, *, is_live: bool) -> StoreError | None:
        """Beat, and listen; None when told to end, else why nobody may go on: a lock was lost, the database is damaged."""
        while (told := self._signals.wait(BEAT_S)) != END:
            if not all(lock.is_held() for lock in self._locks):
                return StoreError(
                    "the lock on the database was lost", advice="Another daemon may lead: start again."
                )
            if (trouble := checking.trouble()) is not None:
                return trouble
            if told == RELOAD:
                self._reload(tick, job, is_live=is_live)
            if self._serve_again:
                self._serve(tick, tick.context)
            tick.beat()
        return None

    def _serve(self, tick: Tick, context: Context) -> None:
        """Open what is not open yet of the pages; without them the daemon does all else, and tries again a minute later."""
        if monotonic() < self._serve_again:
            return
        try:
            with self._web.moved(context, lambda: tick.context):
                self._serve_again = 0.0
        except MonitorError as error:
            self._serve_again = monotonic() + SERVE_AGAIN_S
            log.error("web.refused", error=str(error), detail=_TRIED_AGAIN)  # noqa: TRY400 - ours need no traceback

    def _reload(self, tick: Tick, job: Job, *, is_live: bool) -> None:
        """Take the configuration as it is now, all of it or nothing; a topic whose file is broken goes on as it was."""
        try:
            house = self._accepted(tick, is_live=is_live)
        except MonitorError as error:
            log.error("config.refused", error=str(error), detail=_GOES_ON)  # noqa: TRY400 - ours need no traceback
            return
        except Exception:  # whatever a file holds: it must not end a daemon that is well
            log.exception("config.refused", detail=_GOES_ON)
            return
        self._serve_again = 0.0
        tick.take_over(house)
        job.modify(next_run_time=datetime.now(UTC))
        settings = house.context.settings
        log.info("config.reloaded", topics=[t.id for t in settings.topics], feeds=len(house.context.feeds))

    def _accepted(self, tick: Tick, *, is_live: bool) -> House:
        """Open the configuration of now; what it changes outside of itself comes last, when nothing can be wrong any more."""
        with ExitStack() as undo:
            house = self._open(is_live=is_live)
            undo.callback(house.close)
            _refuse_move(self._settings, house.context.settings)
            house = house.keeping(tick.context.settings.topics)
            with self._web.moved(house.context, lambda: tick.context):
                _tell(app.learn_all(house.context))  # a topic file edited since takes effect now
            undo.pop_all()
        return house


class _Web:
    """The web servers of the moment, at most one for readers and one for operators; another address replaces one only once it is open."""

    def __init__(self) -> None:
        self._open: dict[bool, tuple[tuple[str, int], ExitStack]] = {}

    @contextmanager
    def moved(self, context: Context, current: Callable[[], Context]) -> Iterator[None]:
        """Serve where this configuration wants it, if the block raises nothing; else as before. Raises MonitorError for an address."""
        web = context.settings.web
        wanted = {True: (web.host, web.port), False: (web.ops_host, web.ops_port)}
        found = {is_public: place for is_public, (place, _) in self._open.items()}
        opened: dict[bool, ExitStack] = {}
        with ExitStack() as undo:
            for is_public, place in wanted.items():
                if found.get(is_public) != place:
                    opened[is_public] = undo.enter_context(ExitStack())
                    opened[is_public].enter_context(app.served(*place, current, is_public=is_public))
            yield
            undo.pop_all()
        for is_public, stack in opened.items():
            if is_public in self._open:
                self._open[is_public][1].close()
            self._open[is_public] = (wanted[is_public], stack)

    def close(self) -> None:
        """Serve no more."""
        for _, stack in self._open.values():
            stack.close()


def _tell(broken: Iterable[BrokenTopic]) -> None:
    for each in broken:
        log.error("topic.broken", topic=each.id, is_served=each.is_served, detail=each.why)


def _refuse_move(old: Settings, new: Settings) -> None:
    """Raises MonitorError when the database is another one: what leads holds the lock of the first."""
    if (old.store.url, old.data) != (new.store.url, new.data):
        raise MonitorError(
            "the database or the data folder was changed",
            advice="That takes effect at a restart; change it back, or restart the daemon.",
        )


def _scheduler(tick: Tick, tick_s: float) -> tuple[BackgroundScheduler, Job]:
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    job = scheduler.add_job(
        tick,
        "interval",
        seconds=tick_s,
        next_run_time=datetime.now(UTC),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    return scheduler, job


def _clock(start: datetime | None) -> app.Clock:
    if start is None:
        return lambda: datetime.now(UTC)
    begun = datetime.now(UTC)
    return lambda: start + (datetime.now(UTC) - begun)
