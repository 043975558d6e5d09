"""Stand-ins for the three things that touch the world: servers, worker processes, mail."""

from __future__ import annotations

from monitor.model import FetchResult, Receipt
from monitor.work import Killed


class FakeFetcher:
    """Answers from a dictionary of URL -> FetchResult or body; everything else is a timeout. Remembers what it was asked."""

    def __init__(self, answers, *, at_once=False):
        self.answers = answers
        self.asked = []
        self.at_once = at_once

    def has_more(self, patience_s):  # noqa: ARG002 - the real one's signature
        return self.at_once

    def fetch_all(self, requests, *, deadline_s=None):  # noqa: ARG002 - the real one's signature
        for request in list(requests):
            self.asked.append(request)
            answer = self.answers.get(request.url)
            if isinstance(answer, bytes):
                answer = FetchResult(url=request.url, final_url=request.url, status=200, body=answer)
            yield request, answer or FetchResult(url=request.url, error="timeout")


class InlineWorker:
    """Runs the function here and now; functions named in `kills` are stopped instead."""

    def __init__(self, kills=()):
        self.kills = kills

    def run(self, function, value):
        name = getattr(function, "func", function).__name__
        return Killed("timeout", "took too long") if name in self.kills else function(value)


class FakeMailer:
    """Takes every message, or says what it is told to by recipient."""

    def __init__(self, states=()):
        self.states = dict(states)
        self.sent = []

    def __call__(self, message, *, recipient, before_dot):
        state = self.states.get(recipient, "sent")
        if state in ("sent", "uncertain"):
            before_dot()
            self.sent.append((recipient, message))
        return Receipt(recipient=recipient, state=state, detail="" if state == "sent" else f"said {state}")
