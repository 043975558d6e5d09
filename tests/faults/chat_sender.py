"""One process that delivers what is due to two chats: `python -m tests.faults.chat_sender DATA SLACK MATRIX NOW`, the addresses of their servers.

Says "ready", waits for a line, delivers, and ends.
"""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from monitor.deliver.channels.registry import kinds
from monitor.pipeline.delivering import deliver
from monitor.pipeline.ports import Context
from monitor.settings import Settings
from monitor.store import Store
from tests import mailing
from tests.fakes import FakeFetcher, FakeMailer, InlineWorker

PLACES = 12  # of each kind


def places(slack, matrix):
    """Blocks of channels.toml: each place of Slack has an address of its own."""
    known = kinds()
    found = [
        known["slack"](kind="slack", name=f"slack{n}", secret=f"{slack}/place/{n}") for n in range(PLACES)
    ]
    rooms = {"kind": "matrix", "secret": "token", "server": matrix}
    return (*found, *(known["matrix"](name=f"matrix{n}", room=f"!{n}:x", **rooms) for n in range(PLACES)))


@contextmanager
def house(data, slack, matrix, *, now):
    """A house with a real database and one topic that goes to all of them."""
    channels = places(slack, matrix)
    topic = mailing.topic(channels=tuple(each.name for each in channels))
    settings = Settings(root=data, data=data, topics=(topic,), channels=channels)
    with Store.open(settings.store, data) as store:
        yield Context(
            settings=settings,
            feeds=(),
            store=store,
            fetcher=FakeFetcher({}),
            worker=InlineWorker(),
            mailer=FakeMailer(),
            now=now,
            jitter=random.random,
        )


def main():
    data, slack, matrix, now = sys.argv[1:]
    quiet = structlog.make_filtering_bound_logger("error")
    structlog.configure(wrapper_class=quiet, logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with house(Path(data), slack, matrix, now=datetime.fromisoformat(now)) as context:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        deliver.send_due(context, context.settings.topics[0])


if __name__ == "__main__":
    main()
