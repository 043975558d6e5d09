"""SIGKILL before and after every commit of every step: running the step again loses nothing and doubles nothing."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import contextmanager
from dataclasses import replace
from email.utils import format_datetime

import pytest
from sqlalchemy import make_url, select

from monitor.model import Receipt
from monitor.pipeline.delivering import deliver
from monitor.pipeline.gathering import poll, read
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import learn, score
from monitor.settings import DigestSettings, FacetSettings, SmtpSettings, StoreSettings, TopicSettings
from monitor.store import Store, backup
from monitor.store import issues as issues_store
from monitor.store.schema import articles, deliveries, issues, profiles, reported, scores, sightings
from tests import make

URL = "http://127.0.0.1/ledger.xml"
TEXTS = {
    "Washington raises tariff on Chinese batteries": "The United States will raise its tariff on Chinese batteries to "
    "35 percent, the commerce department said on Tuesday. Beijing called the trade measure groundless.",
    "Beijing answers with duties on American soybeans": "China will put duties of 12 percent on soybeans from the United "
    "States, its ministry of commerce said. Washington said that the tariffs break a trade agreement.",
    "Harvest festival draws record crowd": "More than nine thousand visitors came to the harvest festival, organisers "
    "said on Sunday. The choir sang until midnight, and the mayor thanked the volunteers.",
}
TOPIC = TopicSettings(
    id="trade",
    title="Trade",
    sentence="Trade between the United States and China.",
    facets=(
        FacetSettings(name="US", aliases=("united states", "washington", "american")),
        FacetSettings(name="China", aliases=("china", "chinese", "beijing")),
        FacetSettings(name="Measures", aliases=("tariff*", "duties", "trade")),
    ),
    recipients=("a@example.org", "b@example.org"),
)
SMTP = SmtpSettings(host="127.0.0.1", sender="monitor <monitor@example.org>")


def feed_document(texts=TEXTS, *, later=make.AT):
    """A feed of these articles; those that are not among the first three are dated `later`."""
    rows = "".join(
        f"<item><title>{title}</title><link>http://example.org/{n}</link><guid>{n}</guid>"
        f"<description>{text}</description><pubDate>{format_datetime(make.AT if n < len(TEXTS) else later)}</pubDate></item>"
        for n, (title, text) in enumerate(texts.items())
    )
    return f"<rss version='2.0'><channel><title>x</title>{rows}</channel></rss>".encode()


def pages(texts=TEXTS):
    return {
        f"http://example.org/{n}": f"<html><body><article><h1>{title}</h1>{f'<p>{text}</p>' * 4}</article></body></html>".encode()
        for n, (title, text) in enumerate(texts.items())
    }


class FileMailer:
    """Writes down every message it took, where a killed process cannot lose it."""

    def __init__(self, file):
        self.file = file

    def __call__(self, message, *, recipient, before_dot):
        before_dot()
        with self.file.open("ab") as out:
            out.write(f"{recipient} {hash(message) & 0xFFFF}\n".encode())
            out.flush()
            os.fsync(out.fileno())
        return Receipt(recipient=recipient, state="sent")


class KillingStore:
    """A store whose process is killed at the n-th write: just before its commit, or just after it."""

    def __init__(self, store, *, at, when):
        self.store, self.at, self.when, self.count = store, at, when, 0
        self.look, self.held = store.look, store.held

    @contextmanager
    def begin(self, *kind):
        self.count += 1
        with self.store.begin(*kind) as connection:
            yield connection
            if self.count == self.at and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class FileCopies:
    """Copies of an SQLite database as it was when `keep` was called."""

    def __init__(self, request, tmp_path):
        self.store = request.getfixturevalue("file_store")
        self._kept = tmp_path / "kept.db"

    def keep(self):
        backup.make(self.store.file, now=make.AT, out=self._kept)

    @contextmanager
    def copy(self, folder):
        shutil.copy(self._kept, folder / "monitor.db")
        with Store.open(StoreSettings(), folder) as store:
            yield store


class ServerCopies:
    """The same of a PostgreSQL database."""

    def __init__(self, request, tmp_path):
        self._server = request.getfixturevalue("postgresql")
        self.store = Store.open(StoreSettings(), tmp_path, url=request.getfixturevalue("database_url"))
        request.addfinalizer(self.store.close)

    def keep(self):
        self.store.close()  # a database in use is no template
        self._kept = self._server.database(template=self.store.engine.url.database)

    @contextmanager
    def copy(self, folder):
        url = self._server.database(template=make_url(self._kept).database)
        with Store.open(StoreSettings(), folder, url=url) as store:
            yield store
        self._server.drop(url)


COPIES = {"sqlite": FileCopies, "postgresql": ServerCopies}


@pytest.fixture
def copies(request, database, tmp_path):
    return COPIES[database](request, tmp_path)


@pytest.fixture
def store(copies):
    return copies.store


@pytest.fixture
def context(house, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "seed.md").write_text("# A seed\n\n" + " ".join(TEXTS.values()) * 3)
    return house(
        answers={URL: feed_document()} | pages(),
        feeds=[make.feed()],
        topics=[TOPIC],
        mailer=FileMailer(tmp_path / "mail"),
        smtp=SMTP,
        digest=DigestSettings(out=str(tmp_path / "out")),
    )


def send(context):
    with context.store.begin() as connection:
        issue = issues_store.newest(connection, TOPIC.id)
    deliver.enter(context, TOPIC, issue)
    deliver.send_due(context, TOPIC)


STEPS = {
    "learn": lambda context: learn.learn_topic(context, TOPIC),
    "poll": poll.poll_feeds,
    "read": read.read_pages,
    "score": score.score_articles,
    "digest": lambda context: digest.compose_issue(context, TOPIC, kind="issue"),
    "deliver": send,
}


def killed(context, step, *, at, when):
    """Run a step in a process of its own and kill it there; tell whether it came so far."""
    child = os.fork()
    if child == 0:
        context.store.engine.dispose(close=False)  # connections are the parent's
        try:
            step(replace(context, store=KillingStore(context.store, at=at, when=when)))
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def state(store):
    """Everything that must not depend on how often a step was killed."""
    with store.begin() as connection:
        number = select(issues.c.number).where(issues.c.id == scores.c.issue_id).scalar_subquery()

        def rows(*columns):
            return sorted(map(tuple, connection.execute(select(*columns))), key=repr)

        return {
            "profiles": rows(profiles.c.topic, profiles.c.version),
            "articles": rows(
                articles.c.key, articles.c.title, articles.c.text, articles.c.stage, articles.c.origin
            ),
            "sightings": rows(sightings.c.feed_id, sightings.c.guid),
            "scores": rows(
                scores.c.article_id,
                scores.c.relevance,
                scores.c.novelty,
                scores.c.story_id,
                number,  # not the row's id: PostgreSQL gives none twice, also after a kill
            ),
            "issues": rows(issues.c.topic, issues.c.number, issues.c.sha256),
            "reported": rows(reported.c.story_id, reported.c.headline),
            "deliveries": rows(deliveries.c.recipient, deliveries.c.state, deliveries.c.message_id),
        }


@pytest.mark.parametrize(
    ("database", "name"),
    [*(("sqlite", name) for name in STEPS), ("postgresql", "digest"), ("postgresql", "deliver")],
)
def test_a_step_killed_at_any_commit_and_run_again_ends_as_if_never_killed(context, copies, tmp_path, name):
    for earlier in list(STEPS)[: list(STEPS).index(name)]:
        STEPS[earlier](context)
    copies.keep()
    STEPS[name](context)
    expected = state(context.store)
    assert expected[
        {
            "learn": "profiles",
            "poll": "articles",
            "read": "articles",
            "score": "scores",
            "digest": "issues",
            "deliver": "deliveries",
        }[name]
    ]
    kills = 0
    for at in range(1, 200):
        landed = []
        for when in ("before", "after"):
            folder = tmp_path / f"{at}-{when}"
            folder.mkdir()
            mail = folder / "mail"
            with copies.copy(folder) as store:
                one = replace(context, store=store, mailer=FileMailer(mail))
                landed.append(killed(one, STEPS[name], at=at, when=when))
                STEPS[name](one)
                assert state(store) == expected, f"killed {when} commit {at}"
            if name == "deliver":
                check_mail(mail, when=when)
        kills += sum(landed)
        if not any(landed):
            break
    assert kills >= 2


def check_mail(mail, *, when):
    """Every reader has the message; a repeat has the same bytes and only where the dot may have gone out."""
    sent = mail.read_text().splitlines()
    assert {line.split()[0] for line in sent} == set(TOPIC.recipients)
    assert len(set(sent)) == len(TOPIC.recipients)
    assert len(sent) <= len(TOPIC.recipients) + 1
