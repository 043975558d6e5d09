"""The measuring tools measure what they say; how fast anything is, is nobody's test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench import poll
from bench.feedserver import Site, document
from bench.measure import command, ratio, table
from monitor.feeds import parse
from monitor.model import FeedDocument

ROOT = Path(__file__).parents[2]
BUSY = "import subprocess, sys, time; end = time.process_time() + 0.15\nwhile time.process_time() < end: pass"


def test_an_unknown_measurement_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "start, worker, render, score, window, issue, search, growth, poll" in done.stderr


def test_a_commands_cost_holds_that_of_its_children(tmp_path):
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
    cost = command([sys.executable, "-c", nested], log=tmp_path / "log")
    assert cost.cpu_s >= 0.15
    assert cost.wall_s > 0
    assert cost.peak_bytes > 2**20
    assert (cost.status, (tmp_path / "log").read_text()) == (0, "")


def test_a_commands_failure_is_told(tmp_path):
    assert command([sys.executable, "-c", "raise SystemExit(3)"], log=tmp_path / "log").status == 3


def test_a_ratio_compares_neighbours():
    ticks = iter([0.0, 1.0, 3.0, 10.0, 12.0, 18.0])
    found = ratio(lambda: None, lambda: None, turns=2, clock=lambda: next(ticks))
    assert (found.ratio, found.ours_s, found.baseline_s) == (2.5, 4.0, 1.5)


def test_a_table_stands_in_columns():
    assert table(("", "s"), [("a", "10"), ("bcd", "1")]) == "      s\na    10\nbcd   1"


@pytest.mark.parametrize("number", [0, 1])
def test_the_servers_feeds_are_feeds(number):
    found = parse(document("http://127.0.0.1:1", number, 49, 50), url="http://127.0.0.1:1/")
    assert isinstance(found, FeedDocument)
    assert (len(found.entries), found.warnings) == (50, ())
    assert len({entry.guid for entry in found.entries}) == 50


def test_the_server_has_as_many_feeds_in_trouble_as_it_says():
    flags = poll._TROUBLE["own"]
    given = dict(zip(flags[::2], map(float, flags[1::2]), strict=True))
    shares = {"hang": given["--hang"], "fail": given["--fail"], "bad_xml": given["--bad-xml"]}
    site = Site(base="", feeds=poll.FEEDS, entries=1, shares=shares)
    troubled = {what: {n for n in range(poll.FEEDS) if site.has(what, n)} for what in shares}
    assert {what: len(found) for what, found in troubled.items()} == {"hang": 2, "fail": 8, "bad_xml": 6}
    assert len(set().union(*troubled.values())) == 16


def test_our_reader_is_set_up_to_poll_all_feeds(tmp_path, data):
    reader = poll._ours()
    reader.set_up(tmp_path, "http://127.0.0.1:1")
    assert (tmp_path / "config" / "feeds.toml").read_text().count("[[feed]]") == poll.FEEDS
    from monitor.settings import load, load_feeds

    settings = load(tmp_path / "config")
    assert settings.fetch.deadline_s == poll._DEADLINE_S
    assert len(load_feeds(settings.config)) == poll.FEEDS
    assert poll._entries(data.parent) == 0
