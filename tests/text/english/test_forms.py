"""A report is told from what comes after the event."""

from __future__ import annotations

import pytest

from monitor.text.english.forms import is_live, is_opinion, is_recap, is_report


@pytest.mark.parametrize(
    "title",
    [
        "Business live: Portamar prepares new duties - as it happened",
        "Tariff day – live",
        "Portamar talks: live updates",
    ],
)
def test_live_blogs(title):
    assert is_live(title)
    assert not is_report(title)


@pytest.mark.parametrize(
    "title",
    [
        "PD Commentary: Nobody wins",
        "Op-ed: Enough of duties",
        "Editorial: Portamar will not give in",
        "Opinion: the risks of a quarrel",
        "Demo Opinion cartoon Some Body on the quarrel - cartoon",
        "The Demo view on duties: let them go",
        "Duties will cost us dearly | Jane Doe",
        "Duties will cost us dearly | letters",
    ],
)
def test_opinions(title):
    assert is_opinion(title)
    assert not is_report(title)


@pytest.mark.parametrize(
    "title", ["Explainer: how the talks differ", "Factbox: goods on the list", "Instant View: duties begin"]
)
def test_guides_are_no_reports(title):
    assert not is_report(title)


@pytest.mark.parametrize(
    "title",
    [
        "Live cattle exports to Portamar resume",
        "Portamar's cartoon industry hit by duties",
        "Editor of Demo Daily says talks go on",
        "Global Times editorial says bargaining power will not improve",
        "Games face a new duty in Portamar",
        "The minister's view is unchanged",
        "",
    ],
)
def test_reports(title):
    assert is_report(title)


@pytest.mark.parametrize(
    "title",
    [
        "Factbox: What the two sides have agreed so far",
        "Timeline: How the dispute began",
        "Trade dispute: a timeline",
        "The rare earth rules, explained",
        "Tariffs on batteries: all you need to know",
        "Key dates in the dispute",
        "Why are soybeans in the middle of it?",
        "Northland and Southland: where they are and what’s at stake",
        "Five things to watch at the summit",
        "The Week cartoon Jane Doe on the talks",
    ],
)
def test_a_recap_is_told_by_its_headline(title):
    assert is_recap(title)


@pytest.mark.parametrize(
    "title",
    [
        "Ministry has not explained arrest of manager, embassy says",
        "What Beijing wants it will not say, minister tells parliament",
        "Washington explains its tariff list to importers",
        "Key lawmakers ask for timeline of tariff decision",
        "Things look up for soybean growers",
    ],
)
def test_a_report_is_no_recap(title):
    assert not is_recap(title)
