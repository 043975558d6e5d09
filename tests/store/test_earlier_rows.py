"""What earlier versions wrote of scores, stories and issues, read by the version of now: commands, pages, mail.

earlier/COMMIT.sql.gz is a database as the program of that commit left it, made by its own commands: ten invented articles of the
demo's two weeks (two stories, two articles of something else), an issue after each week, the second in the ledger for one reader
whose mail server was down, and answers where that program took any. test_released.py has the schemas, here are the bodies.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from monitor import app
from monitor.digests import addresses, keys
from monitor.digests.addresses import IssuePage
from monitor.store import deliveries as ledger
from monitor.web import front
from tests import command
from tests.deliver.servers import Sink, serving

EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.sql.gz"))
ADA = "ada@example.org"
TOPIC = f"""title = "Trade"
sentence = "Trade between the United States and China."
seeds = "seeds"
recipients = ["{ADA}"]
[[facets]]
name = "US"
aliases = ["united states", "washington", "american*", "us"]
[[facets]]
name = "China"
aliases = ["china", "chinese", "beijing"]
[[facets]]
name = "Measures"
aliases = ["tariff*", "trade", "duty", "duties", "waive*"]
"""
MAIN = """[smtp]
host = "127.0.0.1"
port = {port}
sender = "Monitor <monitor@example.org>"
security = "none"
[digest]
base_url = "https://digest.example"
[web]
port = 8080
"""
UNTIL = ("--from", "2026-01-01", "--to", "2026-12-31")


@pytest.fixture(params=EARLIER, ids=lambda dump: dump.name[:7])
def place(request, tmp_path, monkeypatch):
    """A house of that time, working directory, with its database as it was."""
    (tmp_path / "config" / "topics").mkdir(parents=True)
    (tmp_path / "config" / "feeds.toml").write_text("")
    (tmp_path / "config" / "monitor.toml").write_text(MAIN.format(port=25))
    (tmp_path / "config" / "topics" / "trade.toml").write_text(TOPIC)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text("# Talks stall\n\n" + "American and Chinese tariffs. " * 20)
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "monitor.db")) as connection:
        connection.executescript(gzip.decompress(request.param.read_bytes()).decode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def monitor(place, monkeypatch, capsys):
    return functools.partial(command.run, monkeypatch, capsys)


def _stored(place, query):
    with closing(sqlite3.connect(place / "data" / "monitor.db")) as connection:
        return connection.execute(query).fetchall()


def test_every_score_is_explained_and_computed_again(place, monitor):
    shown = {number: 0 for (number,) in _stored(place, "SELECT number FROM issues")}
    relevant = dict(_stored(place, "SELECT article_id, is_relevant FROM scores"))
    for article_id, is_relevant in relevant.items():
        (told,) = monitor("explain", article_id).out.split("\nissue       ")[1:]
        assert told.startswith(
            ("shown in issue ", "taken by issue ") if is_relevant else "left out: not on topic"
        )
        if told.startswith("shown"):
            shown[int(told.split()[-1])] += 1
    assert len(relevant) == 10
    assert monitor("explain", "1", "--json").json
    assert all(shown.values()), "both issues show something"
    assert monitor("explain", "--verify").out == "trade: 10 of 10 scores recomputed exactly\n"


def test_issues_are_listed_shown_compared_and_fed_as_they_were_frozen(place, monitor):
    frozen = _stored(place, "SELECT number, json, html, text, markdown FROM issues ORDER BY number")
    assert [line.split("\t")[1] for line in monitor("issues", "list").lines] == ["2", "1"]
    for number, *bodies in frozen:
        for form, body in zip(("json", "html", "text", "md"), bodies, strict=True):
            assert monitor("issues", "show", number, "--format", form).out.rstrip("\n") == body.rstrip("\n")
    assert monitor("issues", "diff", "1", "2").code == 0
    assert monitor("issues", "feed").code == 0
    assert (place / "out" / "trade.atom").read_text("utf-8").count("<entry>") == 2


def test_issues_are_composed_again_and_the_next_one_knows_them(place, monitor):
    replayed = monitor("replay", *UNTIL)
    assert replayed.code == 0
    assert [line.split(",")[0] for line in replayed.lines if line.startswith("issue ")] == [
        "issue 1",
        "issue 2",
    ]
    said = monitor("digest", "--dry-run", "--now", "2026-03-23T12:00:00Z", "--format", "json", "--out", "new")
    assert said.code == 0
    (file,) = (place / "new").glob("*.json")
    next_one = json.loads(file.read_text())
    assert (next_one["issue"], next_one["top"], next_one["also"]) == (3, [], []), "all was told"


def test_the_page_of_an_issue_is_served(place):
    with app.opened(data=place / "data") as context:
        for number, until in ((1, "9 March"), (2, "16 March")):
            key = keys.key_for(context.link_key, *keys.issue_parts("trade", number))
            path = addresses.build(IssuePage(topic="trade", issue=number, key=key))
            page = front.answer(context, "GET", path)
            assert page.status == 200
            assert until in page.body.decode()


def test_mail_that_waited_goes_out_byte_for_byte_and_its_link_takes_the_reader_off(place, monitor):
    sink = Sink()
    with serving(sink) as port:
        (place / "config" / "monitor.toml").write_text(MAIN.format(port=port))
        with app.opened(data=place / "data") as context, context.store.begin() as connection:
            (waiting,) = ledger.of_issue(connection, 2)
            frozen = ledger.message_of(connection, waiting)
        assert monitor("send", "--now", "2026-03-16T13:00:00Z").out.startswith(f"trade: {ADA} sent")
    ((_, recipients, content),) = sink.taken
    assert recipients == [ADA]
    assert content == frozen
    for link in re.findall(rb"List-Unsubscribe: <https://digest\.example(/\S+)>", content):
        with app.opened(data=place / "data") as context:
            assert front.answer(context, "POST", link.decode()).status == 200
        assert ADA in monitor("suppressed").out


@pytest.mark.parametrize("place", [EARLIER[-1]], indirect=True, ids=["one"])
@pytest.mark.parametrize("body", ["{}", "no JSON"])
@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("scores", "the score of article 1 under trade"),
        ("backgrounds", "background 1"),
        ("profiles", "profile 1 of trade"),
        ("tunings", "tuning 1 of trade"),
        ("features", "the features of article "),
    ],
)
def test_a_body_that_cannot_be_read_is_named_with_advice(place, monitor, table, named, body):
    """What no version wrote, or only a newer one: no command ends in a traceback."""
    stored = zlib.compress(body.encode()) if table in {"backgrounds", "features"} else body
    with closing(sqlite3.connect(place / "data" / "monitor.db")) as connection:
        connection.execute(f"UPDATE {table} SET body = ?", (stored,))  # noqa: S608 - one of five names
        connection.commit()
    said = [monitor("explain", "--verify"), monitor("replay", *UNTIL)]
    refused = [each.err for each in said if each.code]
    assert all("restore a backup" in each for each in refused)
    assert any(named in each and "cannot be read" in each for each in refused)
