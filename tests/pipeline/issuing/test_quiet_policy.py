"""A week without news: an honest issue, or none where the topic file says so; a week in which we could not look is always told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.pipeline.issuing import digest
from monitor.settings import DigestSettings, TopicSettings
from monitor.store import feeds as feeds_store
from monitor.store import issues as issues_store
from monitor.store.feeds import Poll
from tests import make

FACETS = ({"name": "Measures", "aliases": ("tariff*",)},)


def topic(policy):
    return TopicSettings(
        id="trade", title="Trade", sentence="Trade.", quiet=policy, facets=FACETS, seeds="seeds"
    )


@pytest.fixture
def quiet_week(house, tmp_path, now):
    """A week in which the feed answered (or did not) and brought nothing; returns what became of its issue."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(
        "# Tariffs rise\n\n" + "Tariffs rise on kettles and on tea. " * 20
    )

    def run(policy, *, answered):
        context = house(
            feeds=[make.feed()], topics=[topic(policy)], digest=DigestSettings(out=str(tmp_path / "out"))
        )
        with context.store.begin() as connection:
            row = Poll(
                feed_id="ledger",
                at=now - timedelta(hours=1),
                ok=answered,
                http_status=200,
                status="ok",
                entries=0,
                new=0,
            )
            feeds_store.add_polls(connection, [row])
        outcome = digest.compose_issue(context, topic(policy), kind="issue")
        with context.store.begin() as connection:
            frozen = issues_store.newest(connection, "trade")
        return outcome, frozen, digest.write(context, topic(policy), outcome)

    return run


@pytest.mark.parametrize("policy", ["note", "always"])
def test_a_quiet_week_is_an_issue(quiet_week, policy):
    outcome, frozen, files = quiet_week(policy, answered=True)
    assert (outcome.kind, frozen.number, bool(files)) == ("issue", 1, True)


def test_a_quiet_week_is_no_issue_where_the_topic_says_so(quiet_week):
    outcome, frozen, files = quiet_week("skip", answered=True)
    assert (outcome.kind, outcome.issue, frozen, files) == ("skipped", None, None, ())
    assert "no issue" in outcome.headline


def test_a_week_in_which_no_feed_answered_is_never_skipped(quiet_week):
    outcome, frozen, _ = quiet_week("skip", answered=False)
    assert (outcome.kind, frozen.number) == ("issue", 1)
