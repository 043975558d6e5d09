"""Composition root: settings in, everything a step needs out. Built once by each way in."""

from __future__ import annotations

import gc
import os
import random
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.deliver.channels.registry import kinds
from monitor.errors import SettingsError
from monitor.fetch import Fetcher
from monitor.model import Feed, Receipt, WebPage
from monitor.pipeline.ports import (
    Context,
    Progress,
    Sensing,
    nobody,
    nobody_hears,
    nobody_waits,
    silent,
    wall_clock,
)
from monitor.settings import (
    BrokenTopic,
    FeedSettings,
    Settings,
    TopicSettings,
    load,
    load_feeds,
    secret,
)
from monitor.store import Store
from monitor.work import Worker

if TYPE_CHECKING:
    from monitor.deliver.notices import Notices
    from monitor.deliver.oauth import Tokens
    from monitor.pipeline.delivering import deliver
    from monitor.pipeline.gathering import poll, read
    from monitor.pipeline.issuing import digest
    from monitor.pipeline.judging import score
    from monitor.web import Web

DKIM_KEY = "MONITOR_DKIM_KEY"
LINK_KEY = "MONITOR_LINK_KEY"
LINK_KEY_MIN = 16  # characters
WEBHOOK_SECRET = "MONITOR_WEBHOOK_SECRET"  # noqa: S105 - the same as below
SMTP_PASSWORD = "MONITOR_SMTP_PASSWORD"  # noqa: S105 - the variable's name, not a password
SMTP_REFRESH_TOKEN = "MONITOR_SMTP_REFRESH_TOKEN"  # noqa: S105 - the same
SMTP_CLIENT_SECRET = "MONITOR_SMTP_CLIENT_SECRET"  # noqa: S105 - the same
GREETING_S = 10.0  # somebody sits before the screen
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What bringing the corpus up to date gave."""

    broken: tuple[BrokenTopic, ...]
    polled: poll.Polled
    read: read.ReadReport
    scored: score.ScoreReport


@contextmanager
def opened(
    *,
    config: Path | None = None,
    data: Path | None = None,
    now: datetime | None = None,
    progress: Progress = silent,
    pause: Callable[[float], bool] = nobody_waits,
) -> Iterator[Context]:
    """Give a context with everything opened, and close it all afterwards."""
    gc.freeze()  # what is imported by now stays: looking through it again and again would cost a tenth of a short run
    gc.enable()
    settings = load(config, data=data, kinds=kinds)
    tokens = _tokens(settings)
    notices = _notices(settings)
    with ExitStack() as stack:
        yield Context(
            settings=settings,
            feeds=tuple(feed_of(f, settings.root) for f in load_feeds(settings.config)),
            store=stack.enter_context(Store.open(settings.store, settings.data)),
            fetcher=stack.enter_context(Fetcher(settings.fetch)),
            worker=stack.enter_context(
                Worker(
                    timeout_s=settings.read.worker_timeout_s, memory_bytes=settings.read.worker_memory_bytes
                )
            ),
            mailer=partial(_mail, settings, tokens),
            now=now or datetime.now(UTC),
            is_live=now is None,
            jitter=random.random,
            sign=_signer(settings),
            webhook_secret=secret(WEBHOOK_SECRET),
            link_key=link_key(settings),
            progress=progress,
            pause=pause,
            sense=sense_of(settings),
            notify=notices or nobody,
            tell=notices.tell if notices else nobody_hears,
            greet=partial(_greet, settings, tokens),
        )


def sense_of(settings: Settings) -> Sensing | None:
    """Return what measures meanings with the configured encoder; None when none is. Raises InputError when it cannot be."""
    if not settings.score.model_path:
        return None
    from monitor.encode import opener  # noqa: PLC0415 - for those who have one
    from monitor.pipeline.judging.sense import Sense  # noqa: PLC0415 - the same

    return Sense(opener(Path(settings.score.model_path)))


def at(context: Context, now: datetime) -> Context:
    """Return the same context at another moment: what a daemon's tick works with."""
    return replace(context, now=now)


