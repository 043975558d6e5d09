"""The caption above a report is not the report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.openings import is_note, report_start

CAPTION = "Dockers unload soybeans in the invented port of Portamar on May 3, 2031."
REPORT = "Portamar lowered its duty on soybeans to 4 percent on Friday, the harbour office said."


@pytest.mark.parametrize(
    "credit",
    [
        " [Photo/VCG] ",
        " [Photo: IC] ",
        "[File photo: Some Agency]\n",
        " (Photo by A. Nonymous/Demo Daily) ",
        " (Xinhua/Some Body) ",
        " (Xinhua Photo) ",
        " (Xinhua file photo) PORTAMAR, May 4 (Xinhua) -- ",
        " PORTAMAR, May 4 (Xinhua) -- ",
        " They came early. [Photo: IC] PORTAMAR - ",
    ],
)
def test_the_report_begins_behind_a_caption(credit):
    text = f"{CAPTION}{credit}{REPORT}"
    start = report_start(text)
    assert len(CAPTION) <= start <= text.index(REPORT)
    assert REPORT in text[start:]
    assert "photo" not in text[start:].casefold()


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        f"{REPORT} The list (and/or its annex) names 14 goods (China/US trade only).",
        f"New rules in the US - {REPORT}",
        f"{REPORT} {REPORT} {REPORT} {REPORT} [Photo/VCG] {REPORT}",
        "",
    ],
)
def test_a_report_without_a_caption_begins_at_once(text):
    assert report_start(text) == 0


@pytest.mark.parametrize(
    "dateline",
    [
        "PORTAMAR, May 4 (Xinhua) -- ",
        "PORTAMAR (Meridian Wire) — ",
        "PORT AMAR - ",
        "Portamar (AFP) - ",
        "New Portamar (Reuters) – ",
    ],
)
def test_a_dateline_is_no_part_of_the_report(dateline):
    assert report_start(f"{dateline}{REPORT}") == len(dateline)
    assert report_start(f"{dateline}“{REPORT}”") == len(dateline)


@pytest.mark.parametrize(
    "opening", ["PORTAMAR - the harbour office", "Portamar (Blue Sea) - ", "EU-China talks - "]
)
def test_what_only_looks_like_a_dateline_stays(opening):
    assert report_start(f"{opening} {REPORT}") == 0


@given(st.text(max_size=900))
def test_the_start_lies_within_the_text(text):
    assert 0 <= report_start(text) <= len(text)


@pytest.mark.parametrize(
    ("sentence", "is_one"),
    [
        ("Note: The following is an edited translation of a commentary.", True),
        ("Editor's note: this report was first printed in Portamar.", True),
        ("The following is an abridged version of a speech.", True),
        ("Note-taking was banned at the talks.", False),
        ("The following day the port was closed.", False),
        (REPORT, False),
    ],
)
def test_an_editors_note_is_told_from_the_report(sentence, is_one):
    assert is_note(sentence) == is_one
