"""The bytes of one message: what RFC 5322 and the mail checklist ask for."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.message import build, message_id
from monitor.errors import DeliveryError
from monitor.model import Coverage, Digest, RenderedDigest

DATE = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
RENDERED = RenderedDigest(
    subject="Curbs widen; soybean orders return · US–China trade, No. 37",
    html="<!DOCTYPE html><html><body><p>Tariffs fall from 145 % to 30 %: 关税 "
    + "x" * 3000
    + "</p>\n.\n</body></html>",
    text="Tariffs fall from 145 % to 30 %: 关税\n.\nFrom here on\nhttps://times.example/a?b=1&c==2 \n",
    markdown="",
    json="",
)
ISSUE = Digest(
    topic="us-china-trade", title="US–China trade", issue=37, since=DATE, until=DATE, composed_at=DATE, time_zone="UTC",
    language="en", lines=(), top=(), also=(),
    coverage=Coverage(feeds_enabled=1, feeds_answered=1, entries=0, articles=0, relevant=0, stories=0, shown=0, outlets=0, countries=0),
)  # fmt: skip
ID = message_id("us-china-trade/37", "reader@example.org", "example.org")
LEAVE = "https://digest.example/unsubscribe/us-china-trade/AAAAAAAAAAAAAAAAAAAAAA"
LONG_LEAVE = "https://digest.example/" + "a" * 177 + "/unsubscribe/us-china-trade/AAAAAAAAAAAAAAAAAAAAAA"


def built(**changes):
    given_values = {
        "rendered": RENDERED, "digest": ISSUE, "sender": "Trade Monitor <digest@example.org>",
        "recipient": "reader@example.org", "message_id": ID, "date": DATE,
    }  # fmt: skip
    values = given_values | changes
    return build(values.pop("rendered"), **values)


def raw_headers(message):
    head = message.partition(b"\r\n\r\n")[0].decode("ascii")
    unfolded = re.sub(r"\r\n(?=[ \t])", "", head)
    return dict(line.split(": ", 1) for line in unfolded.split("\r\n"))


def parsed(message):
    return email.message_from_bytes(message, policy=policy.default)


def test_it_is_text_then_html_without_defects():
    message = parsed(built())
    parts = list(message.walk())
    assert [part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"]
    assert [part.defects for part in parts] == [[], [], []]
    assert [header.defects for part in parts for header in part.values()] == [()] * sum(map(len, parts))


def test_both_parts_arrive_as_they_were_rendered():
    _, text, html = parsed(built()).walk()
    assert text.get_content().replace("\r\n", "\n") == RENDERED.text
    assert html.get_content().replace("\r\n", "\n").rstrip("\n") == RENDERED.html


def test_answers_go_where_they_are_read():
    headers = raw_headers(built(reply_to="Desk <desk@example.org>"))
    assert headers["Reply-To"] == '"Desk" <desk@example.org>'
    assert headers["List-Unsubscribe"] == "<mailto:desk@example.org?subject=unsubscribe%20us-china-trade>"
    assert "Reply-To" not in raw_headers(built(reply_to="digest@example.org"))


def test_the_readers_own_link_stands_in_both_bodies_and_in_the_header():
    words = {"leave_words": "Leave <now>", "leave_url": "https://digest.example/a"}
    message = built(**words)
    url = raw_headers(message)["List-Unsubscribe"].split(">")[0].lstrip("<")
    _, text, html = parsed(message).walk()
    assert text.get_content().replace("\r\n", "\n").endswith(f"Leave <now>:\n{url}\n")
    assert f'href="{url}"' in html.get_content()
    assert "Leave &lt;now&gt;</a>" in html.get_content()
    assert html.get_content().rstrip().endswith("</body></html>")
    assert html.get_content().index(url) < html.get_content().index("</body>")


def test_without_a_web_address_of_ours_no_link_is_promised():
    assert b"Leave" not in built(leave_words="Leave")
    page = replace(RENDERED, html="<p>no body tag</p>")
    assert "Leave" in str(built(rendered=page, leave_words="Leave", leave_url="https://digest.example/a"))


def test_all_headers_a_bulk_mail_needs_are_there():
    assert raw_headers(built()) | {"Subject": "", "Content-Type": ""} == {
        "From": '"Trade Monitor" <digest@example.org>',
        "To": "reader@example.org",
        "Subject": "",
        "Date": "Mon, 23 Nov 2026 06:00:00 +0000",
        "Message-ID": ID,
        "List-Id": "<us-china-trade.example.org>",
        "List-Unsubscribe": "<mailto:digest@example.org?subject=unsubscribe%20us-china-trade>",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "Feedback-ID": "37:us-china-trade:digest:monitor",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }


def test_with_an_address_to_leave_by_leaving_takes_one_click():
    headers = raw_headers(built(leave_url=LEAVE))
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    web, mail = headers["List-Unsubscribe"].split(", ")
    assert web == f"<{LEAVE}>"
    assert mail.startswith("<mailto:digest@example.org?")


def test_without_one_no_click_is_promised():
    assert "List-Unsubscribe-Post" not in raw_headers(built())


@pytest.mark.parametrize("leave_url", ["", LEAVE, LONG_LEAVE])
def test_no_machine_read_header_holds_an_encoded_word(leave_url):
    headers = raw_headers(
        built(
            leave_url=leave_url,
            sender="贸易监测 <digest@bücher.example>",
            recipient="读者 <r@bücher.example>",
        )
    )
    for name, value in headers.items():
        if name.startswith(("List-", "Message-ID", "Feedback", "Content", "Date")):
            assert "=?" not in value, name
    assert headers["From"].endswith(" <digest@xn--bcher-kva.example>")
    assert headers["To"].endswith(" <r@xn--bcher-kva.example>")
    assert str(parsed(built(sender="贸易监测 <digest@bücher.example>"))["From"]).startswith("贸易监测 <")


@pytest.mark.parametrize(
    "leave_url",
    ["https://" + "a" * 1000, "https://x.example/ y", "javascript:x", "https://x.example/>\r\nBcc: a@b"],
)
def test_an_address_that_cannot_stand_in_a_header_is_refused(leave_url):
    with pytest.raises(DeliveryError, match="base_url"):
        built(leave_url=leave_url)


def test_the_same_issue_and_recipient_give_the_same_bytes():
    assert built() == built()
    berlin = DATE.astimezone(timezone(timedelta(hours=1)))
    assert built(date=berlin) == built()


def test_message_ids_are_stable_and_differ_by_issue_and_recipient():
    pairs = [(issue, reader) for issue in ("a/1", "a/2", "a/11") for reader in ("a@x.example", "b@x.example")]
    made = [message_id(issue, reader, "Bücher.example") for issue, reader in pairs]
    assert len(set(made)) == len(pairs)
    assert made == [message_id(issue, reader, "bücher.example") for issue, reader in pairs]
    assert all(re.fullmatch(r"<[0-9a-f]{40}@xn--bcher-kva\.example>", each) for each in made)
    assert message_id("a", "b/c", "x.example") != message_id("a/b", "c", "x.example")


@pytest.mark.parametrize(
    "bad", ["", "no brackets@x.example", "<a@b>\r\nBcc: x@y.example", "<a b@c.example>", "<é@c.example>"]
)
def test_a_message_id_that_is_none_is_refused(bad):
    with pytest.raises(DeliveryError, match="message id"):
        built(message_id=bad)


@pytest.mark.parametrize(
    ("role", "bad"),
    [("sender", "nobody"), ("recipient", "rëader@example.org"), ("recipient", "a@b\r\nBcc: c@d.example")],
)
def test_a_bad_address_is_refused(role, bad):
    with pytest.raises(DeliveryError, match="mail address"):
        built(**{role: bad})


def test_the_wire_is_ascii_with_short_lines_and_crlf_only():
    message = built(leave_url=LONG_LEAVE)
    assert message.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)
    assert max(map(len, message.split(b"\r\n"))) <= 300
    body = message.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert message.endswith(b"--\r\n")


SUBJECTS = [
    "Plain words", "Kürzere Wörter", "关税 " * 30, "🙂" * 30, "שלום עולם", "=?utf-8?q?x?= spoofed", "a: b; c", '"quoted" \\ back', "",
]  # fmt: skip


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subjects_arrive_as_they_are(subject):
    message = built(rendered=replace(RENDERED, subject=subject))
    assert str(parsed(message)["Subject"]) == subject.strip()
    assert all(
        len(line) <= 78
        for line in message.partition(b"\r\n\r\n")[0].split(b"\r\n")
        if line.startswith((b"Subject", b" =?"))
    )


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_subject_name_or_body_can_add_a_header_or_a_part(text):
    rendered = replace(RENDERED, subject=text, text=text, html=f"<p>{text}</p>")
    message = built(rendered=rendered, digest=replace(ISSUE, topic=text, title=text))
    assert set(raw_headers(message)) == set(raw_headers(built()))
    assert [part.get_content_type() for part in parsed(message).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)


def test_a_body_that_quotes_the_boundary_stays_in_its_part():
    boundary = re.search(rb'boundary="([^"]+)"', built()).group(1).decode()
    text = f"before\n--{boundary}\nContent-Type: text/html\n\n--{boundary}--\nafter\n"
    _, plain, _html = parsed(built(rendered=replace(RENDERED, text=text))).walk()
    assert plain.get_content().replace("\r\n", "\n") == text


def test_a_topic_in_chinese_still_has_a_list_id():
    assert re.fullmatch(
        r"<[a-z0-9-]+\.example\.org>", raw_headers(built(digest=replace(ISSUE, topic="美中贸易")))["List-Id"]
    )


def test_a_long_name_is_folded():
    head = built(recipient=f'"{"Very " * 20}Long" <reader@example.org>').partition(b"\r\n\r\n")[0]
    assert b"\r\n <reader@example.org>" in head
