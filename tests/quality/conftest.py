"""The topic and seeds as shipped, and the invented sets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.articles.clean import seed_text
from monitor.model import Seed
from monitor.settings import TopicSettings

ROOT = Path(__file__).parents[2]


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


@pytest.fixture
def report(request):
    """Call with a measure's name, ours, the target, and a baseline of the same process: `make quality` prints the table."""

    def add(measure, ours, target, baseline=None):
        request.node.user_properties.append(("measure", (measure, baseline, ours, target)))

    return add


def pytest_collection_modifyitems(items):
    """What takes long begins first, and a file's tests stay in one process with what they share, but for those that say otherwise."""
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    for item in ours:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=_limit_s, reverse=True)


def _limit_s(item):
    limit = item.get_closest_marker("timeout")
    return limit.args[0] if limit and item.get_closest_marker("quality") else 0
