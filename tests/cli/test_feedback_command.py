"""`monitor feedback` and `monitor explain --verify` as a user types them."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys

import pytest

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import NOW
from tests.cli.conftest import SEED

AT = "2026-03-09T12:00:00Z"


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    """The demo's week, read and scored, in a preview; to be copied."""
    folder = tmp_path_factory.mktemp("week")
    (folder / "seeds").mkdir()
    (folder / "seeds" / "one.md").write_text(SEED)
    command = [sys.executable, "-m", "monitor", "digest", "--now", AT, "--out", "out", "--dry-run"]
    with serve(NOW) as site:
        write_config(folder / "config", site)
        subprocess.run([*command, "--format", "text"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def read_week(place, week):
    """A copy of it; the working directory."""
    shutil.rmtree(place / "config")
    shutil.copytree(week, place, dirs_exist_ok=True)
    return place


def asked(place):
    text = next((place / "out").glob("*.txt")).read_text()
    return re.search(r"reply “yes (\d+)”", text)[1]


def test_a_reader_answers_what_the_issue_asks(monitor, read_week):
    run = monitor("feedback", asked(read_week), "irrelevant", "--topic", "us-china-trade", "--now", AT)
    assert (run.code, len(run.lines)) == (0, 1)
    assert "is not on topic; learnt from 1 answer (tuning 1)" in run.out
    assert run.out.endswith("; other articles follow from the first answer relevant on\n")
    shown = monitor("explain", asked(read_week))
    assert "not on topic, as you answered" in shown.out
    assert monitor("feedback", asked(read_week), "knew-it", "--now", AT).code == 0


def test_answers_of_both_kinds_need_no_more_to_count(monitor, read_week):
    monitor("feedback", asked(read_week), "irrelevant", "--now", AT)
    both = monitor("feedback", "9", "relevant", "--now", AT)
    assert "learnt from 2 answers (tuning 2)" in both.out
    assert "other articles follow" not in both.out


def test_every_score_is_recomputed_exactly_before_and_after_answers(monitor, read_week):
    assert monitor("explain", "--verify").out == "us-china-trade: 60 of 60 scores recomputed exactly\n"
    monitor("feedback", asked(read_week), "relevant", "--now", AT)
    assert monitor("explain", "--verify").out == "us-china-trade: 60 of 60 scores recomputed exactly\n"
    one = monitor("explain", asked(read_week), "--verify", "--json")
    assert (one.json[0]["scores"], one.json[0]["differing"]) == (1, [])


def test_a_tampered_score_is_named_and_the_command_fails(monitor, read_week):
    with sqlite3.connect(read_week / "data" / "monitor.db") as database:
        database.execute("update scores set relevance = 0.75 where article_id = 9")
    database.close()
    run = monitor("explain", "--verify")
    assert run.code == 1
    assert "59 of 60 scores recomputed exactly" in run.lines[0]
    assert "article 9: stored 0.75, its stored parts give" in run.lines[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("feedback", "1", "perhaps"), "no verdict 'perhaps'"),
        (("feedback", "999", "relevant"), "no article 999"),
        (("feedback", "http://nowhere.example/x", "relevant"), "no article http://nowhere.example/x"),
        (("feedback", "1", "relevant", "--topic", "cheese"), "no topic 'cheese'"),
        (("explain",), "which article?"),
    ],
)
def test_wrong_use_is_said_clearly(monitor, place, arguments, said):
    run = monitor(*arguments)
    assert (run.code, said in run.err) == (2, True), run.err
    assert "Traceback" not in run.err
