"""SIGKILL after every commit of a tick, new articles at the restart: one issue per slot. Control: the slot noted last makes two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from monitor.daemon import due
from monitor.pipeline.delivering import deliver
from monitor.pipeline.gathering import poll, read
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import learn, score
from monitor.schedule.weekly import latest_slot
from monitor.settings import DigestSettings
from monitor.store import slots as slots_store
from monitor.store.schema import deliveries, issues, scores, slots
from tests import make
from tests.pipeline.test_killed import (
    SMTP,
    TEXTS,
    TOPIC,
    URL,
    FileCopies,
    FileMailer,
    check_mail,
    feed_document,
    killed,
    pages,
)

LATER = TEXTS | {
    "Beijing and Washington agree on soybeans": "China will take off its duties on American soybeans, its ministry of commerce "
    "said. In return the United States lowers a tariff on Chinese steel, a trade official in Washington said.",
}


@pytest.fixture
def copies(request, tmp_path):
    return FileCopies(request, tmp_path)


@pytest.fixture
def store(copies):
    return copies.store


@pytest.fixture
def context(house, tmp_path):
    """A house whose last slot is dealt with, and whose next one has just passed."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "seed.md").write_text("# A seed\n\n" + " ".join(TEXTS.values()) * 3)
    built = house(
        answers={URL: feed_document()} | pages(),
        feeds=[make.feed()],
        topics=[TOPIC],
        mailer=FileMailer(tmp_path / "mail"),
        smtp=SMTP,
        digest=DigestSettings(out=str(tmp_path / "out"), formats=("text",)),
    )
    learn.learn_topic(built, TOPIC)
    slot = latest_slot(TOPIC.schedule, built.now)
    with built.store.begin() as connection:
        slots_store.put(connection, TOPIC.id, slot - timedelta(weeks=1), state="skipped", at=built.now)
    return built


def restarted(context):
    """The same house two hours later: its feed has news by then, which the killed tick did not know."""
    answers = {URL: feed_document(LATER, later=context.now + timedelta(hours=1))} | pages(LATER)
    fetcher = type(context.fetcher)(context.fetcher.answers | answers)
    return replace(context, fetcher=fetcher, now=context.now + timedelta(hours=2))


def naive(context):
    """What a tick did before: the issue is frozen in one transaction, its slot noted in a later one."""
    for step in (poll.poll_feeds, read.read_pages, score.score_articles):
        step(context)
    slot = latest_slot(TOPIC.schedule, context.now)
    with context.store.begin() as connection:
        if slots_store.of(connection, TOPIC.id, slot) is not None:
            return
    outcome = digest.compose_issue(context, TOPIC, kind="issue")
    deliver.enter(context, TOPIC, outcome.issue)
    with context.store.begin() as connection:
        slots_store.put(connection, TOPIC.id, slot, state="done", at=context.now, issue_id=outcome.issue.id)
    deliver.send_due(context, TOPIC)


def killed_everywhere(context, copies, tmp_path, run):
    """Kill `run` after each of its commits and run it again; give what each time came of it."""
    copies.keep()
    found = []
    for at in range(1, 200):
        folder = tmp_path / f"{run.__name__}-{at}"
        folder.mkdir()
        with copies.copy(folder) as store:
            one = replace(context, store=store, mailer=FileMailer(folder / "mail"))
            landed = killed(one, run, at=at, when="after")
            run(restarted(one))
            found.append((at, landed, store, folder / "mail"))
            yield found[-1]
        if not landed:
            return


def count(connection, column, *conditions):
    return connection.execute(select(func.count(column)).where(*conditions)).scalar_one()


@pytest.mark.faults
def test_one_issue_per_slot_wherever_a_tick_is_killed(context, copies, tmp_path):
    kills = 0
    for at, landed, store, mail in killed_everywhere(context, copies, tmp_path, due.run_due):
        kills += landed
        with store.begin() as connection:
            rows = connection.execute(select(slots.c.slot, slots.c.state).order_by(slots.c.slot)).all()
            assert [state for _, state in rows] == ["skipped", "done"], f"killed after commit {at}"
            assert count(connection, issues.c.id) == 1, f"killed after commit {at}"
            assert count(connection, deliveries.c.recipient, deliveries.c.state == "sent") == 2
            relevant = count(connection, scores.c.article_id, scores.c.is_relevant)
            assert (
                relevant == 3
            )  # two of the week, one that came after the kill: in the issue or waiting for the next
        check_mail(mail, when="after")
    assert kills >= 15


@pytest.mark.faults
def test_the_control_a_slot_noted_after_the_freezing_makes_two_issues(context, copies, tmp_path):
    made = []
    for _, _, store, _ in killed_everywhere(context, copies, tmp_path, naive):
        with store.begin() as connection:
            made.append(count(connection, issues.c.id))
    assert max(made) == 2


def test_a_tick_repeated_has_no_effect(context, tmp_path):
    """Each job twice: the second run changes no row but the log of answers, and sends nothing."""
    from tests.pipeline.test_killed import state

    later = [replace(context, now=context.now + timedelta(seconds=30 * n)) for n in range(3)]
    due.run_due(later[0])
    before, sent = state(context.store), (tmp_path / "mail").read_text()
    for again in later[1:]:
        for job in (
            partial(learn.learn_topic, topic=TOPIC),
            poll.poll_feeds,
            read.read_pages,
            score.score_articles,
            partial(deliver.send_due, topic=TOPIC),
            due.run_due,
        ):
            job(again)
    assert state(context.store) == before
    assert (tmp_path / "mail").read_text() == sent
    assert len(sent.splitlines()) == 2
