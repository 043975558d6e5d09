"""Public names use no word that docs/glossary.md gives up; and every word it explains stands there once."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
TITLE = "## Words no public name uses"
# Names from before the table: this list only gets shorter. A frozen issue's JSON, a table and Alembic's own cannot change.
BEFORE = set(
    """
    articles/walls.py:TOLD_SHARE
    digests/compose.py:WORDS_EACH
    feeds/discover.py:MAX_FOUND
    feeds/fast.py:Found
    model/digests.py:Coverage.told
    pipeline/gathering/reread.py:TOLD
    pipeline/issuing/candidates.py:Period.told
    store/alarms.py:Alarm.told_at
    store/alarms.py:told
    store/backup.py:found
    store/issues.py:told
    store/schema.py:told_facts
    store/scores.py:TOLD
    store/told.py:told
    store/visits.py:Version.told_as
    store/visits.py:Visit.told_as
    store/visits.py:told_pages
    stories/consequence.py:TOLD_ACT
    stories/features.py:Features.told
    stories/features.py:Features.told_keys
    stories/novelty.py:Told
    stories/packed.py:Packed.told_keys
    stories/pairs.py:Weighed.things
    stories/retelling.py:Told
    stories/told.py:told
    text/english/verbs.py:told
    topics/seeded.py:said
    """.split()
)


def rows(text: str) -> list[list[str]]:
    """The rows of a page's tables, without heads."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in re.findall(r"^\|.*\|$", text, re.MULTILINE)
    ]
    return [row for row in cells if row[0] not in ("word", "---") and not set(row[0]) <= {"-"}]


def given_up() -> set[str]:
    """The words of the table of those that no name uses."""
    table = GLOSSARY.partition(TITLE)[2]
    return {word for row in rows(table) for word in row[0].split(", ")}


def words(name: str) -> set[str]:
    """The words of a name, in small letters: `told_keys`, `ToldKeys` and `TOLD_KEYS` have the same."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def public(body: list[ast.stmt], within: str = "") -> list[str]:
    """The public functions, classes, fields and constants of a module or class, with the class before a point."""
    found = list[str]()
    for node in body:
        names = [getattr(node, "name", "")]
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        found += [f"{within}{name}" for name in names if name and not name.startswith("_")]
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found += public(node.body, f"{node.name}.")
    return found


def wrong(path: str, source: str, avoided: set[str]) -> list[str]:
    """Path and name of each public name of a module, its own included, that uses one of the words."""
    module = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
    names = [module, *public(ast.parse(source).body)]
    return [f"{path}:{name}" for name in names if words(name.rpartition(".")[2]) & avoided]


def test_no_public_name_uses_a_word_that_was_given_up():
    assert {"told", "said", "each", "found", "util"} <= given_up()
    files = [file for file in (ROOT / "monitor").rglob("*.py") if "migrations" not in file.parts]
    found = {
        name
        for file in files
        for name in wrong(file.relative_to(ROOT / "monitor").as_posix(), file.read_text("utf-8"), given_up())
    }
    assert found == BEFORE


def test_control_a_name_with_such_a_word_is_found():
    source = "TOLD_KEYS = 1\nclass Found:\n    said: str\n    def each(self): ...\n    _told = 2\ndef retold(): ...\n"
    names = ["TOLD_KEYS", "Found", "Found.said", "Found.each"]
    assert wrong("text/told.py", source, given_up()) == [f"text/told.py:{name}" for name in ["told", *names]]


def test_each_word_is_explained_once():
    explained = [row[0] for row in rows(GLOSSARY.partition(TITLE)[0])]
    assert len(explained) > 40
    assert [word for word, n in Counter(explained).items() if n > 1] == []
