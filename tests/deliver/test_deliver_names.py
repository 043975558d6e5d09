"""Questions to a name server: records out, or an error that says why not."""

from __future__ import annotations

import dns.rcode
import pytest

from monitor.deliver.names import records
from tests.deliver.name_server import answer, serving


def ask(reply, kind="TXT", name="example.org"):
    with serving(reply) as asking:
        return records(name, kind, timeout_s=0.5, asking=asking)


def test_the_parts_of_a_text_are_joined():
    assert ask(lambda asked: answer(asked, 'TXT "v=spf1 " "-all"')) == ("v=spf1 -all",)


def test_a_mail_server_comes_with_its_preference():
    assert ask(lambda asked: answer(asked, "MX 10 mail.example.org."), "MX") == ("10 mail.example.org",)


def test_what_cannot_be_printed_is_no_danger_to_a_terminal():
    assert ask(lambda asked: answer(asked, r'TXT "a\027[31m\255"')) == ("a?[31m\ufffd",)


@pytest.mark.parametrize("rcode", [dns.rcode.NXDOMAIN, dns.rcode.NOERROR])
def test_no_such_name_is_no_record(rcode):
    assert ask(lambda asked: answer(asked, rcode=rcode)) == ()


@pytest.mark.parametrize(
    "reply",
    [
        lambda asked: answer(asked, rcode=dns.rcode.SERVFAIL),
        lambda asked: b"\0\0" + answer(asked)[2:],  # to another question
        lambda _: b"noise",
        lambda _: None,
    ],
)
def test_what_is_no_usable_answer_is_said(reply):
    with pytest.raises(OSError, match=r"example\.org|lifetime|time") as caught:
        ask(reply, "MX")
    assert str(caught.value)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(OSError, match="empty"):
        ask(lambda _: None, name="a..b")
