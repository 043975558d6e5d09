"""What the phrase rules of reading take of real prose: nothing. Needs QUALITY_DATA.

Items of Reuters of 1987 hold no notes and no offers: whatever goes of their sentences is a scrap (initials cut off, a heading in
capitals, a dateline) or a loss. Headlines of 2018-19 are all of real articles: none may pass for a wall.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from monitor.articles.boilerplate import sifted
from monitor.articles.walls import wall, without_offers
from monitor.text.sentences import spans
from tests.quality import reading_measures as measures

FOLDER = os.environ.get("QUALITY_DATA", "")
SMALL = re.compile(r"\b[^\W\d_A-Z][^\W\d_]*")
LEAST = 5  # words in small letters: a sentence, not a heading
SCRAPS = 300  # of 94,948 sentences; 285 on 30 Nov 2026
WORK = "The harbour board said on Tuesday that the work in the northern channel would take eleven weeks."

pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]


def removed(lines):
    """What goes of the lines of a text, offers and notes alike."""
    kept, offers = without_offers(lines)
    return [*offers, *sifted(kept)[1]]


def test_nothing_goes_of_the_prose_of_an_agency():
    with gzip.open(Path(FOLDER) / "quality" / "reuters.jsonl.gz", "rt", encoding="utf-8") as file:
        bodies = [json.loads(line)["body"] for line in file]
    paragraphs = [body for body in bodies if len(removed([body])) and not sifted([body])[0]]
    prose = [body for body in paragraphs if len(SMALL.findall(body)) >= LEAST]
    sentences = [[body[start:end] for start, end in spans(body)] for body in bodies]
    gone = [line for lines in sentences for line in removed(lines)]
    told = [line for line in gone if len(SMALL.findall(line)) >= LEAST]
    count = sum(map(len, sentences))
    measures.table(
        f"{len(bodies)} items of Reuters of 1987 as paragraphs, their {count} sentences as lines",
        [
            ("paragraphs of prose removed", "", len(prose), 0),
            ("sentences of prose removed", "", len(told), 0),
            ("scraps removed", "", len(gone) - len(told), SCRAPS),
        ],
    )
    assert len(bodies) > 19_000
    assert prose == []
    assert told == []
    assert len(gone) <= SCRAPS


@pytest.mark.parametrize("text", ["nothing", "the headline again", "a sentence"])
def test_no_headline_is_refused_for_its_words(headlines, text):
    titles = [row["headline"] for row in headlines]
    said = {"nothing": lambda _: "", "the headline again": str, "a sentence": lambda _: WORK}[text]
    refused = [title for title in titles if wall(title, said(title))]
    measures.table(
        f"{len(titles)} headlines above {text}", [("refused by a phrase rule", "", len(refused), 0)]
    )
    assert len(titles) > 28_000
    assert refused == []


def test_the_rules_do_take_what_they_are_for():
    """The control."""
    assert removed([WORK, "Subscribe now to continue reading for $1 a week.", "Sign up for our newsletter."])
    assert wall("Just a moment...", "") == "blocked"
