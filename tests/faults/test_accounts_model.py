"""The accounts of a house through any sequence of entries, dates, feeds, weeks, issues by hand and edits, as a state machine.

The law: after every step each relevant article is told, known, below a told one, kept out by a rule, an old entry of a new feed, or
waiting; the ends add up to all, no article stands in two issues, and in the end none waits. Mutants, each with an old fault, are found.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
import structlog
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from monitor.pipeline.judging import learn
from monitor.pipeline.ports import Context
from monitor.settings import (
    DigestSettings,
    FetchSettings,
    LimitSettings,
    ScheduleSettings,
    Settings,
    StoreSettings,
)
from monitor.store import Store
from monitor.store import scores as scores_store
from tests.fakes import FakeFetcher, FakeMailer, InlineWorker
from tests.faults.newsroom import Newsroom
from tests.faults.test_model import SEED, _template, lived
from tests.pipeline.test_killed import TOPIC
from tests.postgres import SHORT

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)  # a Monday, after the slot
FEEDS = ("one", "two", "three")
DATES = (
    timedelta(minutes=-5),
    timedelta(seconds=30),
    timedelta(hours=5),
    timedelta(days=1),
    timedelta(days=-10),
    timedelta(days=-400),
)
DAYS = ("monday", "tuesday", "saturday")


class Accounts(RuleBasedStateMachine):
    """The machine. Subclasses are mutants."""

    @initialize()
    def open(self):
        self.folder = Path(tempfile.mkdtemp(prefix="life-", dir=SHORT))
        (self.folder / "seeds").mkdir()
        (self.folder / "seeds" / "seed.md").write_text(SEED)
        shutil.copy(_template(), self.folder / "monitor.db")
        self.store = Store.open(StoreSettings(), self.folder)
        topic = TOPIC.model_copy(update={"recipients": (), "limits": LimitSettings(top=2, also=1)})
        context = Context(
            settings=Settings(
                root=self.folder,
                data=self.folder,
                fetch=FetchSettings(min_interval_s=0, max_interval_s=1),
                digest=DigestSettings(out=str(self.folder / "out"), formats=("text",)),
                topics=(topic,),
            ),
            feeds=(),
            store=self.store,
            fetcher=FakeFetcher({}),
            worker=InlineWorker(),
            mailer=FakeMailer(),
            now=START,
            jitter=lambda: 0.5,
        )
        learn.learn_topic(context, topic)
        self.room = Newsroom(context)
        self.room.publish(DATES[0], feed=FEEDS[0])
        self.work(self.room.tick)

    @rule(date=st.sampled_from(DATES), feed=st.sampled_from(FEEDS), is_event=st.booleans())
    def publish(self, date, feed, is_event):
        self.room.publish(date, feed=feed, is_event=is_event)

    @rule(hours=st.sampled_from([1, 24, 24 * 4]))
    def later(self, hours):
        self.room.later(hours=hours)
        self.work(self.room.tick)

    @rule(count=st.integers(1, 4), date=st.sampled_from(DATES))
    def week(self, count, date):
        """What is usual: a week passes, there is news, and it is due."""
        for _ in range(count):
            self.room.publish(date, feed=FEEDS[0], is_event=True)
        self.room.later(days=7)
        self.work(self.room.tick)

    @rule(kind=st.sampled_from(["issue", "preview"]))
    def by_hand(self, kind):
        waiting = self.ends("waiting")
        self.work(lambda: self.room.by_hand(kind=kind))
        if kind == "preview":
            assert waiting <= self.ends("waiting"), "a preview took something"

    @rule(day=st.sampled_from(DAYS))
    def edit_the_schedule(self, day):
        before = len(self.room.issues())
        self.set(schedule=ScheduleSettings(day=day, time="07:00"))
        self.work(self.room.tick)
        assert len(self.room.issues()) <= before + (day == self.last_day), "a slot of the past"
        self.last_day = day

    @rule(never=st.sampled_from([(), ("drone",), ("tariff*",)]))
    def edit_the_rules(self, never):
        self.set(never=never)

    last_day = "monday"

    def set(self, **values):
        settings = self.room.context.settings
        topic = settings.topics[0].model_copy(update=values)
        self.room.context = replace(
            self.room.context, settings=settings.model_copy(update={"topics": (topic,)})
        )

    @contextmanager
    def mutated(self):
        """What a mutant puts in the place of the real thing."""
        yield

    def work(self, step):
        with self.mutated(), structlog.testing.capture_logs():
            step()
        self.room.sums()
        assert max(self.room.told().values(), default=0) <= 1, "told in two issues"
        told = set(self.room.told())
        assert self.ends("told") == told, "called told, and in no issue"

    def ends(self, fate):
        return {title for title, own in self.room.fates().items() if own == fate}

    def teardown(self):
        if not hasattr(self, "room"):
            return
        try:
            for _ in range(3):
                self.room.publish(DATES[0], feed=FEEDS[0], is_event=True)
                self.room.later(days=7)
                self.work(self.room.tick)
            new = max(story.story.number for entries in self.room.shown.values() for story in entries)
            shown = {
                e.story.title for entries in self.room.shown.values() for e in entries if e.story.number < new
            }
            left = self.ends("waiting") & shown
            assert left == set(), "waits for ever"
        finally:
            self.store.close()
            shutil.rmtree(self.folder)


class ClosesByDates(Accounts):
    fault = "nobody knows what became of it|called told|waits for ever"

    @contextmanager
    def mutated(self):
        real = scores_store.waiting

        def by_dates(connection, topic, *, until, since=None):
            found = real(connection, topic, until=until, since=since)
            return tuple(s for s in found if until - timedelta(days=10) < s.article.published <= until)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scores_store, "waiting", by_dates)
            yield


class FiresSlotsOfThePast(Accounts):
    fault = "a slot of the past"

    @contextmanager
    def mutated(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "monitor.schedule.slots._in_force_since", lambda *_: datetime(2000, 1, 1, tzinfo=UTC)
            )
            yield


class PreviewsTake(Accounts):
    fault = "a preview took something"

    @rule()
    def by_hand(self):
        waiting = self.ends("waiting")
        self.work(lambda: self.room.by_hand(kind="issue"))
        assert waiting <= self.ends("waiting"), "a preview took something"


MUTANTS = (ClosesByDates, FiresSlotsOfThePast, PreviewsTake)


def test_a_dozen_lives_account_for_every_article():
    lived(Accounts, examples=12, steps=6)


@pytest.mark.faults_long
@pytest.mark.timeout(3600)
def test_two_thousand_lives_account_for_every_article():
    lived(Accounts, examples=2000, steps=8)


@pytest.mark.faults
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS)
def test_every_mutant_of_the_accounts_is_found(mutant):
    """The control: faults there were, put in again."""
    with pytest.raises(AssertionError, match=mutant.fault):
        lived(mutant, examples=100, steps=6)
