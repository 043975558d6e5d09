"""A house with two weeks of invented news, one issue of it, and the desk before it: `ask(path)` answers as a browser would see it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from monitor.model import FeedState, Stage
from monitor.operations.desk.rooms import Rooms
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import learn, score
from monitor.pipeline.ports import Context
from monitor.settings import Settings, StoreSettings
from monitor.store import Store
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from monitor.web import Asked
from monitor.web.desk.dispatch import Desk
from monitor.web.desk.guard import Guard
from tests import make
from tests.conftest import NOW
from tests.fakes import FakeFetcher, FakeMailer, InlineWorker
from tests.pipeline.judging.northland import SEED, TOPIC

PASSWORD = "quite a long password"
TOKEN = "token-of-twenty-characters"
HOST = "127.0.0.1:8090"
FIRST = (
    "Northland cuts its cod quota by 12 percent",
    "Herring boats of Northland stay in port over fish quota",
    "A town band plays in the park",
)
SECOND = (
    "Northland raises its cod quota to 40,000 tonnes",
    "Northland fish ministers meet on the herring quota",
    "A museum opens in a lighthouse",
)


def add(context, titles, *, at, begin=0):
    """Store articles that were read; the n-th is published n hours after `at`."""
    with context.store.begin() as connection:
        return [
            articles_store.add(
                connection,
                make.article(
                    title=title,
                    text=f"{title}. Boats fish for herring and cod, said the ministry of fish in Northland."
                    if "Northland" in title
                    else f"{title}. Everybody was there, and it was a fine day.",
                    url=f"https://ledger.example/{begin + number}",
                    published=at + timedelta(hours=number),
                    seen_at=at + timedelta(hours=number),
                    language="en",
                    stage=Stage.READ,
                ),
                key=f"ledger.example/{begin + number}",
            )
            for number, title in enumerate(titles)
        ]


def context_on(store, root, *, at, topics=(TOPIC,)):
    """A context on a store; `root` holds the seeds."""
    return Context(
        settings=Settings(root=root, data=root / "data", topics=tuple(topics)),
        feeds=(make.feed(),),
        store=store,
        fetcher=FakeFetcher({}),
        worker=InlineWorker(()),
        mailer=FakeMailer(),
        now=at,
        jitter=lambda: 0.5,
    )


def live(context, now):
    """Two weeks: the first has its issue, the second is scored. Returns the context of the second."""
    seeds = context.settings.root / "seeds"
    seeds.mkdir(exist_ok=True)
    (seeds / "one.md").write_text(SEED)
    learn.learn_topic(context, TOPIC)
    add(context, FIRST, at=context.now - timedelta(days=2))
    score.score_articles(context)
    digest.compose_issue(context, TOPIC, kind="issue")
    later = replace(context, now=now, indexes={})
    add(later, SECOND, at=now - timedelta(days=2), begin=10)
    score.score_articles(later)
    with later.store.begin() as connection:
        state = FeedState(
            feed_id="ledger", url=make.feed().url, status="ok", polled_at=now, ok_at=now, new_at=now
        )
        feeds_store.put_states(connection, [state])
    return later


@pytest.fixture(scope="session")
def _lived_in_folder(tmp_path_factory):
    """A folder whose database has lived; copied for each test."""
    root = tmp_path_factory.mktemp("lived-in")
    with Store.open(StoreSettings(), root / "data") as store:
        live(context_on(store, root, at=NOW - timedelta(days=7)), NOW)
    return root


@pytest.fixture
def lived_in(_lived_in_folder, tmp_path, now):
    """A context whose first issue is frozen and whose second week is scored."""
    shutil.copytree(_lived_in_folder, tmp_path / "house")
    with Store.open(StoreSettings(), tmp_path / "house" / "data") as store:
        yield context_on(store, tmp_path / "house", at=now)


@pytest.fixture
def store(file_store):
    """On SQLite alone: what both databases do is for tests/store."""
    return file_store


class Clock:
    def __init__(self):
        self.s = 1_000_000.0

    def __call__(self):
        return self.s


@dataclass
class Browser:
    """Asks one desk, and keeps the cookie it was given."""

    desk: Desk
    host: str = HOST
    cookie: str = ""

    def get(self, path, **headers):
        return self._ask("GET", path, b"", headers)

    def post(self, path, fields=None, **headers):
        body = urlencode(fields or {}).encode()
        own = {"origin": f"http://{self.host}", "content-type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, own | headers)

    def _ask(self, method, path, body, headers):
        told = {"host": self.host, "cookie": self.cookie} | headers
        page = self.desk(
            Asked(
                method=method,
                path=path,
                body=body,
                visitor="192.0.2.7",
                headers={k: v for k, v in told.items() if v},
            )
        )
        if given := page.headers.get("Set-Cookie"):
            self.cookie = given.partition(";")[0]
        return page

    def token(self, path="/login"):
        """What the first form of a page carries."""
        return re.search(rb'name="token" value="([^"]*)"', self.get(path).body)[1].decode()

    def log_in(self, password=PASSWORD, **fields):
        return self.post("/login", {"token": self.token(), "password": password} | fields)


class Text(HTMLParser):
    """What a page says, and which elements and attributes it has."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.said = [], [], []
        self.feed(page.body.decode())
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.said.append(data)

    @property
    def text(self):
        return " ".join("".join(self.said).split())


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def guarded(clock):
    """A guard with a password and a token: `guarded()`, or of another host."""

    def build(**values):
        own = {
            "host": "127.0.0.1",
            "url": "",
            "password": PASSWORD,
            "tokens": TOKEN,
            "key": b"k" * 32,
            "clock": clock,
        }
        return Guard(**own | values)

    return build


@pytest.fixture
def rooms(lived_in):
    return Rooms(lived_in, lambda: lived_in.now)


@pytest.fixture
def open_desk(rooms, guarded):
    """A browser before a desk without a password."""
    return Browser(Desk(rooms, guarded(password="", tokens="")))


@pytest.fixture
def locked(rooms, guarded):
    """A browser before a desk with a password, not logged in."""
    return Browser(Desk(rooms, guarded()))
