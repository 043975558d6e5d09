"""What an editor decides about an issue to come: it counts where that is composed, is accounted for, and is spent with it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.digests.render import render
from monitor.digests.tidy import EDITOR_MAX
from monitor.errors import InputError
from monitor.pipeline.issuing import digest, editing
from monitor.pipeline.judging import explain, knowledge
from monitor.settings import FetchSettings, LimitSettings
from monitor.store import decisions as decisions_store
from monitor.store import scores as scores_store
from tests.daemon import due_house
from tests.faults.newsroom import Newsroom
from tests.pipeline.test_killed import TOPIC

MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
SOON = timedelta(minutes=1)
HOSTILE = "Mind <b>cod</b> & [herring](http://evil.example) *now*"


@pytest.fixture
def room(house, tmp_path):
    """A house on a Thursday with eight events in one feed, of which an issue tells three."""
    week = due_house.week(
        house, tmp_path, fetch=FetchSettings(min_interval_s=0, max_interval_s=1), mailer=None
    )
    settings = week.context.settings
    topic = TOPIC.model_copy(update={"limits": LimitSettings(top=2, also=1, outlet=3)})
    context = replace(week.context, settings=settings.model_copy(update={"topics": (topic,)}), now=MONDAY)
    made = Newsroom(context)
    made.publish(-SOON)
    made.tick().later(days=3)
    for _ in range(8):
        made.publish(-SOON, is_event=True)
    return made


def own_topic(room):
    return room.context.settings.topics[0]


def decide(room, kind, entry=None, **values):
    ids = () if entry is None else entry.article_ids[:1]
    return editing.decide(
        room.context, own_topic(room), kind=kind, **{"issue": 1, "article_ids": ids, "who": "test"} | values
    )


def shown(made):
    return [each.story_id for each in (*made.top, *made.also)]


def explained(room, article):
    with room.context.store.look() as connection:
        (scored,) = scores_store.of_article(connection, article)
    return next(x for x in explain.explain_score(room.context, scored).lines() if x.startswith("issue "))


def test_a_story_pinned_to_the_top_stands_first_and_one_pinned_in_has_a_place(room):
    before = room.by_hand(kind="preview")
    assert (len(shown(before)), len(before.rest) > 2) == (3, True)
    last, other = before.rest[-1], before.rest[-2]
    decide(room, "in", last)
    after = room.by_hand(kind="preview")
    assert shown(after)[-1] == last.story_id
    assert shown(after)[:2] == shown(before)[:2]
    decide(room, "top", other)
    decide(room, "top", last)
    assert shown(room.by_hand(kind="preview")) == [other.story_id, last.story_id, shown(before)[0]]
    assert "waits for the next issue, pinned to the top by the editor (test, 2026-03-05" in explained(
        room, last.article_ids[0]
    )
    issue = room.by_hand()
    assert shown(issue) == [other.story_id, last.story_id, shown(before)[0]]
    assert "shown in issue 1, pinned to the top by the editor (test" in explained(room, last.article_ids[0])
    room.sums()


def test_a_story_left_out_is_nowhere_in_the_issue_and_accounted_for(room):
    before = room.by_hand(kind="preview")
    gone = before.top[0]
    decide(room, "out", gone)
    room.later(days=4).tick()  # Monday's slot, by the daemon
    issue = room.issues()[0]
    assert gone.story_id not in [*shown(issue), *(each.story_id for each in issue.rest)]
    assert not {each.article_id for each in issue.probes} & {*gone.article_ids}
    counted = issue.coverage
    assert counted.left_out == len(gone.article_ids)
    assert counted.told + counted.below + counted.known + counted.left_out == counted.relevant
    fates = Counter(room.fates().values())
    assert fates["left_out"] == counted.left_out
    assert "not shown: left out by the editor (test, 2026-03-05" in explained(room, gone.article_ids[0])
    texts = render(issue)
    for text in (texts.html, texts.text, texts.markdown):
        assert f"{counted.left_out} left out by the editor" in " ".join(text.split())
    assert json.loads(texts.json)["coverage"]["left_out"] == counted.left_out
    room.sums()


def test_a_heading_left_out_takes_with_it_what_stood_under_it_and_no_more(room):
    before = room.by_hand(kind="preview")
    first, second = before.top
    decide(room, "out", article_ids=(first.article_ids[0], second.article_ids[0]))
    after = room.by_hand(kind="preview")
    assert not {first.story_id, second.story_id} & {*shown(after)}
    assert after.coverage.left_out == len(first.article_ids) + len(second.article_ids)
    assert after.coverage.stories == before.coverage.stories


def test_the_editors_line_stands_above_the_issue_as_plain_text(room):
    decide(room, "line", words=f"  {HOSTILE}\n")
    issue = room.by_hand()
    texts = render(issue)
    assert issue.editor == json.loads(texts.json)["editor"] == HOSTILE
    assert "Mind &lt;b&gt;cod&lt;/b&gt; &amp; [herring](http://evil.example)" in texts.html
    assert "evil.example" not in "".join(part for part in texts.html.split("<") if part.startswith("a "))
    assert f"From the editor: {HOSTILE}" in " ".join(texts.text.split())
    assert "From the editor" in texts.markdown
    assert "Mind \\<b\\>cod\\</b\\> &amp; \\[herring\\](http" in texts.markdown
    for text in (texts.html, texts.text, texts.markdown):
        assert issue.top[0].headline[:20] in text.partition("From the editor")[2]


@pytest.mark.parametrize("words", ["", " \n ", "x" * (EDITOR_MAX + 1)])
def test_a_line_that_is_none_or_too_long_is_refused(room, words):
    with pytest.raises(InputError, match="characters"):
        decide(room, "line", words=words)
    decide(room, "line", words="x" * EDITOR_MAX)


def test_decisions_survive_what_comes_later_and_are_spent_with_their_issue(room):
    before = room.by_hand(kind="preview")
    decide(room, "top", before.rest[-1])
    decide(room, "out", before.top[0])
    decide(room, "line", words="Mind the cod")
    for _ in range(3):
        room.publish(-SOON, is_event=True)
    room.later(hours=1).tick()
    room.context = replace(room.context, indexes={})  # another process
    first = room.by_hand()
    assert shown(first)[0] == before.rest[-1].story_id
    assert before.top[0].story_id not in shown(first)
    assert (first.editor, first.coverage.left_out > 0) == ("Mind the cod", True)
    room.later(days=4).publish(-SOON, is_event=True)
    room.tick()
    second = room.issues()[-1]
    assert (second.issue, second.editor, second.coverage.left_out) == (2, "", 0)
    assert [each.pinned for each in (*second.top, *second.also) if each.pinned] == []
    assert before.top[0].story_id not in shown(second), "an issue by hand left it out for good"
    for issue in (1, 2, 4):
        with pytest.raises(InputError, match="not the next one"):
            decide(room, "line", words="Too late", issue=issue)
    room.sums()


def test_what_is_taken_back_counts_no_more(room):
    before = room.by_hand(kind="preview")
    first, gone = decide(room, "top", before.rest[-1]), decide(room, "out", before.top[0])
    line = decide(room, "line", words="Mind the cod")
    for each in (first, gone, line):
        assert editing.take_back(room.context, own_topic(room), each.id, issue=1, who="test")
        assert not editing.take_back(room.context, own_topic(room), each.id, issue=1, who="test")
    assert room.by_hand(kind="preview") == before


def test_a_decision_made_while_the_issue_is_composed_counts(room, monkeypatch):
    gone = room.by_hand(kind="preview").top[0]
    real = digest.composed

    def decided_meanwhile(*args):
        made = real(*args)
        with room.context.store.look() as connection:
            is_decided = decisions_store.standing(connection, TOPIC.id, 1)
        if not is_decided:
            decide(room, "out", gone)
        return made

    monkeypatch.setattr(digest, "composed", decided_meanwhile)
    issue = room.by_hand()
    assert gone.story_id not in shown(issue)
    assert issue.coverage.left_out == len(gone.article_ids)


def test_no_decision_is_about_nothing_and_no_more_pins_than_places(room):
    before = room.by_hand(kind="preview")
    for kind, ids in (("out", (99999,)), ("top", ()), ("aside", before.top[0].article_ids[:1])):
        with pytest.raises(InputError, match="no such story"):
            decide(room, kind, article_ids=ids)
    for entry in before.rest[:3]:
        decide(room, "in", entry)
    with pytest.raises(InputError, match="3 stories are pinned"):
        decide(room, "top", before.top[0])
    decide(room, "top", before.rest[0])  # the same one otherwise


def a_week_after_it_was_left_out(room, title, text):
    """What the next draft tells, when another outlet has this on the story that was left out of the issue."""
    gone = next(
        each
        for each in room.by_hand(kind="preview").top
        if each.headline == "American court strikes down tariff on Chinese solar glass"
    )
    decide(room, "out", gone)
    room.by_hand()
    room.later(days=5)
    again = replace(room.shown["one"][-1].story, number=900, title=title, text=text)
    room.shown["two"] = [replace(room.shown["one"][-1], story=again, date="")]
    made = room.by_hand(kind="preview")
    assert made.coverage.relevant
    return title in {each.headline for each in (*made.top, *made.also, *made.rest)}


RETOLD = (
    "Tariff on solar glass of China falls in American court",
    "Officials had skipped a hearing, judges found, and so an American court strikes down the tariff on Chinese solar glass. "
    * 3,
)
DEVELOPED = (
    "Appeals judges restore American tariff on Chinese solar glass",
    "Three appeals judges in Washington restored the 14 percent tariff on Chinese solar glass on Tuesday. "
    "Importers must pay 210 million dollars by 1 June, and Jinko said it will close its plant in Ohio. " * 2,
)


def test_a_story_left_out_is_not_brought_back_by_who_retells_it(room):
    assert not a_week_after_it_was_left_out(room, *RETOLD)


def test_control_without_remembering_it_a_retelling_brings_it_back(room, monkeypatch):
    monkeypatch.setattr(knowledge, "_left_out", lambda *_: [])
    assert a_week_after_it_was_left_out(room, *RETOLD)


def test_a_story_left_out_comes_back_with_something_new(room):
    assert a_week_after_it_was_left_out(room, *DEVELOPED)
