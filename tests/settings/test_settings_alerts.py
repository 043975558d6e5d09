"""[[alerts]] of a topic file: what one may hold, and what is said of what it may not."""

from __future__ import annotations

import pytest

from monitor.deliver.channels.registry import kinds
from monitor.settings import AlertSettings, load
from monitor.settings.alert_rules import check_alerts

TOPIC = 'title = "x"\nsentence = "x"\n'
DAILY = '[[alerts]]\nname = "morning"\nwhen = "daily"\n'
AT_ONCE = '[[alerts]]\nname = "breaking"\nwhen = "at once"\n'
READERS = 'recipients = ["ann@example.org", "ben@example.org"]\n'


def topic(home, text):
    home.write("topics/a.toml", TOPIC + text)
    return load(home.config, kinds=kinds).topics[0]


def test_an_alert_goes_where_the_issue_goes_unless_it_names_a_place(home):
    own = f'{AT_ONCE}recipients = ["cleo@example.org"]\n'
    found = topic(home, f'{READERS}{DAILY}time = "07:30"\n{own}')
    assert [found.receiving(alert).recipients for alert in found.alerts] == [
        ("ann@example.org", "ben@example.org"),
        ("cleo@example.org",),
    ]
    assert (found.alert("morning"), found.alert("evening")) == (found.alerts[0], None)


def test_quiet_hours_may_go_over_midnight(home):
    found = topic(home, f'{AT_ONCE}quiet_hours = "22:00-07:00"\n').alerts[0]
    assert [str(moment) for moment in found.quiet] == ["22:00:00", "07:00:00"]
    assert AlertSettings(name="x", when="at once").quiet is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (DAILY, 3, "the alert 'morning' is daily and has no 'time'"),
        (DAILY + 'time = "7:30"\n', 6, "'7:30' is not a time of day"),
        (DAILY + 'time = "07:30"\nbar = 0.5\n', 7, "'bar' in [[alerts]] is for when = 'at once'"),
        (AT_ONCE + 'time = "07:30"\n', 6, "'time' in [[alerts]] is for when = 'daily'"),
        (AT_ONCE + "bar = 1.5\n", 6, "'bar' in [[alerts]] cannot be 1.5"),
        (AT_ONCE + "at_most = 0\n", 6, "'at_most' in [[alerts]] cannot be 0"),
        (AT_ONCE + 'quiet_hours = "22-7"\n', 6, "'22-7' is no span of the day"),
        (AT_ONCE + 'quiet_hours = "07:00-07:00"\n', 6, "'07:00-07:00' is no span of the day"),
        (AT_ONCE + 'channels = ["desk"]\n', 6, "no channel 'desk'"),
        (AT_ONCE + 'recipients = ["Ann"]\n', 6, "'Ann' is no mail address"),
        ('[[alerts]]\nname = "a"\nwhen = "hourly"\n', 5, "'when' in [[alerts]] cannot be \"hourly\""),
        ('[[alerts]]\nname = "A b"\nwhen = "at once"\n', 4, "'A b' must be 1 to 64"),
        (AT_ONCE + AT_ONCE, 3, "'breaking' is listed twice"),
        (AT_ONCE + "urgency = 1\n", 6, "unknown key 'urgency' in [[alerts]]"),
    ],
)
def test_what_an_alert_may_not_hold_is_said_with_its_line(home, text, line, said):
    error = home.error("topics/a.toml", TOPIC + text)
    assert (error.line, said in error.message) == (line, True), error.message


def test_alerts_that_have_the_keys_of_their_kind_pass(home):
    check_alerts((AlertSettings(name="x", when="daily", time="07:30"),), "", home.config)
