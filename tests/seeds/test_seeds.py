"""The shipped seeds: complete front matter, briefs of the promised length, and nobody else's sentences.

The comparison with the originals needs them: they are not part of the project. QUALITY_DATA names the data folder beside which
they lie (../seeds of it); without it that part is skipped.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[2] / "seeds"
REQUIRED = ("title", "outlet", "authors", "date", "language", "original")
OPTIONAL = ("outlet_note", "authors_note", "date_note", "contributors", "url")
LONGEST_RUN = 5  # words a brief may share with its original in a row, names and titles counted as one word

# Names and titles of office: facts, which cannot be put in other words.
NAMES = (
    "Academic Center for Chinese Economic Practice and Thinking",
    "executive vice president of the China Institute of International Studies",
    "Secretary of State Antony Blinken",
    "National Security Adviser Jake Sullivan",
    "Robert Lighthizer, the US trade representative",
    "Secretary of State Marco Rubio",
    "the Asia Society Policy Institute",
)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
MARKUP = re.compile(r"<[^>]*>|\]\([^)]*\)")  # tags and link targets cut words apart in the dumps


@dataclass(frozen=True, slots=True)
class Brief:
    """One seed file."""

    path: Path
    head: dict[str, str]
    body: str


def read(path: Path) -> Brief:
    _, head, body = path.read_text("utf-8").split("---\n", 2)
    pairs = (line.partition(":") for line in head.splitlines())
    return Brief(path, {key: value.strip() for key, _, value in pairs}, body.strip())


BRIEFS = [read(path) for path in sorted(SEEDS.glob("*.md"))]
each = pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: brief.path.stem)


def words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in WORD.findall(text)]


def folded(text: str) -> str:
    """The text as words with a space around each, names as one word."""
    line = f" {' '.join(words(MARKUP.sub(' ', text)))} "
    for number, name in enumerate(NAMES):
        line = line.replace(f" {' '.join(words(name))} ", f" name{number} ")
    return line


def longest_shared_run(brief: str, original: str) -> str:
    """Return the longest run of words of `brief` that stands in `original` too."""
    mine, theirs = folded(brief).split(), folded(original)
    best = ""
    for start in range(len(mine)):
        size = len(best.split()) + 1
        while start + size <= len(mine) and f" {' '.join(mine[start : start + size])} " in theirs:
            best = " ".join(mine[start : start + size])
            size += 1
    return best


def figures(text: str) -> set[str]:
    return {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def original_of(brief: Brief) -> str:
    folder = os.environ.get("QUALITY_DATA")
    if not folder:
        pytest.skip("QUALITY_DATA is not set: the originals are not part of the project")
    path = Path(folder).parent / "seeds" / brief.head["original"]
    if not path.is_file():
        pytest.skip(f"no original at {path}")
    return path.read_text("utf-8")


def test_there_are_five_seeds_sorted_by_date_through_their_names() -> None:
    assert len(BRIEFS) == 5
    assert [brief.head["date"] for brief in BRIEFS] == sorted(brief.head["date"] for brief in BRIEFS)
    assert all(brief.path.name.startswith(brief.head["date"][:7] + "-") for brief in BRIEFS)
    assert len({brief.head["original"] for brief in BRIEFS}) == 5


@each
def test_front_matter_is_complete_and_what_is_unknown_says_so(brief: Brief) -> None:
    assert not set(REQUIRED) - set(brief.head)
    assert not set(brief.head) - set(REQUIRED) - set(OPTIONAL)
    assert brief.head["title"]
    assert brief.head["language"] == "en"
    date.fromisoformat(brief.head["date"])
    empty = [key for key, value in brief.head.items() if not value]
    assert not [key for key in empty if f"{key}_note" not in brief.head]
    assert brief.head.get("url", "https://").startswith("https://")


@each
def test_a_brief_has_250_to_500_words_in_paragraphs_of_60_to_120(brief: Brief) -> None:
    sizes = [len(paragraph.split()) for paragraph in brief.body.split("\n\n")]
    assert 250 <= sum(sizes) <= 500
    assert all(60 <= size <= 120 for size in sizes), sizes


@each
def test_a_brief_is_in_our_own_words(brief: Brief) -> None:
    run = longest_shared_run(brief.body, original_of(brief))
    assert len(run.split()) <= LONGEST_RUN, run


@each
def test_a_brief_invents_no_figure(brief: Brief) -> None:
    theirs = figures(original_of(brief))
    assert figures(brief.body) <= theirs


@pytest.mark.parametrize(
    ("mine", "theirs", "run"),
    [
        ("a b c d", "x b c y", "b c"),
        ("nothing in common", "else", ""),
        (
            "He met Secretary of State Antony Blinken again",
            "He met Secretary of State <b>Antony</b>\nBlinken",
            "he met name2",
        ),
    ],
)
def test_the_check_finds_the_longest_run_and_counts_a_name_as_one_word(
    mine: str, theirs: str, run: str
) -> None:
    assert longest_shared_run(mine, theirs) == run
