"""A law over the whole tree of commands: whatever the terminal, the folder or the arguments, no traceback and the exit code of the docs."""

from __future__ import annotations

import re

import pytest
import typer

from monitor.cli import app
from monitor.deliver.smtp import greet
from monitor.settings import SmtpSettings
from tests.cli.terminals import Terminals

FEED = '<rss version="2.0"><channel><title>x</title><item><title>税 “…”</title><guid>a</guid></item></channel></rss>'
LONG = "x" * 300
SENDER = {"MONITOR_SMTP_SENDER": "m@example.org"}
GARBAGE = ("\udcff", LONG, "99999999999999999999")
YEARS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "税")
MOMENTS = ("--now", "--since", "--until", "--from", "--to")

# Each command as somebody types it in the demo's folder, and the exit code that docs/commands.md gives it.
TYPED = {
    "init": (("init", "mine"), 0),
    "learn": (("learn",), 0),
    "poll": (("poll", "--all"), 1),
    "read": (("read",), 0),
    "digest": (("digest", "--dry-run", "--out", "previews"), 0),
    "send": (("send",), 0),
    "doctor": (("doctor", "--offline"), 1),
    "status": (("status",), 0),
    "explain": (("explain", "17"), 0),
    "search": (("search", "soybean"), 0),
    "feedback": (("feedback", "17", "irrelevant"), 0),
    "parse": (("parse", "feed.xml"), 0),
    "extract": (("extract", "page.html"), 0),
    "score": (("score",), 0),
    "run": (("run", "--once"), 0),
    "health": (("health",), 1),
    "web": (("web", "--host", "192.0.2.1"), 2),  # without a password
    "bounces": (("bounces",), 2),
    "suppressed": (("suppressed",), 0),
    "revoke": (("revoke", "nobody@example.org"), 2),
    "backup": (("backup",), 0),
    "restore": (("restore", "feed.xml"), 1),
    "prune": (("prune",), 0),
    "demo": (("demo", "seeds"), 2),
    "replay": (("replay", "--from", "2026-01-01", "--to", "2026-12-31"), 0),
    "feeds list": (("feeds", "list", "--json"), 0),
    "feeds check": (("feeds", "check"), 1),
    "feeds add": (("feeds", "add", "http://127.0.0.1:9/"), 2),
    "feeds import": (("feeds", "import", "feeds.opml"), 0),
    "feeds export": (("feeds", "export"), 0),
    "models list": (("models", "list"), 0),
    "models get": (("models", "get", "nobody"), 2),
    "models export": (("models", "export", ".", "--out", "model"), 2),
    "models check": (("models", "check", "."), 2),
    "profile show": (("profile", "show"), 0),
    "topic new": (("topic", "new", "http://127.0.0.1:9/", "--title", "x"), 2),
    "topic check": (("topic", "check"), 0),
    "topic preview": (("topic", "preview", "feed.xml"), 2),
    "issues list": (("issues", "list"), 0),
    "issues show": (("issues", "show", "1"), 0),
    "issues diff": (("issues", "diff", "1", "2"), 0),
    "issues resend": (("issues", "resend", "1"), 2),
    "issues feed": (("issues", "feed"), 0),
}


def leaves(command=None, path=()):
    """Every command of the tree: its words, and the options it has."""
    command = command or typer.main.get_command(app)
    below = getattr(command, "commands", None)
    if not below:
        yield " ".join(path), {option for each in command.params for option in each.opts}
    for name, each in (below or {}).items():
        yield from leaves(each, (*path, name))


TREE = dict(leaves())


@pytest.fixture(scope="module")
def told():
    """What gives the results of cases, see tests/cli/terminals.py."""
    with Terminals() as terminals:
        yield terminals.told


@pytest.fixture(scope="module")
def demo(tmp_path_factory, told):
    """The folder that `monitor demo` leaves behind, with a few files to give to commands."""
    place = tmp_path_factory.mktemp("demo") / "trade"
    [made] = told([{"arguments": ["demo", str(place)], "cwd": str(place.parent)}])
    assert made["code"] == 0, made["err"]
    (place / "feed.xml").write_text(FEED, "utf-8")
    (place / "page.html").write_text("<title>税</title><p>“Soybeans” … " * 40, "utf-8")
    (place / "feeds.opml").write_text('<opml version="2.0"><body/></opml>')
    return place


def broken(cases, results):
    """What was promised and not kept: the case, and what came of it."""
    assert len(cases) == len(results)
    return [
        (case["arguments"], case.get("stdout"), case.get("environment"), wrong, result["err"][-300:])
        for case, result in zip(cases, results, strict=True)
        if (wrong := _wrong(case, result))
    ]


