"""One message over SMTP to a test server, with settings that fit it."""

from __future__ import annotations

from monitor.deliver.smtp import send
from monitor.settings import SmtpSettings

MESSAGE = b"Subject: Curbs\r\nMessage-ID: <a@example.org>\r\n\r\nLine\r\n.\r\n..dots\r\nEnd\r\n"


def settings(port, **changes):
    return SmtpSettings(**({"host": "127.0.0.1", "port": port, "security": "none", "timeout_s": 5} | changes))


def sent(
    port,
    *,
    recipient="reader@example.org",
    password="",
    tokens=None,
    before_dot=None,
    message=MESSAGE,
    **changes,
):
    return send(
        message,
        sender="Monitor <digest@example.org>",
        recipient=recipient,
        settings=settings(port, **changes),
        password=password,
        tokens=tokens,
        before_dot=before_dot,
    )
