"""What readers get of an alert, and what an issue says of a story that an alert told."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests.accounts import counts
from monitor.digests.alert_view import alert_page
from monitor.digests.bulletin import bulletin
from monitor.digests.cards import brief, card
from monitor.digests.frozen import from_json
from monitor.digests.render import render
from monitor.digests.tidy import tidy
from monitor.digests.view import frame_of
from monitor.model import Development, FormerClaim
from tests.digests.mail_lint import complaints, links, visible
from tests.digests.samples import COVERAGE, TOPIC, UNTIL, digest, short_story, top_story

CHINESE = TOPIC.model_copy(update={"language": "zh-Hans", "title": "美中贸易"})
SENT_AT = UNTIL - timedelta(days=3)


def alert(stories, when="at once", *, topic=TOPIC, left=0):
    """An alert with the sample's first stories."""
    made = digest(stories, 0, topic=topic)
    bare = tuple(replace(each, developments=(), so_far=()) for each in made.top)
    return replace(
        made, top=bare, rest=(), lines=(), probes=(), quiet=(), changed=(), notices=(),
        issue=-3, alert="breaking", when=when, left=left,
    )  # fmt: skip


ALERTS = {
    "at once": alert(1),
    "several at once": alert(3),
    "daily": alert(5, "daily", left=4),
    "Chinese": alert(2, topic=CHINESE),
    "Chinese, daily": alert(2, "daily", topic=CHINESE, left=1),
}
RENDERED = {name: render(each) for name, each in ALERTS.items()}
every_alert = pytest.mark.parametrize("name", ALERTS)


@every_alert
def test_the_mail_uses_only_what_all_mail_programs_know(name):
    assert list(complaints(RENDERED[name].html)) == []


@every_alert
def test_all_renderings_tell_the_same_stories_with_the_same_links(name):
    shown, headlines = RENDERED[name], [each.headline for each in ALERTS[name].top]
    flat = "".join(shown.text.split())
    for text, wanted in (
        (visible(shown.html), headlines),
        (shown.markdown, headlines),
        (flat, ["".join(headline.split()) for headline in headlines]),
    ):
        places = [text.find(headline) for headline in wanted]
        assert -1 not in places
        assert places == sorted(places)
    found = {frozenset(re.findall(r"https?://[^\s<>]+", text)) for text in (shown.text, shown.markdown)}
    assert found == {frozenset(links(shown.html))}
    assert [each["headline"] for each in json.loads(shown.json)["top"]] == headlines
    assert from_json(shown.json) == ALERTS[name]


@every_alert
def test_it_is_short_and_says_what_it_is(name):
    each, shown = ALERTS[name], RENDERED[name]
    page = alert_page(tidy(each))
    assert len(shown.subject) <= 70
    assert each.top[0].headline[:20] in shown.subject
    assert 40 <= len(page.preheader) <= 110
    assert page.number in shown.text
    assert page.number in visible(shown.html)
    assert len(shown.html.encode()) < 14_000 + 3_000 * len(each.top)
    for told in each.top:  # one sentence each
        said = [quote.text for quote in (*told.quotes, *told.whats_new)]
        assert sum("".join(text.split()) in "".join(shown.text.split()) for text in said) <= 1


def test_an_update_says_what_is_new():
    updated = replace(top_story(0), status="updated")
    shown = render(replace(ALERTS["at once"], top=(updated,)))
    fresh = updated.whats_new[0].text
    assert f"What’s new: {fresh}" in " ".join(shown.text.split())


def test_a_brief_counts_what_waits_and_an_alert_without_stories_can_be_rendered():
    assert "4 more headings wait for the next issue." in RENDERED["daily"].text
    assert "另有 1 个事件留待下期。" in RENDERED["Chinese, daily"].text
    assert render(replace(ALERTS["daily"], top=())).subject  # what cannot be shown is asked of nothing else


@every_alert
def test_a_chat_gets_the_stories_and_no_page(name):
    shown = bulletin(ALERTS[name])
    assert [each.headline for each in shown.items] == [each.headline for each in ALERTS[name].top]
    assert all(each.url and not each.section for each in shown.items)
    assert (shown.url, len(shown.left_out)) == ("", len(shown.items))
    assert alert_page(tidy(ALERTS[name])).number in shown.title


@pytest.mark.parametrize(("topic", "said"), [(TOPIC, "sent 20 Nov"), (CHINESE, "11月20日已推送")])
def test_an_issue_marks_what_an_alert_told(topic, said):
    sent = replace(top_story(0), status="sent", sent_at=SENT_AT, earlier_issue=None)
    frame = frame_of(digest(topic=topic))
    shown = card(sent, frame)
    assert (shown.is_sent, shown.is_update, shown.fresh) == (True, False, ())
    assert shown.chip == {"en": "Sent", "zh-Hans": "已推送"}[topic.language]
    assert frame.say("sent_on", date=frame.moment(SENT_AT)) in shown.label
    assert brief(replace(short_story(0), status="sent", sent_at=SENT_AT), frame).chip == said
    updated = card(replace(sent, status="updated"), frame)
    assert updated.is_update
    assert frame.say("sent_on", date=frame.moment(SENT_AT)) in updated.label


def test_a_development_and_a_former_claim_say_that_an_alert_told_them():
    story = top_story(0)
    under = Development(
        story_id=77, status="sent", headline="Other", url="https://times.example/o", published=SENT_AT,
        outlet="Example Times", article_ids=(77,), urls=(), rank=0.1, is_named=True, sent_at=SENT_AT,
    )  # fmt: skip
    former = FormerClaim(headline="Was so", how="corrected", published=SENT_AT, sent_at=SENT_AT)
    shown = card(replace(story, developments=(under,), replaced=(former,)), frame_of(digest()))
    assert [each.chip for each in shown.developments] == ["sent 20 Nov"]
    assert shown.was is not None
    assert shown.was.note == "sent 20 Nov"
    assert replace(story, replaced=(former,)).is_correction


def test_the_counts_tell_what_was_sent_before():
    frame = frame_of(digest())
    stories = [replace(top_story(0), status=status) for status in ("new", "sent", "sent", "updated")]
    assert counts(stories, frame) == "1 new, 1 updated, 2 sent before"
    accounts = render(digest(coverage=replace(COVERAGE, told=3, below=2, known=1, sent=4))).text
    assert "4 sent in alerts before" in " ".join(accounts.split())
