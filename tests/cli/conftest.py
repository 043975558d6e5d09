"""A house of one's own for each test: a configuration folder, and the command to run in it."""

from __future__ import annotations

import functools

import pytest

from tests import command

MAIN = '[fetch]\nallow_networks = ["127.0.0.0/8"]\nmin_gap_s = 0.0\nmin_interval_s = 0\ntimeout_s = 20.0\nrobots = false\n'
TOPIC = """title = "Trade"
sentence = "Trade between the United States and China."
seeds = "seeds"
[[facets]]
name = "US"
aliases = ["united states", "washington", "american*"]
[[facets]]
name = "China"
aliases = ["china", "chinese", "beijing"]
[[facets]]
name = "Measures"
aliases = ["tariff*", "trade", "duties"]
"""
SEED = "# Talks stall\n\n" + (
    "Washington and Beijing could not agree on tariffs, negotiators of the United States and China said after two days. "
    "The trade talks on American soybeans and Chinese steel will go on in May, the commerce ministry said.\n\n"
    * 4
)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with config/ and seeds/; the working directory."""
    (tmp_path / "config" / "topics").mkdir(parents=True)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "config" / "monitor.toml").write_text(MAIN)
    (tmp_path / "config" / "feeds.toml").write_text("")
    (tmp_path / "config" / "topics" / "trade.toml").write_text(TOPIC)
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def monitor(place, monkeypatch, capsys):
    return functools.partial(command.run, monkeypatch, capsys)


@pytest.fixture
def feeds(place):
    """Write feeds.toml: `feeds(id=url, ...)`."""

    def write(**urls):
        blocks = (f'[[feed]]\nid = "{i}"\nname = "{i}"\nurl = "{url}"\n' for i, url in urls.items())
        (place / "config" / "feeds.toml").write_text("\n".join(blocks))

    return write


@pytest.fixture
def daemon(place):
    started = []

    def start(*arguments, **options):
        from tests.cli.daemons import Daemon

        started.append(Daemon(place, *arguments, **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def server():
    opened = []

    def start(answer):
        from tests.cli.daemons import Server

        opened.append(Server(answer))
        return opened[-1]

    yield start
    for each in opened:
        each.close()