def feed_of(settings: FeedSettings, root: Path) -> Feed:
    """Return the feed a block of feeds.toml describes; a folder's path begins at `root`."""
    if not settings.folder:
        return Feed(**settings.model_dump())
    folder = root.absolute() / Path(settings.folder).expanduser()
    return Feed(**settings.model_dump() | {"folder": str(folder), "url": folder.as_uri()})


def learn_all(context: Context) -> tuple[BrokenTopic, ...]:
    """Take every topic file and its seeds as they are now, a new profile only where something changed.

    Return the topics in trouble; they stop no other.
    """
    from monitor.pipeline.judging import learn  # noqa: PLC0415 - see prepare

    return learn.all_topics(context)


def keeping(context: Context, earlier: Iterable[TopicSettings]) -> Context:
    """Return the context with the `earlier` topics whose files cannot be used now: they are served as they were."""
    settings = context.settings
    was = {topic.id: topic for topic in earlier}
    kept = [was[each.id] for each in settings.broken if each.id in was]
    topics = sorted((*settings.topics, *kept), key=lambda topic: topic.id)
    broken = [each.model_copy(update={"is_served": each.id in was}) for each in settings.broken]
    changed = settings.model_copy(update={"topics": tuple(topics), "broken": tuple(broken)})
    return replace(context, settings=changed)


def prepare(context: Context) -> Prepared:
    """Learn, poll, read and score: everything short of a digest."""
    # Each command imports the steps it takes: together they cost a second.
    from monitor.pipeline.gathering import poll, read, reread  # noqa: PLC0415
    from monitor.pipeline.judging import score  # noqa: PLC0415

    broken = learn_all(context)
    polled = poll.poll_feeds(context)
    score.ask_for_pages(context)
    pages = read.read_pages(context)
    reread.reread_pages(context)
    return Prepared(broken=broken, polled=polled, read=pages, scored=score.score_articles(context))


def publish(context: Context, topic: TopicSettings, outcome: digest.Outcome) -> deliver.Delivered:
    """Hand a frozen issue over to the topic's recipients."""
    from monitor.pipeline.delivering import deliver  # noqa: PLC0415

    if outcome.issue is not None:
        deliver.enter(context, topic, outcome.issue)
    return deliver.send_due(context, topic)


@contextmanager
def served(host: str, port: int, current: Callable[[], Context], *, is_public: bool) -> Iterator[None]:
    """Answer readers' links, or whoever watches when not `is_public`, as long as the block lasts; a port of 0 is none.

    `current` gives what to answer with, each time anew. Raises MonitorError when the address cannot be had.
    """
    import monitor.fetch.authorities  # noqa: F401, PLC0415 - before all that imports aiohttp
    from monitor.web import Web, front  # noqa: PLC0415 - see prepare

    if not port:
        yield
        return
    quota = front.Quota()

    def answer(method: str, path: str) -> WebPage:
        if is_public:
            return front.answer(current(), method, path, quota=quota)
        return front.answer_operators(current(), method, path)

    with Web(host, port, answer):
        yield


@contextmanager
def desk(context: Context, *, host: str = "", port: int | None = None) -> Iterator[Web]:
    """Serve the desk as long as the block lasts, on `host` and `port` in place of those under [web]; 0 takes any free port.

    Raises SettingsError when others could reach it without a password, MonitorError when the address cannot be had.
    """
    from monitor.operations.desk.rooms import Rooms  # noqa: PLC0415 - see prepare
    from monitor.web import Web  # noqa: PLC0415 - the same
    from monitor.web.desk import dispatch, guard  # noqa: PLC0415 - the same

    own = context.settings.web
    host = host or own.desk_host
    doorkeeper = guard.Guard(
        host=host,
        url=own.desk_url,
        password=secret(guard.PASSWORD),
        tokens=secret(guard.TOKENS),
        key=_kept_key(context.settings.data / "desk.key"),
        clock=lambda: wall_clock().timestamp(),
    )
    rooms = Rooms(context, wall_clock if context.is_live else lambda: context.now)
    answers = dispatch.Desk(rooms, doorkeeper)
    with Web.hearing(host, own.desk_port if port is None else port, answers, limits=dispatch.LIMITS) as web:
        yield web


