"""Channels from the command line: `monitor digest --send` to a fake service on loopback, and no secret anywhere it could be read."""

from __future__ import annotations

import json
import sqlite3

import pytest

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import NOW
from tests.deliver.webhooks import answering, said

AT = "2026-03-09T12:00:00Z"
OK = said("200 OK", body=b"ok")
SECRET = "T00000000/B00000000/XXXXs3cretXXXX"


@pytest.fixture
def site(place):
    import shutil

    shutil.rmtree(place / "config")
    with serve(NOW) as opened:
        write_config(place / "config", opened)
        yield opened


@pytest.fixture
def slack(place, site, monkeypatch):
    """`slack(*answers)`: a house whose topic goes to a Slack that answers so."""
    opened = []

    def build(*answers):
        service = answering(*answers)
        url, heard = service.__enter__()
        opened.append(service)
        (place / "config" / "channels.toml").write_text('[[channel]]\nkind = "slack"\nname = "desk"\n')
        for topic in (place / "config" / "topics").glob("*.toml"):
            topic.write_text('channels = ["desk"]\n' + topic.read_text().replace("recipients =", "#"))
        address = f"http://{url.split('/')[2]}/services/{SECRET}"
        monkeypatch.setenv("MONITOR_CHANNEL_DESK", address)
        return heard

    yield build
    for each in opened:
        each.__exit__(None, None, None)


def body_of(request):
    return json.loads(request.partition(b"\r\n\r\n")[2])


def test_digest_send_posts_the_issue_to_slack_once(slack, monitor):
    heard = slack(OK)
    run = monitor("digest", "--send", "--now", AT)
    assert run.code == 0, run.out + run.err
    assert "\nslack     desk: sent 200 ok\n" in run.out
    assert "mail  " not in run.out  # nothing went there
    (request,) = heard
    assert request.startswith(f"POST /services/{SECRET} HTTP/1.1\r\n".encode())
    message = body_of(request)
    assert message["blocks"][0]["type"] == "header"
    shown = json.dumps(message["blocks"])
    assert "*Top stories*" in shown
    assert "http" in shown
    assert monitor("send", "--now", AT).out == "nothing waits to be sent\n"


def test_no_secret_is_told_by_status_doctor_the_log_or_the_database(slack, monitor, place):
    slack(said("500 Oops", body=f"cannot post to {SECRET}".encode()))
    runs = [monitor("--verbose", "digest", "--send", "--now", AT)]
    runs += [monitor(*words) for words in (("status",), ("status", "--json"), ("doctor", "--offline"))]
    assert runs[0].code == 1
    assert "desk: deferred 500 cannot post to" in runs[0].out
    kept = b"".join(path.read_bytes() for path in (place / "data").rglob("*") if path.is_file())
    said_of_all = "".join(run.out + run.err for run in runs).encode() + kept
    assert b"s3cret" not in said_of_all
    assert b"desk" in said_of_all


def test_a_missing_secret_is_said_with_the_variable_that_lacks(slack, monitor, monkeypatch):
    slack()
    monkeypatch.delenv("MONITOR_CHANNEL_DESK")
    run = monitor("status")
    assert run.code == 2
    assert "channels.toml:1: MONITOR_CHANNEL_DESK is not set" in run.err


def test_the_ledger_knows_the_channel_by_kind_and_name(slack, monitor, place):
    slack(OK)
    monitor("digest", "--send", "--now", AT)
    with sqlite3.connect(place / "data" / "monitor.db") as connection:
        rows = connection.execute("select recipient, channel, state from deliveries").fetchall()
    connection.close()
    assert rows == [("desk", "slack", "sent")]
