"""To which issue does an article belong? To the first after it was seen, whatever date its publisher states."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import InputError
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import explain
from monitor.pipeline.judging.explain import article_lines, article_values
from monitor.settings import FetchSettings, LimitSettings, ScheduleSettings
from monitor.store import scores as scores_store
from monitor.store import search
from monitor.text import query
from tests.daemon import due_house
from tests.faults.newsroom import EVENTS, Entry, Event, Newsroom
from tests.pipeline.test_killed import TOPIC

MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
SOON = timedelta(minutes=1)
OLD_PAGE = (
    "<html><head><script type='application/ld+json'>"
    '{"@type": "NewsArticle", "datePublished": "2019-05-13T08:00:00Z"}'
    "</script></head><body><article><h1>%s</h1><p>%s</p></article></body></html>"
)


@pytest.fixture
def room(house, tmp_path):
    """A house that was started on a Monday after the slot, with one feed that has answered before."""
    week = due_house.week(
        house, tmp_path, fetch=FetchSettings(min_interval_s=0, max_interval_s=1), mailer=None
    )
    made = Newsroom(replace(week.context, now=MONDAY), countries={"beijing": "CN"})
    for feed in ("one", "beijing"):
        made.publish(-SOON, feed=feed)
    made.tick()
    return made


SITUATIONS = {
    "30 seconds ahead": ("one", lambda now: now + timedelta(seconds=30)),
    "two hours ahead, local time said to be UTC": ("one", lambda now: now + timedelta(hours=2)),
    "24 hours ahead, a post that was scheduled": ("one", lambda now: now + timedelta(hours=24)),
    "a year ahead": ("one", lambda now: now + timedelta(days=365)),
    "CST in a Chinese feed": ("beijing", "Mon, 09 Mar 2026 14:50:00 CST"),
    "no zone in a Chinese feed": ("beijing", "2026-03-09 14:50:00"),
    "ten days before, first seen now": ("one", lambda now: now - timedelta(days=10)),
    "2019, first seen now": ("one", "Mon, 13 May 2019 08:00:00 GMT"),
    "none, and the page says 2019": ("one", ""),
}


def seen_just_before_an_issue(room, feed, date):
    """A story of this date, first seen a minute before the second Monday's issue; then three more weeks pass."""
    room.later(days=6, hours=23, minutes=29)  # 06:59
    written = date(room.now).strftime("%a, %d %b %Y %H:%M:%S GMT") if callable(date) else date
    story = room.publish(written, feed=feed)
    if not date:
        entries = room.shown[feed]
        entries[-1] = replace(entries[-1], page=OLD_PAGE % (story.title, story.text * 3))
    room.tick().later(minutes=2)
    for _ in range(4):
        room.tick().later(days=7)
    return story


@pytest.mark.parametrize("situation", SITUATIONS)
def test_whatever_its_date_it_is_told_once_in_the_issue_after_it_was_seen(room, situation):
    story = seen_just_before_an_issue(room, *SITUATIONS[situation])
    assert room.told()[story.title] == 1, room.fates()
    assert room.issues_of(story) == [1]
    room.sums()


@pytest.mark.parametrize("situation", ["two hours ahead, local time said to be UTC", "2019, first seen now"])
def test_the_control_closing_a_period_by_dates_loses_it(room, monkeypatch, situation):
    real_waiting, real_close = scores_store.waiting, scores_store.close

    def by_dates(connection, topic, *, until, since=None):
        late = timedelta(days=3 + 7)
        return tuple(
            s
            for s in real_waiting(connection, topic, until=until, since=since)
            if until - late < s.article.published <= until
        )

    def all_of_it(connection, topic, fates, *, because, until, issue_id):
        everything = {s.article.id: "below" for s in real_waiting(connection, topic, until=until)}
        real_close(
            connection, topic, everything | dict(fates), because=because, until=until, issue_id=issue_id
        )

    monkeypatch.setattr(scores_store, "waiting", by_dates)
    monkeypatch.setattr(scores_store, "close", all_of_it)
    if "ahead" in situation:  # dates were kept as they were stated
        monkeypatch.setattr(
            "monitor.pipeline.gathering.intake._published",
            lambda entry, _, now: (entry.published or now, False),
        )
    story = seen_just_before_an_issue(room, *SITUATIONS[situation])
    assert room.told()[story.title] == 0


def test_a_date_ahead_is_shown_as_the_day_it_was_seen(room):
    story = seen_just_before_an_issue(room, *SITUATIONS["24 hours ahead, a post that was scheduled"])
    assert room.date_of(story) == MONDAY + timedelta(days=6, hours=23, minutes=29)


