"""The programs the checks need: found, or installed by their ordinary clients, or named as absent.

Debian packages by apt-get (only as root), Python packages into a throwaway environment, npm packages into a folder beside
it; all three only with `may_install`. No registry is named here: each client uses its own settings.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

DEBIAN = {"chromium": "chromium", "w3m": "w3m", "spamassassin": "spamassassin", "npm": "npm"}
PYTHON = ("playwright>=1.50,<2", "pillow>=11")
NPM = ("axe-core@4", "html-validate@10")
INSTALL_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Paths of what is there; None for what is not."""

    chromium: Path | None
    w3m: Path | None
    spamassassin: Path | None
    python: Path | None  # of the throwaway environment with playwright in it
    axe: Path | None
    html_validate: Path | None


def tools(folder: Path, *, may_install: bool) -> Tools:
    """Look for the tools, after trying to install the missing ones into `folder` and the system."""
    folder.mkdir(parents=True, exist_ok=True)
    if may_install:
        _debian()
        _python(folder)
        _npm(folder)
    return Tools(
        chromium=_found(shutil.which("chromium")),
        w3m=_found(shutil.which("w3m")),
        spamassassin=_found(shutil.which("spamassassin")),
        python=_found(folder / "venv/bin/python") if _has_playwright(folder) else None,
        axe=_found(folder / "node_modules/axe-core/axe.min.js"),
        html_validate=_found(folder / "node_modules/.bin/html-validate"),
    )


def _debian() -> None:
    missing = [package for program, package in DEBIAN.items() if shutil.which(program) is None]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *missing)


def _python(folder: Path) -> None:
    if _has_playwright(folder):
        return
    venv.create(folder / "venv", with_pip=True, symlinks=True)
    _run(str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet", *PYTHON)


def _npm(folder: Path) -> None:
    if shutil.which("npm") and not (folder / "node_modules/html-validate").is_dir():
        _run("npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *NPM)


def _has_playwright(folder: Path) -> bool:
    return any(folder.glob("venv/lib/python*/site-packages/playwright"))


def _run(*command: str) -> None:
    """Run an installer; when it fails, the tool stays absent and its checks say so."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=INSTALL_S)
        said = done.stderr if done.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        said = str(error)
    if said:
        sys.stderr.write(f"{command[0]}: could not install: {said.strip()[-400:]}\n")


def _found(path: str | Path | None) -> Path | None:
    return Path(path).absolute() if path and Path(path).exists() else None
