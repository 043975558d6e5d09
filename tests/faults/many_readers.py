"""A process of its own: one issue entered for many readers, sent, and answered by all of them.

`python -m tests.faults.many_readers FOLDER COUNT` prints what it cost as JSON. Every reader has links of their own to leave and to answer by.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from monitor.digests import keys, personal
from monitor.digests.frozen import to_json
from monitor.digests.render import render
from monitor.model import Receipt
from monitor.pipeline.delivering import deliver
from monitor.pipeline.ports import Context
from monitor.settings import DigestSettings, Settings, StoreSettings
from monitor.store import Store
from monitor.store import articles as articles_store
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store.schema import deliveries
from tests import mailing, make
from tests.digests import samples
from tests.fakes import FakeFetcher, InlineWorker

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
BASE, SECRET = "https://digest.example.org", b"k" * 32
ASKED = 2  # articles in an issue


class Counting:
    """Takes every message and keeps none."""

    def __init__(self):
        self.messages = self.bytes = self.links = 0

    def __call__(self, message, *, recipient, before_dot):
        before_dot()
        self.messages += 1
        self.bytes += len(message)
        mark = keys.mark_of(keys.token_for(SECRET, recipient)).encode()
        self.links += message.replace(b"=\r\n", b"").count(b"/" + mark + b"/")
        return Receipt(recipient=recipient, state="sent")


def main(folder, count):
    topic = mailing.topic(*(f"reader.number.{n}@department-{n % 7}.example.org" for n in range(count)))
    mailer = Counting()
    settings = Settings(
        root=folder,
        data=folder,
        topics=(topic,),
        smtp=mailing.SMTP,
        digest=DigestSettings(base_url=BASE),
    )
    with Store.open(StoreSettings(), folder) as store:
        context = Context(
            settings=settings, feeds=(), store=store, fetcher=FakeFetcher({}), worker=InlineWorker(),
            mailer=mailer, now=NOW, jitter=lambda: 0.5, link_key=SECRET,
        )  # fmt: skip
        with store.begin() as connection:
            articles = [articles_store.add(connection, make.article(id=n), key=str(n)) for n in range(ASKED)]
        digest = asking(topic, articles)
        with store.begin() as connection:
            issue = issues_store.freeze(
                connection, topic=topic.id, number=1, since=digest.since, until=digest.until,
                composed_at=NOW, digest=to_json(digest), rendered=render(digest), told=[],
            )  # fmt: skip
        before = _size(folder)
        begun = time.process_time()
        deliver.enter(context, topic, issue)
        entered_s = time.process_time() - begun
        deliver.send_due(context, topic)
        with store.begin() as connection:
            sent = connection.execute(
                select(func.count()).where(deliveries.c.state == "sent").select_from(deliveries)
            ).scalar_one()
        ledger_bytes = _size(folder) - before
        answer(store, topic, articles)
    print(  # noqa: T201 - what the test reads
        json.dumps(
            {
                "sent": sent,
                "messages": mailer.messages,
                "mail_bytes": mailer.bytes,
                "links": mailer.links,
                "ledger_bytes": ledger_bytes,
                "answer_bytes": _size(folder) - before - ledger_bytes,
                "rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "enter_cpu_s": round(entered_s, 1),
                "cpu_s": round(time.process_time() - begun, 1),
            }
        )
    )


def asking(topic, articles):
    """An issue as large as they get, which asks about articles."""
    digest = samples.digest(top=5, also=40)
    probes = tuple(
        replace(probe, article_id=each, answer_url=personal.question(topic.id, 1, each, secret=SECRET, base_url=BASE))
        for probe, each in zip(samples.UNSURE, articles, strict=False)
    )  # fmt: skip
    page = personal.issue_page(topic.id, 1, secret=SECRET, base_url=BASE)
    return replace(
        digest, topic=topic.id, issue=1, composed_at=NOW, base_url=BASE, probes=probes, online_url=page
    )


def answer(store, topic, articles):
    """Every reader answers everything they are asked, and it is counted."""
    with store.begin() as connection:
        for who in topic.recipients:
            mark = keys.mark_of(keys.token_for(SECRET, who))
            for each in articles:
                feedback_store.put(connection, topic.id, each, verdict="irrelevant", at=NOW, reader=mark)
        standing = feedback_store.standing(connection, topic.id)
    assert len(standing) == ASKED
    assert all(each.is_by_link for each in standing.values())


def _size(folder):
    return sum(file.stat().st_size for file in folder.glob("monitor.db*"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
