"""A reader's answers: kept, learnt from, used on what waits, and every score can still be computed again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor.digests import personal
from monitor.errors import StoreError
from monitor.model import Stage
from monitor.pipeline.delivering import deliver
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import explain, feedback, learn, score
from monitor.pipeline.judging.knowledge import tuning_of
from monitor.settings import DigestSettings, SmtpSettings
from monitor.store import articles as articles_store
from monitor.store import feedback as feedback_store
from monitor.store import scores as scores_store
from monitor.store.schema import scores
from monitor.topics import UNTUNED
from monitor.web import front
from tests import make
from tests.pipeline.judging.northland import SEED, TOPIC

ON = "Northland cuts cod quota before herring season"
CLOSE = "Cod prices climb as boats stay in port for a week"
OFF = [
    "Tram line opens late", "Bank raises rates again", "Museum buys a painting", "Storm closes schools",
    "New opera season begins", "Parliament debates pensions", "Football final goes to extra time",
]  # fmt: skip
EDGE = [f"Herring and cod landed in harbour number {n} after the storm" for n in range(8)]


@pytest.fixture
def scored(house, tmp_path, now):
    """A house with scored articles; ids follow the order ON, CLOSE, OFF, EDGE from 1."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    context = house(topics=[TOPIC])
    learn.learn_topic(context, TOPIC)
    with context.store.begin() as connection:
        for n, title in enumerate([ON, CLOSE, *OFF, *EDGE], start=1):
            new = make.article(
                title=title,
                url=f"http://example.org/{n}",
                published=now - timedelta(hours=50 - n),
                seen_at=now - timedelta(hours=1),
                stage=Stage.READ,
            )
            articles_store.add(connection, new, key=f"example.org/{n}")
    score.score_articles(context)
    return context


def stored(context, article_id):
    with context.store.begin() as connection:
        return scores_store.of_article(connection, article_id)[0]


def test_the_button_of_a_link_in_the_mail_answers(scored):
    context = replace(
        scored,
        link_key=b"k" * 16,
        settings=scored.settings.model_copy(update={"digest": DigestSettings(base_url="https://d.example")}),
    )
    topic = TOPIC.model_copy(update={"recipients": ("ann@example.org",)})
    context = replace(
        context,
        settings=context.settings.model_copy(
            update={"topics": (topic,), "smtp": SmtpSettings(host="127.0.0.1", sender="d@example.org")}
        ),
    )
    made = digest.compose_issue(context, topic, kind="issue")
    (probe, *_) = made.digest.probes
    deliver.enter(context, topic, made.issue)
    mine = personal.for_reader(made.rendered, made.digest, "ann@example.org", secret=context.link_key)
    path = next(
        found
        for found in re.findall(r"https://d\.example(/feedback/\S+)", mine.text)
        if f"/{probe.article_id}/" in found
    )
    assert front.answer(context, "GET", path).status == 200
    with context.store.begin() as connection:
        assert feedback_store.verdicts(connection, "fish") == {}
    assert front.answer(context, "POST", f"{path}/irrelevant").status == 200
    with context.store.begin() as connection:
        assert feedback_store.verdicts(connection, "fish") == {probe.article_id: "irrelevant"}


def test_without_answers_scores_name_no_tuning(scored):
    assert {stored(scored, n).tuning_version for n in range(1, 18)} == {0}
    with scored.store.begin() as connection:
        assert tuning_of(connection, "fish") == UNTUNED


def test_answers_move_what_waits_and_all_can_be_recomputed(scored):
    before = [stored(scored, n).score.relevance.value for n in range(1, 18)]
    answered = [feedback.take_answer(scored, TOPIC, n, "relevant") for n in range(10, 14)]
    after = [stored(scored, n).score.relevance.value for n in range(1, 18)]
    assert answered[-1].tuning.answers == 4
    assert {stored(scored, n).tuning_version for n in range(1, 18)} == {answered[-1].tuning.version}
    assert after[14] > before[14]  # nobody answered about it; it is like those that were
    verified = explain.verify(scored, TOPIC)
    assert (verified.scores, verified.differing) == (17, ())


def test_an_answer_stands_for_the_article_itself_and_gives_it_a_story(scored):
    assert not stored(scored, 2).score.relevance.is_relevant
    answered = feedback.take_answer(scored, TOPIC, 2, "relevant")
    assert answered.gained >= 1
    told = stored(scored, 2).score
    assert told.relevance.is_relevant
    assert (told.story_id is not None, told.novelty is not None) == (True, True)
    feedback.take_answer(scored, TOPIC, 2, "irrelevant")
    told = stored(scored, 2).score
    assert (told.relevance.is_relevant, told.story_id, told.novelty) == (False, None, None)


