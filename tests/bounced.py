"""Delivery reports as mail servers write them, about a message of ours. The shapes are theirs, the words are invented."""

from __future__ import annotations

ID = "<0123456789abcdef0123456789abcdef01234567@example.org>"
ANN = "ann@example.org"


def standard(
    identity=ID,
    recipient=ANN,
    *,
    status="5.1.1",
    action="failed",
    said="550 5.1.1 no such user",
    returned=None,
):
    """RFC 3464, as Postfix does it."""
    headers = (
        f"Message-ID: {identity}\nFrom: Monitor <monitor@example.org>\nTo: {recipient}\nSubject: Issue 1\n"
    )
    lines = [
        "From: MAILER-DAEMON@mx.example.net",
        "To: monitor@example.org",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <report-1@mx.example.net>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
        "MIME-Version: 1.0",
        "",
        "--B",
        "Content-Type: text/plain",
        "",
        "Your message could not be delivered.",
        "",
        "--B",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.net",
        "Arrival-Date: Mon, 9 Mar 2026 08:00:00 +0000",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Original-Recipient: rfc822;{recipient}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {said}",
        "",
        "--B",
        "Content-Type: text/rfc822-headers",
        "",
        headers if returned is None else returned,
        "--B--",
        "",
    ]
    return "\n".join(lines).encode()


def whole_message_returned(identity=ID, recipient=ANN):
    """The whole message comes back, as message/rfc822."""
    return standard(identity, recipient).replace(
        b"Content-Type: text/rfc822-headers\n", b"Content-Type: message/rfc822\n"
    )


def mislabelled(identity=ID, recipient=ANN):
    """The status part under another type, and the whole thing as multipart/mixed."""
    return (
        standard(identity, recipient)
        .replace(b"message/delivery-status", b"text/plain; charset=us-ascii")
        .replace(b"multipart/report; report-type=delivery-status", b"multipart/mixed")
    )


def careless(identity=ID, recipient=ANN):
    """Fields in other letters, no types before addresses, no status, CRLF."""
    text = standard(identity, recipient).decode()
    for old, new in (
        ("Final-Recipient: rfc822; ", "final-recipient: "),
        (f"Original-Recipient: rfc822;{recipient}\n", ""),
        ("Action: failed", "action: Failed (bounced)"),
        ("Status: 5.1.1\n", ""),
        ("Message-ID: <0", "Message-Id: <0"),
    ):
        text = text.replace(old, new)
    return text.replace("\n", "\r\n").encode()


def exim(identity=ID, recipient=ANN):
    """No status part at all."""
    return (
        f"X-Failed-Recipients: {recipient}\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.net>\n"
        "To: monitor@example.org\nSubject: Mail delivery failed\nMessage-Id: <report-2@mx.example.net>\n\n"
        f"A message that you sent could not be delivered.\n\n  {recipient}\n"
        "    host mx.example.net: 550 5.1.1 no such user\n\n"
        f"------ This is a copy of the message ------\n\nFrom: monitor@example.org\nMessage-ID: {identity}\nSubject: Issue 1\n"
    ).encode()


SHAPES = {
    "RFC 3464": standard,
    "whole message returned": whole_message_returned,
    "mislabelled": mislabelled,
    "careless": careless,
    "Exim": exim,
}
