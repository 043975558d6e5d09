"""Readers' answers: links that ask, buttons and replies that count, one vote each."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests import addresses, keys, personal
from monitor.digests.frozen import from_json
from monitor.digests.render import render
from monitor.pipeline.delivering import bounces
from monitor.settings import load_topic
from monitor.store import feedback as feedback_store
from monitor.web import front
from tests.deliver.test_deliver_replies import answer
from tests.digests import samples
from tests.web.readers import ANN, BASE, BO, KEY, answer_paths, left, links, mark, rows, votes


def test_a_feedback_link_asks_with_three_buttons_and_changes_nothing(context, issue):
    (path,) = answer_paths(context, ANN)
    for verdict in ("", "/relevant"):
        page = front.answer(context, "GET", path + verdict)
        assert page.status == 200
        assert page.body.count(b"<form") == 3
        assert b"<b>" not in page.body
    assert votes(context) == {}


def test_a_top_story_can_be_answered_from_the_mail_and_from_nowhere_else(context, article):
    asked = personal.question("trade", 1, article, secret=KEY, base_url=BASE)
    story = replace(samples.top_story(0), answer_url=asked)
    digest = replace(samples.digest(candidates=[story], unsure=()), topic="trade", issue=1, base_url=BASE)
    digest = replace(digest, top=(story,))
    mine = personal.for_reader(render(digest), digest, ANN, secret=KEY)
    for part in (mine.html, mine.text):
        (path,) = re.findall(r"https://digest\.example(/feedback/[A-Za-z0-9/_-]+)", part)
        assert isinstance(addresses.parse(path), addresses.Answer)
        assert "/question/" not in part
    for other in (personal.for_nobody(digest), personal.for_all(digest)):
        assert "/question/" not in render(other).html + render(other).text + render(other).json


def replied(context, words, **headers):
    """What becomes of a mail of Ann's that answers her issue."""
    (mail,) = [row for row in rows(context) if row.recipient == ANN]
    raw = answer(words, **{"From": ANN, "In-Reply-To": mail.message_id} | headers)
    (done,) = bounces.take_bounces(context, raw)
    return done.outcome


def test_a_reader_answers_by_mail_with_one_vote(context, issue, article):
    assert replied(context, f"Yes {article}.\n\n> To answer, reply “no {article}”") == "answered"
    assert votes(context) == {(article, mark(ANN)): "relevant"}
    assert replied(context, f"已知 {article}") == "answered"
    (path,) = answer_paths(context, ANN)
    assert front.answer(context, "POST", f"{path}/irrelevant").status == 200
    assert votes(context) == {(article, mark(ANN)): "irrelevant"}  # by mail or by link: one reader, one vote


def test_without_links_a_reader_answers_by_mail_too_and_nobody_leaves_by_a_mark(context, issue, article):
    plain = replace(context, link_key=b"")
    assert replied(plain, f"no {article}") == "answered"
    assert list(votes(context).values()) == ["irrelevant"]
    token = keys.token_for(b"", ANN)
    assert front.answer(context, "POST", f"/unsubscribe/trade/{token}").status == 404


@pytest.mark.parametrize(
    ("words", "headers"),
    [
        ("yes 999", {}),  # nobody asked
        ("yes ARTICLE", {"From": BO}),  # a mail of Ann's
        ("yes ARTICLE", {"In-Reply-To": None}),
        ("yes ARTICLE", {"In-Reply-To": "<another@list.example>"}),
        ("yes ARTICLE", {"Auto-Submitted": "auto-replied"}),
        ("I would say yes, ARTICLE times", {}),
    ],
    ids=str,
)
def test_no_other_mail_is_an_answer(context, issue, article, words, headers):
    assert replied(context, words.replace("ARTICLE", str(article)), **headers) in ("unknown", "no report")
    assert votes(context) == {}


def test_each_reader_has_one_vote_and_the_newest_stands(context, issue, article):
    (mine,), (other,) = answer_paths(context, ANN), answer_paths(context, BO)
    assert mine != other
    for path in (f"{mine}/relevant", f"{mine}/knew-it", f"{mine}/irrelevant", f"{other}/relevant"):
        assert front.answer(context, "POST", path).status == 200
    assert votes(context) == {(article, mark(ANN)): "irrelevant", (article, mark(BO)): "relevant"}
    with context.store.begin() as connection:
        assert feedback_store.verdicts(connection, "trade") == {}  # divided: nothing stands
        feedback_store.put(connection, "trade", article, verdict="relevant", at=context.now)
        assert feedback_store.verdicts(connection, "trade") == {article: "relevant"}


