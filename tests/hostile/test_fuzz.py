"""Thousands of damaged feeds and pages: none crashes or hangs a parser, and what is printed of them is clean.

500 of each in every run; FUZZ=5000 for more. A number that fails can be repeated: `mutants.mutant(number, ...)`.
"""

from __future__ import annotations

import json
import os
import re

import pytest

from monitor.work import Killed, Worker
from tests.hostile import jobs
from tests.hostile.mutants import FEEDS, PAGES, mutant

COUNT = int(os.environ.get("FUZZ", "500"))
HANG_S = 5.0
# C0 and C1 controls, bidirectional overrides, halves of characters, what is no character (Unicode 23.7).
UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@pytest.fixture(scope="module")
def worker():
    with Worker(timeout_s=HANG_S, memory_bytes=2 * 2**30, processes=2) as opened:
        yield opened


def complaints(number, printed):
    """What is wrong with one output."""
    if isinstance(printed, Killed):
        return [f"{number}: {printed.reason} {printed.detail}"]
    found = []
    for line in printed.decode(
        "utf-8"
    ).splitlines():  # splits at U+0085 and U+2028 too: those may not be there
        if UNCLEAN.search(line):
            found.append(f"{number}: unclean {line[:200]!r}")
        found += [
            f"{number}: unclean {text[:200]!r}" for text in texts(json.loads(line)) if UNCLEAN.search(text)
        ]
    return found


def texts(value):
    """All strings in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return [text for item in value for text in texts(item)] if isinstance(value, list) else []


@pytest.mark.slow
@pytest.mark.timeout(COUNT)
@pytest.mark.parametrize(
    ("job", "sources"), [(jobs.parsed, FEEDS), (jobs.extracted, PAGES)], ids=["feeds", "pages"]
)
def test_damaged_documents_neither_crash_nor_hang_and_print_clean_lines(worker, job, sources):
    numbers = range(COUNT)
    outputs = worker.map(job, (mutant(number, sources) for number in numbers))
    pairs = list(zip(numbers, outputs, strict=True))
    assert [each for number, printed in pairs for each in complaints(number, printed)] == []
    assert sum(bool(printed) for _, printed in pairs) >= COUNT * 0.4  # else it would show little


def test_no_two_of_the_first_documents_are_alike():
    for sources in (FEEDS, PAGES):
        made = [mutant(number, sources) for number in range(300)]
        assert len(set(made)) >= 290
        assert made == [mutant(number, sources) for number in range(300)]
