"""SIGKILL before and after every commit of a tick that tells an alert: none lost, none doubled outside the fence.

Control: an alert that is looked at, noted and only then frozen is lost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from monitor.daemon import due
from monitor.pipeline.delivering import receivers
from monitor.pipeline.issuing import alerts
from monitor.settings import AlertSettings
from monitor.store import alert_slots
from monitor.store.schema import deliveries, issues
from tests.daemon import alert_house
from tests.pipeline.test_killed import TOPIC, FileCopies, FileMailer, check_mail, killed

MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
AT_ONCE = AlertSettings(name="breaking", when="at once", bar=0.0, at_most=24)
DAILY = AlertSettings(name="noon", when="daily", time="12:00")
KILLS = 40  # at least, of one tick; eight ticks make the two hundred and more that docs/reliability.md tells


@pytest.fixture
def copies(request, tmp_path):
    return FileCopies(request, tmp_path)


@pytest.fixture
def store(copies):
    return copies.store


@pytest.fixture
def opened(house, tmp_path):
    """A house with an alert that was there for some ticks, and the context of the next one, which tells something."""

    def open_with(alert, ticks):
        topic = TOPIC.model_copy(update={"alerts": (alert,)})
        week = alert_house.week(house, tmp_path, topic).at(MONDAY)
        for _ in range(ticks):
            week.tick().later(hours=2)
        week.at(MONDAY + timedelta(days=ticks // 2, hours=4 if alert.is_daily else 2 * ticks))
        return week.ahead()

    return open_with


def told(store):
    """Number of each alert -> its recipients and states."""
    with store.look() as connection:
        rows = connection.execute(
            select(issues.c.number, deliveries.c.recipient, deliveries.c.state)
            .outerjoin(deliveries, deliveries.c.issue_id == issues.c.id)
            .where(issues.c.number < 0)
            .order_by(issues.c.number, deliveries.c.recipient)
        )
        found: dict[int, list[tuple[str, str]]] = {}
        for number, recipient, state in rows:
            found.setdefault(number, []).append((recipient, state))
        return found


def lives(context, copies, tmp_path, run):
    """Kill `run` around each of its commits and do a tick a minute later; give what each time came of it."""
    copies.keep()
    for at in range(1, 200):
        landed = False
        for when in ("before", "after"):
            folder = tmp_path / f"{run.__name__}-{at}-{when}"
            folder.mkdir()
            with copies.copy(folder) as store:
                one = replace(context, store=store, mailer=FileMailer(folder / "mail"))
                was_killed = killed(one, run, at=at, when=when)
                landed |= was_killed
                due.run_due(replace(one, now=one.now + timedelta(minutes=1)))
                yield was_killed, f"killed {when} commit {at}", when, store, folder / "mail"
        if not landed:
            return


@pytest.mark.faults
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("alert", [AT_ONCE, DAILY], ids=lambda alert: alert.name)
@pytest.mark.parametrize("ticks", [1, 2, 3, 4])
def test_an_alert_is_told_once_wherever_a_tick_is_killed(opened, copies, tmp_path, alert, ticks):
    context = opened(alert, ticks)
    before = told(context.store)
    kills = 0
    for was_killed, name, when, store, mail in lives(context, copies, tmp_path, due.run_due):
        kills += was_killed
        found = told(store)
        (number,) = found.keys() - before.keys()
        assert found[number] == [(reader, "sent") for reader in TOPIC.recipients], name
        check_mail(mail, when=when)
        with store.look() as connection:
            assert alert_slots.unfinished(connection, TOPIC.id) == (), name
    assert kills >= KILLS


def forgetful(context):
    """What an alert would do that notes its look before it has frozen what it saw."""
    (topic,) = context.settings.topics
    for alert in topic.alerts:
        with context.store.begin() as connection:
            alert_slots.looked(connection, topic.id, alert.name, at=context.now)
        alerts.tell(context, topic, alert)


def noted_first(context):
    """The steps of a tick, with that order."""
    topics = context.settings.topics
    silent = [topic.model_copy(update={"alerts": ()}) for topic in topics]
    due.run_due(replace(context, settings=context.settings.model_copy(update={"topics": tuple(silent)})))
    assert receivers.has_receivers(topics[0])
    forgetful(context)


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_the_control_an_alert_noted_before_it_is_frozen_is_lost(opened, copies, tmp_path):
    context = opened(AT_ONCE, 1)
    lost = [name for _, name, _, store, _ in lives(context, copies, tmp_path, noted_first) if not told(store)]
    assert lost
