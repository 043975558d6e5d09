"""What all tests share: nothing but this machine can be reached, and a database of one's own."""

from __future__ import annotations

import ipaddress
import shutil
import socket
from datetime import UTC, datetime

import hypothesis
import pytest

from monitor.pipeline.ports import Context
from monitor.settings import Settings, StoreSettings
from monitor.store import Store
from tests.fakes import FakeFetcher, FakeMailer, InlineWorker

# How long an example takes says more about the machine than about us.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

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


@pytest.fixture
def store(data):
    with Store.open(StoreSettings(), data) as opened:
        yield opened


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def house(store, tmp_path, now):
    """Build a context on a fresh store: `house(answers={url: body}, feeds=[...], topics=[...])`."""

    def build(*, answers=(), feeds=(), topics=(), mailer=None, kills=(), at=now, **sections):
        settings = Settings(root=tmp_path, data=tmp_path / "data", topics=tuple(topics), **sections)
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
