"""Topics whose file or seeds cannot be used are put aside and named; all others are served."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor import app
from monitor.errors import SeedError, SettingsError
from monitor.pipeline.judging import learn
from monitor.settings import load
from monitor.store import topics as topics_store
from tests.cli.conftest import SEED
from tests.cli.conftest import TOPIC as WITH_SEEDS

TOPIC = WITH_SEEDS.replace('seeds = "seeds"\n', "")
BROKEN_FILES = {
    "no TOML": b"title = [",
    "no title": TOPIC.replace("title", "titel").encode(),
    "no text": b"\xff\xfe\x00",
    "a number of seeds": b"seeds = 5\n" + TOPIC.encode(),
}
SEEDS = ("fine", "no folder", "no file", "an empty file", "a loop")
STATES = (*SEEDS, *BROKEN_FILES)
numbers = count()


def written(folder, state, name):
    """Write one topic in this state."""
    (folder / "config" / "topics").mkdir(parents=True, exist_ok=True)
    (folder / "config" / "monitor.toml").touch()
    file = folder / "config" / "topics" / f"{name}.toml"
    file.write_bytes(BROKEN_FILES.get(state, f'seeds = "articles/{name}"\n{TOPIC}'.encode()))
    seeds = folder / "articles" / name
    seeds.parent.mkdir(exist_ok=True)
    if state == "a loop":
        seeds.symlink_to(name)
    elif state in ("fine", "no file", "an empty file"):
        seeds.mkdir()
    if state in ("fine", "an empty file"):
        (seeds / "one.md").write_text(SEED if state == "fine" else "")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(st.sampled_from(STATES), min_size=1, max_size=5))
def test_whatever_is_wrong_with_topics_the_others_are_learnt_and_each_wrong_one_is_named(
    house, tmp_path, states
):
    folder = tmp_path / f"example-{next(numbers)}"
    topics = {f"t{next(numbers)}": state for state in states}
    for name, state in topics.items():
        written(folder, state, name)
    fine = {name for name, state in topics.items() if state == "fine"}
    if all(state in BROKEN_FILES for state in states):
        with pytest.raises(SettingsError):
            load(folder / "config")
        return
    context = replace(house(), settings=load(folder / "config"))
    broken = learn.all_topics(context)
    assert {each.id for each in broken} == topics.keys() - fine
    assert all(each.why and "\n" not in each.why and not each.is_served for each in broken)
    assert {topic.id for topic in learn.ready(context)} == fine
    shutil.rmtree(folder)


def test_learning_one_after_the_other_as_before_stops_at_the_first_fault(house, tmp_path):
    """The control."""
    for name, state in {"a": "no folder", "b": "fine"}.items():
        written(tmp_path, state, name)
    context = replace(house(), settings=load(tmp_path / "config"))
    with pytest.raises(SeedError):
        list(map(partial(learn.learn_topic, context), context.settings.topics))
    with context.store.begin() as connection:
        assert topics_store.profile_of(connection, "b") is None


def test_seeds_that_go_away_leave_what_was_learnt(house, tmp_path):
    written(tmp_path, "fine", "tea")
    context = replace(house(), settings=load(tmp_path / "config"))
    assert learn.all_topics(context) == ()
    shutil.rmtree(tmp_path / "articles" / "tea")
    (told,) = learn.all_topics(context)
    assert (told.id, told.is_served) == ("tea", True)
    assert [topic.id for topic in learn.ready(context)] == ["tea"]


def test_seeds_that_come_later_are_learnt_without_a_restart(house, tmp_path):
    written(tmp_path, "no folder", "tea")
    context = replace(house(), settings=load(tmp_path / "config"))
    assert learn.ready(context) == ()
    (tmp_path / "articles" / "tea").mkdir()
    (tmp_path / "articles" / "tea" / "one.md").write_text(SEED)
    assert [topic.id for topic in learn.ready(context)] == ["tea"]


def test_a_topic_whose_file_breaks_is_kept_as_it_was(house, tmp_path):
    for name in ("tea", "rice"):
        written(tmp_path, "fine", name)
    before = load(tmp_path / "config").topics
    (tmp_path / "config" / "topics" / "tea.toml").write_bytes(BROKEN_FILES["no title"])
    (tmp_path / "config" / "topics" / "new.toml").write_bytes(BROKEN_FILES["no TOML"])
    context = app.keeping(replace(house(), settings=load(tmp_path / "config")), before)
    assert context.settings.topics == before
    assert {each.id: each.is_served for each in context.settings.broken} == {"tea": True, "new": False}
    learn.all_topics(context)
    with context.store.begin() as connection:
        assert topics_store.profile_of(connection, "tea") is not None
