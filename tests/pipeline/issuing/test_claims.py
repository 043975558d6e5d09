"""The claim that stands heads an issue's entries, a step of a told event is news, and a corrected figure is none. Everything is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.pipeline.issuing.claims import claim_of_article
from monitor.store.issues import Reported
from tests.events.measure import UNTIL, desk
from tests.events.sequences import MONDAY, article


def row(hour, outlet, headline, sentence=""):
    return {"hour": str(hour), "outlet": outlet, "headline": headline, "sentence": sentence}


def issue(made, rows, *, told=(), first=1000, until=UNTIL):
    waiting = [made.take(article(first + n, each)) for n, each in enumerate(rows)]
    return made.entries(waiting, until, told=told)


def told_of(entries, number=1, at=UNTIL):
    return [
        Reported(issue=number, story_id=entry.story_id, headline=entry.headline, sentences=(entry.headline,), at=at)
        for entry in entries
    ]  # fmt: skip


PLAN = row(0, "Port Wire", "Washington plans duty on Chinese zinc")
WEEK = 7 * 24


@pytest.mark.parametrize(
    ("later", "how"),
    [
        ("Washington imposes duty on Chinese zinc", "done"),
        ("Duty on Chinese zinc takes effect in Washington", "in_force"),
        ("Washington scraps duty on Chinese zinc", "reversed"),
        ("Washington delays duty on Chinese zinc", "delayed"),
    ],
)
def test_a_step_of_a_told_event_is_news_though_its_words_were_told(later, how):
    made = desk()
    told = told_of(issue(made, [PLAN]))
    (entry,) = issue(
        made, [row(WEEK + 5, "Delta News", later)], told=told, first=2000, until=UNTIL + timedelta(days=7)
    )
    assert (entry.status, entry.earlier_issue) == ("updated", 1)
    assert (entry.former.headline, entry.former.how, entry.former.issue) == (PLAN["headline"], how, 1)
    assert entry.whats_new or entry.facts or entry.changes


@pytest.mark.parametrize(
    "later", [PLAN["headline"], "Washington is planning duty on zinc from China", "Washington denies duty plan for Chinese zinc"]
)  # fmt: skip
def test_no_step_is_no_news(later):
    made = desk()
    told = told_of(issue(made, [PLAN]))
    found = issue(
        made, [row(WEEK + 5, "Delta News", later)], told=told, first=2000, until=UNTIL + timedelta(days=7)
    )
    assert not any(each.former for each in found)


WRONG = "Chinese zinc exports fell 19 percent, customs office says"
RIGHT = "Customs office corrects fall in Chinese zinc exports to 9 percent"


def test_a_correction_of_what_was_sent_stands_on_top_of_the_next_issue():
    made = desk()
    told = told_of(issue(made, [row(0, "Port Wire", WRONG)]))
    rest = [
        row(WEEK + 9, "Port Wire", "Washington bans Chinese drones of Kestor"),
        row(WEEK + 11, "Delta News", "Washington bans drones of Chinese maker Kestor"),
        row(WEEK + 12, "Morning Post", "Kestor drones banned by Washington"),
        row(WEEK + 30, "Delta News", RIGHT),
    ]
    first, *others = issue(made, rest, told=told, first=2000, until=UNTIL + timedelta(days=7))
    assert (first.headline, first.is_correction) == (RIGHT, True)
    assert first.former.headline == WRONG
    assert first.rank < max(each.rank for each in others)


def test_a_corrected_figure_is_no_news_beside_its_correction():
    said = "Exports of zinc fell 19 percent in February, the customs office said on Monday."
    mended = "Exports of zinc fell 9 percent in February, the customs office said, not 19 percent as it had reported."
    rows = [row(0, "Port Wire", WRONG, said), row(6, "Port Wire", RIGHT, mended)]
    (entry,) = issue(desk(), rows)
    assert entry.headline == RIGHT
    assert entry.former.headline == WRONG
    assert not any("fell 19 percent" in quote.text for quote in (*entry.quotes, *entry.whats_new))
    assert not any(fact.text == "19 percent" for fact in entry.facts)
    assert not any(change.new == "19 percent" for change in entry.changes)


def test_a_denial_leaves_the_report_at_the_head():
    rows = [
        row(0, "Port Wire", "Chinese mill Tangor dumps pipes in America, rivals allege"),
        row(5, "Delta News", "Chinese mill Tangor denies dumping pipes in America"),
    ]
    entry = issue(desk(), rows)[0]
    assert entry.headline == rows[0]["headline"]
    assert entry.former is None


def test_a_claim_counts_from_when_it_was_first_seen_where_its_date_lies_ahead():
    made = article(3000, row(0, "Port Wire", "Washington bans Chinese zinc"))
    ahead = replace(made, published=MONDAY + timedelta(days=6))
    assert claim_of_article(ahead).at == MONDAY