def test_the_newest_answer_counts_and_repeating_it_changes_nothing(scored):
    first = feedback.take_answer(scored, TOPIC, 2, "relevant")
    again = feedback.take_answer(scored, TOPIC, 2, "relevant")
    assert (again.tuning, again.earlier, again.gained, again.lost) == (first.tuning, "relevant", 0, 0)
    other = feedback.take_answer(scored, TOPIC, 2, "irrelevant")
    assert (other.earlier, other.tuning.version) == ("relevant", first.tuning.version + 1)
    with scored.store.begin() as connection:
        assert feedback_store.verdicts(connection, "fish") == {2: "irrelevant"}


def test_an_answer_taken_back_leaves_the_shipped_weights(scored):
    before = stored(scored, 3).score.relevance.value
    feedback.take_answer(scored, TOPIC, 2, "relevant")
    assert stored(scored, 3).score.relevance.value != before
    feedback.take_answer(scored, TOPIC, 2, "knew_it")  # says nothing of the topic
    assert stored(scored, 3).score.relevance.value == before


def test_one_slip_brings_no_stream_of_articles(scored):
    answered = feedback.take_answer(scored, TOPIC, 3, "relevant")  # a tram line
    assert not any(stored(scored, n).score.relevance.is_relevant for n in range(4, 10))
    assert abs(answered.tuning.offset) <= 0.5


def test_what_an_issue_considered_is_left_alone(scored):
    outcome = digest.compose_issue(scored, TOPIC, kind="issue")
    assert outcome.kind == "issue"
    before = [stored(scored, n) for n in range(1, 18)]
    feedback.take_answer(scored, TOPIC, 2, "relevant")
    assert [stored(scored, n) for n in range(1, 18)] == before
    assert explain.verify(scored, TOPIC).differing == ()


def test_what_a_reader_knew_is_no_news(scored):
    shown = digest.compose_issue(scored, TOPIC, kind="preview").digest
    assert ON in [c.headline for c in (*shown.top, *shown.also)]
    line = feedback.take_answer(scored, TOPIC, 1, "knew_it").line()
    assert line == "fish: article 1 is known already; what it says counts as known from now on"
    shown = digest.compose_issue(scored, TOPIC, kind="preview").digest
    assert ON not in [c.headline for c in (*shown.top, *shown.also)]


def test_articles_scored_later_use_the_tuning(scored, now):
    version = feedback.take_answer(scored, TOPIC, 2, "relevant").tuning.version
    with scored.store.begin() as connection:
        late = make.article(
            title=CLOSE + " more", url="http://example.org/99", published=now, stage=Stage.READ
        )
        identity = articles_store.add(connection, late, key="example.org/99")
    score.score_articles(scored)
    assert stored(scored, identity).tuning_version == version
    assert explain.verify(scored, TOPIC, [identity]).scores == 1


def test_a_changed_score_is_found(scored):
    with scored.store.begin() as connection:
        connection.execute(update(scores).where(scores.c.article_id == 4).values(relevance=0.5))
    verified = explain.verify(scored, TOPIC)
    assert [row[:2] for row in verified.differing] == [(4, 0.5)]
    assert next(verified.lines()) == "fish: 16 of 17 scores recomputed exactly"


def test_the_issue_asks_about_what_is_close_and_not_answered(scored):
    asked = digest.compose_issue(scored, TOPIC, kind="preview").digest.probes
    assert 1 <= len(asked) <= 2
    feedback.take_answer(scored, TOPIC, asked[0].article_id, "irrelevant")
    again = digest.compose_issue(scored, TOPIC, kind="preview").digest.probes
    assert asked[0].article_id not in [probe.article_id for probe in again]


def test_the_explanation_tells_what_answers_did(scored):
    feedback.take_answer(scored, TOPIC, 10, "relevant")
    said = "\n".join(explain.explain_score(scored, stored(scored, 10)).lines())
    assert "on topic, as you answered" in said
    assert "(tuning 1)" in said
    assert "recomputed from stored features: the same" in said
    assert "not on topic (the line is at 0.50)" in "\n".join(
        explain.explain_score(scored, stored(scored, 3)).lines()
    )


def test_a_tuning_that_is_gone_is_said(scored):
    with scored.store.begin() as connection:
        connection.execute(update(scores).where(scores.c.article_id == 4).values(tuning_version=9))
    with pytest.raises(StoreError, match="tuning 9 of fish is gone"):
        explain.verify(scored, TOPIC)
