"""What `monitor status` and `monitor doctor` say about feeds that ended."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import FeedState
from monitor.operations import doctor, status
from monitor.pipeline.judging.measured import expected
from monitor.settings import TopicSettings
from monitor.store import feeds as feeds_store
from tests import make

FEEDS = [make.feed(id=name, name=name.title()) for name in ("gone", "silent", "late", "well")]


def _house(house, now):
    context = house(feeds=FEEDS)
    long_ago, lately = now - timedelta(days=9), now - timedelta(days=2)
    states = [
        FeedState(feed_id="gone", disabled=True, ok_at=long_ago, status="gone", detail="410 Gone"),
        FeedState(
            feed_id="silent", failures=12, ok_at=long_ago, status="timeout", detail="no answer in 10 s"
        ),
        FeedState(feed_id="late", failures=1, ok_at=lately, status="timeout", detail="no answer in 10 s"),
        FeedState(feed_id="well", ok_at=now, new_at=now - timedelta(days=30), gap_s=86_400.0, status="ok"),
    ]
    with context.store.begin() as connection:
        feeds_store.put_states(connection, states)
    return context


def test_doctor_names_languages_that_are_read_without_a_pack(house):
    feeds = [make.feed(id=tag, lang=tag) for tag in ("en", "fr", "fr-CA", "zh-Hans")]
    feeds.append(make.feed(id="off", lang="de", enabled=False))
    found = {
        each.what: each for each in doctor.examine(house(feeds=feeds)) if each.what.startswith("language")
    }
    assert list(found) == ["language fr", "language zh"]
    assert found["language fr"].detail.startswith("2 feeds; there is no pack")
    assert found["language zh"].detail.startswith("1 feed; ")
    assert all(each.ok for each in found.values())


def test_status_names_dead_feeds_and_feeds_that_fell_quiet(house, now):
    seen = status.read_status(_house(house, now))
    assert seen.values()["feeds"] == {
        "enabled": 4, "due": 3, "in_trouble": ["silent", "late"], "dead": ["Gone", "Silent"], "quiet": ["Well"],
        "cause": None,
    }  # fmt: skip
    said = "\n".join(seen.lines())
    assert "dead: Silent, last good answer 2026-02-28. no answer in 10 s" in said
    assert "quiet: Well, nothing new for 30 days" in said


def test_trouble_of_many_feeds_is_told_once(house, now):
    context = house(feeds=[make.feed(id=f"f{n}", name=f"f{n}") for n in range(20)])
    states = [
        FeedState(feed_id=f"f{n}", failures=1, status="unreachable", detail=f"f{n}.example:443: no name")
        for n in range(19)
    ]
    with context.store.begin() as connection:
        feeds_store.put_states(connection, [*states, FeedState(feed_id="f19", failures=2, status="timeout")])
    said = status.read_status(context).lines()
    assert sum("f7" in line for line in said) == 1
    assert any(line.startswith("  unreachable: 19 feeds (f0, f1, ") for line in said)
    assert "    f0, 1 failures in a row. f0.example:443: no name" in said
    assert any(line.startswith("  f19: timeout, 2 failures") for line in said)


def test_the_doctor_finds_dead_feeds_and_says_what_to_do(house, now):
    wrong = {finding.what: finding.detail for finding in doctor.examine(_house(house, now)) if not finding.ok}
    assert wrong.keys() & {"feed gone", "feed silent", "feed late", "feed well"} == {
        "feed gone",
        "feed silent",
    }
    assert "`monitor feeds check silent`" in wrong["feed silent"]


def _topic(**values):
    return TopicSettings(title="Fish", sentence="Fishing quotas", **values)


MEASURED = {
    "kind": "headline",
    "precision": 0.9,
    "recall": 0.8,
    "texts": 50,
    "collection": "headlines",
    "on": "2026-11-29",
}


def test_status_tells_how_good_the_line_is_expected_to_be(house):
    known = _topic(id="known", measured=(MEASURED,))
    strict = _topic(id="strict", measured=(MEASURED,), mode="strict")
    said = status.read_status(house(topics=[known, strict, _topic(id="new")])).lines()
    told = "headlines: 90% of the chosen are on topic, 80% of those on topic are chosen (50 headlines, measured 2026-11-29)"
    assert f"  line       {told}" in said
    assert f'  line       {told}; measured at mode "balanced", not "strict"' in said
    assert "  line       nobody has measured how good it is" in said


def test_an_article_is_told_the_line_of_its_own_kind():
    topic = _topic(id="known", measured=(MEASURED, MEASURED | {"kind": "full", "precision": 0.7}))
    assert [told.split(":")[0] for told in expected(topic, "full")] == ["full texts"]
    assert [told.split(":")[0] for told in expected(topic)] == ["headlines", "full texts"]
    assert expected(topic, "short") == ()
