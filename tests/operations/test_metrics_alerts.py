"""The rules shipped for Prometheus: they can be read, and each name and label in them is one that /metrics tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.operations import metrics
from monitor.pipeline.tally import BOUNDS_S, STEP_S, STEPS, Tally
from monitor.settings import AlertSettings
from tests import exposition
from tests.daemon import alert_house
from tests.pipeline.test_killed import TOPIC

ALERTS = Path(__file__).parents[2] / "docs" / "alerts.yml"
HEAD = ["groups:", "  - name: monitor", "    rules:"]
# One rule, line by line: the part of YAML that the file keeps to.
RULE = re.compile(
    r"      - alert: (?P<name>Monitor[A-Za-z]+)\n"
    r"        expr: (?P<expr>[^\n#:]+)\n"
    r"(?:        for: \d+[mh]\n)?"
    r"        labels:\n          severity: (?:page|ticket)\n"
    r'        annotations:\n          summary: "(?P<summary>[^"\n\\]+)"\n          action: "[^"\n\\]+"\n'
)


def _rules():
    text = ALERTS.read_text("ascii")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines[:3] == HEAD
    rest = "".join(f"{line}\n" for line in lines[3:])
    found = list(RULE.finditer(rest))
    assert "".join(rule[0] for rule in found) == rest, "nothing stands between two rules"
    return found


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def week(house, tmp_path):
    topic = TOPIC.model_copy(update={"alerts": (AlertSettings(name="breaking", when="at once", bar=0.0),)})
    return alert_house.week(house, tmp_path, topic).at(datetime(2026, 3, 9, 8, tzinfo=UTC))


@pytest.fixture
def families(week):
    """What /metrics tells of a house where something of each kind has happened."""
    week.skew = timedelta(minutes=20)
    week.tick().later(hours=2).tick().later(
        days=7, minutes=2
    ).tick()  # an alert, then over the moment of an issue
    week.context.store.keep_backup(every=timedelta(hours=1), now=week.context.now)
    week.context.tally.ticked(week.context.now.timestamp())
    return exposition.parse(metrics.metrics(week.context).body.decode())


def test_every_number_has_help_and_type_and_none_is_told_without_a_name(families):
    assert set(families) == set(metrics._FAMILIES)
    assert {name: family.kind for name, family in families.items()} == {
        name: kind for name, (kind, _) in metrics._FAMILIES.items()
    }


def test_steps_are_measured_when_they_had_something_to_do(families, week):
    def runs():
        said = exposition.parse(metrics.metrics(week.context).body.decode())[STEP_S]
        return {labels["step"]: n for name, labels, n in said.samples if name.endswith("_count")}

    before = runs()
    assert set(before) == set(STEPS)
    assert all(before.values()), "an issue was made and sent"
    week.is_down = True
    week.tick()  # nothing is due so soon
    assert runs() | {"poll": 0} == before | {"poll": 0}


def test_a_duration_falls_into_its_bucket_and_all_wider_ones():
    tally = Tally()
    for seconds in (0.1, 0.2, 1000.0):
        tally.took("poll", seconds)
    counted = [
        n for name, labels, n in tally.items() if name == f"{STEP_S}_bucket" and labels["step"] == "poll"
    ]
    assert counted == [1, *[2] * (len(BOUNDS_S) - 2), 3]


def test_the_last_and_the_next_issue_of_a_topic_are_told(families, week):
    ((_, last, composed),) = families["monitor_digest_last_success_timestamp_seconds"].samples
    ((_, coming, due),) = families["monitor_digest_next_timestamp_seconds"].samples
    assert last == coming == {"topic": week.context.settings.topics[0].id}
    assert composed <= week.context.now.timestamp() < due


def test_rules_name_only_what_is_told(families):
    rules = _rules()
    assert len({rule["name"] for rule in rules}) == len(rules) >= 8
    for rule in rules:
        selectors = re.findall(r"\b(monitor_\w+)(?:\{([^}]*)\})?", rule["expr"])
        assert selectors, rule["name"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
        for name, labels in selectors:
            known = [labels for _, labels, _ in families[name].samples]
            for label, value in re.findall(r'(\w+)="(\w+)"', labels):
                assert all(label in each for each in known), (rule["name"], label)
                assert value in {"pending", "failed"} if label == "state" else True
        for label in re.findall(r"\$labels\.(\w+)", rule["summary"]):
            assert all(label in labels for _, labels, _ in families[selectors[0][0]].samples), rule["name"]


def test_a_strict_reader_refuses_what_is_no_exposition():
    """The control."""
    good = "# HELP a_total Some.\n# TYPE a_total counter\na_total{} 1\n"
    assert exposition.parse(good)["a_total"].kind == "counter"
    for bad in (
        good.replace("# HELP a_total Some.\n", ""),
        good.replace("# TYPE a_total counter\n", ""),
        good.replace("counter", "gauge"),
        good.replace("{}", '{x="a"b"}'),
        good + "a_total{} 2\n",
        good + good,
        good + "b 1\n",
        good.replace(" 1", " one"),
    ):
        with pytest.raises((AssertionError, KeyError)):
            exposition.parse(bad)