def _wrong(case, result):
    if re.search(r"Traceback|Exception ignored|^Error in sys", result["err"], re.MULTILINE):
        return "a traceback"
    if result["code"] not in case["codes"]:
        return f"exit code {result['code']}"
    if (
        result["code"]
        and not (result["err"] + result["out"]).strip()
        and case.get("stdout", "file") == "file"
    ):
        return "no word of why"
    return ""


def test_every_command_of_the_tree_is_typed_here():
    assert set(TYPED) == set(TREE)


@pytest.mark.parametrize(("stdout", "encoding"), [("file", "latin-1"), ("pipe", "utf-8")])
def test_no_terminal_and_no_reader_that_goes_away_changes_what_a_command_does(told, demo, stdout, encoding):
    cases = [
        {"arguments": words, "cwd": str(demo), "stdout": stdout, "encoding": encoding, "codes": [code]}
        for words, code in TYPED.values()
    ]
    assert broken(cases, told(cases)) == []


def test_standard_output_may_be_closed(told, demo):
    cases = [
        {"arguments": TYPED[name][0], "cwd": str(demo), "stdout": "none", "codes": [0]}
        for name in ("status", "feeds list", "feeds export")
    ]
    assert broken(cases, told(cases)) == []


def test_a_full_disk_behind_standard_output_is_said_once_the_work_is_done(told, demo):
    # `run` prints nothing there; what fails says why on standard error, and nothing of the other trouble.
    cases = [
        {"arguments": words, "cwd": str(demo), "stdout": "full", "codes": [code or 1]}
        for name, (words, code) in TYPED.items()
        if name != "run"
    ]
    results = told(cases)
    assert broken(cases, results) == []
    said = [
        result["err"].count("standard output cannot be written: No space left on device")
        for result in results
    ]
    printed = [name for name, (_, code) in TYPED.items() if code == 0 and name != "run"]
    assert sum(said) >= len(printed)
    assert max(said) == 1


def test_help_is_for_every_terminal(told, demo):
    cases = [
        {"arguments": [*name.split(), "--help"], "cwd": str(demo), "encoding": "latin-1", "codes": [0]}
        for name in ("", *TREE)
    ]
    assert broken(cases, told(cases)) == []


def test_a_configuration_that_cannot_be_read_is_said_in_a_sentence(told, demo, tmp_path):
    (tmp_path / "unreadable").mkdir(mode=0)
    (tmp_path / "garbage").write_bytes(b"\x00\xff" * 250)
    free = {"init", "demo", "parse", "extract", "models export", "models check"}  # they need none
    cases = [
        {
            "arguments": ["--config", str(tmp_path / config), *words],
            "cwd": str(demo),
            "codes": [2],
            "as_nobody": True,
        }
        for name, (words, _) in TYPED.items()
        if name not in free
        for config in ("unreadable", "garbage", LONG)
    ]
    assert broken(cases, told(cases)) == []


def test_moments_that_do_not_exist_are_refused_before_any_work(told, demo):
    cases = [
        {"arguments": [*TYPED[name][0], option, moment], "cwd": str(demo), "codes": [2]}
        for name, options in TREE.items()
        for option in options & set(MOMENTS)
        for moment in YEARS
    ]
    assert len(cases) > 15 * len(YEARS)
    assert broken(cases, told(cases)) == []


def test_no_argument_however_wild_gives_a_traceback(told, demo):
    named = [
        name for name in TREE if name not in ("init", "demo", "run")
    ]  # those would write where nobody looks
    cases = [
        {"arguments": [*name.split(), wild], "cwd": str(demo), "codes": [0, 1, 2]}
        for name in named
        for wild in GARBAGE
    ]
    assert broken(cases, told(cases)) == []


def test_hosts_of_every_kind_are_taken_or_refused(told, demo):
    names = ("MONITOR_WEB_HOST", "MONITOR_WEB_OPS_HOST", "MONITOR_SMTP_HOST")
    taken, refused = ("::1", "[::1]", "税", LONG), ("[::1", "[::1]:x", "http://[::1]/", "a b")
    cases = [
        {
            "arguments": ["status"],
            "cwd": str(demo),
            "environment": dict.fromkeys(names, host) | SENDER,
            "codes": [0],
        }
        for host in taken
    ] + [
        {"arguments": ["status"], "cwd": str(demo), "environment": {name: host} | SENDER, "codes": [2]}
        for host in refused
        for name in names
    ]
    assert broken(cases, told(cases)) == []


def test_an_ipv6_address_needs_no_brackets_and_may_have_them():
    settings = SmtpSettings(host="[::1]", port=9, sender="m@example.org")
    assert settings == SmtpSettings(host="::1", port=9, sender="m@example.org")
    assert greet(sender=settings.sender, settings=settings, password="").startswith("[::1]:9: ")
