"""One story that raises, wherever it does: it is left out and named, and the issue goes out. Controls: without the guard it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.digests.render import render
from monitor.errors import SettingsError
from monitor.operations import status
from monitor.pipeline.issuing import candidates
from monitor.pipeline.issuing.rendering import rendered
from monitor.pipeline.judging import score
from monitor.pipeline.judging.scorer import Scorer
from tests.daemon import due_house
from tests.digests import samples

MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


POISON = (None,)  # in place of quotations: rendering asks it for its text


def poisoned(digest, *places):
    top = [replace(c, quotes=POISON) if n in places else c for n, c in enumerate(digest.top)]
    return replace(digest, top=tuple(top))


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def week(house, tmp_path):
    return due_house.week(house, tmp_path).at(MONDAY).tick().later(days=7)


def test_the_control_rendering_alone_dies_of_one_story():
    with pytest.raises(TypeError):
        render(poisoned(samples.digest(), 1))


@pytest.mark.parametrize("places", [(0,), (1, 3)])
def test_a_story_that_cannot_be_rendered_is_left_out_and_named(places):
    whole = samples.digest()
    sound, shown = rendered(poisoned(whole, *places))
    left = [c.headline for n, c in enumerate(whole.top) if n not in places]
    assert [c.headline for c in sound.top] == left
    assert sound.coverage.shown == whole.coverage.shown - len(places)
    for n in places:
        assert whole.top[n].headline in sound.notices[-1]
    assert sound.notices[-1] in " ".join(shown.text.split())
    assert len(sound.lines) == 3


def test_a_broken_template_is_no_storys_fault(tmp_path):
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "body.txt").write_text("{{ page.nothing_of_the_kind }}")
    with pytest.raises(SettingsError):
        rendered(samples.digest(), templates=tmp_path)


def test_a_story_that_cannot_be_composed_is_left_out_and_the_issue_is_sent(week, monkeypatch):
    real, seen = candidates._built, []

    def sometimes(story, members, *rest):
        seen.append(members[0].article.title)
        if len(seen) == 1:
            raise RuntimeError("poison")
        return real(story, members, *rest)

    monkeypatch.setattr(candidates, "_built", sometimes)
    week.tick()
    [issue] = week.issues()
    assert "could not be shown because of a fault of ours" in issue.text
    assert seen[0] in issue.text
    assert [state for _, state in week.sent()] == ["sent", "sent"]


def test_the_control_composing_without_the_guard_raises(week, monkeypatch):
    def never(*_):
        raise RuntimeError("poison")

    monkeypatch.setattr(candidates, "_built", never)
    guarded = candidates.build

    def unguarded(waiting, period, **_):
        return guarded(waiting, period)

    monkeypatch.setattr(candidates, "build", unguarded)
    with pytest.raises(RuntimeError, match="poison"):
        week.tick()
    assert week.issues() == []


def test_an_article_that_cannot_be_scored_stops_no_other(week, monkeypatch):
    real = Scorer.score

    def sometimes(self, article):
        if article.feed_id == "two":
            raise RuntimeError("poison")
        return real(self, article)

    monkeypatch.setattr(Scorer, "score", sometimes)
    week.tick()
    assert len(week.issues()) == 1
    assert status.read_status(week.context).stages.get("read", 0) == 0  # it is not tried again at every tick
    assert score.score_articles(week.context).scored == 0


# ------------------------------------------------------------------ nobody answers


def test_with_all_feeds_down_the_issue_is_sent_from_the_store_and_says_so(week):
    for hours in (-30, -20):
        week.later(hours=hours).tick().later(hours=-hours)
    week.is_down = True
    week.tick()
    [issue] = week.issues()
    assert [state for _, state in week.sent()] == ["sent", "sent"]
    assert "percent" in issue.text  # a story of the store
    assert "Feeds with trouble" in issue.text


def test_with_all_feeds_down_for_the_whole_week_the_issue_says_that_we_could_not_look(week):
    week.is_down = True
    week.tick()
    [issue] = week.issues()
    assert "0 of 3 feeds answered" in issue.text
    assert [state for _, state in week.sent()] == ["sent", "sent"]
