"""Readers' links: a link asks, a button changes, a forged key finds nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from monitor.deliver.message import message_id
from monitor.digests import addresses, keys, personal
from monitor.digests.frozen import from_json, to_json
from monitor.digests.render import render
from monitor.errors import InputError
from monitor.model import Probe
from monitor.pipeline.delivering import bounces, deliver, revoking
from monitor.settings import DigestSettings, SmtpSettings, TopicSettings, WebSettings, load_topic
from monitor.store import articles as articles_store
from monitor.store import deliveries as ledger
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import readers, suppressed
from monitor.store.schema import feedback
from monitor.web import front
from tests import make
from tests.deliver.test_deliver_replies import answer
from tests.digests import samples
from tests.pipeline.judging.northland import SEED

KEY = b"0123456789abcdef"
BASE = "https://digest.example"
ANN, BO = "Ann@example.org", "bo@example.org"
TOPIC = TopicSettings(
    id="trade",
    title="Trade",
    sentence="Trade.",
    recipients=("Ann@example.org", "bo@example.org"),
    facets=({"name": "Measures", "aliases": ("tariff*",)},),
)


@pytest.fixture
def context(house, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    built = house(
        topics=[TOPIC],
        smtp=SmtpSettings(host="127.0.0.1", sender="digest@example.org"),
        digest=DigestSettings(base_url="https://digest.example"),
        web=WebSettings(port=8080),
    )
    return replace(built, link_key=KEY)


@pytest.fixture
def article(context):
    with context.store.begin() as connection:
        return articles_store.add(connection, make.article(title="Tariffs <b>rise</b>"), key="a")


@pytest.fixture
def issue(context, article):
    asked = personal.question("trade", 1, article, secret=KEY, base_url=BASE)
    probe = Probe(
        article_id=article, headline="Is it?", url="https://news.example/1", outlet="News",
        published=context.now, relevance=0.4, answer_url=asked,
    )  # fmt: skip
    digest = replace(
        samples.digest(), topic="trade", issue=1, base_url=BASE, probes=(probe,),
        online_url=personal.issue_page("trade", 1, secret=KEY, base_url=BASE),
    )  # fmt: skip
    with context.store.begin() as connection:
        frozen = issues_store.freeze(
            connection,
            topic="trade",
            number=1,
            since=digest.since,
            until=digest.until,
            composed_at=digest.composed_at,
            digest=to_json(digest),
            rendered=render(digest),
            told=[],
        )
    deliver.enter(context, TOPIC, frozen)
    return frozen


def rows(context):
    with context.store.begin() as connection:
        found = ledger.due(connection, topic="trade", now=context.now + timedelta(days=1))
        return [replace(row, message=ledger.message_of(connection, row)) for row in found]


def links(context):
    """Recipient -> the path of the unsubscribe link in the message."""
    marks = {
        row.recipient: row.message.split(b"List-Unsubscribe: <https://digest.example")[1].split(b">")[0]
        for row in rows(context)
    }
    return {recipient: mark.decode() for recipient, mark in marks.items()}


def left(context):
    with context.store.begin() as connection:
        return set(suppressed.of(connection, "trade"))


def test_the_link_asks_and_only_the_button_takes_a_reader_off(context, issue):
    path = links(context)["Ann@example.org"]
    for _ in range(2):  # a mail scanner follows every link, twice
        page = front.answer(context, "GET", path)
        assert (page.status, left(context)) == (200, set())
    assert f'action="{path}"'.encode() in page.body
    assert front.answer(context, "POST", path).status == 200
    assert left(context) == {"ann@example.org"}
    assert front.answer(context, "POST", path).status == 200


def test_whoever_left_gets_no_further_issue(context, issue):
    front.answer(context, "POST", links(context)["Ann@example.org"])
    deliver.enter(context, TOPIC, replace(issue, id=issue.id))
    with context.store.begin() as connection:
        digest = replace(samples.digest(), topic="trade", issue=2)
        second = issues_store.freeze(
            connection, topic="trade", number=2, since=digest.since, until=digest.until,
            composed_at=digest.composed_at, digest=to_json(digest), rendered=render(digest), told=[],
        )  # fmt: skip
    deliver.enter(context, TOPIC, second)
    assert [row.recipient for row in rows(context) if row.issue_id == second.id] == ["bo@example.org"]


def test_a_forged_or_guessed_key_finds_nothing(context, issue):
    good = links(context)["bo@example.org"]
    guessed = message_id("trade/1", "bo@example.org", "example.org").strip("<>").split("@")[0]
    for token in ("A" * 22, "A" * 40, good.rsplit("/", 1)[1][:-1] + "-", "%" * 40, guessed):
        assert front.answer(context, "POST", f"/unsubscribe/trade/{token}").status == 404
    assert left(context) == set()


def test_the_token_to_leave_by_is_no_message_id_and_in_nobody_elses_mail(context, issue):
    for who, path in links(context).items():
        token = path.rsplit("/", 1)[1]
        for row in rows(context):
            assert token not in row.message_id
            assert (token.encode() in row.message) is (row.recipient == who)


def test_no_key_changed_by_one_character_is_taken(context, issue):
    good = links(context)["bo@example.org"]
    start = good.rindex("/") + 1
    mutants = {
        good[:at] + other + good[at + 1 :]
        for at in range(start, len(good))
        for other in "Aa0-_zZ9~.%"
        if other != good[at]
    } | {good[:-1], good + "A", good + "%00", good.upper()}
    assert len(mutants) > 210
    assert {front.answer(context, "POST", path).status for path in mutants} == {404}
    assert left(context) == set()
    assert front.answer(context, "POST", good).status == 200  # the control: the right one is taken


def old_mail(context, issue, token="ab" * 20, slug="trade"):
    """A mail of the time when the id of a message was the token to leave by."""
    link = f"List-Unsubscribe: <https://digest.example/unsubscribe/{slug}/{token}>\r\n"
    row = rows(context)[0]
    with context.store.begin() as connection:
        ledger.add(
            connection,
            [
                replace(
                    row,
                    recipient="old@example.org",
                    message_id=f"<{token}@example.org>",
                    message=link.encode(),
                )
            ],
        )
    return f"/unsubscribe/{slug}/{token}"


@pytest.mark.parametrize("slug", ["trade", "a-cut-slug"])
def test_links_in_mails_sent_before_still_take_their_readers_off(context, issue, slug):
    path = old_mail(context, issue, slug=slug)
    assert front.answer(context, "GET", path).status == 200
    assert left(context) == set()
    assert front.answer(context, "POST", path).status == 200
    assert left(context) == {"old@example.org"}


def test_the_id_of_a_message_of_today_opens_nothing(context, issue):
    ids = [row.message_id.strip("<>").split("@")[0] for row in rows(context)]
    assert {front.answer(context, "POST", f"/unsubscribe/trade/{each}").status for each in ids} == {404}


def test_a_reader_can_leave_whatever_became_of_the_secret_and_of_the_topic(context, issue):
    path = links(context)[ANN]
    changed = replace(
        context, link_key=b"another", settings=context.settings.model_copy(update={"topics": ()})
    )
    assert front.answer(changed, "GET", path).status == 200
    assert front.answer(changed, "POST", path).status == 200
    assert left(context) == {"ann@example.org"}


def answer_paths(context, who):
    """The paths of the answers in a reader's mail, text and HTML."""
    (row,) = [row for row in rows(context) if row.recipient == who]
    message = message_from_bytes(row.message, policy=policy.default)
    bodies = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    found = [re.findall(r"https://digest\.example(/feedback/[A-Za-z0-9/_-]+)", body) for body in bodies]
    assert all("/question/" not in body for body in bodies)
    assert found[0] == found[1]
    return found[0]


