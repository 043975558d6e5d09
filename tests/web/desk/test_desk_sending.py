"""A test of the draft and the issue itself, sent by a button: what came of it is said, and a second press sends no second one."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.operations.desk.rooms import Rooms
from monitor.settings import DigestSettings
from monitor.store import issues as issues_store
from monitor.web.desk.dispatch import Desk
from tests.fakes import FakeMailer
from tests.mailing import SMTP
from tests.pipeline.judging.northland import TOPIC
from tests.web.desk.conftest import Browser, Text

READERS = ("ann@example.org", "bob@example.org")


@pytest.fixture
def mailed(lived_in, guarded):
    """A browser before a desk whose topic has two readers, and the context behind it."""
    topic = TOPIC.model_copy(update={"recipients": READERS})
    out = DigestSettings(out=str(lived_in.settings.root / "out"))
    settings = lived_in.settings.model_copy(update={"topics": (topic,), "smtp": SMTP, "digest": out})
    context = replace(lived_in, settings=settings, mailer=FakeMailer())
    now = [context.now]

    def clock():
        now[0] += timedelta(milliseconds=1)
        return now[0]

    return Browser(Desk(Rooms(context, clock), guarded(password=""))), context


def sent(context):
    return Counter(recipient for recipient, _ in context.mailer.sent)


def numbers(context):
    with context.store.look() as connection:
        return [each.number for each in issues_store.overview(connection, "fish")]


def press(browser, form, token, **fields):
    return browser.post(f"/draft/fish/{form}", {"token": token} | fields)


def test_the_issue_is_sent_once_however_often_the_button_is_pressed(mailed):
    browser, context = mailed
    token = browser.token("/")
    page = press(browser, "send", token, issue="2")
    assert page.status == 200
    assert "Issue 2 is frozen, and went to 2 of 2." in Text(page).text
    assert "Draft of issue 3" in Text(page).text
    again = press(browser, "send", token, issue="2")
    assert (again.status, "made already" in Text(again).text) == (400, True)
    assert (numbers(context), sent(context)) == ([2, 1], Counter(READERS))


def test_two_browsers_at_once_send_one_issue(mailed):
    browser, context = mailed
    token = browser.token("/")
    with ThreadPoolExecutor(2) as both:
        pages = list(both.map(lambda _: press(browser, "send", token, issue="2"), range(2)))
    assert sorted(int(page.status) for page in pages) == [200, 400]
    assert (numbers(context), sent(context)) == ([2, 1], Counter(READERS))


def test_a_test_goes_to_a_reader_and_to_nobody_else(mailed):
    browser, context = mailed
    token = browser.token("/")
    assert (
        "A test of the draft went to ann@example.org."
        in Text(press(browser, "test", token, to=READERS[0])).text
    )
    again = press(browser, "test", token, to=READERS[0])
    assert "went to that address a moment ago" in Text(again).text
    stranger = press(browser, "test", token, to="eve@example.net")
    assert (stranger.status, "a reader of ours" in Text(stranger).text) == (400, True)
    assert (numbers(context), sent(context)) == ([1], Counter(READERS[:1]))


def test_what_a_mail_server_refuses_is_said(mailed):
    browser, context = mailed
    context.mailer.states[READERS[0]] = "failed"
    page = press(browser, "test", browser.token("/"), to=READERS[0])
    assert "The test did not go out to ann@example.org: failed. said failed" in Text(page).text
    page = press(browser, "send", browser.token("/"), issue="2")
    assert "went to 1 of 2. What did not arrive stands under Deliveries." in Text(page).text


def test_without_a_mail_server_it_is_said_and_nothing_is_frozen(open_desk, lived_in):
    page = press(open_desk, "test", open_desk.token("/"), to=READERS[0])
    assert (page.status, "no mail server is configured" in Text(page).text) == (400, True)
    assert numbers(lived_in) == [1]


def test_no_address_of_a_reader_is_in_an_answer_of_the_api(mailed):
    browser, _ = mailed
    press(browser, "test", browser.token("/"), to=READERS[0])
    page = browser.get("/api/v1/topics/fish/draft")
    assert page.status == 200
    assert b"@example.org" not in page.body
    assert b'"decisions":[]' in page.body
