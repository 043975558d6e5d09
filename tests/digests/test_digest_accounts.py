"""The accounts of an issue: numbers, dates, chart and ledger, all from one count."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html as lxml_html

from monitor.digests.accounts import events
from monitor.digests.render import render
from monitor.digests.tidy import tidy
from monitor.digests.view import frame_of
from monitor.model import Fact
from tests.digests.mail_lint import complaints, visible
from tests.digests.samples import COVERAGE, UNTIL, digest, top_story

ISSUE = digest()
RENDERED = render(ISSUE)


def test_all_counts_agree():
    seen = visible(RENDERED.html)
    preheader = (
        lxml_html.document_fromstring(RENDERED.html).xpath("//*[@class='preheader']")[0].text_content()
    )
    assert preheader.startswith("13 stories from 96 articles on topic, 23 outlets.")
    assert "96 articles on topic of 311 new" in seen
    assert "23 outlets 7 countries" in seen
    assert "1,204 new entries → 311 articles → 96 on topic → 22 stories → 13 in this issue" in seen
    assert "29 of 31 feeds answered. Read" in seen
    assert "Partial coverage: 29 of 31 feeds answered" in seen
    assert f"Top stories · {sum(s.status == 'new' for s in ISSUE.top)} new, 1 updated" in seen
    assert json.loads(RENDERED.json)["coverage"]["shown"] == 13


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("Feeds with trouble", {"failing": ()}),
        ("nearest misses", {"near_misses": ()}),
        ("Read as full page", {"read_pages": 0, "read_feed_only": 0}),
        ("Coverage, last", {"weeks": ()}),
        ("Coverage, last", {"weeks": COVERAGE.weeks[:1]}),
        ("Coverage, last", {"weeks": (("2026-W46", 0), ("2026-W47", 0))}),
        ("7 countries", {"countries": 0}),
    ],
)
def test_an_empty_account_vanishes(words, changes):
    bare = render(digest(coverage=replace(COVERAGE, **changes)))
    for one, other in (
        (visible(RENDERED.html), visible(bare.html)),
        (RENDERED.text, bare.text),
    ):
        assert words in one
        assert words not in other


def test_the_chart_is_a_table_with_every_number():
    tree = lxml_html.document_fromstring(RENDERED.html)
    (chart,) = tree.xpath("//table[@class='chart']")
    assert [th.text for th in chart.iter("th")] == [str(week) for week in range(36, 48)]
    assert [cell.text_content() for cell in chart.xpath(".//td[@valign]")] == [
        str(count) for _, count in COVERAGE.weeks
    ]
    heights = [int(td.get("height")) for td in chart.xpath(".//td[@height]")]
    assert max(heights) == heights[-1] == 64
    assert "Articles on topic per week, week 36 to week 47: lowest 34, highest 96." in chart.text_content()


@pytest.mark.parametrize(
    ("weeks", "words"),
    [
        ((("2026-W45", 7), ("2026-W46", 5), ("2026-W48", 9)), "week 45 to week 48 so far"),
        (
            (("2026-W45", 7), ("2026-W46", 5), ("2026-W47", 9), ("2026-W48", 0)),
            "week 45 to week 47: lowest 5",
        ),
        ((("2026-W01", 5), ("2026-W02", 5), ("strange", 1)), "week 1 to week strange"),
        ((("2026-W39", 2000), ("2026-W40", 12_345), ("2026-W41", 1234)), "lowest 1,234, highest 12,345"),
    ],
)
def test_the_chart_bears_weeks_that_are_not_over_odd_or_large(weeks, words):
    rendered = render(digest(coverage=replace(COVERAGE, weeks=weeks)))
    assert words in visible(rendered.html)
    assert list(complaints(rendered.html)) == []


def test_dates_ahead_are_those_still_to_come():
    seen = visible(RENDERED.html)
    after = seen.partition("Dates ahead")[2]
    assert re.findall(r"(Tue 1 Dec|Fri 4 Dec|Wed 9 Dec)", after) == ["Tue 1 Dec", "Fri 4 Dec", "Wed 9 Dec"]
    assert "1 Dec next date named in 8 days" in seen
    late = render(replace(ISSUE, composed_at=UNTIL + timedelta(days=30)))
    assert "Dates ahead" not in visible(late.html)
    assert "13 stories 10 new, 3 updated" in visible(late.html)


def test_a_date_whose_long_sentence_is_quoted_further_up_is_told_by_its_headline():
    story = replace(top_story(0), developments=())
    short = "The rule takes effect on 1 December."
    long = (
        f"The rule, {'which nobody had asked for and everybody had to obey, ' * 3}takes effect on 1 December."
    )
    for sentence, told in ((short, short), (long, story.headline)):
        quotes = (replace(story.quotes[0], text=sentence),)
        facts = (Fact(kind="date", value="2026-12-01", text="1 December", sentence=sentence),)
        issue = digest(candidates=[replace(story, quotes=quotes, facts=facts)])
        assert [event.headline for event in events(issue, frame_of(issue))] == [told]
        after = render(issue).text.partition("Dates ahead")[2]
        assert told in " ".join(after.split())


def test_a_date_leads_to_the_article_that_names_it():
    """Another of the story's articles may: two rules of one agency are one story, each with a day of its own."""
    story, sentence, other = (
        top_story(0),
        "The rule takes effect on 1 December.",
        "https://gazette.example/rule-2",
    )
    for url, wanted in ((other, other), ("", story.url), ("javascript:x", story.url)):
        facts = (Fact(kind="date", value="2026-12-01", text="1 December", sentence=sentence, url=url),)
        issue = tidy(digest(candidates=[replace(story, facts=facts, developments=())]))
        [event] = events(issue, frame_of(issue))
        assert (event.headline, event.url) == (sentence, wanted)


def test_the_strip_falls_back_to_counts_when_no_figure_or_date_is_at_hand():
    plain = replace(top_story(0), changes=(), facts=())
    seen = visible(render(digest(candidates=[plain])).html)
    assert "1 story 1 new" in seen
    assert "29 of 31 feeds answered" in seen
