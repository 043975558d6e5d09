"""docs/ARCHITECTURE.md and CONTRIBUTING.md name what is there: paths, names in files, modules, words of make, rooms, contracts."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PAGES = {"docs/ARCHITECTURE.md": ARCHITECTURE, "CONTRIBUTING.md": CONTRIBUTING}
TOP = (
    ".ci .editorconfig .pre-commit-config.yaml CHANGELOG.md Dockerfile LICENSE Makefile README.md bench config docs"
    " monitor pyproject.toml secrets seeds templates tests"
).split()
# A path from the top, maybe with the name of something in that file after a colon; `NAME` and `0014` stand for what is to be made.
PATH = re.compile(rf"(?<![\w./~-])((?:{'|'.join(map(re.escape, TOP))})(?:/[\w.*-]+)*/?)(?::(\w+))?(?![\w/])")
MODULE = re.compile(r"(?<![\w./])monitor(?:\.[a-z_]+)+")
INVENTED = re.compile(r"NAME|0017|TOPIC")


def spoken(text):
    """What stands between backticks and in blocks of code: each by itself."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return blocks + inline


def defined(file):
    """The functions, classes and constants at the top of a module."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    names = {getattr(node, "name", "") for node in tree.body}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def is_there(path):
    return any(ROOT.glob(path)) if "*" in path else (ROOT / path).exists()


def is_module(name):
    """Whether a dotted name is a module, or a name at the top of one."""
    parts = name.split(".")
    place, before = ROOT.joinpath(*parts), ROOT.joinpath(*parts[:-1])
    files = [before.with_suffix(".py"), before / "__init__.py"]
    is_name = any(file.is_file() and parts[-1] in defined(file) for file in files)
    return place.is_dir() or place.with_suffix(".py").is_file() or is_name


def paths(text):
    """Each path of a page, and the name in it that is given, or ""."""
    found = [match.groups(default="") for part in spoken(text) for match in PATH.finditer(part)]
    return [(path.rstrip("."), name) for path, name in found if not INVENTED.search(path)]


def modules(text):
    """Each dotted name of a module; `monitor.toml` and the like are files."""
    found = [name for part in spoken(text) for name in MODULE.findall(part)]
    return [name for name in found if not name.endswith((".toml", ".db"))]


def wrong(text):
    """What a page names and nobody finds."""
    missing = [path for path, _ in paths(text) if not is_there(path)]
    missing += [
        f"{path}:{name}"
        for path, name in paths(text)
        if name and is_there(path) and name not in defined(path)
    ]
    return missing + [name for name in modules(text) if not is_module(name)]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_and_module_named_is_there(page):
    assert len(paths(PAGES[page])) > 20
    assert wrong(PAGES[page]) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("see `monitor/feeds/quirks.py`", ["monitor/feeds/quirks.py"]),
        ("see `monitor/feeds/parse.py:guess`", ["monitor/feeds/parse.py:guess"]),
        ("`monitor/feeds/parse.py:parse`, `monitor/feeds/`", []),
        ("```sh\npytest tests/nowhere\n```", ["tests/nowhere"]),
        ("`tests/feeds/test_never_*.py`", ["tests/feeds/test_never_*.py"]),
        ("`monitor.feeds.quirks`", ["monitor.feeds.quirks"]),
        ("`monitor.feeds.parse`, `monitor.model.Article`, `monitor.toml`", []),
    ],
)
def test_control_a_wrong_path_is_found(text, missing):
    assert [each for each in wrong(text) if each != "monitor.model.Article"] == missing


def rooms():
    """Every package of monitor/, as its path below it; that of the migrations' files is Alembic's, and a channel is a folder of its room."""
    found = {
        file.parent.relative_to(ROOT / "monitor").as_posix() for file in ROOT.glob("monitor/*/**/__init__.py")
    }
    channels = {name for name in found if name.startswith("deliver/channels/")}
    return found - {"store/migrations", "store/migrations/versions"} - channels


def pictured(text):
    """The rooms in the picture: the first block of code under the heading "The rooms"."""
    picture = re.search(r"^## The rooms$.*?^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1]
    return {name.rstrip("/") for name in re.findall(r"(?<!\S)[a-z_/]+/(?!\S)", picture)}


def test_the_picture_shows_every_room_and_no_other():
    assert len(rooms()) > 20
    assert pictured(ARCHITECTURE) ^ rooms() == set()


def test_control_a_room_that_is_not_there_is_found():
    picture = "## The rooms\n\n```\nnouns  feeds/ utils/\n```\n"
    assert pictured(picture) - rooms() == {"utils"}


def contracts():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [each["name"] for each in settings["tool"]["importlinter"]["contracts"]]


def test_every_contract_is_told_in_its_own_words():
    rows = set(re.findall(r"^\| ([^|]+?) \|", ARCHITECTURE, re.MULTILINE))
    assert len(contracts()) > 5
    assert set(contracts()) - rows == set()


def test_no_page_names_a_word_of_make_that_is_not_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    for page, text in PAGES.items():
        calls = [
            call
            for part in spoken(text)
            for call in re.findall(r"(?:^|[ ;&])make ([a-z][a-z0-9 -]*)", part, re.MULTILINE)
        ]
        assert calls, page
        assert {word for call in calls for word in call.split()} - targets == set(), page
