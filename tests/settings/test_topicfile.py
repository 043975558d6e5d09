"""Topic files that the program writes: read back as they were meant, whole or not at all, the text before them kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SettingsError
from monitor.settings import topic_of
from monitor.settings.topicfile import free_id, replace_text, topic_text, write_topic

LINES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40).filter(
    str.strip
)


@given(
    LINES,
    LINES,
    st.lists(LINES, max_size=4),
    st.lists(st.tuples(LINES, st.lists(LINES, min_size=1)), max_size=3),
)
def test_whatever_is_written_is_read_back(title, sentence, must, sides):
    text = topic_text(title=title, sentence=sentence, seeds="seeds/one", must=must, sides=sides)
    topic = topic_of(text, Path("one.toml"), Path("/house"))
    assert (topic.title, topic.sentence, topic.must, topic.facets) == (title, sentence, tuple(must), ())


def test_the_proposed_sides_are_a_mark_away():
    text = topic_text(title="A", sentence="B", seeds="s", must=(), sides=[("Bees", ["hives", "NSA"])])
    freed = "\n".join(
        line.removeprefix("#") if (line.startswith("#") and "=" in line) or line.startswith("#[[") else line
        for line in text.splitlines()
    )
    facets = topic_of(freed, Path("one.toml"), Path("/house")).facets
    assert [(each.name, each.aliases) for each in facets] == [("Bees", ("hives", "NSA"))]


@pytest.mark.parametrize(
    ("title", "taken", "expected"),
    [
        ("Gun control", [], "gun-control"),
        ("Gun control", ["gun-control"], "gun-control-2"),
        ("Ölpreise!", [], "olpreise"),
        ("关税", [], "topic"),
    ],
)
def test_an_id_is_made_from_the_title_and_nobody_elses(title, taken, expected):
    assert free_id(title, taken) == expected


def test_a_topic_is_there_whole_or_not_at_all(tmp_path):
    file, folder = tmp_path / "topics" / "a.toml", tmp_path / "seeds" / "a"
    write_topic(file, "title = 1", folder, {"01.md": "text"})
    assert (file.read_text(), (folder / "01.md").read_text()) == ("title = 1", "text")
    with pytest.raises(SettingsError, match="already"):
        write_topic(file, "title = 2", tmp_path / "seeds" / "b", {})
    assert file.read_text() == "title = 1"
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_topic(blocked / "b.toml", "x", tmp_path / "seeds" / "b", {"01.md": "text"})
    assert not (tmp_path / "seeds" / "b").exists()


def test_each_text_before_is_kept_by_number(tmp_path):
    file = tmp_path / "a.toml"
    file.write_text("one")
    assert replace_text(file, "two", tmp_path / "kept") == "000001.toml"
    assert replace_text(file, "three", tmp_path / "kept") == "000002.toml"
    assert file.read_text() == "three"
    assert [each.read_text() for each in sorted((tmp_path / "kept").iterdir())] == ["one", "two"]
