"""Ten thousand readers of one issue: memory and disk, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def cost(folder, count):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.many_readers", str(folder), str(count)],
        check=True, capture_output=True, text=True, timeout=3000,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.faults_long
def test_ten_thousand_readers_cost_300_mb_of_memory_and_60_mb_of_ledger(tmp_path):
    found = cost(tmp_path, 10_000)
    print(found)  # noqa: T201 - for docs/reliability.md
    assert (found["sent"], found["messages"]) == (10_000, 10_000)
    assert found["links"] == 40_000  # two questions in two bodies, each by that reader's own links
    assert found["rss_bytes"] <= 300e6
    assert found["ledger_bytes"] + found["answer_bytes"] <= 60e6
    assert found["mail_bytes"] > 10 * found["ledger_bytes"]  # the control: what whole messages would take


@pytest.mark.faults
def test_memory_does_not_grow_with_the_readers(tmp_path):
    few, many = (
        cost(tmp_path / str(count), count) for count in (500, 1000)
    )  # the first hundreds fill caches
    assert (many["sent"], many["links"]) == (1000, 4000)
    assert (
        many["rss_bytes"] - few["rss_bytes"] < 500 * 10_000
    )  # 10 kB a reader; a whole mail has nine times as much