def votes(context):
    """Article -> mark -> verdict."""
    with context.store.begin() as connection:
        return {(row.article_id, row.reader): row.verdict for row in connection.execute(select(feedback))}


def mark(who):
    return keys.mark_of(keys.token_for(KEY, who))


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


def test_whoever_only_asks_waits_for_no_writer_and_stops_none(context, issue):
    """The daemon writes for seconds at a time, and strangers ask as often as they like."""
    (mine,) = answer_paths(context, ANN)
    leave = links(context)[ANN]
    page = from_json(issue.digest).online_url.removeprefix(BASE)
    forged = [f"/unsubscribe/trade/{'A' * 22}", f"/unsubscribe/trade/{'a' * 40}", f"{mine[:-1]}-"]
    with context.store.begin() as writer:
        suppressed.add(writer, "other", ANN, at=context.now, reason="unsubscribed")
        assert [front.answer(context, "GET", path).status for path in (mine, leave, page)] == [200] * 3
        assert [front.answer(context, "POST", path).status for path in forged] == [404] * 3


def test_numbers_are_told_while_the_daemon_writes(context, issue):
    with context.store.begin() as writer:
        suppressed.add(writer, "other", ANN, at=context.now, reason="unsubscribed")
        page = front.answer_operators(context, "GET", "/metrics")
    assert (page.status, b"monitor_deliveries" in page.body) == (200, True)


