"""What delivery reports say, in the shapes servers give them, and that nothing that comes in can harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.reports import reports
from tests import bounced


@pytest.mark.parametrize("name", bounced.SHAPES)
def test_every_shape_says_whose_message_failed_and_why(name):
    ((report,),) = reports(bounced.SHAPES[name]())
    assert report.message_ids == (bounced.ID,)
    assert report.recipients == (bounced.ANN,)
    assert (report.action, report.status) == ("failed", "5.1.1")
    assert "no such user" in report.detail


@pytest.mark.parametrize(
    ("status", "action", "expected"),
    [
        ("4.4.7", "delayed", ("delayed", "4.4.7", False)),
        ("4.4.7", "failed", ("failed", "4.4.7", True)),
        ("2.0.0", "delivered", ("delivered", "2.0.0", False)),
        ("5.2.2", "", ("failed", "5.2.2", True)),
        ("4.2.2", "", ("delayed", "4.2.2", False)),
    ],
)
def test_action_and_status_are_read(status, action, expected):
    ((report,),) = reports(bounced.standard(status=status, action=action, said="mailbox full"))
    assert (report.action, report.status, report.is_final) == expected


def test_several_reports_of_an_mbox_are_read_one_by_one():
    box = b"".join(
        b"From MAILER-DAEMON Mon Mar  9 08:00:00 2026\n" + each + b"\n"
        for each in (bounced.standard(), b"Subject: lunch?\n\nAt noon?\n", bounced.exim())
    )
    assert [len(found) for found in reports(box)] == [1, 0, 1]


def test_two_recipients_of_one_report_are_two_reports():
    text = bounced.standard().decode()
    second = "\nFinal-Recipient: rfc822; bo@example.org\nAction: delayed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452 full\n"
    both = text.replace("no such user\n\n--B", f"no such user\n{second}\n--B")
    ((first, other),) = reports(both.encode())
    assert (first.recipients, other.recipients) == ((bounced.ANN,), ("bo@example.org",))
    assert (first.action, other.action) == ("failed", "delayed")


def test_the_name_before_forwarding_comes_first():
    text = (
        bounced.standard()
        .decode()
        .replace("Final-Recipient: rfc822; ann@", "Final-Recipient: rfc822; Other@")
    )
    ((report,),) = reports(text.encode())
    assert report.recipients == (bounced.ANN, "other@example.org")


def test_the_reports_own_id_is_not_taken_for_that_of_the_message():
    ((report,),) = reports(bounced.standard(returned="Subject: Issue 1\n"))
    assert report.message_ids == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"Subject: hello\n\nHow are you?\n",
        b"\xff\xfe\x00",
        b"From \n",
        b"Content-Type: multipart/report\n\n",
    ],
)
def test_what_is_no_report_reports_nothing(content):
    assert [each for found in reports(content) for each in found] == []


@given(st.binary(max_size=2000))
def test_no_bytes_raise(content):
    reports(content)


@given(st.sampled_from(sorted(bounced.SHAPES)), st.data())
def test_no_mutant_of_a_report_raises(name, data):
    raw = bytearray(bounced.SHAPES[name]())
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(raw) - 1))
        cut = data.draw(st.integers(0, 40))
        raw[at : at + cut] = data.draw(st.binary(max_size=40))
        if not raw:
            break
    for found in reports(bytes(raw)):
        for report in found:
            assert report.recipients
            assert report.action in {"failed", "delayed", "delivered", "relayed", "expanded"}
            assert "\n" not in report.detail


def test_a_bomb_of_parts_and_blocks_is_cut_off():
    blocks = "\n\n".join(
        "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1" for _ in range(5000)
    )
    text = bounced.standard().decode().replace("Reporting-MTA", f"{blocks}\n\nReporting-MTA")
    assert len(reports(text.encode())[0]) <= 200
    nested = b"Content-Type: message/rfc822\n\n" * 3000 + bounced.standard()
    assert len(reports(nested)) == 1
