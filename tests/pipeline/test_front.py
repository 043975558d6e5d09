"""Readers' links: a link asks, a button changes, a forged key finds nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.deliver.message import message_id
from monitor.digests.frozen import to_json
from monitor.digests.keys import key_for
from monitor.digests.render import render
from monitor.pipeline import front
from monitor.pipeline.delivering import deliver
from monitor.settings import DigestSettings, SmtpSettings, TopicSettings, WebSettings
from monitor.store import articles as articles_store
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store import suppressed
from tests import make
from tests.digests import samples

KEY = b"0123456789abcdef"
TOPIC = TopicSettings(
    id="trade",
    title="Trade",
    sentence="Trade.",
    recipients=("Ann@example.org", "bo@example.org"),
    facets=({"name": "Measures", "aliases": ("tariff*",)},),
)


@pytest.fixture
def context(house):
    built = house(
        topics=[TOPIC],
        smtp=SmtpSettings(host="127.0.0.1", sender="digest@example.org"),
        digest=DigestSettings(base_url="https://digest.example"),
        web=WebSettings(port=8080),
    )
    return replace(built, link_key=KEY)


@pytest.fixture
def issue(context):
    digest = replace(samples.digest(), topic="trade", issue=1)
    with context.store.begin() as connection:
        frozen = issues_store.freeze(
            connection,
            topic="trade",
            number=1,
            since=digest.since,
            until=digest.until,
            composed_at=digest.composed_at,
            digest=to_json(digest),
            rendered=render(digest),
            told=[],
        )
    deliver.enter(context, TOPIC, frozen)
    return frozen


def links(context):
    """Recipient -> the path of the unsubscribe link in the message."""
    with context.store.begin() as connection:
        rows = ledger.due(connection, topic="trade", now=context.now + timedelta(days=1))
        whole = {row.recipient: ledger.message_of(connection, row) for row in rows}
    marks = {
        recipient: message.split(b"List-Unsubscribe: <https://digest.example")[1].split(b">")[0]
        for recipient, message in whole.items()
    }
    return {recipient: mark.decode() for recipient, mark in marks.items()}


def left(context):
    with context.store.begin() as connection:
        return set(suppressed.of(connection, "trade"))


def test_the_link_asks_and_only_the_button_takes_a_reader_off(context, issue):
    path = links(context)["Ann@example.org"]
    for _ in range(2):  # a mail scanner follows every link, twice
        page = front.answer(context, "GET", path)
        assert (page.status, left(context)) == (200, set())
    assert f'action="{path}"'.encode() in page.body
    assert front.answer(context, "POST", path).status == 200
    assert left(context) == {"ann@example.org"}
    assert front.answer(context, "POST", path).status == 200


def test_whoever_left_gets_no_further_issue(context, issue):
    front.answer(context, "POST", links(context)["Ann@example.org"])
    deliver.enter(context, TOPIC, replace(issue, id=issue.id))
    with context.store.begin() as connection:
        digest = replace(samples.digest(), topic="trade", issue=2)
        second = issues_store.freeze(
            connection, topic="trade", number=2, since=digest.since, until=digest.until,
            composed_at=digest.composed_at, digest=to_json(digest), rendered=render(digest), told=[],
        )  # fmt: skip
    deliver.enter(context, TOPIC, second)
    with context.store.begin() as connection:
        rows = ledger.due(connection, topic="trade", now=context.now + timedelta(days=1))
    assert [row.recipient for row in rows if row.issue_id == second.id] == ["bo@example.org"]


def test_a_forged_or_guessed_key_finds_nothing(context, issue):
    good = links(context)["bo@example.org"]
    without_secret = message_id("trade/1", "bo@example.org", "example.org").strip("<>").split("@")[0]
    for token in ("A" * 40, good.rsplit("/", 1)[1][:-1] + "x", "%" * 40, without_secret):
        assert front.answer(context, "POST", f"/unsubscribe/trade/{token}").status == 404
    assert front.answer(context, "POST", good.replace("trade", "other")).status == 404
    assert left(context) == set()


def test_no_key_changed_by_one_character_is_taken(context, issue):
    good = links(context)["bo@example.org"]
    start = good.rindex("/") + 1
    mutants = {
        good[:at] + other + good[at + 1 :]
        for at in range(start, len(good))
        for other in "Aa0-_zZ9~.%"
        if other != good[at]
    } | {good[:-1], good + "A", good + "%00", good.upper()}
    assert len(mutants) > 390
    assert {front.answer(context, "POST", path).status for path in mutants} == {404}
    assert left(context) == set()
    assert front.answer(context, "POST", good).status == 200  # the control: the right one is taken


def test_without_a_key_of_ours_no_link_is_promised(context, issue, house):
    plain = replace(context, link_key=b"")
    assert front.answer(plain, "POST", links(context)["bo@example.org"]).status == 404
    with context.store.begin() as connection:
        first = ledger.due(connection, topic="trade", now=context.now + timedelta(days=1))[0]
        message = ledger.message_of(connection, first)
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in message


@pytest.fixture
def article(context):
    with context.store.begin() as connection:
        return articles_store.add(connection, make.article(title="Tariffs <b>rise</b>"), key="a")


def feedback_path(article, key=None, verdict=""):
    key = key or key_for(KEY, "feedback", "trade", str(article))
    return f"/feedback/trade/{article}/{key}{verdict}"


def answers(context):
    from monitor.store import feedback

    with context.store.begin() as connection:
        return feedback.verdicts(connection, "trade")


def test_a_feedback_link_asks_with_three_buttons_and_changes_nothing(context, article):
    for verdict in ("", "/relevant"):
        page = front.answer(context, "GET", feedback_path(article, verdict=verdict))
        assert page.status == 200
        assert page.body.count(b"<form") == 3
        assert b"<b>" not in page.body
    assert answers(context) == {}


def test_a_forged_feedback_key_finds_nothing(context, article):
    assert front.answer(context, "GET", feedback_path(article, key="A" * 22)).status == 404
    other = key_for(KEY, "feedback", "trade", str(article + 1))
    assert front.answer(context, "POST", feedback_path(article, key=other, verdict="/relevant")).status == 404


def test_a_frozen_issue_is_served_as_it_was_mailed(context, issue):
    page = front.answer(context, "GET", "/trade-001.html")
    assert page.body.decode() == issue.rendered.html
    assert front.answer(context, "GET", "/trade-002.html").status == 404
    assert front.answer(context, "GET", "/../../etc/passwd").status == 404


def test_vital_signs_are_told(context, issue):
    context = replace(context, wall=lambda: context.now)
    assert front.answer(context, "GET", "/healthz").status == 503
    context.settings.heartbeat.parent.mkdir(exist_ok=True)
    context.settings.heartbeat.write_text(context.now.isoformat(), "ascii")
    assert front.answer(context, "GET", "/healthz").status == 200
    late = replace(context, wall=lambda: context.now + timedelta(seconds=91))
    assert front.answer(late, "GET", "/healthz").status == 503
    assert front.answer(context, "GET", "/readyz").body.startswith(b"ready\n")
    said = front.answer(context, "GET", "/metrics").body.decode()
    assert 'monitor_deliveries{state="pending"} 2\n' in said
    assert (
        f'monitor_digest_last_success_timestamp_seconds{{topic="trade"}} {issue.composed_at.timestamp():.3f}'
        in said
    )
    assert 'monitor_digest_overdue_seconds{topic="trade"} 0\n' in said