def test_a_reader_leaves_what_there_is_and_fills_no_table(context, issue):
    token = links(context)[ANN].rsplit("/", 1)[1]
    invented = [f"/unsubscribe/no-such-{n}/{token}" for n in range(20)]
    for method in ("GET", "POST"):
        assert {front.answer(context, method, path).status for path in invented} == {404}
    with context.store.begin() as connection:
        assert suppressed.everybody(connection) == ()
    gone = replace(context, settings=context.settings.model_copy(update={"topics": ()}))
    assert front.answer(gone, "POST", f"/unsubscribe/trade/{token}").status == 200  # its issues are there


def test_a_frozen_issue_is_served_to_whoever_has_its_address_and_holds_no_action(context, issue):
    where = from_json(issue.digest).online_url
    page = front.answer(context, "GET", where.removeprefix(BASE))
    assert (page.status, page.content_type) == (200, "text/html; charset=utf-8")
    html = page.body.decode()
    for story in from_json(issue.digest).top:
        assert story.url.replace("&", "&amp;") in html
    for action in ("/feedback/", "/question/", "/unsubscribe/", "<form", "To answer"):
        assert action not in html
    assert "/question/" in issue.rendered.html  # the control: as it was mailed it asks
    for elsewhere in ("/trade-001.html", "/issue/trade/1", f"/issue/trade/1/{'A' * 22}", "/../../etc/passwd"):
        assert front.answer(context, "GET", elsewhere).status == 404
    assert front.answer(context, "GET", where.removeprefix(BASE).replace("/1/", "/2/")).status == 404


def test_the_public_port_says_no_name_and_no_number(context, issue):
    context = replace(context, wall=lambda: context.now)
    alive = front.answer(context, "GET", "/healthz")
    assert (alive.status, alive.body) == (503, b"not well\n")
    context.settings.heartbeat.parent.mkdir(exist_ok=True)
    context.settings.heartbeat.write_text(context.now.isoformat(), "ascii")
    alive = front.answer(context, "GET", "/healthz")
    assert (alive.status, alive.body) == (200, b"ok\n")
    for path in ("/readyz", "/metrics", "/", "/trade", "/issues", "/feedback", "/robots.txt"):
        assert front.answer(context, "GET", path) == front.answer(context, "GET", "/no-such-page")


def test_vital_signs_are_told_to_operators(context, issue):
    context = replace(context, wall=lambda: context.now)
    assert front.answer_operators(context, "GET", "/healthz").status == 503
    context.settings.heartbeat.parent.mkdir(exist_ok=True)
    context.settings.heartbeat.write_text(context.now.isoformat(), "ascii")
    assert front.answer_operators(context, "GET", "/healthz").status == 200
    late = replace(context, wall=lambda: context.now + timedelta(seconds=91))
    assert front.answer_operators(late, "GET", "/healthz").status == 503
    assert front.answer_operators(context, "GET", "/readyz").body.startswith(b"ready\n")
    assert front.answer_operators(context, "POST", "/readyz").status == 404
    said = front.answer_operators(context, "GET", "/metrics").body.decode()
    assert 'monitor_deliveries{state="pending"} 2\n' in said
    assert (
        f'monitor_digest_last_success_timestamp_seconds{{topic="trade"}} {issue.composed_at.timestamp():.3f}'
        in said
    )
    assert 'monitor_digest_overdue_seconds{topic="trade"} 0\n' in said
