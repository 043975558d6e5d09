"""Datelines end where the report begins, at the start of a line and behind a caption."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.datelines import dateline_end, datelines_within

REPORT = "Portamar lowered its duty on soybeans to 4 percent on Friday, the harbour office said."
IN_BOTH = (
    "PORTAMAR - ", "PORT AMAR — ", "PORTAMAR, May 4 (Xinhua) -- ", "PORTAMAR (Meridian Wire) — ", "Portamar (AFP) - ",
    "New Portamar (Reuters) – ", "Portamar (CNN) -- ", "Portamar (Yonhap) -- ",
)  # fmt: skip
AT_A_START_ONLY = (
    "PORTAMAR: ", "PORTAMAR/QUAYHAVEN (Reuters) - ", "PORTAMAR, Strait (AP) — ", "PORTAMAR —", "(Bloomberg) -- ",
)  # fmt: skip
NONE = (
    "", "Portamar (Blue Sea) - ", "EU-China talks - ", "Quay talks: ", "ANN LEE (HOST): ", "“NO” — ", "He said — ",
    "The US and Portamar - ",
)  # fmt: skip


@pytest.mark.parametrize("dateline", [*IN_BOTH, *AT_A_START_ONLY])
def test_a_line_is_read_behind_its_dateline(dateline):
    assert dateline_end(dateline + REPORT) == len(dateline)


@pytest.mark.parametrize("dateline", IN_BOTH)
def test_one_behind_a_caption_is_the_same(dateline):
    """The law that one table brings: what counts within a text counts at the start of a line too."""
    for before in ("", "Dockers unload soybeans. ", "[Photo/VCG] "):
        text = f"{before}{dateline}{REPORT}"
        assert list(datelines_within(text, 650)) == [len(before) + len(dateline)]


@pytest.mark.parametrize("opening", NONE)
def test_a_speaker_a_heading_and_a_pair_of_names_are_none(opening):
    assert dateline_end(opening + REPORT) == 0
    assert list(datelines_within(opening + REPORT, 650)) == []


@pytest.mark.parametrize("dateline", AT_A_START_ONLY)
def test_within_a_text_only_what_can_be_nothing_else_counts(dateline):
    assert list(datelines_within(f"Dockers unload soybeans. {dateline}{REPORT}", 650)) == []


def test_a_line_that_is_all_dateline_stays():
    assert dateline_end("PORTAMAR, May 4 (Xinhua) -- Rain fell.") == 0


@given(st.text(max_size=400), st.integers(0, 400))
def test_ends_lie_within_the_text(text, end):
    assert 0 <= dateline_end(text) <= len(text)
    assert all(0 < each <= end for each in datelines_within(text, end))
