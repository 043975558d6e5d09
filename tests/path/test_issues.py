"""The frozen issues of the demo's two weeks, looked at afterwards."""

from __future__ import annotations

import json

import feedparser


def test_issues_are_listed_newest_first(weeks):
    rows = json.loads(weeks.command("issues", "list", "--json").stdout)
    assert [row["number"] for row in rows] == [2, 1]
    assert all(row["stories"] >= 5 and row["subject"] for row in rows)


def test_an_issue_is_shown_as_it_was_frozen(weeks):
    for form, ending in (("text", "txt"), ("html", "html"), ("md", "md"), ("json", "json")):
        run = weeks.command("issues", "show", "1", "--format", form)
        assert run.stdout.encode() == weeks.file(1, ending)


def test_the_correction_of_what_the_first_issue_told_stands_on_top_of_the_second(weeks):
    first, second = (json.loads(weeks.file(number, "json")) for number in (1, 2))
    entries = (*first["top"], *first["also"])
    told = {each["headline"] for entry in entries for each in (entry, *entry["developments"])}
    lead = second["top"][0]
    assert lead["headline"] == "US corrects export list: 12 Chinese chip-tool companies, not 14"
    former = lead["replaced"][0]
    assert (former["how"], former["issue"]) == ("corrected", 1)
    assert former["headline"] in told
    assert b"Corrected" in weeks.file(2, "txt")


def test_what_goes_on_with_one_of_two_told_stories_of_its_event_is_an_update(weeks):
    """The first issue told the order and the ships, the ban and the firm's answer: each pair as two stories."""
    second = json.loads(weeks.file(2, "json"))
    found = {story["headline"]: story for story in (*second["top"], *second["also"])}
    for headline in (
        "China raises US soybean orders to 2.6 million tonnes",
        "China lifts suspension of five US poultry plants after eight days",
    ):
        assert (found[headline]["status"], found[headline]["earlier_issue"]) == ("updated", 1)


def test_two_issues_are_told_apart(weeks):
    lines = weeks.command("issues", "diff", "1", "2").stdout.splitlines()
    only_new = [line for line in lines if line.startswith("+ ")]
    assert any(line.startswith("- ") for line in lines)
    assert len(only_new) >= 3
    assert weeks.command("issues", "diff", "2", "2").stdout == "no difference\n"


def test_the_issues_are_a_feed(weeks, tmp_path):
    run = weeks.command("issues", "feed", "--out", tmp_path / "trade.atom")
    assert run.returncode == 0, run.stderr
    found = feedparser.parse(str(tmp_path / "trade.atom"))
    assert not found.bozo
    assert [entry.title for entry in found.entries] == [weeks.subject(2), weeks.subject(1)]
    assert len({entry.id for entry in found.entries}) == 2
    before = (tmp_path / "trade.atom").read_bytes()
    weeks.command("issues", "feed", "--out", tmp_path / "trade.atom")
    assert (tmp_path / "trade.atom").read_bytes() == before


def test_a_replay_with_the_same_settings_composes_the_same_stories(weeks):
    run = weeks.command("replay", "--from", "2026-03-01", "--to", "2026-04-01")
    assert run.returncode == 0, run.stderr
    assert run.stdout.count(": no differences") == 2, run.stdout


def test_a_replay_with_other_weights_says_what_would_differ_and_changes_nothing(weeks):
    arguments = ("replay", "--from", "2026-03-01", "--to", "2026-04-01", "--set", "limits.top=2")
    run = weeks.command(*arguments, "--set", "weights.novelty=0")
    assert "-> also" in run.stdout
    assert [row["number"] for row in json.loads(weeks.command("issues", "list", "--json").stdout)] == [2, 1]


def test_what_is_not_there_is_said(weeks):
    for arguments, said in (
        (("issues", "show", "7"), "There are 1 to 2."),
        (("issues", "show", "1", "--format", "eml"), "monitor digest --format eml"),
        (("issues", "show", "0"), "greater than or equal to 1"),
        (("replay", "--from", "2020-01-01", "--to", "2020-02-01"), "no issue ends in that time"),
        (("replay", "--from", "2026-03-01", "--to", "2026-04-01", "--set", "weights.luck=2"), "weights.novelty"),
        (("replay", "--from", "2026-03-01", "--to", "2026-04-01", "--set", "limits.top=many"), "limits.top"),
    ):  # fmt: skip
        run = weeks.command(*arguments)
        assert run.returncode == 2, arguments
        assert said in run.stderr, arguments
