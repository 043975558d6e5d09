"""What every step is given: the few things that touch the world, and the moment it runs at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from monitor.deliver.channels.protocol import Mailing, Means
from monitor.model import Bulletin, Feed, FetchRequest, FetchResult, TopicProfile
from monitor.pipeline.tally import Tally
from monitor.settings import Settings
from monitor.store import Store
from monitor.work import Killed

if TYPE_CHECKING:  # commands that score nothing need not wait for it
    from monitor.stories.embedding import Embedding
    from monitor.topics import Background, Reading

T = TypeVar("T")


class Fetching(Protocol):
    """Asks servers; see fetch.Fetcher."""

    def fetch_all(
        self, requests: Iterable[FetchRequest], *, deadline_s: float | None = None
    ) -> Iterator[tuple[FetchRequest, FetchResult]]:
        """Yield an answer for every request, as they come."""
        ...

    def has_more(self, patience_s: float) -> bool:
        """Return whether another answer of the round at hand is there, or comes within `patience_s`."""
        ...


class Working(Protocol):
    """Runs a pure function where it can be killed; see work.Worker."""

    def run(self, function: Callable[[Any], T], value: Any) -> T | Killed:
        """Return the function's value, or why it had to be stopped."""
        ...


class Encoding(Protocol):
    """Turns texts into vectors; see encode.Encoder."""

    @property
    def identity(self) -> str:
        """Which model this is."""
        ...

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return a vector of norm 1 for each text."""
        ...


class Sensing(Protocol):
    """Measures what a text means under a profile; see pipeline.judging.sense."""

    def of(self, profile: TopicProfile, background: Background) -> Callable[[Reading], float] | None:
        """Return what measures a reading; None where there is nothing yet to compare it with."""
        ...

    def embedding(self, text: str) -> Embedding:
        """Return the vector of a text, as it is kept."""
        ...


class Notifying(Protocol):
    """Tells whoever watches; see deliver.notices."""

    def __call__(self, url: str, body: bytes) -> bool:
        """Return whether it was taken; never raises for what a server does."""
        ...


class Telling(Protocol):
    """Tells a channel's place; see deliver.notices."""

    def __call__(self, place: str, bulletin: Bulletin, identity: str) -> bool:
        """Return whether it was taken; never raises for what a server does."""
        ...


class Progress(Protocol):
    """Long work tells how far it is."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Called after each item."""
        ...


def wall_clock() -> datetime:
    """Return what the machine's clock shows."""
    return datetime.now(UTC)


def silent(step: str, done: int, total: int) -> None:
    """Progress nobody looks at."""


def nobody(url: str, body: bytes) -> bool:  # noqa: ARG001 - the real one's signature
    """Nobody is told."""
    return False


def nobody_hears(place: str, bulletin: Bulletin, identity: str) -> bool:  # noqa: ARG001 - the real one's signature
    """Nobody is told."""
    return False


def nobody_waits(seconds: float) -> bool:  # noqa: ARG001 - the real one's signature
    """Nobody has time: what has to wait is left to the next run."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All a step needs. `now` is passed in, never asked for; `jitter` gives numbers 0..1."""

    settings: Settings
    feeds: tuple[Feed, ...]
    store: Store
    fetcher: Fetching
    worker: Working
    mailer: Mailing
    now: datetime
    jitter: Callable[[], float]
    sign: Callable[[bytes], bytes] = bytes  # a message, signed or as it is
    webhook_secret: str = ""  # what webhooks are signed with; empty: not signed
    link_key: bytes = b""  # what readers' links are signed with; empty: no such links
    progress: Progress = silent
    sense: Sensing | None = None  # None: words alone
    notify: Notifying = nobody
    tell: Telling = nobody_hears  # an alarm, to a place of channels.toml
    greet: Callable[[], str] = str  # what the mail server has against us; "": nothing
    pause: Callable[[float], bool] = nobody_waits  # waits so many seconds, or says that nobody does
    is_live: bool = False  # `now` is what the machine's clock shows, not a moment somebody named
    wall: Callable[[], datetime] = wall_clock  # heartbeats are measured with it, whatever `now` says
    tally: Tally = field(default_factory=Tally)  # what was counted since the start
    indexes: dict[str, Any] = field(
        default_factory=dict
    )  # topic -> judging.knowledge.Index, from tick to tick

    def means(self, before_end: Callable[[], None] = lambda: None, *, timeout_s: float = 30.0) -> Means:
        """Return what of all this a channel may use."""
        return Means(
            mailer=self.mailer,
            greet=self.greet,
            wall=self.wall,
            secret=self.webhook_secret,
            timeout_s=timeout_s,
            before_end=before_end,
        )
