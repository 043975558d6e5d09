"""Readers' links: a link asks, a button changes, a forged key finds nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.deliver.message import message_id
from monitor.digests.frozen import from_json, to_json
from monitor.digests.render import render
from monitor.pipeline.delivering import deliver
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store import suppressed
from monitor.web import front
from tests.digests import samples
from tests.web.readers import ANN, BASE, TOPIC, answer_paths, left, links, rows


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
    assert [row.recipient for row in rows(context) if row.issue_id == second.id] == ["bo@example.org"]


def test_a_forged_or_guessed_key_finds_nothing(context, issue):
    good = links(context)["bo@example.org"]
    guessed = message_id("trade/1", "bo@example.org", "example.org").strip("<>").split("@")[0]
    for token in ("A" * 22, "A" * 40, good.rsplit("/", 1)[1][:-1] + "-", "%" * 40, guessed):
        assert front.answer(context, "POST", f"/unsubscribe/trade/{token}").status == 404
    assert left(context) == set()


def test_the_token_to_leave_by_is_no_message_id_and_in_nobody_elses_mail(context, issue):
    for who, path in links(context).items():
        token = path.rsplit("/", 1)[1]
        for row in rows(context):
            assert token not in row.message_id
            assert (token.encode() in row.message) is (row.recipient == who)


def test_no_key_changed_by_one_character_is_taken(context, issue):
    good = links(context)["bo@example.org"]
    start = good.rindex("/") + 1
    mutants = {
        good[:at] + other + good[at + 1 :]
        for at in range(start, len(good))
        for other in "Aa0-_zZ9~.%"
        if other != good[at]
    } | {good[:-1], good + "A", good + "%00", good.upper()}
    assert len(mutants) > 210
    assert {front.answer(context, "POST", path).status for path in mutants} == {404}
    assert left(context) == set()
    assert front.answer(context, "POST", good).status == 200  # the control: the right one is taken


def old_mail(context, issue, token="ab" * 20, slug="trade"):
    """A mail of the time when the id of a message was the token to leave by."""
    link = f"List-Unsubscribe: <https://digest.example/unsubscribe/{slug}/{token}>\r\n"
    row = rows(context)[0]
    with context.store.begin() as connection:
        ledger.add(
            connection,
            [
                replace(
                    row,
                    recipient="old@example.org",
                    message_id=f"<{token}@example.org>",
                    message=link.encode(),
                )
            ],
        )
    return f"/unsubscribe/{slug}/{token}"


@pytest.mark.parametrize("slug", ["trade", "a-cut-slug"])
def test_links_in_mails_sent_before_still_take_their_readers_off(context, issue, slug):
    path = old_mail(context, issue, slug=slug)
    assert front.answer(context, "GET", path).status == 200
    assert left(context) == set()
    assert front.answer(context, "POST", path).status == 200
    assert left(context) == {"old@example.org"}


def test_the_id_of_a_message_of_today_opens_nothing(context, issue):
    ids = [row.message_id.strip("<>").split("@")[0] for row in rows(context)]
    assert {front.answer(context, "POST", f"/unsubscribe/trade/{each}").status for each in ids} == {404}


def test_a_reader_can_leave_whatever_became_of_the_secret_and_of_the_topic(context, issue):
    path = links(context)[ANN]
    changed = replace(
        context, link_key=b"another", settings=context.settings.model_copy(update={"topics": ()})
    )
    assert front.answer(changed, "GET", path).status == 200
    assert front.answer(changed, "POST", path).status == 200
    assert left(context) == {"ann@example.org"}


def test_whoever_only_asks_waits_for_no_writer_and_stops_none(context, issue):
    """The daemon writes for seconds at a time, and strangers ask as often as they like."""
    (mine,) = answer_paths(context, ANN)
    leave = links(context)[ANN]
    page = from_json(issue.digest).online_url.removeprefix(BASE)
    forged = [f"/unsubscribe/trade/{'A' * 22}", f"/unsubscribe/trade/{'a' * 40}", f"{mine[:-1]}-"]
    with context.store.begin() as writer:
        suppressed.add(writer, "other", ANN, at=context.now, reason="unsubscribed")
        assert [front.answer(context, "GET", path).status for path in (mine, leave, page)] == [200] * 3
        assert [front.answer(context, "POST", path).status for path in forged] == [404] * 3


def test_numbers_are_told_while_the_daemon_writes(context, issue):
    with context.store.begin() as writer:
        suppressed.add(writer, "other", ANN, at=context.now, reason="unsubscribed")
        page = front.answer_operators(context, "GET", "/metrics")
    assert (page.status, b"monitor_deliveries" in page.body) == (200, True)


def test_a_reader_leaves_what_there_is_and_fills_no_table(context, issue):
    token = links(context)[ANN].rsplit("/", 1)[1]
    invented = [f"/unsubscribe/no-such-{n}/{token}" for n in range(20)]
    for method in ("GET", "POST"):
        assert {front.answer(context, method, path).status for path in invented} == {404}
    with context.store.begin() as connection:
        assert suppressed.everybody(connection) == ()
    gone = replace(context, settings=context.settings.model_copy(update={"topics": ()}))
    assert front.answer(gone, "POST", f"/unsubscribe/trade/{token}").status == 200  # its issues are there


def test_a_frozen_issue_is_served_to_whoever_has_its_address_and_holds_no_action(context, issue):
    where = from_json(issue.digest).online_url
    page = front.answer(context, "GET", where.removeprefix(BASE))
    assert (page.status, page.content_type) == (200, "text/html; charset=utf-8")
    html = page.body.decode()
    for story in from_json(issue.digest).top:
        assert story.url.replace("&", "&amp;") in html
    for action in ("/feedback/", "/question/", "/unsubscribe/", "<form", "To answer"):
        assert action not in html
    assert "/question/" in issue.rendered.html  # the control: as it was mailed it asks
    for elsewhere in ("/trade-001.html", "/issue/trade/1", f"/issue/trade/1/{'A' * 22}", "/../../etc/passwd"):
        assert front.answer(context, "GET", elsewhere).status == 404
    assert front.answer(context, "GET", where.removeprefix(BASE).replace("/1/", "/2/")).status == 404


def test_the_public_port_says_no_name_and_no_number(context, issue):
    context = replace(context, wall=lambda: context.now)
    alive = front.answer(context, "GET", "/healthz")
    assert (alive.status, alive.body) == (503, b"not well\n")
    context.settings.heartbeat.parent.mkdir(exist_ok=True)
    context.settings.heartbeat.write_text(context.now.isoformat(), "ascii")
    alive = front.answer(context, "GET", "/healthz")
    assert (alive.status, alive.body) == (200, b"ok\n")
    for path in ("/readyz", "/metrics", "/", "/trade", "/issues", "/feedback", "/robots.txt"):
        assert front.answer(context, "GET", path) == front.answer(context, "GET", "/no-such-page")


def test_vital_signs_are_told_to_operators(context, issue):
    context = replace(context, wall=lambda: context.now)
    assert front.answer_operators(context, "GET", "/healthz").status == 503
    context.settings.heartbeat.parent.mkdir(exist_ok=True)
    context.settings.heartbeat.write_text(context.now.isoformat(), "ascii")
    assert front.answer_operators(context, "GET", "/healthz").status == 200
    late = replace(context, wall=lambda: context.now + timedelta(seconds=91))
    assert front.answer_operators(late, "GET", "/healthz").status == 503
    assert front.answer_operators(context, "GET", "/readyz").body.startswith(b"ready\n")
    assert front.answer_operators(context, "POST", "/readyz").status == 404
    said = front.answer_operators(context, "GET", "/metrics").body.decode()
    assert 'monitor_deliveries{state="pending"} 2\n' in said
    assert (
        f'monitor_digest_last_success_timestamp_seconds{{topic="trade"}} {issue.composed_at.timestamp():.3f}'
        in said
    )
    assert 'monitor_digest_overdue_seconds{topic="trade"} 0\n' in said
