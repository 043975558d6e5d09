"""Messages as entries of a feed: what readers of the mail would say of each, and that no message stops another."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds import packed, parse_messages
from monitor.model import MessageFile

SAID = "The port of Tasman opens two berths again on Monday, the harbour master said on Thursday."
MORE = "Ferries to the islands will sail four times a day until the end of April, he added."


def message(*, html="", text="", attached=(), **headers):
    made = EmailMessage()
    for name, value in {"from": "Quay News <daily@quay.example>", "to": "desk@ours.example", "subject": "Ports open again", "date": "Thu, 05 Mar 2026 09:30:00 +0100", "message_id": "<ports-1@quay.example>", **headers}.items():  # fmt: skip
        if value:
            made[name.replace("_", "-").title()] = value
    made.set_content(text or "Only with HTML.")
    if html:
        made.add_alternative(html, subtype="html")
    for content, kind, name in attached:
        made.add_attachment(content, maintype=kind, subtype="x", filename=name)
    return made.as_bytes()


def read(*raws, max_entries=100):
    files = [MessageFile(f"{number}.eml", raw) for number, raw in enumerate(raws)]
    return parse_messages(packed(files), max_entries=max_entries)


def only(raw):
    document = read(raw)
    assert document.warnings == ()
    [entry] = document.entries
    return entry


def test_a_newsletter_is_an_entry():
    html = f"<html><head><title>x</title><style>p {{ color: red }}</style></head><body><div style='display:none'>Preview &zwnj;</div><table><tr><td><h1>Ports open again</h1><p>{SAID}</p></td></tr><tr><td><p>{MORE}</p><img src='https://quay.example/open.gif'></td></tr></table></body></html>"
    document = read(message(html=html))
    [entry] = document.entries
    assert document.format == "mail"
    assert (entry.guid, entry.title, entry.source_name) == (
        "ports-1@quay.example",
        "Ports open again",
        "Quay News",
    )
    assert entry.published == datetime(2026, 3, 5, 8, 30, tzinfo=UTC)
    assert entry.content.split("\n") == ["Ports open again", SAID, MORE]
    assert entry.url == "mid:ports-1@quay.example"


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<a href="https://quay.example/web/1?utm_source=mail">View in your browser</a>', "https://quay.example/web/1?utm_source=mail"),
        ('Trouble? <a href="https://quay.example/web/1">View this email online</a>', "https://quay.example/web/1"),
        ('<a href="https://quay.example/web/1"><span>Im Browser</span> ansehen</a>', "https://quay.example/web/1"),
        ('<a href="https://quay.example/web/1">在浏览器中查看</a>', "https://quay.example/web/1"),
        ('<a href="https://quay.example/">Quay</a> <a href="https://quay.example/ports"><b>Ports open again</b></a>', "https://quay.example/ports"),
        ('<a href="https://quay.example/unsubscribe">Unsubscribe</a> <a href="https://quay.example/other">Another story of today</a>', "mid:ports-1@quay.example"),
        ('<a href="javascript:alert(1)">View in your browser</a>', "mid:ports-1@quay.example"),
        ('<a href="https://quay.example/v?to=desk%40ours.example">View in your browser</a>', "mid:ports-1@quay.example"),
        ('<a href="https://quay.example/v?to=DESK@ours.example">View online</a><a href="https://quay.example/p">Ports open again</a>', "https://quay.example/p"),
    ],
)  # fmt: skip
def test_its_address_is_the_one_it_can_be_read_at(html, url):
    assert only(message(html=f"<p>{SAID}</p>{html}")).url == url


def test_a_stated_archive_comes_first():
    archived = message(
        html=f"<p>{SAID}</p><a href='https://quay.example/b'>View online</a>",
        archived_at="<https://lists.quay.example/1>",
    )
    assert only(archived).url == "https://lists.quay.example/1"


@pytest.mark.parametrize(
    "line",
    [
        "View in your browser: https://quay.example/web/1",
        "View this email in your browser\nhttps://quay.example/web/1.",
        "View online (https://quay.example/web/1)",
    ],
)
def test_a_plain_message_names_its_address_in_a_line(line):
    assert only(message(text=f"{line}\n\n{SAID}\n")).url == "https://quay.example/web/1"


def test_wrapped_lines_of_a_plain_message_are_paragraphs():
    wrapped = "The port of Tasman opens two berths again on Monday,\nthe harbour master said on Thursday.\n\nFerries to the islands will sail four times a day\nuntil the end of April, he added.\n"
    assert only(message(text=wrapped)).content.split("\n") == [SAID, MORE]


def test_attachments_are_left_aside():
    raw = message(text=SAID, attached=[(b"%PDF" * 9, "application", "x.pdf"), (b"Not this text.", "text", "notes.txt")])  # fmt: skip
    assert only(raw).content == SAID
    forwarded = EmailMessage()
    forwarded["Subject"], forwarded["From"] = "Inside", "b@b.example"
    forwarded.set_content("Text of the attached message.")
    outer = EmailMessage()
    outer["Subject"], outer["From"], outer["Message-ID"] = "Outside", "a@a.example", "<2@a.example>"
    outer.set_content(SAID)
    outer.add_attachment(forwarded)
    assert only(outer.as_bytes()).content == SAID


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ({}, "Quay News"),
        ({"from": '"News, Quay" <a@quay.example>'}, "News, Quay"),
        ({"from": "=?utf-8?b?5riv5Y+j5pel5oql?= <a@quay.example>"}, "港口日报"),
        ({"from": "a@quay.example", "list_id": '"Quay Daily" <daily.quay.example>'}, "Quay Daily"),
        ({"from": "a@quay.example", "list_id": "Quay Daily <daily.quay.example>"}, "Quay Daily"),
        ({"from": "a@quay.example", "list_id": "<daily.quay.example>"}, "quay.example"),
        ({"from": "a@quay.example"}, "quay.example"),
        ({"from": ""}, ""),
    ],
)
def test_the_sender_is_the_outlet(headers, sender):
    raw = message(text=SAID, **{key: value for key, value in headers.items() if key != "from"})
    lines = [line for line in raw.split(b"\n") if not line.startswith(b"From:")]
    said = headers.get("from", "Quay News <daily@quay.example>")
    head = [f"From: {said}".encode()] if said else []
    assert only(b"\n".join([*head, *lines])).source_name == sender


@pytest.mark.parametrize(
    ("date", "published", "is_open"),
    [
        ("Thu, 5 Mar 2026 09:30:00 +0100 (CET)", datetime(2026, 3, 5, 8, 30, tzinfo=UTC), False),
        ("5 Mar 2026 09:30 -0000", datetime(2026, 3, 5, 9, 30, tzinfo=UTC), False),
        ("Thu, 5 Mar 2026 09:30:00", datetime(2026, 3, 5, 9, 30, tzinfo=UTC), True),
        ("yesterday", None, False),
        ("", None, False),
    ],
)
def test_a_date_is_the_messages_own_or_none(date, published, is_open):
    entry = only(message(text=SAID, date="").replace(b"Subject:", f"Date: {date}\nSubject:".encode(), 1))
    assert (entry.published, bool(entry.zoneless)) == (published, is_open)


@pytest.mark.parametrize(
    ("charset", "body"), [("gb18030", "港口周一重新开放"), ("windows-1251", "Порт откроется снова")]
)
def test_texts_are_read_in_their_own_set(charset, body):
    raw = f"Subject: =?{charset}?Q?".encode() + b"".join(b"=%02X" % byte for byte in body.encode(charset))
    raw += f"?=\nMessage-ID: <1@q>\nContent-Type: text/plain; charset={charset}\n\n".encode() + body.encode(charset)  # fmt: skip
    assert (only(raw).title, only(raw).content) == (body, body)
    odd = raw.replace(b"charset=" + charset.encode(), b"charset=no-such-set")
    assert only(odd).title == body


def test_broken_messages_are_named_and_stop_no_other():
    files = [
        MessageFile("empty.eml", b""),
        MessageFile("noise.eml", bytes(range(256)) * 9),
        MessageFile("shut.eml", b"", "Permission denied"),
        MessageFile("good.eml", message(text=SAID)),
        MessageFile("cut.eml", message(html=f"<p>{SAID}</p>", message_id="<2@q>")[:-40]),
    ]
    document = parse_messages(packed(files), max_entries=10)
    assert [entry.guid for entry in document.entries] == ["ports-1@quay.example", "2@q"]
    [warning] = document.warnings
    assert warning.startswith("3 of its files cannot be read as messages: empty.eml (no message), noise.eml")
    assert "shut.eml (Permission denied)" in warning


def test_one_id_is_one_entry_and_of_too_many_the_first_are_kept():
    raws = [message(text=SAID, message_id=f"<{n}@q>") for n in (1, 2, 2, 3, 4)]
    document = read(*raws, max_entries=3)
    assert [entry.guid for entry in document.entries] == ["1@q", "2@q", "3@q"]
    assert document.dropped == 1


def test_without_an_id_the_bytes_tell_messages_apart():
    one, other = (only(message(text=text, message_id="")) for text in (SAID, MORE))
    assert one.guid != other.guid
    assert (one.url, one.guid) == ("", only(message(text=SAID, message_id="")).guid)


def test_a_long_newsletter_is_read_to_its_end():
    style = "font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:150%;color:#202020;padding:9px 18px"
    rows = "".join(
        f'<tr><td style="{style}" class="mcnTextContent" valign="top"><span style="{style}">Story {n} of the week. {SAID}</span></td></tr>'
        for n in range(300)
    )
    lines = only(message(html=f"<table>{rows}</table>")).content.split("\n")
    assert lines == [f"Story {n} of the week. {SAID}" for n in range(300)]


PIECES = (b"Subject: a\n", b"From: \xff <a@b>\n", b"Content-Type: multipart/mixed; boundary=x\n", b"--x\n", b"--x--\n", b"\n", b"<a href='http://[::1'>", b"=?utf-8?q?=ff?=", b"Content-Transfer-Encoding: base64\n", b"Message-ID: <\x00>\n", b'Content-Type: text/html; charset="\n', b"Content-Type: message/rfc822\n", b"\xe6\xb8", b"<td>text</td>")  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=30), max_size=20))
def test_whatever_comes_in_nothing_is_raised_and_the_next_is_read(parts):
    document = read(b"".join(parts), message(text=SAID))
    assert document.entries[-1].content == SAID
    assert len(document.entries) + bool(document.warnings) == 2 or b"".join(parts) == b""


PAGE = "https://quay.example/p/ports-open-again"


@pytest.mark.parametrize(
    "personal",
    [
        "https://quay.example/app-link/post?post_id=7&token=abc.def",
        "https://quay.example/view?access_token=4711",
        "https://quay.example/redirect/2/eyJlIjoiaHR0cHM6Ly9xdWF5LmV4YW1wbGUvcC9wb3J0cyJ9.c2ln?",
        "https://quay.example/view?x=1&amp;jwt=a",
        "https://quay.example/view?k=eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyIjo3fQ.c2ln",
        "https://quay.example/view?u=%65yJlIjoiaHR0cHM6Ly9xdWF5LmV4YW1wbGUvcC9wb3J0cyJ9",
    ],
)
def test_a_link_that_signs_its_receiver_in_reaches_no_reader(personal):
    """It stands in every issue, and whoever opens it is the receiver."""
    html = f'<p><a href="{personal}">Ports open again on Monday</a> {SAID}</p><p><a href="{PAGE}">View in your browser</a></p>'
    assert only(message(html=html)).url == PAGE
    alone = f'<p><a href="{personal}">View in your browser</a> {SAID}</p>'
    assert only(message(html=alone)).url == "mid:ports-1@quay.example"


@pytest.mark.parametrize(
    ("stated", "url"),
    [
        (f"<{PAGE}>", PAGE),
        ("<mailto:daily@quay.example>", "mid:ports-1@quay.example"),
        ("NO (closed list)", "mid:ports-1@quay.example"),
    ],
)
def test_where_a_list_posts_to_is_the_page_only_where_it_is_one(stated, url):
    assert only(message(html=f"<p>{SAID}</p>", list_post=stated)).url == url


@pytest.mark.parametrize(
    "shared",
    [
        PAGE,
        f"{PAGE}?id=42",
        "https://quay.example/tokens/monkey-business",
        "https://quay.example/key-rate?year=2026",
    ],
)
def test_other_links_of_newsletters_stay(shared):
    html = f'<p><a href="{shared}">View in your browser</a></p><p>{SAID}</p>'
    assert only(message(html=html)).url == shared
