"""A process of its own: one issue entered for many readers and sent. `python -m tests.faults.many_readers FOLDER COUNT` prints what it cost as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from monitor.digests.frozen import to_json
from monitor.digests.render import render
from monitor.model import Receipt
from monitor.pipeline.delivering import deliver
from monitor.pipeline.ports import Context
from monitor.settings import DigestSettings, Settings, StoreSettings
from monitor.store import Store
from monitor.store import issues as issues_store
from monitor.store.schema import deliveries
from tests import mailing
from tests.digests import samples
from tests.fakes import FakeFetcher, InlineWorker

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


class Counting:
    """Takes every message and keeps none."""

    def __init__(self):
        self.messages = self.bytes = 0

    def __call__(self, message, *, recipient, before_dot):
        before_dot()
        self.messages += 1
        self.bytes += len(message)
        return Receipt(recipient=recipient, state="sent")


def main(folder, count):
    topic = mailing.topic(*(f"reader.number.{n}@department-{n % 7}.example.org" for n in range(count)))
    mailer = Counting()
    settings = Settings(
        root=folder,
        data=folder,
        topics=(topic,),
        smtp=mailing.SMTP,
        digest=DigestSettings(base_url="https://digest.example.org"),
    )
    with Store.open(StoreSettings(), folder) as store:
        context = Context(
            settings=settings, feeds=(), store=store, fetcher=FakeFetcher({}), worker=InlineWorker(),
            mailer=mailer, now=NOW, jitter=lambda: 0.5, link_key=b"k" * 32,
        )  # fmt: skip
        digest = replace(samples.digest(top=5, also=40), topic=topic.id, issue=1, composed_at=NOW)
        with store.begin() as connection:
            issue = issues_store.freeze(
                connection, topic=topic.id, number=1, since=digest.since, until=digest.until,
                composed_at=NOW, digest=to_json(digest), rendered=render(digest), told=[],
            )  # fmt: skip
        before = _size(folder)
        begun = time.process_time()
        deliver.enter(context, topic, issue)
        entered_s = time.process_time() - begun
        deliver.run(context, topic)
        with store.begin() as connection:
            sent = connection.execute(
                select(func.count()).where(deliveries.c.state == "sent").select_from(deliveries)
            ).scalar_one()
    print(  # noqa: T201 - what the test reads
        json.dumps(
            {
                "sent": sent,
                "messages": mailer.messages,
                "mail_bytes": mailer.bytes,
                "ledger_bytes": _size(folder) - before,
                "rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "enter_cpu_s": round(entered_s, 1),
                "cpu_s": round(time.process_time() - begun, 1),
            }
        )
    )


def _size(folder):
    return sum(file.stat().st_size for file in folder.glob("monitor.db*"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
