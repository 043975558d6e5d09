"""The packages of a release: which files of a checkout they must hold, and which they do hold."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = ("config/", "seeds/", "templates/")  # beside the package in a checkout, inside it in a wheel


def tracked(root: Path = ROOT) -> list[str]:
    """The files git knows, as paths from the top."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return sorted(name for name in listed.stdout.split("\0") if (root / name).is_file())


def build(source: Path, into: Path, *, only: str = "") -> None:
    """Build the wheel and the sdist of `source` into a folder; `only`: wheel or sdist."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(into)]
    command += ["-t", only] if only else []
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(f"hatchling build: exit {done.returncode}: {done.stderr[-600:]}")


def wheel_of(folder: Path) -> Path:
    """The one wheel in a folder."""
    (found,) = folder.glob("*.whl")
    return found


def sdist_of(folder: Path) -> Path:
    """The one sdist in a folder."""
    (found,) = folder.glob("*.tar.gz")
    return found


def should_be_in_wheel(names: list[str]) -> set[str]:
    """What a wheel of these files of a checkout holds, beside its own description."""
    package = {name for name in names if name.startswith("monitor/")}
    return package | {f"monitor/_data/{name}" for name in names if name.startswith(DATA)}


def in_wheel(wheel: Path) -> set[str]:
    """What a wheel holds, beside its own description."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def in_sdist(sdist: Path) -> set[str]:
    """What an sdist holds, beside its own description, as paths of a checkout."""
    with tarfile.open(sdist) as archive:
        names = [member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()]
    return {name for name in names if name != "PKG-INFO"}
