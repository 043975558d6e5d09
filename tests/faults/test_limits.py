"""Few file descriptors, hostile titles in the log, and secrets that must not be told, whatever goes wrong."""

from __future__ import annotations

import io
import json
import random
import sys
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import make_url

from monitor.cli.logs import configure
from tests.faults.house import House

TITLES = 5000
EVIL = (
    "\n",
    "\r\n",
    "\x1b[2K\x1b[1A",
    "\u2028",
    "\u2029",
    "\x00",
    "\x85",
    '"}\n{"event": "delivery", "state": "sent"',
    "\x0b",
    "\\",
)
SECRETS = {
    "MONITOR_SMTP_PASSWORD": "correct-horse-battery",
    "MONITOR_LINK_KEY": "linkkey-3f9a77c1d2",
    "MONITOR_WEBHOOK_SECRET": "webhook-77ab10ef",
    "MONITOR_DATABASE_URL": "postgresql://monitor:dbpass-51c0ffee@127.0.0.1:9/none",
}
HIDDEN = ("correct-horse-battery", "linkkey-3f9a77c1d2", "webhook-77ab10ef", "dbpass-51c0ffee")


@pytest.fixture
def house(tmp_path):
    with House(tmp_path) as one:
        one.site.publish(2, at=one.now - timedelta(hours=1))
        yield one


@pytest.fixture(scope="module")
def idle(memory):
    """A house in which nothing is ever done."""
    with House(memory) as one:
        yield one


def test_a_tick_needs_no_more_than_64_file_descriptors(house):
    assert house.tick(limits={"RLIMIT_NOFILE": 64}).code == 0
    house.passes(weeks=1)
    house.site.publish(20, at=house.now - timedelta(hours=1))
    ticked = house.tick(limits={"RLIMIT_NOFILE": 64})
    assert ticked.code == 0, ticked.log
    assert len(house.sink.taken()) == len(house.recipients)
    assert house.check().wrong == {}


def test_with_too_few_a_tick_fails_and_a_later_one_mends_it(house):
    """The control: the limit is really there."""
    assert house.tick(limits={"RLIMIT_NOFILE": 9}).code != 0
    assert house.tick().code == 0


def evil_titles():
    dice = random.Random(45)  # noqa: S311
    for n in range(TITLES):
        words = [dice.choice(EVIL) if dice.random() < 0.4 else f"word{n}" for _ in range(6)]
        yield "".join([*words, dice.choice(EVIL)])


def logged(monkeypatch, style, titles):
    out = io.StringIO(newline="")
    monkeypatch.setattr(sys, "stderr", out)
    configure(level="info", style=style)
    try:
        for title in titles:
            structlog.get_logger().info("article.seen", title=title)
    finally:
        structlog.reset_defaults()
    return out.getvalue().encode().split(b"\n")[:-1]


def test_five_thousand_evil_titles_are_five_thousand_lines_of_json(monkeypatch):
    titles = list(evil_titles())
    lines = logged(monkeypatch, "json", titles)
    assert len(lines) == TITLES
    found = [json.loads(line) for line in lines]
    assert [line["title"] for line in found] == titles
    assert {line["event"] for line in found} == {"article.seen"}
    assert not any(b"\x1b" in line or b"\r" in line for line in lines)


def test_a_log_of_plain_text_is_forged_by_the_same_titles():
    """The control."""
    lines = "".join(f"article.seen title={title}\n" for title in evil_titles()).split("\n")
    assert len(lines) - 1 > TITLES
    assert any(line.startswith('{"event": "delivery"') for line in lines)


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--once"),
        ("--verbose", "digest", "--send"),
        ("status",),
        ("doctor", "--offline"),
        ("backup",),
        ("send",),
    ],
    ids=" ".join,
)
def test_no_command_tells_a_secret_when_its_database_cannot_be_reached(idle, words):
    said = idle.tick(arguments=words, environment=SECRETS)
    assert said.code != 0
    assert "127.0.0.1:9" in said.log, "the error names the database"
    assert [secret for secret in HIDDEN if secret in said.log] == []


def test_no_command_tells_a_secret_when_all_goes_well_or_the_mail_server_refuses(house):
    environment = {name: value for name, value in SECRETS.items() if name != "MONITOR_DATABASE_URL"}
    said = house.tick(environment=environment).log
    house.passes(weeks=1)
    house.site.publish(2, at=house.now - timedelta(hours=1))
    main = house.folder / "config" / "monitor.toml"
    main.write_text(main.read_text().replace('security = "none"', 'security = "starttls"\nusername = "me"'))
    said += house.tick(environment=environment).log  # the server offers no encryption
    for words in (("status",), ("doctor", "--offline"), ("issues", "list"), ("--verbose", "send")):
        said += house.tick(arguments=words, environment=environment).log
    assert "starttls" in said.lower()
    assert [secret for secret in HIDDEN if secret in said] == []


def test_the_address_of_a_database_tells_its_password_when_nobody_hides_it():
    """The control."""
    url = make_url(SECRETS["MONITOR_DATABASE_URL"])
    assert "dbpass-51c0ffee" in url.render_as_string(hide_password=False)
