"""Links that were taken back, by the operator, by the secret or with the reader: they answer no more."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests import personal
from monitor.digests.frozen import from_json, to_json
from monitor.digests.render import render
from monitor.errors import InputError
from monitor.pipeline.delivering import deliver, revoking
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import readers, suppressed
from monitor.web import front
from tests.web.readers import ANN, BASE, BO, KEY, TOPIC, answer_paths, links, mark, rows, votes


@pytest.mark.parametrize("how", ["suppressed", "off the list", "revoked", "everybody revoked", "no secret"])
def test_a_link_that_was_taken_back_answers_no_more(context, issue, how):
    (path,) = answer_paths(context, ANN)
    assert front.answer(context, "GET", path).status == 200
    with context.store.begin() as connection:
        if how == "suppressed":
            suppressed.add(connection, "trade", ANN, at=context.now, reason="unsubscribed")
        if "revoked" in how:
            assert readers.revoke(
                connection, at=issue.composed_at, recipient=ANN if how == "revoked" else None
            ) == (1 if how == "revoked" else 2)
    if how == "off the list":
        fewer = TOPIC.model_copy(update={"recipients": (BO,)})
        context = replace(context, settings=context.settings.model_copy(update={"topics": (fewer,)}))
    if how == "no secret":
        context = replace(context, link_key=b"")
    assert front.answer(context, "GET", path).status == 404
    assert front.answer(context, "POST", f"{path}/irrelevant").status == 404
    assert votes(context) == {}
    assert front.answer(context, "GET", links(context)[ANN]).status == 200  # but anybody can leave


def second_issue(context, issue, article):
    """The issue after, an hour later, which asks the same."""
    asked = personal.question("trade", 2, article, secret=KEY, base_url=BASE)
    first = from_json(issue.digest)
    digest = replace(
        first, issue=2, composed_at=issue.composed_at + timedelta(hours=1),
        probes=(replace(first.probes[0], answer_url=asked),),
    )  # fmt: skip
    with context.store.begin() as connection:
        frozen = issues_store.freeze(
            connection, topic="trade", number=2, since=digest.since, until=digest.until,
            composed_at=digest.composed_at, digest=to_json(digest), rendered=render(digest), told=[],
        )  # fmt: skip
    deliver.enter(context, TOPIC, frozen)


def test_revoked_links_answer_no_more_the_next_issues_do_and_nobody_elses_change(context, issue, article):
    (mine,), (other,) = answer_paths(context, ANN), answer_paths(context, BO)
    for path in (mine, other):
        assert front.answer(context, "POST", f"{path}/irrelevant").status == 200
    now = replace(context, now=issue.composed_at + timedelta(minutes=1))
    counted = revoking.revoke_links(now, ANN.upper(), forget=True, dry_run=True)
    assert (counted.issues, counted.links, counted.answers) == (1, 1, {"trade": 1})
    assert front.answer(now, "GET", mine).status == 200  # it only counted
    assert len(votes(context)) == 2
    assert revoking.revoke_links(now, ANN) == counted
    assert front.answer(now, "POST", f"{mine}/relevant").status == 404
    assert front.answer(now, "GET", links(context)[ANN]).status == 200  # to leave is always possible
    assert votes(context) == dict.fromkeys([(article, mark(ANN)), (article, mark(BO))], "irrelevant")
    revoking.revoke_links(
        replace(context, now=issue.composed_at - timedelta(days=9)), ANN
    )  # --now of the past
    assert front.answer(now, "GET", mine).status == 404
    again = revoking.revoke_links(now, ANN, forget=True)
    assert (again.links, again.answers) == (0, {"trade": 1})
    assert votes(context) == {(article, mark(BO)): "irrelevant"}
    second_issue(context, issue, article)
    later = replace(context, now=issue.composed_at + timedelta(hours=2))
    fresh = next(
        path for row in rows(context) if row.recipient == ANN and row.issue_id != issue.id
        for path in re.findall(rb"/feedback/trade/2/[A-Za-z0-9/_-]+", row.message.replace(b"=\r\n", b""))
    ).decode()  # fmt: skip
    assert front.answer(later, "POST", f"{fresh}/relevant").status == 200
    assert front.answer(later, "POST", f"{mine}/relevant").status == 404
    assert front.answer(later, "POST", f"{other}/relevant").status == 200
    assert revoking.revoke_links(later, ANN, dry_run=True).links == 1


def test_what_a_forgotten_answer_taught_is_forgotten_too(context, issue, article):
    (mine,) = answer_paths(context, ANN)
    front.answer(context, "POST", f"{mine}/knew-it")
    with context.store.begin() as connection:
        assert len(feedback_store.known(connection, "trade")) == 1
    revoking.revoke_links(context, ANN, forget=True)
    with context.store.begin() as connection:
        assert feedback_store.known(connection, "trade") == ()


@pytest.mark.parametrize(
    ("who", "advice"), [("an@example.org", "Did you mean ann@example.org?"), ("x", "`recipients`")]
)
def test_nothing_is_revoked_of_who_never_got_a_link(context, issue, who, advice):
    with pytest.raises(InputError) as found:
        revoking.revoke_links(context, who)
    assert advice in found.value.advice
