"""tests/ mirrors monitor/: each module is asked by a test of its room, or stands in the table below with who asks it.

A module is asked when a test in the folder of its room imports it, or imports a module of the room that imports it. Commands
(cli/) are asked by their words, and values (model/) by whoever makes them: those two rooms are left out.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEFT_OUT = ("cli", "model")
# Asked through another room, with the file that does it. A row that is no longer needed fails as one that is missing.
ELSEWHERE = {
    "articles/authors.py": "tests/reading/test_authors.py",
    "articles/provenance.py": "tests/pipeline/gathering/test_provenance.py",
    "articles/robots_meta.py": "tests/checklist/test_pages.py",
    "articles/titles.py": "tests/reading/test_the_pages_own_facts.py",
    "daemon/checking.py": "tests/cli/test_daemon_check.py",
    "daemon/signals.py": "tests/cli/test_daemon_signals.py",
    "daemon/tick.py": "tests/cli/test_daemon_reload.py",
    "deliver/channels/chat.py": "tests/deliver/channels/test_chat_services.py",
    "digests/personal.py": "tests/web/test_answers.py",
    "encode/bert.py": "tests/encode/test_encoder.py",
    "encode/proto.py": "tests/encode/test_encoder.py",
    "encode/weights.py": "tests/encode/test_encoder.py",
    "feeds/register.py": "tests/feeds/test_more_sources.py",
    "fetch/hosts.py": "tests/fetch/test_manners.py",
    "operations/desk/drawers.py": "tests/web/desk/test_topic_edit.py",
    "operations/desk/nursery.py": "tests/web/desk/test_topic_new_page.py",
    "operations/desk/rooms.py": "tests/web/desk/test_desk_pages.py",
    "operations/desk/rounds.py": "tests/web/desk/test_desk_pages.py",
    "operations/desk/shelves.py": "tests/web/desk/test_desk_pages.py",
    "pipeline/delivering/revoking.py": "tests/web/test_revoked_links.py",
    "pipeline/issuing/alerts.py": "tests/daemon/test_alert_laws.py",
    "pipeline/issuing/replay.py": "tests/path/test_issues.py",
    "pipeline/judging/establishing.py": "tests/cli/test_topic_new.py",
    "pipeline/judging/models.py": "tests/cli/test_models.py",
    "schedule/slots.py": "tests/daemon/test_due.py",
    "store/leavings.py": "tests/pipeline/gathering/test_left_out.py",
    "store/marks.py": "tests/pipeline/gathering/test_readdress.py",
    "store/pauses.py": "tests/pipeline/delivering/test_pace.py",
    "store/readers.py": "tests/web/test_revoked_links.py",
    "web/desk/search_feed.py": "tests/web/desk/test_desk_pages.py",
    "work/child.py": "tests/work/test_worker.py",
}


def imported(source: str) -> set[str]:
    """The dotted names a module imports, with each name it takes from another."""
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def unasked(modules: dict[str, set[str]], tests: dict[str, set[str]]) -> list[str]:
    """The modules that no test of their room asks: path below monitor/ or tests/ -> what it imports, of both."""
    names = {
        f"monitor.{path.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}": path
        for path in modules
    }
    found = []
    for name, path in names.items():
        room = path.rpartition("/")[0]
        if path.endswith("__init__.py") or not room or room.split("/")[0] in LEFT_OUT:
            continue
        asked = {each for test, known in tests.items() if test.startswith(f"{room}/") for each in known}
        doors = [names[each] for each in asked if each in names and names[each].startswith(f"{room}/")]
        if name not in asked and all(name not in modules[door] for door in doors):
            found.append(path)
    return sorted(found)


def read(top: str, pattern: str) -> dict[str, set[str]]:
    """Path below a folder -> what the file imports."""
    files = (ROOT / top).rglob(pattern)
    kept = [file for file in files if "migrations" not in file.parts]
    return {file.relative_to(ROOT / top).as_posix(): imported(file.read_text("utf-8")) for file in kept}


def test_every_module_is_asked_by_a_test_of_its_room_or_it_is_said_where():
    modules, tests = read("monitor", "*.py"), read("tests", "*.py")
    assert len(modules) > 250
    assert unasked(modules, tests) == sorted(ELSEWHERE)
    assert [test for test in ELSEWHERE.values() if not (ROOT / test).is_file()] == []


def test_control_a_module_nobody_asks_is_found():
    modules = {
        "feeds/__init__.py": {"monitor.feeds.parse"},
        "feeds/parse.py": {"monitor.feeds.entries"},
        "feeds/entries.py": {"monitor.feeds.dates"},
        "feeds/dates.py": set(),
        "model/feeds.py": set(),
    }
    assert unasked(modules, {"feeds/test_parse.py": {"monitor.feeds.parse"}}) == ["feeds/dates.py"]
    assert unasked(modules, {"text/test_dates.py": {"monitor.feeds.parse"}}) == [
        "feeds/dates.py",
        "feeds/entries.py",
        "feeds/parse.py",
    ]


def test_no_test_file_has_two_subjects_by_its_length():
    """400 lines at most."""
    long = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "tests").rglob("*.py")
        if len(file.read_text("utf-8").splitlines()) > 400
    }
    assert long == set()
