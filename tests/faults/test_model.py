"""A house that lives through anything, as a state machine: weeks, crashes, a clock that jumps, articles, readers who come and go.

Whatever happens, a slot has one issue, no delivery is lost, and a message comes twice only when a crash or a lost answer explains it.
The real pipeline runs on a real database; only servers are stood in for. Six mutants, each with one fault put in, must all be found.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

import hypothesis.strategies as st
import pytest
import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from monitor.daemon import due
from monitor.model import Receipt
from monitor.pipeline.delivering import deliver
from monitor.pipeline.judging import learn
from monitor.pipeline.ports import Context
from monitor.schedule import slots as slots_steps
from monitor.settings import DigestSettings, FetchSettings, Settings, SmtpSettings, StoreSettings
from monitor.store import Store, suppressed
from monitor.store import deliveries as ledger
from monitor.store.schema import deliveries, issues, slots
from tests import make
from tests.fakes import FakeFetcher, InlineWorker
from tests.faults import naive
from tests.faults.site import Story
from tests.pipeline.test_killed import TOPIC
from tests.postgres import SHORT

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)  # a Monday, after the slot
FEED = "http://127.0.0.1/ledger.xml"
SEED = "# A seed\n\n" + Story(number=3, is_on_topic=True, at=START).text * 4
READERS = ("a@example.org", "b@example.org", "c@example.org")
# What may become of one conversation with the mail server.
FATES = (
    "taken",
    "refused for now",
    "refused for what we are",
    "crash before",
    "crash after the mark",
    "crash after it was taken",
    "answer lost",
)


@lru_cache
def _template():
    """An empty database, made once."""
    folder = Path(tempfile.mkdtemp(prefix="life-", dir=SHORT))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Store.open(StoreSettings(), folder).close()
    return folder / "monitor.db"


class Crash(BaseException):
    """The process ends here: nobody may catch it."""


class Mails:
    """A mail server with a script of fates; remembers what it took, and which repeats are explained."""

    def __init__(self):
        self.fates, self.taken, self.explained = [], Counter(), Counter()
        self.bodies, self.troubled = {}, set()

    def ours(self, recipient):
        return Receipt(recipient=recipient, state="deferred", detail="530 log in first", cause="sender")

    def __call__(self, message, *, recipient, before_dot):
        identity = message.split(b"Message-ID: ")[1].split(b"\r\n")[0].strip()
        fate = self.fates.pop(0) if self.fates else "taken"
        self.troubled |= {identity} if fate != "taken" else set()
        if fate == "refused for now":
            return Receipt(recipient=recipient, state="deferred", detail="450 later")
        if fate == "refused for what we are":
            return self.ours(recipient)
        if fate == "crash before":
            raise Crash
        before_dot()
        if fate == "crash after the mark":
            raise Crash
        assert self.bodies.setdefault(identity, message) == message, "a repeat with other bytes"
        self.taken[identity] += 1
        self.explained[identity] += fate in ("crash after it was taken", "answer lost")
        if fate == "crash after it was taken":
            raise Crash
        return Receipt(recipient=recipient, state="uncertain" if fate == "answer lost" else "sent")


class Life(RuleBasedStateMachine):
    """The machine. Subclasses are mutants."""

    @initialize()
    def open(self):
        self.folder = Path(tempfile.mkdtemp(prefix="life-", dir=SHORT))
        (self.folder / "seeds").mkdir()
        (self.folder / "seeds" / "seed.md").write_text(SEED)
        shutil.copy(_template(), self.folder / "monitor.db")
        self.store = Store.open(StoreSettings(), self.folder)
        self.now, self.newest, self.mails, self.readers = START, START, Mails(), READERS[:2]
        self.stories = []
        self.context = Context(
            settings=Settings(
                root=self.folder,
                data=self.folder,
                fetch=FetchSettings(min_interval_s=0, max_interval_s=1),
                smtp=SmtpSettings(host="127.0.0.1", sender="monitor <monitor@example.org>"),
                digest=DigestSettings(out=str(self.folder / "out"), formats=("text",)),
                topics=(TOPIC,),
            ),
            feeds=(make.feed(),),
            store=self.store,
            fetcher=FakeFetcher({}),
            worker=InlineWorker(),
            mailer=self.mails,
            now=self.now,
            jitter=lambda: 0.5,
        )
        learn.learn_topic(self.context, self.topic)
        self.tick([])

    @property
    def topic(self):
        return TOPIC.model_copy(update={"recipients": self.readers})

    @rule(fates=st.lists(st.sampled_from(FATES), max_size=3))
    def tick(self, fates):
        self.mails.fates[:] = fates
        self.context.fetcher.answers = self._web()
        configured = self.context.settings.model_copy(update={"topics": (self.topic,)})
        try:
            with self.mutated(), structlog.testing.capture_logs():
                due.run_due(replace(self.context, now=self.now, settings=configured))
        except Crash:
            pass
        self.sound()

    @rule(hours=st.sampled_from([-1, 1, 24, 24 * 4, 24 * 7, 24 * 11]))
    def clock(self, hours):
        self.now = max(START, self.now + timedelta(hours=hours))
        self.newest = max(self.newest, self.now)

    @rule(fates=st.lists(st.sampled_from(FATES), max_size=2), count=st.integers(1, 2))
    def week(self, fates, count):
        """What is usual: a week passes, there is news, and it is due."""
        self.clock(24 * 7)
        self.publish(count)
        self.tick(fates)

    @rule(count=st.integers(1, 2))
    def publish(self, count):
        for _ in range(count):
            at = self.now - timedelta(minutes=5)
            self.stories.append(Story(number=len(self.stories) + 1, is_on_topic=True, at=at))

    @rule(reader=st.sampled_from(READERS))
    def come_or_go(self, reader):
        there = set(self.readers) ^ {reader}
        self.readers = tuple(sorted(there))

    @contextmanager
    def mutated(self):
        """What a mutant puts in the place of the real thing while it ticks."""
        yield

    def sound(self):
        """What holds at every moment."""
        for identity, count in self.mails.taken.items():
            assert count - 1 <= self.mails.explained[identity], "a repeat nothing explains"
        with self.store.begin() as connection:
            bound = Counter(
                connection.scalars(select(slots.c.issue_id).where(slots.c.state.in_(("done", "frozen"))))
            )
            made = set(connection.scalars(select(issues.c.id)))
            sent = set(
                connection.scalars(select(deliveries.c.message_id).where(deliveries.c.state == "sent"))
            )
        with self.store.begin() as connection:
            assert suppressed.everybody(connection) == (), "taken off for what is ours"
        assert {i for i, count in bound.items() if count > 1 and i is not None} == set(), (
            "an issue for two slots"
        )
        assert made <= set(bound), "an issue without a slot"
        assert {i.encode() for i in sent} <= set(self.mails.taken), "called sent, never taken"

    def teardown(self):
        if not hasattr(self, "store"):
            return
        try:
            self.now = self.newest
            for _ in range(4):
                self.now += timedelta(hours=2)
                self.tick([])
            self._nothing_is_lost()
        finally:
            self.store.close()
            shutil.rmtree(self.folder)

    def _nothing_is_lost(self):
        with self.store.begin() as connection:
            rows = connection.execute(
                select(deliveries.c.message_id, deliveries.c.state, deliveries.c.issue_id).where(
                    deliveries.c.reason != "suppressed"  # whoever left the list gets nothing that waited
                )
            ).all()
        given_up = {r.message_id.encode() for r in rows if r.state == "failed"}  # after five days of trying
        assert [row for row in rows if row.state not in ("sent", "failed")] == [], "left behind"
        assert given_up <= self.mails.troubled, "given up without trouble"
        assert {row.message_id.encode() for row in rows} - given_up <= set(self.mails.taken), "lost"

    def _web(self):
        rows = "".join(
            f"<item><title>{s.title}</title><link>http://example.org{s.path}</link><guid>{s.number}</guid>"
            f"<description>{s.text}</description><pubDate>{format_datetime(s.at)}</pubDate></item>"
            for s in self.stories
        )
        document = f"<rss version='2.0'><channel><title>x</title>{rows}</channel></rss>"
        pages = {
            f"http://example.org{s.path}": f"<html><body><article><h1>{s.title}</h1><p>{s.text * 3}</p></article></body></html>".encode()
            for s in self.stories
        }
        return {FEED: document.encode()} | pages


class MarksThenSends(Life):
    fault = "called sent, never taken"

    @contextmanager
    def mutated(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(deliver, "send_due", naive.mark_then_send)
            yield


class SendsThenMarksTheBatch(Life):
    fault = "a repeat nothing explains|called sent, never taken"  # refused ones are marked with the batch

    @contextmanager
    def mutated(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(deliver, "send_due", naive.send_then_mark_the_batch)
            yield


class ForgetsTheSlot(Life):
    fault = "an issue without a slot"

    @contextmanager
    def mutated(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(slots_steps, "bind", lambda *_, **__: None)
            yield


class LeavesBehindWhatACrashLeft(Life):
    fault = "left behind"

    @contextmanager
    def mutated(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ledger, "recover", lambda *_, **__: ())
            yield


class BuildsTheMessageAnew(Life):
    fault = "a repeat with other bytes"

    @contextmanager
    def mutated(self):
        def claim(*arguments, **values):
            row = original(*arguments, **values)
            return row and replace(row, message=row.message + b"%d\r\n" % row.attempts)

        original = ledger.claim
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ledger, "claim", claim)
            yield


class BlamesTheReader(Life):
    """Any 5xx at the recipient is the recipient's fault."""

    fault = "taken off for what is ours"

    @contextmanager
    def mutated(self):
        def ours(recipient):
            return Receipt(recipient=recipient, state="failed", detail="530 log in first", cause="recipient")

        self.mails.ours = ours
        self.mails.fates[:] = [
            "refused for what we are"
        ]  # by chance it takes minutes to come twice to one reader
        yield


MUTANTS = (
    BlamesTheReader,
    MarksThenSends,
    SendsThenMarksTheBatch,
    ForgetsTheSlot,
    LeavesBehindWhatACrashLeft,
    BuildsTheMessageAnew,
)


def lived(machine, *, examples, steps):
    """Run a machine through so many lives."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


def test_a_dozen_lives_lose_nothing_and_double_nothing():
    lived(Life, examples=12, steps=4)


@pytest.mark.faults_long
@pytest.mark.timeout(600)
def test_a_hundred_lives_lose_nothing_and_double_nothing():
    lived(Life, examples=100, steps=6)


@pytest.mark.faults_long
@pytest.mark.timeout(3600)
def test_two_thousand_lives_lose_nothing_and_double_nothing():
    lived(Life, examples=2000, steps=10)


@pytest.mark.faults
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS)
def test_every_mutant_is_found(mutant):
    """The control: six faults put in on purpose."""
    with pytest.raises(AssertionError, match=mutant.fault):
        lived(mutant, examples=200, steps=6)
