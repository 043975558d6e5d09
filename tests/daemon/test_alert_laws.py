"""The laws of alerts on invented weeks, hour by hour; and each of them broken on purpose.

`tests/replay/alert_weeks.py` asks the same of real weeks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.pipeline.issuing import alerts, composing
from monitor.pipeline.issuing.alerted import Alerted
from monitor.settings import AlertSettings
from monitor.store import issues as issues_store
from tests.daemon import alert_house
from tests.pipeline.test_killed import TOPIC
from tests.replay import alert_laws

MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
AT_ONCE = AlertSettings(name="breaking", when="at once", bar=0.3, at_most=2, quiet_hours="22:00-07:00")
DAILY = AlertSettings(name="evening", when="daily", time="19:00")


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def lived(house, tmp_path):
    """A week of a topic with both kinds of alerts, whose first days bring news, and the issue at its end."""

    def live(*rules):
        topic = TOPIC.model_copy(update={"alerts": rules or (AT_ONCE, DAILY)})
        week = alert_house.week(house, tmp_path, topic).at(MONDAY).tick()
        for _ in range(len(alert_house.NEWS)):
            week.later(hours=5).tick()
        week.at(MONDAY + timedelta(days=7)).tick().later(hours=2).tick()
        return alert_laws.past(week.context, topic)

    return live


def test_weeks_with_alerts_keep_the_laws(lived):
    found = lived()
    assert alert_laws.breaches(found) == []
    assert {each.alert for each in found.alerts} == {"breaking", "evening"}
    assert [each.issue for each in found.weekly] == [1]
    marked = [entry.status for entry in (*found.weekly[0].top, *found.weekly[0].also) if entry.sent_at]
    assert "sent" in marked


def test_a_quiet_night_ends_with_what_waited(lived):
    found = lived(AT_ONCE)
    assert max(len(each.top) for each in found.alerts) > 1
    assert list(alert_laws.in_quiet_hours(found)) == []


@pytest.mark.parametrize(
    ("broken", "law"),
    [
        ([(alerts, "_is_full", False)], alert_laws.too_many),
        ([(alerts, "is_quiet", False)], alert_laws.in_quiet_hours),
        ([(composing, "alerted_before", Alerted())], alert_laws.new_again),
        # Two things keep an article from going out twice: it is among the sent ones, and what was told of it is known.
        ([(alerts, "alerted_before", Alerted()), (issues_store, "told", ())], alert_laws.twice),
    ],
)
def test_each_law_finds_who_breaks_it(lived, monkeypatch, broken, law):
    for module, name, answer in broken:
        monkeypatch.setattr(module, name, lambda *_, answer=answer: answer)
    one = AT_ONCE.model_copy(update={"at_most": 1})
    assert list(law(lived(one, DAILY)))


def test_accounts_that_forget_what_alerts_told_are_found(lived):
    found = lived()
    taken = {i: (number, "" if fate == "told" else fate) for i, (number, fate) in found.fates.items()}
    assert list(alert_laws.off_account(alert_laws.Past(found.topic, found.frozen, taken)))
