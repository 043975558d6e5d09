"""The topic and seeds as shipped, and the invented sets."""

from __future__ import annotations

import csv
import os
import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from monitor.articles.clean import seed_text
from monitor.model import Seed
from monitor.pipeline.judging.stream import stream, stream_of_weeks
from monitor.settings import TopicSettings

ROOT = Path(__file__).parents[2]
SHARED = ("encoded", "scored", "scored_week")  # fixtures that cost minutes
BEFORE = timedelta(days=18)  # of the stream before a week, as a running product has seen it


@pytest.fixture(scope="session")
def topic():
    file = ROOT / "config" / "topics" / "us-china-trade.toml"
    return TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))


@pytest.fixture(scope="session")
def seeds():
    found = [seed_text(f.read_text("utf-8"), name=f.name) for f in sorted((ROOT / "seeds").glob("*.md"))]
    assert all(isinstance(seed, Seed) for seed in found)
    return found


@pytest.fixture(scope="session")
def invented():
    """Rows of a file beside the tests."""

    def rows(name):
        text = (Path(__file__).parent / "data" / name).read_text("utf-8")
        return [line.split("\t") for line in text.splitlines()]

    return rows


@pytest.fixture(scope="session")
def headlines():
    """The rows of the real headlines of two years, oldest first. Needs QUALITY_DATA."""
    file = Path(os.environ["QUALITY_DATA"]) / "headlines-2018-2019.tsv"
    with file.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _record(row):
    return {"id": row["id"], "title": row["headline"], "published": row["date"], "source": row["source"]}


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Call with the name of a fixture that costs minutes: the second process of a run that makes it fails."""

    def claim(name):
        if "PYTEST_XDIST_WORKER" not in os.environ:
            return
        try:
            (tmp_path_factory.getbasetemp().parent / f"{name}.made").touch(exist_ok=False)
        except FileExistsError:
            pytest.fail(f"another process has made `{name}` too: the groups of `SHARED` are not kept")

    return claim


@pytest.fixture(scope="session")
def scored(headlines, topic, seeds, made_once):
    """What the product says of each of `headlines`, in their order, with the headings of its week.

    Scored once: all tests that ask for it are in one process.
    """
    made_once("scored")
    return list(stream_of_weeks(map(_record, headlines), topic, seeds))


@pytest.fixture(scope="session")
def sense():
    """What measures meanings, with the encoder in the folder MODEL_PATH names."""
    for name in ("numpy", "onnxruntime", "tokenizers"):
        pytest.importorskip(name, reason="the extra `embeddings` is not installed")
    from monitor.encode import opener
    from monitor.pipeline.judging.sense import Sense

    return Sense(opener(Path(os.environ["MODEL_PATH"])))


@pytest.fixture(scope="session")
def encoded(headlines, topic, seeds, sense, made_once):
    """The same as `scored`, with the encoder."""
    made_once("encoded")
    return list(stream_of_weeks(map(_record, headlines), topic, seeds, sense=sense))


@pytest.fixture(scope="session")
def scored_week(headlines, topic, seeds, made_once):
    """Call with a Monday: the rows of its week and of `BEFORE`, and what the product says of each, knowing nothing older.

    Each week is scored once: all tests that ask for them are in one process.
    """

    made_once("scored_week")

    @cache
    def judged(monday):
        start = datetime.fromisoformat(monday)
        end = start + timedelta(days=7)
        rows = [r for r in headlines if start - BEFORE <= datetime.fromisoformat(r["date"]) < end]
        return rows, list(stream(map(_record, rows), topic, seeds))

    return judged


@pytest.fixture
def report(request):
    """Call with a measure's name, ours, the target, and a baseline of the same process: `make quality` prints the table."""

    def add(measure, ours, target, baseline=None):
        request.node.user_properties.append(("measure", (measure, baseline, ours, target)))

    return add


def pytest_collection_modifyitems(items):
    """What takes long begins first. In one process stay the tests that share scores, else those of a file, but for those that say otherwise."""
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    for item in ours:
        if item.get_closest_marker("xdist_group") is None:
            shared = next((name for name in SHARED if name in item.fixturenames), item.path.stem)
            item.add_marker(pytest.mark.xdist_group(shared))
    items.sort(key=_limit_s, reverse=True)


def _limit_s(item):
    limit = item.get_closest_marker("timeout")
    return limit.args[0] if limit and item.get_closest_marker("quality") else 0
