"""What all tests share: nothing but this machine can be reached, and a database of one's own."""

from __future__ import annotations

import ipaddress
import re
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine, event

from monitor.pipeline.ports import Context
from monitor.settings import DigestSettings, Settings, StoreSettings
from monitor.store import Store
from monitor.store.transactions import KIND, WHOLE
from tests import postgres
from tests.fakes import FakeFetcher, FakeMailer, InlineWorker

# How long an example takes says more about the machine than about us.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")

WRITTEN = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine():
    """Refuse every connection that would leave the machine."""
    original = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host not in ("localhost", "") and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
                raise AssertionError(f"a test tried to reach {host}")
        return original(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _writes_keep_to_their_kind():
    """A law over all tests: a write changes no table that its kind does not name, for its locks keep apart no others."""

    def look(connection, _cursor, statement, _parameters, _context, _many):
        kind = connection.get_execution_options().get(KIND, WHOLE)
        found = WRITTEN.match(statement)
        if found and not kind.is_alone and found[1] not in kind.tables:
            raise AssertionError(f"{found[1]} is written by a transaction that names {sorted(kind.tables)}")

    event.listen(Engine, "before_cursor_execute", look)
    yield
    event.remove(Engine, "before_cursor_execute", look)


@pytest.fixture(autouse=True, scope="session")
def _no_issue_is_left_in_the_checkout():
    """A law over all tests: whatever writes an issue's files writes them to a folder of its own."""
    out = Path(__file__).parents[1] / "out"
    before = set(out.glob("*-issue-*"))
    yield
    left = sorted(file.name for file in set(out.glob("*-issue-*")) - before)
    assert left == [], "a test wrote these into the checkout's out/"


@pytest.fixture(scope="session")
def _template_database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    Store.open(StoreSettings(), folder).close()
    return folder / "monitor.db"


@pytest.fixture
def data(tmp_path, _template_database):
    """A data folder with an empty database of the newest schema."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(_template_database, folder / "monitor.db")
    return folder


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server; skips when there is none (tests/postgres.py says how to ask for one)."""
    server = postgres.server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def _shared_url(postgresql, tmp_path_factory):
    url = postgresql.database()
    Store.open(StoreSettings(), tmp_path_factory.mktemp("none"), url=url).close()
    return url


@pytest.fixture
def database_url(postgresql):
    """The URL of an empty PostgreSQL database of one's own, without a schema."""
    url = postgresql.database()
    yield url
    postgresql.drop(url)


@pytest.fixture
def file_store(data):
    """A store on SQLite, for what only SQLite does."""
    with Store.open(StoreSettings(), data) as opened:
        yield opened


@pytest.fixture
def server_store(_shared_url, tmp_path):
    """A store on PostgreSQL; its tables are emptied afterwards, ten times faster than another database."""
    with Store.open(StoreSettings(), tmp_path, url=_shared_url) as opened:
        yield opened
        postgres.empty(opened.engine)


@pytest.fixture(params=["file_store", "server_store"], ids=["sqlite", "postgresql"])
def store(request):
    """A store on each database in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def house(store, tmp_path, now):
    """Build a context on a fresh store: `house(answers={url: body}, feeds=[...], topics=[...])`."""

    def build(*, answers=(), feeds=(), topics=(), mailer=None, kills=(), at=now, **sections):
        digest = sections.pop("digest", DigestSettings())
        digest = digest.model_copy(update={"out": str(tmp_path / digest.out)})  # as loading the settings does
        settings = Settings(
            root=tmp_path, data=tmp_path / "data", topics=tuple(topics), digest=digest, **sections
        )
        return Context(
            settings=settings,
            feeds=tuple(feeds),
            store=store,
            fetcher=FakeFetcher(dict(answers)),
            worker=InlineWorker(kills),
            mailer=mailer or FakeMailer(),
            now=at,
            jitter=lambda: 0.5,
        )

    return build


def pytest_terminal_summary(terminalreporter):
    """Print what the tests of tests/quality measured, in whichever process they ran."""
    ended = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    measured = [
        value
        for each in ended
        if each.when == "call"
        for name, value in each.user_properties
        if name == "measure"
    ]
    if measured:
        terminalreporter.write_line(f"\n| {'measure':<58} | baseline | ours | target |")
        terminalreporter.write_line("|---|---|---|---|")
    for measure, baseline, ours, target in measured:
        shown = "-" if baseline is None else f"{baseline:.3f}"
        terminalreporter.write_line(f"| {measure:<58} | {shown:>8} | {ours:.3f} | {target:.3f} |")
