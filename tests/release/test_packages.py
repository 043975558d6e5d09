"""What is given to others: the whole program, and nothing that only lies in a checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile

import pytest

from monitor import __version__
from tests.release import __main__ as release
from tests.release.__main__ import has_section
from tests.release.packages import (
    ROOT,
    build,
    in_sdist,
    in_wheel,
    sdist_of,
    should_be_in_wheel,
    tracked,
    wheel_of,
)

LEFT_THERE = ("secrets/smtp_password", "data/monitor.db", "out/2026-11-30.html", ".venv/pyvenv.cfg")


def checkout(folder):
    """A copy of the tracked files."""
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Wheel and sdist of a checkout that was used: with a secret, a database and digests in it."""
    source = checkout(tmp_path_factory.mktemp("used"))
    for name in LEFT_THERE:
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("hunter2")
    dist = tmp_path_factory.mktemp("dist")
    build(source, dist)
    return dist


def test_the_sdist_is_what_git_knows(built):
    assert in_sdist(sdist_of(built)) ^ set(tracked()) == set()


def test_the_wheel_is_the_program_with_its_files(built):
    assert in_wheel(wheel_of(built)) ^ should_be_in_wheel(tracked()) == set()


def test_names_say_the_version(built):
    assert wheel_of(built).name == f"monitor_digest-{__version__}-py3-none-any.whl"
    assert sdist_of(built).name == f"monitor_digest-{__version__}.tar.gz"


def test_control_a_file_that_git_does_not_know_is_found(tmp_path):
    source = checkout(tmp_path / "checkout")
    (source / "seeds" / "mine.md").write_text("my own article")
    build(source, tmp_path / "dist")
    assert in_sdist(sdist_of(tmp_path / "dist")) - set(tracked()) == {"seeds/mine.md"}
    stray = in_wheel(wheel_of(tmp_path / "dist")) - should_be_in_wheel(tracked())
    assert stray == {"monitor/_data/seeds/mine.md"}


@pytest.fixture
def installed(built, tmp_path):
    """Run `python -m monitor` of the wheel in an empty folder; this checkout is not to be found from there."""
    site, here = tmp_path / "site", tmp_path / "here"
    here.mkdir()
    zipfile.ZipFile(wheel_of(built)).extractall(site)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    path = os.pathsep.join([str(site), sysconfig.get_path("purelib")])

    def run(*command):
        # -S: no .pth file is read, so the editable installation of this checkout does not count.
        return subprocess.run(
            [sys.executable, "-S", *command],
            cwd=here,
            env=kept | {"PYTHONPATH": path, "HOME": str(here)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    run.site, run.here = site, here
    return run


def test_the_wheel_works_away_from_the_checkout(installed):
    where = installed("-c", "import monitor; print(monitor.__file__)")
    assert where.stdout.strip() == str(installed.site / "monitor" / "__init__.py")
    assert installed("-m", "monitor", "--version").stdout.strip() == f"monitor {__version__}"
    first = installed("-m", "monitor", "init", "mine")
    assert first.returncode == 0, first.stderr
    mine = installed.here / "mine"
    for name in tracked():
        if name.startswith(("config/", "seeds/")):
            assert (mine / name).read_bytes() == (ROOT / name).read_bytes()
    (mine / "config" / "feeds.toml").write_text("")  # nobody is asked
    digest = installed("-m", "monitor", "--config", "mine/config", "--data", "mine/data", "digest")
    assert digest.returncode == 0, digest.stderr
    assert "<html" in next((mine / "out").glob("*.html")).read_text("utf-8")


def test_a_release_has_a_section_with_a_date_in_the_changelog():
    text = "## [Unreleased]\n\n## [0.3.0] - 2026-12-01\n\n### Added\n- Something.\n"
    assert has_section(text, "0.3.0")
    assert not has_section(text, "0.3")
    assert not has_section("## [Unreleased]\n\n## [0.3.0]\n", "0.3.0")


def releases(text):
    """The releases of a changelog, newest first: version and day."""
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)


def test_the_newest_release_of_the_changelog_is_the_version_that_stands_in_the_package():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = releases(text)
    assert found[0][0] == __version__
    numbers = [tuple(map(int, version.split("."))) for version, _ in found]
    assert numbers == sorted(set(numbers), reverse=True)
    assert [day for _, day in found] == sorted((day for _, day in found), reverse=True)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE)[0] == "[Unreleased]"
    others = ("pyproject.toml", "Dockerfile", "docker-compose.yml", "README.md")
    assert [name for name in others if __version__ in (ROOT / name).read_text("utf-8")] == []


def test_control_a_section_without_a_day_is_no_release():
    assert releases("## [0.3.0]\n## [0.2.0] - 2026-11-30\n") == [("0.2.0", "2026-11-30")]


def test_control_a_check_that_breaks_ends_the_release(monkeypatch, capsys):
    def left():
        raise release.Left("no engine")

    def broken():
        raise release.Broken("another wheel")

    monkeypatch.setattr(release, "CHECKS", (lambda: "the first", left, broken, lambda: "never said"))
    assert release.main() == 1
    said = ["ok        the first", "NOT DONE  left: no engine", "BROKEN    broken: another wheel"]
    assert capsys.readouterr().out.splitlines() == said
    monkeypatch.setattr(release, "CHECKS", (lambda: "the first", left))
    assert release.main() == 0