def test_a_key_is_good_for_one_reader_one_article_and_one_issue(context, issue, article):
    (good,) = answer_paths(context, ANN)
    said = addresses.parse(good)
    others = [
        replace(said, issue=2), replace(said, article=article + 1), replace(said, reader=mark(BO)),
        replace(said, key="A" * 22), replace(said, topic="other"), replace(said, reader="A" * 22),
    ]  # fmt: skip
    assert {
        front.answer(context, "POST", addresses.build(replace(o, verdict="relevant"))).status for o in others
    } == {404}
    assert front.answer(context, "POST", f"{good}/relevant").status == 200


def test_what_stands_in_the_frozen_issue_opens_nothing(context, issue):
    (probe,) = from_json(issue.digest).probes
    path = probe.answer_url.removeprefix(BASE)
    for method in ("GET", "POST"):
        assert front.answer(context, method, path).status == 404
        assert front.answer(context, method, f"{path}/relevant").status == 404


RENAMED = """title = "Trade"
sentence = "Trade."
recipients = ["Ann@example.org", "bo@example.org"]
[[facets]]
name = "Measures"
aliases = ["tariff*"]
"""


@pytest.mark.parametrize("first", ['id = "trade"', ""])
def test_links_go_on_when_a_topic_file_is_renamed_and_says_which_topic_it_is(context, issue, tmp_path, first):
    (mine,) = answer_paths(context, ANN)
    file = tmp_path / "world-trade.toml"
    file.write_text(f"{first}\n{RENAMED}")
    renamed = load_topic(file)
    assert renamed.id == ("trade" if first else "world-trade")
    context = replace(context, settings=context.settings.model_copy(update={"topics": (renamed,)}))
    status = 200 if first else 404  # without it the link is to a topic that is gone
    assert front.answer(context, "GET", mine).status == status
    assert front.answer(context, "POST", f"{mine}/irrelevant").status == status
    assert list(votes(context).values()) == (["irrelevant"] if first else [])
    assert front.answer(context, "GET", from_json(issue.digest).online_url.removeprefix(BASE)).status == 200
    assert front.answer(context, "POST", links(context)[ANN]).status == 200
    assert left(context) == {"ann@example.org"}


def test_a_reader_answers_twenty_times_an_hour_and_not_more(context, issue):
    quota = front.Quota(each=20, all_=30)
    (mine,), (other,) = answer_paths(context, ANN), answer_paths(context, BO)

    def clicked(path, times, context=context):
        return [front.answer(context, "POST", f"{path}/relevant", quota=quota) for _ in range(times)]

    pages = clicked(mine, 25)
    assert [page.status for page in pages] == [200] * 20 + [429] * 5
    assert pages[-1].headers["Retry-After"] == "3600"
    assert [page.status for page in clicked(other, 12)] == [200] * 10 + [429] * 2  # all together
    later = replace(context, now=context.now + timedelta(hours=1))
    assert clicked(mine, 1, later)[0].status == 200
    assert (
        front.answer(context, "POST", links(context)[ANN], quota=quota).status == 200
    )  # leaving is never too much


def test_a_stranger_who_lists_the_address_of_a_question_gets_no_readers_key(context, issue, article):
    """An outlet that learnt the address writes it into its own: what is put in there would come back to it with a click."""
    digest = from_json(issue.digest)
    bait = f"https://evil.example/?u={digest.probes[0].answer_url}"
    shown = render(replace(digest, top=(replace(digest.top[0], url=bait), *digest.top[1:])))
    mine = personal.for_reader(shown, digest, ANN, secret=KEY)
    assert mark(ANN) in mine.html
    assert bait in mine.html
    assert bait in mine.text
    naive = shown.html.replace(digest.probes[0].answer_url, f"https://x.example/{mark(ANN)}")
    assert f"u=https://x.example/{mark(ANN)}" in naive  # the control: a plain replacement gives it away
