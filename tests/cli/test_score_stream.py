"""`monitor score --jsonl` for any topic: a configured one, any topic file, or a folder of seeds and a sentence."""

from __future__ import annotations

import json

import pytest

LINES = "".join(
    json.dumps({"id": n, "title": title, "published": f"2026-03-0{n + 1}"}) + "\n"
    for n, title in enumerate(
        [
            "Kettle makers fined for fixing prices",
            "Ministry fines three kettle makers over price cartel",
            "Rain expected in the north",
            "Court lowers fine for kettle cartel",
        ]
    )
).encode()
SEED = """The ministry fined kettle makers on Monday. The kettle cartel had fixed prices for years, the ministry said, and
the fine for each kettle maker is a tenth of what it sold. Courts may lower the fine. Kettle prices rose by a third."""
FACETS = """title = "Kettles"
sentence = "Fines for makers of kettles"
seeds = "articles"
[[facets]]
name = "Kettles"
aliases = ["kettle*"]
[[facets]]
name = "Measures"
aliases = ["fine*", "cartel"]
"""


@pytest.fixture
def kettles(tmp_path):
    """A topic file with its seeds beside it."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "cartel.txt").write_text(f"Kettle cartel fined\n\n{SEED}\n\n{SEED}\n", "utf-8")
    (tmp_path / "kettles.toml").write_text(FACETS, "utf-8")
    return tmp_path


def relevant(run):
    assert run.code == 0, run.err
    return [row["id"] for row in map(json.loads, run.out.splitlines()) if row["relevant"]]


def test_any_topic_file_will_do(monitor, kettles):
    run = monitor("score", "--jsonl", "--topic", kettles / "kettles.toml", stdin=LINES)
    assert relevant(run) == [0, 1, 3]


def test_a_configured_topic_by_its_file_gives_what_its_name_gives(monitor):
    by_name = monitor("score", "--jsonl", "--topic", "trade", stdin=LINES)
    by_file = monitor("score", "--jsonl", "--topic", "config/topics/trade.toml", stdin=LINES)
    assert by_name.out == by_file.out
    assert relevant(by_name) == []


def test_a_folder_of_seeds_and_a_sentence_are_a_topic(monitor, kettles):
    arguments = ("--seeds", kettles / "articles", "--sentence", "Fines for makers of kettles")
    run = monitor("score", "--jsonl", *arguments, stdin=LINES)
    scored = {row["id"]: row["relevance"] for row in map(json.loads, run.out.splitlines())}
    assert min(scored[0], scored[1], scored[3]) > scored[2]


def test_headings_join_the_stories_of_a_week_and_change_no_score(monitor, kettles):
    topic = ("--topic", kettles / "kettles.toml")
    plain = monitor("score", "--jsonl", *topic, stdin=LINES)
    run = monitor("score", "--jsonl", "--headings", *topic, stdin=LINES)
    rows = [json.loads(line) for line in run.out.splitlines()]
    headed = [row.pop("heading") for row in rows]
    assert rows == [json.loads(line) for line in plain.out.splitlines()]
    assert all(heading <= row["id"] for heading, row in zip(headed, rows, strict=True))
    assert len({row["story"] for row in rows}) >= len(set(headed))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--topic", "nowhere.toml"), "nowhere.toml"),
        (("--topic", "tea"), "There are: trade"),
        (("--seeds", "nowhere"), "no folder of seeds"),
        (("--sentence", "Tea"), "goes with --seeds alone"),
    ],
)
def test_what_is_not_there_is_said(monitor, arguments, said):
    run = monitor("score", "--jsonl", *arguments, stdin=LINES)
    assert run.code in (1, 2)
    assert said in run.err


def test_a_topic_for_the_store_is_refused(monitor):
    for arguments in (("--seeds", "seeds"), ("--headings",)):
        run = monitor("score", *arguments)
        assert run.code == 2
        assert "--jsonl" in run.err
