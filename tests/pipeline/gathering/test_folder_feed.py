"""A folder of messages among the feeds: polled, read, never lost, and told when it cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import InputError
from monitor.feeds import read_opml, write_opml
from monitor.model import Stage
from monitor.operations import doctor
from monitor.pipeline.gathering import poll, read, subscribe
from monitor.pipeline.judging.explain import article_lines
from monitor.settings import FetchSettings
from monitor.store import articles as articles_store
from monitor.store import leavings
from tests import make
from tests.conftest import NOW
from tests.feeds.test_messages import MORE, SAID, message
from tests.fetch.test_maildir import put

WEEKLY = "The week in the ports"


@pytest.fixture
def mail(tmp_path):
    for name in ("cur", "new", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    return tmp_path / "mail"


@pytest.fixture
def open_house(house, mail):
    feed = make.feed(
        id="letters", name="Letters", url=mail.as_uri(), folder=str(mail), hosts=(), country="AU"
    )
    return lambda **more: house(feeds=[feed], fetch=FetchSettings(min_interval_s=3600), **more)


def stored(context):
    with context.store.begin() as connection:
        return [
            *articles_store.at_stage(connection, Stage.POLLED),
            *articles_store.at_stage(connection, Stage.READ),
        ]


def later(context, **passed):
    return replace(context, now=context.now + timedelta(**passed))


def test_messages_become_articles_with_their_senders_as_outlets(open_house, mail):
    html = f"<h1>Ports open again</h1><p>{SAID}</p><p>{MORE}</p><p>Subscribe now to read the rest of this article.</p><a href='https://quay.example/web/1?utm_source=mail'>View in your browser</a>"
    put(mail / "new" / "1", message(html=html))
    put(mail / "cur" / "2:2,S", message(text=SAID, message_id="<2@q>", **{"from": "Port Office <p@port.example>"}))  # fmt: skip
    context = open_house()
    assert [one.status for one in poll.poll_feeds(context).feeds] == ["ok"]
    read.read_pages(context)
    assert context.fetcher.asked == [], "no link of a message is opened"
    found = {article.outlet: article for article in stored(context)}
    assert found["Quay News"].url == "https://quay.example/web/1"
    assert found["Port Office"].url == "mid:2@q"
    quay = found["Quay News"]
    assert (quay.title, quay.text, quay.origin, quay.note, quay.country) == (
        "Ports open again",
        f"{SAID}\n{MORE}",
        "feed",
        "a message",
        "AU",
    )
    with context.store.begin() as connection:
        left, _ = leavings.of(connection, quay.id)
    assert "Subscribe now to read the rest of this article." in left
    assert any("mid:2@q" in line for line in article_lines(found["Port Office"]))


def test_what_a_mail_program_moves_or_marks_is_not_new(open_house, mail):
    first = put(mail / "new" / "1", message(text=SAID))
    context = open_house()
    assert poll.poll_feeds(context).new == 1
    first.rename(mail / "cur" / "1:2,S")
    assert poll.poll_feeds(later(context, hours=2)).new == 0
    assert [one.status for one in poll.poll_feeds(later(context, hours=4)).feeds] == ["ok"]
    (mail / "cur" / "1:2,S").unlink()
    assert poll.poll_feeds(later(context, hours=6)).new == 0
    assert len(stored(context)) == 1


def test_a_subject_or_an_address_that_stays_hides_no_message(open_house, mail):
    link = "<a href='https://quay.example/newsletter'>View in your browser</a>"
    put(mail / "new" / "1", message(html=f"<p>{SAID}</p>{link}", subject=WEEKLY, message_id="<1@q>"))
    context = open_house()
    poll.poll_feeds(context)
    put(mail / "new" / "2", message(html=f"<p>{MORE}</p>{link}", subject=WEEKLY, message_id="<2@q>"))
    assert poll.poll_feeds(later(context, days=7)).new == 1
    assert {article.text for article in stored(context)} >= {f"{SAID}\nView in your browser"}
    assert len(stored(context)) == 2


def test_a_folder_is_looked_at_whenever_the_least_interval_has_passed(open_house, mail):
    context = open_house()
    assert [one.status for one in poll.poll_feeds(context).feeds] == ["empty"]
    assert poll.poll_feeds(later(context, minutes=59)).not_due == 1
    put(mail / "new" / "1", message(text=SAID))
    assert poll.poll_feeds(later(context, minutes=61)).new == 1
    for hour in range(3, 60, 3):
        assert poll.poll_feeds(later(context, hours=hour)).not_due == 0


def test_a_broken_message_is_named_and_stops_no_other(open_house, mail):
    put(mail / "new" / "1", b"")
    put(mail / "new" / "2", message(text=SAID))
    context = open_house()
    [checked] = poll.check(context)
    assert (checked.ok, checked.entries) == (True, 1)
    assert "1 of its files cannot be read as messages: 1 (no message)" in checked.advice
    assert poll.poll_feeds(context).new == 1


def test_a_folder_that_cannot_be_read_is_named_and_read_again_when_it_is_back(open_house, mail):
    context = open_house()
    put(mail / "new" / "1", message(text=SAID))
    away = mail.with_name("away")
    mail.rename(away)
    [polled] = poll.poll_feeds(context).feeds
    assert (polled.ok, polled.status) == (False, "unreachable")
    assert str(mail) in polled.advice
    assert "`folder` in feeds.toml" in polled.advice
    [finding] = [each for each in doctor.examine(context) if each.what == "feed letters"]
    assert (finding.ok, str(mail) in finding.detail) == (False, True)
    away.rename(mail)
    assert poll.poll_feeds(later(context, hours=2)).new == 1
    [finding] = [each for each in doctor.examine(context) if each.what == "feed letters"]
    assert (finding.ok, finding.detail) == (True, f"1 messages in {mail}")


def test_a_worker_that_must_be_killed_costs_the_folder_a_failure_only(open_house, mail):
    put(mail / "new" / "1", message(text=SAID))
    context = open_house(kills=("parse_messages",))
    [polled] = poll.poll_feeds(context).feeds
    assert (polled.ok, polled.trouble) == (False, "killed")


def test_folders_neither_leave_nor_come_by_opml(open_house, mail):
    context = open_house()
    assert str(mail).encode() not in write_opml(context.feeds)
    strange = b"""<opml version="2.0"><body><outline text="X" xmlUrl="https://x.example/f" xmlns:monitor="https://example.org/monitor/opml"
        monitor:feed='{"folder": "/etc", "name": "X"}'/></body></opml>"""
    [feed] = read_opml(strange)
    assert feed.folder == ""


@pytest.mark.parametrize("how", ["relative", "absolute", "address"])
def test_feeds_add_takes_a_folder(house, mail, monkeypatch, how):
    context = house()
    monkeypatch.chdir(mail.parent)
    said = {"relative": "mail/", "absolute": str(mail), "address": mail.as_uri()}[how]
    feed = subscribe.subscribe_to(context, said, name="", group="press")
    assert (feed.name, feed.folder, feed.url, feed.id) == ("mail", "mail", "", "mail")


def test_feeds_add_refuses_what_is_no_folder_and_one_that_is_there(open_house, mail):
    context = open_house()
    for said, word in ((str(mail / "none"), "neither a web address nor a folder"), (str(mail), "already")):
        with pytest.raises(InputError, match=word):
            subscribe.subscribe_to(context, said, name="", group="press")
    assert context.now == NOW
