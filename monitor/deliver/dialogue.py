"""The talk with a mail server: smtplib's, with our secrets taken out of whatever the server says, at the moment it is read.

A server may repeat a log-in in its refusal, and what it says ends in the ledger, the log and on the screen. Taken out here, before anything
shortens or judges it, a secret can neither slip through in part nor by a way somebody adds later.
"""

from __future__ import annotations

import base64
import smtplib
from collections.abc import Iterable


class Dialogue(smtplib.SMTP):
    """One conversation; not connected yet."""

    def __init__(self, *, our_name: str, timeout_s: float) -> None:
        # Our name is given because smtplib would otherwise ask DNS for this machine's own, which can take long.
        super().__init__(local_hostname=our_name, timeout=timeout_s)
        self._hidden: list[bytes] = []

    def hide(self, secrets: Iterable[str]) -> None:
        """Show "***" wherever the server says one of these, or its base64."""
        for each in filter(None, secrets):
            self._hidden += [each.encode(), base64.b64encode(each.encode())]
        self._hidden.sort(key=len, reverse=True)  # a longer one may hold a shorter one

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's next answer, code and text."""
        code, answer = super().getreply()
        for each in self._hidden:
            answer = answer.replace(each, b"***")
        return code, answer
