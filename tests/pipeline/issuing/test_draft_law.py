"""The law of the desk: the draft shown is the issue sent, whatever an editor decides. On invented weeks; on real ones in tests/quality."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor.digests.render import render
from monitor.pipeline.issuing import digest, drafting
from monitor.settings import FetchSettings, LimitSettings
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from tests.daemon import due_house
from tests.faults.newsroom import Entry, Event, Newsroom
from tests.pipeline.test_killed import TOPIC
from tests.replay.editor import content, edit, is_obeyed, stored

MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
WEEKS = 4
LIMITS = LimitSettings(top=2, also=2, outlet=2)


@pytest.fixture
def room(house, tmp_path):
    """A house started after the slot of a Monday, with three feeds."""
    fast = FetchSettings(min_interval_s=0, max_interval_s=1)
    week = due_house.week(house, tmp_path, fetch=fast, mailer=None)
    topic = TOPIC.model_copy(update={"limits": LIMITS})
    settings = week.context.settings.model_copy(update={"topics": (topic,)})
    made = Newsroom(replace(week.context, settings=settings, now=MONDAY))
    made.publish(timedelta(minutes=-1))
    return made.tick()


GOODS = (
    "cranes almonds magnets turbines sneakers bicycles tyres pianos lithium soybeans pork whisky drones furniture ginseng "
    "tungsten batteries tractors garlic lobsters polysilicon helmets ferries honey catfish mattresses zippers vaccines"
).split()
ACTS = (
    (
        "Washington imposes {n} percent tariff on Chinese {goods}",
        "Importers of {goods} in {place} must pay from {day} June, customs wrote.",
    ),
    (
        "Beijing suspends duties of {n} percent on American {goods}",
        "Dealers in {place} unload {goods} that waited since {day} May.",
    ),
    (
        "American court strikes down tariff on Chinese {goods}",
        "Judges in {place} gave {n} makers of {goods} until {day} July.",
    ),
    (
        "Chinese {goods} buyers seek trade licence from Washington",
        "A clerk in {place} counted {n} forms for {goods} by {day} April.",
    ),
)
PLACES = ("Fresno", "Hebei", "Oslo", "Zhuhai", "Kunming", "Boston", "Harbin", "Savannah", "Ningbo", "Tacoma")


def news(room, dice, feed):
    """Let a feed show an event no other one is like: who, what and where by chance."""
    room.number += 1
    title, text = dice.choice(ACTS)
    facts = {"n": dice.randrange(11, 98), "goods": dice.choice(GOODS), "place": dice.choice(PLACES)}
    title, text = (each.format(day=dice.randrange(2, 29), **facts) for each in (title, text))
    event = Event(number=room.number, title=title, text=f"{title}. {text} " * 4)
    room.shown.setdefault(feed, []).append(Entry(event, format_datetime(room.now - timedelta(minutes=1))))


def a_week(room, dice):
    """News of five days at random."""
    room.later(days=1)
    for _ in range(5):
        room.later(hours=dice.randrange(10, 28))
        for _ in range(dice.randrange(1, 4)):
            news(room, dice, dice.choice(("one", "two", "three")))
        room.tick()


def frozen(room):
    with room.context.store.look() as connection:
        return issues_store.newest(connection, TOPIC.id)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_draft_shown_is_the_issue_sent(room, seed):
    dice = random.Random(seed)  # noqa: S311 - for repeatable editors
    decided = 0
    for number in range(1, WEEKS + 1):
        a_week(room, dice)
        monday = MONDAY + timedelta(weeks=number)
        topic = room.context.settings.topics[0]
        if number % 2:  # by hand, at once
            standing = edit(room.context, topic, dice)
            draft = stored(room.context, topic)
            issue = digest.compose_issue(room.context, topic, kind="issue").digest
            assert issue == draft
        else:  # by the daemon: the draft of the tick before the slot is the issue of the slot
            room.later(seconds=(monday - timedelta(minutes=31) - room.now).total_seconds()).tick()
            standing = edit(room.context, topic, dice)
            draft = stored(room.context, topic)
            room.later(minutes=1, seconds=30).tick()
            issue = room.issues()[-1]
            assert content(issue) == content(draft)
        assert issue.issue == draft.issue >= number
        kept, made = frozen(room).rendered, render(draft)
        assert (kept.html, kept.text, kept.markdown) == (made.html, made.text, made.markdown)
        assert is_obeyed(issue, standing)
        decided += len(standing)
        room.later(seconds=max(0.0, (monday - room.now).total_seconds()))
        room.tick()
    assert decided >= WEEKS
    with room.context.store.look() as connection:
        ends = scores_store.fates(connection, TOPIC.id)
    assert "left_out" in ends
    assert ends.keys() <= {"waiting", "told", "below", "known", "left_out"}


def test_control_a_draft_of_before_the_last_article_is_not_the_issue(room):
    dice = random.Random(3)  # noqa: S311 - the same
    a_week(room, dice)
    topic = room.context.settings.topics[0]
    edit(room.context, topic, dice)
    draft = stored(room.context, topic)
    room.publish(timedelta(minutes=-1), feed="two", is_event=True)
    issue = room.later(hours=1).by_hand()
    assert content(issue) != content(draft)
    assert issue.coverage.relevant == draft.coverage.relevant + 1


def test_control_an_editor_who_is_not_obeyed_is_seen(room):
    dice = random.Random(4)  # noqa: S311 - the same
    a_week(room, dice)
    topic = room.context.settings.topics[0]
    drafting.refresh(room.context, topic)
    without = stored(room.context, topic)
    standing = edit(room.context, topic, dice)
    assert {each.kind for each in standing} >= {"out"}
    assert is_obeyed(stored(room.context, topic), standing)
    assert not is_obeyed(without, standing)
