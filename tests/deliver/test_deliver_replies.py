"""Answers of people: their own words count, what they quote and what a program wrote does not."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.replies import reply
from monitor.digests.words import LANGUAGES, phrases
from tests.promised import ends

ID = "<0123456789abcdef0123456789abcdef01234567@example.org>"
OURS = "To leave, use your mail program's unsubscribe button or answer with the word unsubscribe."
QUOTES = {
    "marked": f"On Mon, 9 Mar 2026 at 08:00, Monitor <monitor@example.org> wrote:\n> Issue 1\n> {OURS}\n",
    "outlook": f"-----Original Message-----\nFrom: Monitor\nSubject: Issue 1\n\n{OURS}\nunsubscribe\n",
    "line": f"________________________________\nFrom: Monitor\n\n{OURS}\nunsubscribe\n",
    "german": f"Am 9. März 2026 schrieb Monitor:\n> {OURS}\n> unsubscribe\n",
    "none": "",
}
WISHES = [
    "unsubscribe",
    "Unsubscribe!",
    "UNSUBSCRIBE",
    "Please unsubscribe me.",
    "unsubscribe please, thanks",
    "退订",
]
OTHERS = [
    "Thanks, a good issue.",
    "Please do not unsubscribe me.",
    "I didn't mean to unsubscribe",
    "How do I unsubscribe my colleague who left the ministry last week from it?",
    "I unsubscribed from another list today and am happy with this one, keep it up.",
    "",
]
PROGRAMS = [
    {"Auto-Submitted": "auto-replied"},
    {"Auto-Submitted": "auto-generated; x=1"},
    {"Precedence": "auto_reply"},
    {"Precedence": "bulk"},
    {"X-Autoreply": "yes"},
    {"X-Auto-Response-Suppress": "All"},
    {"Return-Path": "<>"},
    {"Subject": "Out of office: Issue 1"},
    {"Subject": "Automatic reply: Issue 1"},
    {"Subject": "自动回复: Issue 1"},
]


def answer(text="unsubscribe", *, html=False, **headers):
    message = EmailMessage()
    fields = {"From": "Ann <Ann@example.org>", "Subject": "Re: Issue 1", "In-Reply-To": ID} | headers
    for name, value in fields.items():
        if value is not None:
            message[name] = value
    message.set_content(text, subtype="html" if html else "plain")
    return message.as_bytes()


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
@pytest.mark.parametrize("words", WISHES)
def test_who_says_it_in_their_own_words_wants_to_leave(words, quote):
    found = reply(answer(f"{words}\n\n-- \nAnn\n\n{quote}" if quote else words))
    assert found is not None
    assert (found.sender, found.message_ids, found.wants_to_leave) == ("ann@example.org", (ID,), True)


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
@pytest.mark.parametrize("words", OTHERS)
def test_who_only_quotes_it_or_talks_about_it_does_not(words, quote):
    found = reply(answer(f"{words}\n\n{quote}"))
    assert found is not None
    assert not found.wants_to_leave


def test_the_control_the_word_anywhere_would_take_everybody_off_who_answers():
    assert all("unsubscribe" in quote for name, quote in QUOTES.items() if name != "none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_reader_is_told_to_reply_is_read(language):
    """In each language of the frame, three answers."""
    told = re.findall("“([^”]+)”", LANGUAGES[language]["answer"].format(id=79))
    found = [reply(answer(each)).answers for each in told]
    assert [verdict for [(_, verdict)] in found] == ["relevant", "irrelevant", "knew_it"]


def test_control_a_word_nobody_was_told_of_is_no_answer():
    assert reply(answer("ja 79")).answers == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_are_nobodys_wish_even_unmarked(language):
    words = phrases(language)
    for line in (words["leave"], words["leave_link"], f"{words['leave_link']}:"):
        assert not reply(answer(f"Thanks!\n{line}\n")).wants_to_leave


def test_an_answer_below_what_it_quotes_is_read():
    assert reply(answer(f"On Monday Monitor wrote:\n> {OURS}\n\nunsubscribe\n")).wants_to_leave


@pytest.mark.parametrize("headers", PROGRAMS, ids=str)
def test_what_a_program_wrote_is_nobodys_wish(headers):
    assert (
        reply(answer("I am away. unsubscribe", **{k.replace("_", "-"): v for k, v in headers.items()}))
        is None
    )


def test_the_subject_of_the_header_for_leaving_is_a_wish():
    found = reply(answer("", **{"Subject": "unsubscribe us-china-trade", "In-Reply-To": None}))
    assert found is not None
    assert (found.wants_to_leave, found.message_ids, found.subject) == (
        True,
        (),
        "unsubscribe us-china-trade",
    )


def test_an_answer_keeps_the_subject_of_what_it_answers_and_that_is_no_wish():
    assert not reply(answer("Thanks!", Subject="Re: unsubscribe button of banks")).wants_to_leave


@pytest.mark.parametrize(
    ("body", "wants"),
    [
        ("<p>Please unsubscribe</p><div class='gmail_quote'>On Monday Monitor wrote: Issue</div>", True),
        (f"<p>Thanks</p><div id='divRplyFwdMsg'>{OURS}<p>unsubscribe</p></div>", False),
        (f"<style>p {{}}</style>Thanks<br><blockquote>unsubscribe<br>{OURS}</blockquote>", False),
    ],
)
def test_html_alone_is_read_without_what_it_quotes(body, wants):
    assert reply(answer(body, html=True)).wants_to_leave is wants


@given(st.binary(max_size=400), st.integers(0, 400))
def test_junk_is_read_without_an_error(junk, at):
    whole = answer()
    reply(junk)
    reply(whole[:at] + junk + whole[at:])


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_mail_made_to_take_long_is_read_in_no_time(kind):
    """Marks that open and never close: each of them looked for its end through all the rest."""
    head = f"From: ann@example.org\r\nSubject: Re: x\r\nContent-Type: text/{kind}\r\n\r\n"
    with ends(idle_s=0.3):
        for mark in (
            "<style ",
            "<style>",
            "<head ",
            "<script>",
            "<",
            "<br ",
            "<a ",
            "<div ",
            "wrote ",
            "> ",
            "写道: ",
        ):
            reply((head + mark * (100_000 // len(mark))).encode())


def test_a_style_in_a_head_and_what_stands_in_either_is_nobodys_word():
    html = (
        "<html><head><title>unsubscribe</title><style>unsubscribe</style><script>unsubscribe</script></head><style x>unsubscribe</style>"
        "<body><a title='a<b'>Thanks</a><br/>bye</body></html>"
    )
    found = reply(f"From: ann@example.org\r\nContent-Type: text/html\r\n\r\n{html}".encode())
    assert found is not None
    assert not found.wants_to_leave
