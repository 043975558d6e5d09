"""One process that delivers what is due, as the daemon and `monitor send` do: `python -m tests.faults.mail_sender DATA URL PORT VARIANT`.

Says "ready", waits for a line, delivers, and says what came of it as JSON. VARIANT: "real", or one of the controls.
"""

from __future__ import annotations

import json
import random
import sys
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from monitor.deliver.smtp import send
from monitor.errors import MonitorError
from monitor.pipeline.delivering import deliver
from monitor.pipeline.ports import Context
from monitor.settings import Settings, StoreSettings
from monitor.store import Store
from monitor.store import deliveries as ledger
from tests import mailing
from tests.fakes import FakeFetcher, InlineWorker
from tests.faults import naive

READERS = 300  # at most, as tests/faults/test_mail_processes.py enters them


class Unlocked:
    """The lock that everybody gets."""

    def take(self):
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def take_over(variant):
    """Put a control in the place of the real thing."""
    if variant == "unlocked":
        deliver.sending_lock = lambda *_: Unlocked()
        ledger._held = ledger._where  # and nobody looks who tried since
        ledger.mark_dot = lambda connection, row: connection.execute(ledger._where(row).values(dot=True))
    elif variant == "naive":
        deliver.send_due = naive.send_then_mark_the_batch


def mail(smtp, message, *, recipient, before_dot):
    """The real way of a message."""
    return send(
        message, sender=smtp.sender, recipient=recipient, settings=smtp, password="", before_dot=before_dot
    )


@contextmanager
def house(data, url, port, *, now):
    """A house with a real database and a real mailer."""
    smtp = mailing.SMTP.model_copy(update={"port": port, "timeout_s": 20.0})
    settings = Settings(root=data, data=data, store=StoreSettings(url=url), smtp=smtp)
    with Store.open(settings.store, data) as store:
        yield Context(
            settings=settings,
            feeds=(),
            store=store,
            fetcher=FakeFetcher({}),
            worker=InlineWorker(),
            mailer=partial(mail, smtp),
            now=now,
            jitter=random.random,
        )


def main():
    data, url, port, variant, now = sys.argv[1:]
    quiet = structlog.make_filtering_bound_logger("error")
    structlog.configure(wrapper_class=quiet, logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    take_over(variant)
    with house(Path(data), url, int(port), now=datetime.fromisoformat(now)) as context:
        _say("ready")
        sys.stdin.readline()
        _say(json.dumps(delivered(context)))


def delivered(context):
    """What came of it."""
    try:
        # All who may have been entered: who is not on the list any more gets no waiting mail.
        done = deliver.send_due(context, mailing.topic(*(f"reader{n}@example.org" for n in range(READERS))))
    except MonitorError as error:
        return {"sent": 0, "is_busy": False, "error": error.message}
    sent = sum(receipt.state == "sent" for receipt in done.receipts)
    return {"sent": sent, "is_busy": done.is_busy, "error": ""}


def _say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
