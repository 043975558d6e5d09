"""What is installed is what was locked: versions, hashes, floors below which a hole is known."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
# Below these a vulnerability is known, or the program does not start.
FLOORS = {"urllib3": (2, 6, 3), "lxml-html-clean": (0, 4), "jinja2": (3, 1, 6), "feedparser": (6, 0, 11)}


def locked(name):
    """Package -> version, and the number of hashes, of a lock file."""
    text = (ROOT / name).read_text("ascii").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        pinned = re.match(r"([a-z0-9-]+)==(\S+)", line)
        if pinned:
            found.setdefault(pinned[1], (pinned[2], line.count("--hash=sha256:")))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name):
    assert "://" not in (ROOT / name).read_text("ascii")


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name):
    found = locked(name)
    assert len(found) > 30
    assert [package for package, (_, hashes) in found.items() if not hashes] == []


@pytest.mark.parametrize("name", LOCKS)
@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_no_version_below_a_known_hole_is_locked(name, package, floor):
    version = tuple(int(part) for part in re.findall(r"\d+", locked(name)[package][0])[: len(floor)])
    assert version >= floor


def test_all_that_is_asked_for_is_locked():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.match(r"[A-Za-z0-9-]+", each)[0] for each in asked}
    assert names - set(locked("requirements.lock")) == set()


def wheel(folder, name="northland_probe", version="1.0", *, metadata=""):
    """A wheel of a package nobody has, as small as can be; `metadata` are further lines of its description."""
    file = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    described = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n{metadata}"
    parts = {
        f"{name}.py": b"",
        f"{info}/METADATA": described.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(file, "w") as archive:
        rows = []
        for inside, body in parts.items():
            archive.writestr(inside, body)
            digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
            rows.append(f"{inside},sha256={digest},{len(body)}")
        archive.writestr(f"{info}/RECORD", "\n".join(rows) + "\n")
    return file


def pinned(file):
    """The line of a lock for a wheel."""
    name, version = file.name.split("-")[:2]
    return (
        f"{name.replace('_', '-')}=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"
    )


def pip_install(python, folder, lock, *options):
    """Install a lock from a folder of wheels into the folder `site` in it, with the pip of this Python; the ended process."""
    command = [python, "-m", "pip", "install", "--quiet", "--no-index", "--find-links", folder]
    command += ["--require-hashes", *options, "-r", lock, "--target", folder / "site", "--no-cache-dir"]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def asks_for_an_extra(tmp_path):
    """A lock of two wheels, of which one asks for the other with an extra as pytest-cov asks for coverage[toml], and a newer release."""
    probe = wheel(tmp_path, metadata="Provides-Extra: toml\n")
    asker = wheel(tmp_path, "northland_asker", metadata="Requires-Dist: northland-probe[toml]>=1.0\n")
    wheel(tmp_path, version="1.1", metadata="Provides-Extra: toml\n")
    lock = tmp_path / "a.lock"
    lock.write_text(pinned(asker) + pinned(probe))
    return lock


def test_what_is_locked_is_installed_when_a_newer_release_is_there(asks_for_an_extra, tmp_path):
    done = pip_install(sys.executable, tmp_path, asks_for_an_extra, "--no-deps")
    assert done.returncode == 0, done.stderr
    assert {folder.name for folder in (tmp_path / "site").glob("*.dist-info")} == {
        "northland_asker-1.0.dist-info",
        "northland_probe-1.0.dist-info",
    }


@pytest.mark.faults_long
@pytest.mark.parametrize(
    ("version", "needs_the_flag"), [("22.3", True), ("23.2", True), ("24.0", False), ("", False)]
)
def test_every_pip_installs_what_is_locked(asks_for_an_extra, tmp_path, version, needs_the_flag):
    """The control: without --no-deps a pip before 23.3 takes the newer release, for which the lock has no hash."""
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True, timeout=300)
    asked = [python, "-m", "pip", "install", "--quiet", f"pip=={version}" if version else "pip", "--upgrade"]
    if subprocess.run(asked, capture_output=True, timeout=300, check=False).returncode:
        pytest.skip(f"no package index in reach, or it has no pip {version}")
    assert pip_install(python, tmp_path, asks_for_an_extra, "--no-deps").returncode == 0
    without = pip_install(python, tmp_path, asks_for_an_extra, "--upgrade")
    assert bool(without.returncode) is needs_the_flag, without.stderr
    assert ("northland" in without.stderr) is needs_the_flag, without.stderr


@pytest.mark.parametrize(("is_tampered", "code"), [(False, 0), (True, 1)])
def test_a_package_with_another_hash_is_refused(tmp_path, is_tampered, code):
    file = wheel(tmp_path)
    lock = tmp_path / "a.lock"
    lock.write_text(pinned(file))
    if is_tampered:
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("northland_evil.py", b"")
    done = pip_install(sys.executable, tmp_path, lock)
    assert done.returncode == code, done.stderr
    assert ("DO NOT MATCH THE HASHES" in done.stderr) is is_tampered


def hashed_installs(text):
    """Each command of `text` that installs with hashes, its continued lines joined."""
    return [
        line
        for line in text.replace("\\\n", " ").splitlines()
        if "--require-hashes" in line and "install" in line.lower()
    ]


def lacks_the_flag(text):
    """Hashed installs that leave pip something to resolve; `$(INSTALL)` of the Makefile stands for what it holds."""
    install = re.search(r"^INSTALL\s*:?=(.*)$", text, re.MULTILINE)
    spelt = text.replace("$(INSTALL)", install[1] if install else "")
    return [line for line in hashed_installs(spelt) if "--no-deps" not in line]


def test_no_hashed_install_leaves_pip_anything_to_resolve():
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - the one on the path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.split("\0") if name and not name.startswith("tests/")]
    texts = [(ROOT / name).read_text("utf-8", errors="replace") for name in names if (ROOT / name).is_file()]
    assert sum(len(hashed_installs(text)) for text in texts) >= 3
    assert [line for text in texts for line in lacks_the_flag(text)] == []


def test_a_hashed_install_without_the_flag_is_found():
    assert lacks_the_flag("RUN pip install --quiet \\\n  --require-hashes -r a.lock\n")


def test_an_old_python_is_refused_in_one_sentence(tmp_path):
    old = tmp_path / "python3"
    old.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; sys.version_info = (3, 10); sys.version = \'3.10.13 old\'\n$2"\n'
    )
    old.chmod(0o755)
    command = ["make", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}", "setup"]
    alone = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    done = subprocess.run(
        command, cwd=ROOT, env=alone, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        f"monitor needs Python 3.11 or newer; {old} is 3.10.13. Name a newer one: make PYTHON=python3.12"
    )
    assert not (tmp_path / "venv").exists()
