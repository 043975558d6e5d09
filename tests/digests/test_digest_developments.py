"""What stands under a heading, in the mail, the text, the Markdown and the JSON alike. Everything is invented."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html as lxml_html

from monitor.digests.frozen import from_json, to_json
from monitor.digests.render import render
from monitor.model import Change, Development, Quote
from tests.digests.samples import SINCE, digest

CHANGED = "The ministry extended the list to nineteen firms on Friday."


def under(number, **values):
    at = SINCE + timedelta(days=number)
    return Development(
        **{
            "story_id": 7000 + number, "status": "new", "headline": f"Development number {number}", "published": at,
            "url": f"https://times.example/under/{number}", "outlet": "Example Times", "article_ids": (7000 + number,),
            "urls": (f"https://times.example/under/{number}",), "rank": 0.1, "is_named": True,
        }
        | values
    )  # fmt: skip


def quoted(text):
    return (
        Quote(
            text=text, article_id=1, outlet="Example Times", url="https://times.example/q", published=SINCE
        ),
    )


def issue():
    whole = digest()
    first = replace(
        whole.top[0],
        developments=(
            under(1),
            under(2, status="updated", earlier_issue=35, whats_new=quoted(CHANGED)),
            under(3, is_named=False, article_ids=(7003, 7103)),
        ),
    )
    change = Change(what="quota", old="4,000 tonnes", new="6,000 tonnes")
    brief = replace(
        whole.also[0], status="updated", earlier_issue=36, whats_new=(), facts=(), changes=(change,),
        developments=(under(4),),
    )  # fmt: skip
    return replace(whole, top=(first, *whole.top[1:]), also=(brief, *whole.also[1:]))


@pytest.fixture(scope="module")
def parts():
    shown = render(issue())
    body = lxml_html.document_fromstring(shown.html).body
    return {"html": " ".join(" ".join(body.itertext()).split()), "text": shown.text, "md": shown.markdown}


@pytest.mark.parametrize("part", ["html", "text", "md"])
def test_named_developments_stand_under_their_heading_in_time_order_and_the_rest_is_counted(parts, part):
    said = " ".join(parts[part].split())
    places = [said.index(f"Development number {number}") for number in (1, 2)]
    assert said.index(issue().top[0].headline) < places[0] < places[1] < said.index(issue().top[1].headline)
    assert "Development number 3" not in said
    assert "2 more reports" in said
    assert "Development number 4" in said


@pytest.mark.parametrize("part", ["html", "text", "md"])
def test_whatever_is_updated_says_what_changed(parts, part):
    said = " ".join(parts[part].replace("|", " ").split())
    assert CHANGED in said
    assert "quota: 4,000 tonnes → 6,000 tonnes" in said


def test_the_addresses_of_what_is_named_stand_in_the_mail_and_of_all_in_the_json():
    shown = render(issue())
    links = set(lxml_html.document_fromstring(shown.html).xpath("//a/@href"))
    assert {under(n).url for n in (1, 2, 4)} <= links
    assert under(3).url not in links
    entry = json.loads(shown.json)["top"][0]
    assert [each["urls"] for each in entry["developments"]] == [[under(n).url] for n in (1, 2, 3)]


def test_an_issue_with_developments_is_frozen_without_loss_and_one_of_before_still_reads():
    assert from_json(to_json(issue())) == issue()
    old = json.loads(to_json(digest()))
    for entry in (*old["top"], *old["also"]):
        del entry["developments"], entry["urls"]
    assert from_json(json.dumps(old)) == digest()


def test_an_issue_that_names_a_poisoned_development_is_sent_without_it():
    from monitor.pipeline.issuing.rendering import rendered

    poisoned = replace(issue().top[0], developments=(under(1), under(2, published=None)))
    sound, shown = rendered(replace(issue(), top=(poisoned, *issue().top[1:])))
    assert [each.story_id for each in sound.top[0].developments] == [7001]
    assert "Development number 1" in shown.text
