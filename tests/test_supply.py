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