@pytest.mark.parametrize("written", ["Mon, 09 Mar 2026 14:50:00 CST", "2026-03-09 14:50:00"])
def test_a_chinese_feed_means_its_own_time(room, written):
    story = seen_just_before_an_issue(room, "beijing", written)
    assert room.date_of(story) == datetime(2026, 3, 9, 6, 50, tzinfo=UTC)


def test_the_backlog_of_a_new_feed_is_counted_and_floods_nothing(room):
    room.later(days=3)
    old = [room.publish(timedelta(days=-30 - n), feed="new") for n in range(20)]
    fresh = room.publish(-SOON, feed="new")
    room.tick().later(days=4).tick()
    issue = room.issues()[0]
    assert room.issues_of(fresh) == [1]
    assert issue.coverage.backlog >= 20
    assert {room.fates()[story.title] for story in old} == {"backlog"}
    room.sums()


def test_what_an_issue_by_hand_does_not_tell_is_mondays(room):
    room.later(days=3)
    limits = LimitSettings(top=2, also=1)
    topic = room.context.settings.topics[0].model_copy(update={"limits": limits})
    room.context = replace(
        room.context, settings=room.context.settings.model_copy(update={"topics": (topic,)})
    )
    for _ in range(8):
        room.publish(-SOON, is_event=True)
    by_hand = room.by_hand()
    told = {c.headline for c in (*by_hand.top, *by_hand.also)}
    room.later(days=4).tick()
    mondays = room.issues()[-1]
    assert {c.headline for c in (*mondays.top, *mondays.also)}
    assert not told & {c.headline for c in (*mondays.top, *mondays.also)}
    taken = {identity for entry in (*by_hand.top, *by_hand.also) for identity in entry.shown_article_ids}
    chosen_from = mondays.coverage.told + mondays.coverage.below + mondays.coverage.known
    assert chosen_from == 8 - len(taken), "an issue by hand cost it something"
    assert set(room.fates().values()) <= {"told", "below", "known", "backlog"}
    room.sums()


def test_a_preview_takes_nothing(room):
    room.later(days=3)
    room.publish(-SOON)
    before = room.fates()
    room.by_hand(kind="preview")
    assert set(room.fates().values()) == {"waiting"}
    assert before.items() <= room.fates().items()


def test_an_edited_schedule_fires_no_slot_of_the_past(room):
    room.later(days=9).tick()  # Wednesday: Monday's issue is made
    assert len(room.issues()) == 1
    tuesday = ScheduleSettings(day="tuesday", time="07:00")
    topic = room.context.settings.topics[0].model_copy(update={"schedule": tuesday})
    settings = room.context.settings.model_copy(update={"topics": (topic,)})
    room.context = replace(room.context, settings=settings)
    room.publish(-SOON)
    room.tick()
    assert len(room.issues()) == 1, "a slot of yesterday"
    room.later(days=6).tick()  # the next Tuesday
    assert len(room.issues()) == 2


@pytest.mark.parametrize(
    "rule", [{"never": ("batter*", "soybean*")}, {"muted": ("One",)}, {"must": ("zeppelin",)}]
)
def test_rules_of_the_topic_file_count_when_an_issue_is_made(room, rule):
    room.later(days=3)
    for _ in range(5):
        room.publish(-SOON)
    room.tick()
    words = {"never": (*rule.get("never", ()), "tariff*")} if "never" in rule else rule
    topic = room.context.settings.topics[0].model_copy(update=words)
    room.context = replace(
        room.context, settings=room.context.settings.model_copy(update={"topics": (topic,)})
    )
    room.later(days=4).tick()
    assert [
        c.headline for issue in room.issues() for c in (*issue.top, *issue.also) if c.outlet == "One"
    ] == []
    assert set(room.fates().values()) <= {"ruled", "known", "backlog", "told"}
    room.sums()


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (MONDAY, MONDAY - timedelta(days=1), "is not before"),
        (MONDAY + timedelta(days=400), None, "lies in the future"),
        (None, MONDAY + timedelta(days=400), "lies in the future"),
    ],
)
def test_a_period_nobody_can_tell_of_is_refused(room, since, until, words):
    with pytest.raises(InputError, match=words):
        digest.compose_issue(room.context, TOPIC, kind="preview", since=since, until=until)


def test_a_period_asked_for_is_obeyed_though_nothing_is_new(room):
    room.later(days=9).tick()
    since = room.now - timedelta(days=2)
    outcome = digest.compose_issue(room.context, TOPIC, kind="preview", since=since)
    assert (outcome.kind, outcome.digest.since) == ("preview", since)