def _signer(settings: Settings) -> Callable[[bytes], bytes]:
    """What signs messages with the sender's domain; without a `dkim_selector` they stay as they are."""
    if not settings.smtp.dkim_selector:
        return bytes
    from monitor.deliver.address import address  # noqa: PLC0415 - see prepare
    from monitor.deliver.signing import signed  # noqa: PLC0415 - see prepare

    domain = address(settings.smtp.sender).domain
    return partial(signed, selector=settings.smtp.dkim_selector, domain=domain, key=secret(DKIM_KEY))


def link_key(settings: Settings) -> bytes:
    """Return what readers' links are signed with: a secret of the environment, or a file of our own making in the data folder; b"" without a web port.

    Raises SettingsError for a secret that could be found out from a link by trying.
    """
    if not settings.web.port:
        return b""
    given = secret(LINK_KEY)
    if given:
        if len(given) < LINK_KEY_MIN:
            raise SettingsError(
                f"{LINK_KEY} is too short: whoever has a link could find it out by trying",
                key=LINK_KEY,
                advice=f"Give it at least {LINK_KEY_MIN} characters, all by chance; or unset it, and a key is made in the data folder.",
            )
        return given.encode()
    return _kept_key(settings.data / "link.key")


def _kept_key(file: Path) -> bytes:
    """The key in a file, which is made by chance when it is not there; whoever is first counts for all."""
    if file.exists() and len(found := file.read_bytes()) >= LINK_KEY_MIN:
        return found
    made = file.with_name(f"{file.stem}.{os.getpid()}.{secrets.token_hex(4)}.new")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
        new.write(secrets.token_hex(32).encode())
        new.flush()
        os.fsync(new.fileno())
    try:
        if file.exists() and file.stat().st_size < LINK_KEY_MIN:
            file.unlink()  # cut off while it was made: nothing was ever signed with it
        os.link(made, file)  # whole or not at all
    except FileExistsError:
        pass
    except OSError:  # a disk without hard links
        made.replace(file)
    finally:
        made.unlink(missing_ok=True)
    return file.read_bytes()


def _tokens(settings: Settings) -> Tokens | None:
    """What gives access tokens, one for all messages; None where a password is used."""
    if not settings.smtp.oauth_token_url:
        return None
    from monitor.deliver.oauth import Tokens  # noqa: PLC0415 - for those who have one

    return Tokens(
        settings.smtp,
        refresh_token=partial(secret, SMTP_REFRESH_TOKEN),
        client_secret=partial(secret, SMTP_CLIENT_SECRET),
        kept=settings.data / "smtp-refresh-token.json",
    )


def _greet(settings: Settings, tokens: Tokens | None) -> str:
    from monitor.deliver.smtp import greet  # noqa: PLC0415 - see prepare

    hurried = settings.smtp.model_copy(update={"timeout_s": min(settings.smtp.timeout_s, GREETING_S)})
    return greet(sender=hurried.sender, settings=hurried, password=secret(SMTP_PASSWORD), tokens=tokens)


def _notices(settings: Settings) -> Notices | None:
    """What tells alarms and pings; None without anybody under [alarm]."""
    places = settings.alarm
    if not (places.webhook or places.ping or places.ping_feeds or places.channels):
        return None
    from monitor.deliver.notices import Notices  # noqa: PLC0415 - see prepare

    return Notices(
        timeout_s=places.timeout_s, secret=secret(WEBHOOK_SECRET), wall=wall_clock, settings=settings
    )


def _mail(
    settings: Settings,
    tokens: Tokens | None,
    message: bytes,
    *,
    recipient: str,
    before_dot: Callable[[], None],
) -> Receipt:
    from monitor.deliver.smtp import send  # noqa: PLC0415

    return send(
        message,
        sender=settings.smtp.sender,
        recipient=recipient,
        settings=settings.smtp,
        password=secret(SMTP_PASSWORD),
        tokens=tokens,
        before_dot=before_dot,
    )
