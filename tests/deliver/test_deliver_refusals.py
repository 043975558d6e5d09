"""Whose fault a refusal is, by its code and its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.refusals import is_of_pace, likeness, whose

OURS = [
    "530 5.7.0 Authentication required",
    "530 5.7.0 Must issue a STARTTLS command first",
    "535 5.7.8 Error: authentication failed",
    "550 5.7.1 Unable to relay",
    "554 5.7.1 <ann@example.org>: Relay access denied",
    "550 5.1.1 <ann@example.org>: Relay access denied",
    "550 relay not permitted",
    "550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass",
    "550 5.7.1 Message rejected due to local policy",
    "550 5.4.5 Daily user sending quota exceeded",
    "550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using a block list",
    "554 5.7.1 looks like spam",
    "550 spam message rejected",
    "553 5.1.8 sender address rejected: domain not found",
    "550 5.1.0 sender rejected",
    "503 5.5.1 bad sequence of commands",
    "501 5.5.2 syntax error",
    "552 5.3.4 message too big",
    "571 delivery not authorized",
    "550 no",
    "554 transaction failed",
]
READERS = [
    "550 5.1.1 no such user",
    "550 5.1.1 The email account that you tried to reach does not exist",
    "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.10 null MX",
    "551 5.1.6 has moved",
    "550 5.2.1 The account is disabled",
    "550 No such user here",
    "550 Requested action not taken: mailbox unavailable",
    "553 mailbox name invalid: no such recipient",
    "550 unknown user",
    "550 5.0.0 user unknown",
]
LATER = ["552 5.2.2 mailbox full", "550 5.2.2 over quota", "552 mailbox is full"]


@pytest.mark.parametrize("answer", OURS)
def test_what_is_said_of_us_or_of_nobody_is_ours(answer):
    assert whose(answer) == "ours"


@pytest.mark.parametrize("answer", READERS)
def test_what_is_said_of_the_mailbox_is_the_readers(answer):
    assert whose(answer) == "reader"


@pytest.mark.parametrize("answer", LATER)
def test_a_full_mailbox_may_be_emptied(answer):
    assert whose(answer) == "later"


def test_a_status_known_from_elsewhere_counts_where_the_words_have_none():
    assert whose("sorry", status="5.1.1") == "reader"
    assert whose("550 relaying denied", status="5.1.1") == "ours"


@given(st.text(max_size=200), st.sampled_from(["relay access denied", "authentication required", "spam"]))
def test_no_code_makes_a_reader_of_what_is_said_of_us(text, said):
    assert whose(f"550 5.1.1 {text} {said}") == "ours"


@given(st.emails(), st.emails())
def test_answers_that_differ_by_the_address_are_alike(one, other):
    assert likeness(f"550 5.1.1 <{one}>: no such user") == likeness(f"550 5.1.1 <{other}>: no such user")


def test_answers_of_other_causes_are_not_alike():
    assert likeness("550 5.1.1 no such user") != likeness("550 5.7.1 relaying denied")


PACED = (
    "421 4.7.0 Try again later, closing connection",
    "421 4.3.2 Service shutting down",
    "432 4.3.2 Concurrent connections limit exceeded",
    "450 4.7.1 Error: too much mail from 192.0.2.1",
    "450 4.4.2 slow down",
    "451 4.7.500 Server busy. Please try again later",
    "451 4.3.0 Temporary local problem",
    "451 4.7.1 Message rate exceeded, too many messages",
    "452 4.3.2 Sending rate limit reached",
    "454 Throttling failure: Maximum sending rate exceeded.",
    "454 4.7.0 Temporary authentication failure",
)
OF_ONE_READER = (
    "450 4.7.1 Greylisted, try again in 300 seconds",
    "451 4.7.1 Please try again later",
    "451 4.7.1 Greylisting in action",
    "421 4.7.0 greylisted",
    "450 4.2.1 The user you are trying to contact is receiving mail too quickly",
    "450 4.2.0 mailbox busy",
    "452 4.2.2 over quota",
    "452 mailbox size limit exceeded",
    "452 4.5.3 Too many recipients",
    "452 4.3.1 insufficient system storage",
    "450 4.1.1 not now",
    "550 5.4.5 Daily sending quota exceeded",
    "354 go on",
)


@pytest.mark.parametrize("said", PACED)
def test_a_request_for_fewer_or_later_is_the_servers(said):
    assert is_of_pace(int(said[:3]), said)


@pytest.mark.parametrize("said", OF_ONE_READER)
def test_what_concerns_one_reader_or_is_final_stops_no_others(said):
    assert not is_of_pace(int(said[:3]), said)