def test_nothing_is_claimed_of_a_week_in_which_nobody_was_asked(room):
    room.later(days=3).tick()
    context = replace(room.context, feeds=(), now=room.now + timedelta(days=1))
    made = digest.compose_issue(context, TOPIC, kind="preview").digest
    assert "found nothing" not in " ".join(made.notices)


def test_what_is_folded_or_capped_is_explained_in_its_own_words(room):
    """One outlet and one feed of three head two of three entries; three notices of the first differ by a number."""
    room.later(days=3)
    topic = room.context.settings.topics[0].model_copy(
        update={"limits": LimitSettings(top=2, also=1, outlet=1)}
    )
    settings = room.context.settings.model_copy(update={"topics": (topic,)})
    room.context = replace(room.context, settings=settings)
    title = "Trade ministry in Beijing publishes tariff notice No. %d"
    notices = [
        Event(number=100 + n, title=title % n, text=f"{event}, it says. {more}")
        for n, (event, more) in enumerate(EVENTS[:3])
    ]
    for feed in ("one", "two", "beijing"):
        for _ in range(4 if feed == "one" else 1):
            room.publish(-SOON, feed=feed, is_event=True)
    room.shown["two"] += [Entry(notice, "") for notice in notices]
    room.later(days=4).tick()
    with room.context.store.begin() as connection:
        taken = scores_store.considered(connection, TOPIC.id, 1)
    said = [
        next(x for x in explain.explain_score(room.context, s).lines() if x.startswith("issue "))
        for s in taken
    ]
    below = [line.partition("not shown: ")[2] for line in said if "not shown: " in line]
    assert any(
        re.fullmatch(r"capped: its .*\(one\).* headed 2 of those shown already", why) for why in below
    ), below
    assert any(
        re.match(r"counted under the heading of story \d+: Trade ministry in Beijing publishes", w)
        for w in below
    ), below
    room.sums()


@dataclass(frozen=True)
class At(Event):
    """An event at an address that names a date."""

    where: str = ""

    @property
    def path(self):
        return self.where


def explained(room, feed, written, path, page):
    """What `monitor explain` says of the dates of an entry first seen at 06:59 on 9 March 2026."""
    room.later(days=6, hours=23, minutes=29)
    story = room.publish(written, feed=feed)
    room.shown[feed][-1] = Entry(
        At(number=story.number, title=story.title, text=story.text, where=path),
        written,
        page and page % (story.title, story.text * 3),
    )
    room.tick().later(minutes=2).tick()
    assert room.issues_of(story) == [1], "told by the day it was seen, whatever is stated"
    with room.context.store.begin() as connection:
        (found,) = search.find(connection, query.read(f'"{story.title}"'), search.Filters(), limit=1)
    assert found.published == min(found.published, found.seen_at)
    assert bool(article_values(found)["disagreeing_dates"]) == any(
        "disagree" in x for x in article_lines(found)
    )
    return [line.removeprefix("  dates     ") for line in article_lines(found) if "  dates  " in line]


NEW_PAGE = OLD_PAGE.replace("2019-05-13", "2026-03-09").replace("08:00", "06:30")
SEEN = "first seen 2026-03-09 06:59"


@pytest.mark.parametrize(
    ("written", "path", "page", "said"),
    [
        (
            "Mon, 13 May 2019 08:00:00 GMT",
            "/a",
            "",
            f"they disagree: feed 2019-05-13 08:00, {SEEN}; what counts is the feed's",
        ),
        (
            "Mon, 09 Mar 2026 06:00:00 GMT",
            "/2019/05/a",
            "",
            f"they disagree: feed 2026-03-09 06:00, {SEEN}, address 2019-05; what counts is the feed's",
        ),
        (
            "Mon, 09 Mar 2026 06:00:00 GMT",
            "/b",
            OLD_PAGE,
            f"they disagree: feed 2026-03-09 06:00, page 2019-05-13 08:00, {SEEN}; what counts is the feed's",
        ),
        (
            "",
            "/2019/may/13/a",
            OLD_PAGE,
            f"they disagree: page 2019-05-13 08:00, {SEEN}, address 2019-05-13; what counts is the page's",
        ),
        (
            "Tue, 09 Mar 2027 06:00:00 GMT",
            "/c",
            "",
            f"they disagree: feed 2027-03-09 06:00, {SEEN}; what counts is when it was first seen",
        ),
        ("Sat, 07 Mar 2026 08:00:00 GMT", "/2026/03/a", NEW_PAGE, None),  # within two days
        ("Mon, 09 Mar 2026 06:00:00 GMT", "/2026/03/08/a", NEW_PAGE, None),
    ],
)
def test_dates_that_disagree_are_each_named_and_which_counts(room, written, path, page, said):
    assert explained(room, "one", written, path, page) == ([said] if said else [])
