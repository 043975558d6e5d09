"""Each chat service, as strict as its published format: what it gets, what is cut, and what its answers mean."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.deliver.channels import registry
from monitor.deliver.channels.protocol import Means
from monitor.digests.bulletin import bulletin
from monitor.model import Bulletin, BulletinItem
from tests.deliver.chats import SERVICES
from tests.digests import samples
from tests.ports import free_port

ID = "0123456789abcdef0123456789abcdef01234567"
PAGE = "https://news.example.org/issue/37"
ISSUE = replace(bulletin(samples.digest()), url=PAGE)


@pytest.fixture(params=SERVICES)
def service(request):
    with SERVICES[request.param]() as opened:
        yield opened


def means(**values):
    return Means(
        **{"mailer": None, "greet": str, "wall": lambda: datetime(2026, 3, 9, tzinfo=UTC), "timeout_s": 5.0}
        | values
    )


def sent(service, told=ISSUE, place=None, **values):
    channel = registry.channels()[service.kind]
    parcel = channel.notice(told, "desk", ID)
    return channel.send(parcel, place or service.place(), means(**values))


def plain(service):
    """What a reader sees of the last message, without escapes."""
    text = service.text(service.taken[-1])
    return re.sub(r"\\+", "", text).replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", '"')


def many(count, *, language="en", detail=600):
    word = "tariff " if language == "en" else "关税谈判"
    items = tuple(
        BulletinItem(
            headline=f"Story {n} {word * 6}"[:170],
            url=f"https://example.org/{n}?{'a=b&' * 20}",
            label="New · Tariffs",
            detail=(word * 400)[:detail],
            source="Demo Daily",
            section="Top stories" if n == 0 else "",
        )
        for n in range(count)
    )
    left_out = tuple(f"{n} more left out" for n in range(1, count + 1))
    return Bulletin(
        title="Trade · No. 7",
        intro=("2–9 March 2026",),
        items=items,
        left_out=left_out,
        url=PAGE,
        link="View online",
    )


def test_an_issue_arrives_whole_in_the_published_format(service):
    receipt = sent(service)
    assert (receipt.state, receipt.recipient) == ("sent", "desk"), receipt.detail
    shown = plain(service)
    for told in (ISSUE.title, PAGE, *(item.headline for item in ISSUE.items)):
        assert told.replace("’", "’") in shown, told
    assert "left out" not in shown


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("count", [1, 20, 60])
def test_what_has_no_room_is_left_out_by_whole_stories_and_said(service, count, language):
    told = many(count, language=language)
    receipt = sent(service, told)
    assert receipt.state == "sent", receipt.detail
    shown = plain(service)
    kept = {int(n) for n in re.findall(r"Story (\d+) ", shown)}
    assert kept == set(range(len(kept)))
    assert kept, "not even the first story is told"
    lost = re.search(r"(\d+) more left out", shown)
    assert (int(lost[1]) if lost else 0) == count - len(kept)
    assert PAGE in shown


def test_a_first_story_too_long_is_told_without_its_sentence(service):
    told = many(3, language="zh", detail=1600)
    assert (
        sent(service, replace(told, items=(replace(told.items[0], detail="长" * 30_000),) * 3)).state
        == "sent"
    )
    assert "Story 0" in plain(service)
    assert "长长" not in plain(service)


def test_an_alarm_arrives(service):
    alarm = Bulletin(title="monitor", intro=("the issue of trade is overdue: 3 < 4 & more",))
    assert sent(service, alarm).state == "sent"
    assert "overdue" in plain(service)


EVIL = st.text(alphabet="*_~`<>&|[]()#\\\"'!@-+:/.a \u4e2d\U0001f600", min_size=1, max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(EVIL, min_size=4, max_size=4))
def test_no_text_breaks_a_format_or_calls_anybody(service, words):
    headline, detail, label, title = (" ".join(each.split()) or "x" for each in words)
    item = BulletinItem(headline=headline, url="https://example.org/?a=1&b=2|3", detail=detail, label=label)
    receipt = sent(service, Bulletin(title=title, intro=(detail,), items=(item,), url=PAGE, link=headline))
    assert receipt.state == "sent", receipt.detail


@pytest.mark.parametrize(
    ("status", "state", "cause"),
    [
        (400, "failed", "recipient"), (401, "failed", "recipient"), (403, "failed", "recipient"),
        (404, "failed", "recipient"), (410, "failed", "recipient"), (413, "failed", "recipient"),
        (408, "deferred", ""), (429, "deferred", ""), (500, "deferred", ""), (502, "deferred", ""), (503, "deferred", ""),
    ],
)  # fmt: skip
def test_what_is_final_and_what_is_tried_again(service, status, state, cause):
    service.answers.append((status, {}, b'{"ok": false, "error": "no"}'))
    receipt = sent(service)
    assert (receipt.state, receipt.cause) == (state, cause)
    assert service.taken == []


def test_retry_after_is_passed_on(service):
    service.answers.append(service.slow)
    receipt = sent(service)
    assert (receipt.state, receipt.retry_s) == ("deferred", 77.0)


@pytest.mark.parametrize("kind", [kind for kind, each in SERVICES.items() if each.own_wait])
def test_a_wait_said_in_the_services_own_words_is_passed_on(kind):
    with SERVICES[kind]() as service:
        service.answers.append(service.own_wait)
        receipt = sent(service)
    assert receipt.state == "deferred"
    assert 77.0 <= receipt.retry_s < 78.0


def test_silence_after_the_whole_message_is_uncertain(service):
    service.answers.append(None)
    assert sent(service).state == "uncertain"


def test_nobody_listening_is_deferred(service):
    service.url = f"http://127.0.0.1:{free_port()}"
    assert sent(service).state == "deferred"


def test_the_fence_is_called_once_before_the_end_and_keeps_a_message_back(service):
    marks = []
    assert sent(service, before_end=lambda: marks.append(len(service.taken))).state == "sent"
    assert marks == [0]

    def fail():
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        sent(service, before_end=fail)
    assert len(service.taken) == 1


def test_no_secret_is_in_the_frozen_bytes_a_repr_or_a_servers_words(service):
    place = service.place()
    parcel = registry.channels()[service.kind].notice(ISSUE, "desk", ID)
    assert b"s3cret" not in parcel.message
    assert "s3cret" not in repr(place) + str(place)
    for repeated in (service.secret(), re.split("[/:]", service.secret())[-1]):
        service.answers.append((500, {}, json.dumps({"error": f"cannot {repeated}"}).encode()))
        receipt = sent(service)
        assert receipt.state == "deferred"
        assert "s3cret" not in repr(receipt)
        assert "***" in receipt.detail
    assert "s3cret" not in repr(sent(service))


def test_the_same_issue_gives_the_same_bytes(service):
    notice = registry.channels()[service.kind].notice
    assert notice(ISSUE, "desk", ID) == notice(ISSUE, "desk", ID)


def test_doctor_asks_without_telling_anything(service):
    channel = registry.channels()[service.kind]
    assert channel.check(service.place(), means()) == ""
    assert service.taken == []
    service.url = f"http://127.0.0.1:{free_port()}"
    assert channel.check(service.place(), means()) != ""


@pytest.mark.parametrize("kind", [kind for kind in SERVICES if registry.channels()[kind].question])
def test_doctor_sees_a_secret_that_opens_nothing(kind):
    with SERVICES[kind]() as service:
        right = service.place()
        wrong = right.model_copy(update={"secret": right.secret.replace("AAAA", "BBBB")})
        found = registry.channels()[kind].check(wrong, means())
    assert found.startswith("40")
    assert "s3cret" not in found


def test_a_page_of_somebody_in_between_is_not_telegrams_word():
    with SERVICES["telegram"]() as service:
        service.answers.append((200, {}, b"<html>Please log in to this network</html>"))
        assert sent(service).state == "uncertain"


def test_matrix_makes_one_event_of_a_repeat():
    with SERVICES["matrix"]() as service:
        assert [sent(service).state, sent(service).state] == ["sent", "sent"]
    assert (len(service.heard), len(service.taken)) == (2, 1)
