"""What is installed is what was locked: versions, hashes, floors below which a hole is known."""

from __future__ import annotations

import base64
import hashlib
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


def wheel(folder):
    """A wheel of a package nobody has, as small as can be."""
    file = folder / "northland_probe-1.0-py3-none-any.whl"
    parts = {
        "northland_probe.py": b"",
        "northland_probe-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: northland-probe\nVersion: 1.0\n",
        "northland_probe-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(file, "w") as archive:
        rows = []
        for name, body in parts.items():
            archive.writestr(name, body)
            digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={digest},{len(body)}")
        archive.writestr("northland_probe-1.0.dist-info/RECORD", "\n".join(rows) + "\n")
    return file


@pytest.mark.parametrize(("is_tampered", "code"), [(False, 0), (True, 1)])
def test_a_package_with_another_hash_is_refused(tmp_path, is_tampered, code):
    file = wheel(tmp_path)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    lock = tmp_path / "a.lock"
    lock.write_text(f"northland-probe==1.0 --hash=sha256:{digest}\n")
    if is_tampered:
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("northland_evil.py", b"")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--find-links", tmp_path]
    command += ["--require-hashes", "-r", lock, "--target", tmp_path / "site", "--no-cache-dir"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
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
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        f"monitor needs Python 3.11 or newer; {old} is 3.10.13. Name a newer one: make PYTHON=python3.12"
    )
    assert not (tmp_path / "venv").exists()
