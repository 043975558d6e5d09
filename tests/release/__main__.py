"""`python -m tests.release`: wheel and sdist into dist/, and whether both are what a user may install. `make release` calls it.

One line for each check; exit 1 at the first that fails. Nothing is uploaded, no tag is set. What cannot be done here, such as an image without
a Docker engine, is said as NOT DONE.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor import __version__
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

DIST = ROOT / "dist"
LOCK = ROOT / "requirements.lock"


class Broken(Exception):  # noqa: N818 - a promise is broken
    """What is not as it should be."""


class Left(Exception):  # noqa: N818 - no error
    """What was not done here, and why."""


def call(command: Sequence[str | Path], *, cwd: Path, timeout_s: float = 600) -> str:
    """Run a command without the MONITOR_ variables of this shell; its output. Raises Broken with what it said when it fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env=kept,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except OSError as error:
        raise Broken(f"{command[0]}: {error.strerror}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-600:]
        raise Broken(f"{' '.join(map(str, command))}: exit {done.returncode}: {said}")
    return done.stdout.strip()


def clean() -> str:
    """Whether all that will be packed is committed."""
    changed = call(["git", "status", "--porcelain"], cwd=ROOT)
    if changed:
        raise Broken(f"commit first, or take away what is not to be released:\n{changed}")
    return f"the checkout is commit {call(['git', 'rev-parse', '--short', 'HEAD'], cwd=ROOT)}"


def packed() -> str:
    """Build both packages; older ones of ours go."""
    for old in DIST.glob("monitor_digest-*"):
        old.unlink()
    build(ROOT, DIST)
    named = [wheel_of(DIST).name, sdist_of(DIST).name]
    if not all(name.startswith(f"monitor_digest-{__version__}") for name in named):
        raise Broken(f"{' and '.join(named)} are not of version {__version__}")
    return f"built dist/{named[0]} and dist/{named[1]}"


def complete() -> str:
    """Compare what is inside with what git knows."""
    names = tracked()
    odd = in_wheel(wheel_of(DIST)) ^ should_be_in_wheel(names) | in_sdist(sdist_of(DIST)) ^ set(names)
    if odd:
        raise Broken(f"missing, or not known to git: {', '.join(sorted(odd))}")
    return f"wheel and sdist hold what git knows, {len(names)} files"


def built_again() -> str:
    """Build the wheel from the sdist: somebody who has only that gets the same bytes."""
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(sdist_of(DIST)) as archive:
            archive.extractall(place, filter="data")
        (source,) = Path(place).iterdir()
        build(source, Path(place) / "dist", only="wheel")
        if wheel_of(Path(place) / "dist").read_bytes() != wheel_of(DIST).read_bytes():
            raise Broken("the sdist builds another wheel")
    return "the sdist builds the same wheel, byte for byte"


def installed() -> str:
    """Install the wheel into an empty environment, and use it in an empty folder."""
    with tempfile.TemporaryDirectory() as place:
        here = Path(place) / "here"
        here.mkdir()
        call([sys.executable, "-m", "venv", "../venv"], cwd=here)
        bin_ = Path(place) / "venv" / "bin"
        pip = [bin_ / "python", "-m", "pip", "install", "--quiet", "--no-deps"]
        call([*pip, "--require-hashes", "-r", LOCK], cwd=here)
        call([*pip, wheel_of(DIST)], cwd=here)
        call([bin_ / "python", "-m", "pip", "check"], cwd=here)
        said = call([bin_ / "monitor", "--version"], cwd=here)
        if said != f"monitor {__version__}":
            raise Broken(f"monitor --version says {said}")
        call([bin_ / "monitor", "init", "mine"], cwd=here)
        (here / "mine" / "config" / "feeds.toml").write_text("")  # nobody is asked
        call([bin_ / "monitor", "--config", "mine/config", "--data", "mine/data", "digest"], cwd=here)
        if not list((here / "mine" / "out").glob("*.html")):
            raise Broken("monitor digest wrote no digest")
    return f"installed into an empty environment: {said}; init and digest work in an empty folder"


def image() -> str:
    """Build the image, where an engine answers, and ask it for its version."""
    try:
        call(["docker", "info"], cwd=ROOT, timeout_s=30)
    except (Broken, subprocess.TimeoutExpired):
        raise Left("no Docker engine answers here, so no image was built or looked at") from None
    tag = f"monitor-digest:{__version__}"
    call(["docker", "build", "--quiet", "--tag", tag, "."], cwd=ROOT, timeout_s=1800)
    said = call(["docker", "run", "--rm", tag, "--version"], cwd=ROOT)
    if said != f"monitor {__version__}":
        raise Broken(f"the image says {said}")
    return f"image {tag}: {said}"


def noted() -> str:
    """Whether CHANGELOG.md has a section for the version."""
    if has_section((ROOT / "CHANGELOG.md").read_text("utf-8"), __version__):
        return f"CHANGELOG.md has a section {__version__}"
    raise Left(f"CHANGELOG.md has no section {__version__} with a date: packages to try, not yet a release")


def has_section(changelog: str, version: str) -> bool:
    """Whether a changelog has a section with a date for a version."""
    return bool(re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE))


CHECKS: tuple[Callable[[], str], ...] = (clean, packed, complete, built_again, installed, image, noted)


def main() -> int:
    """Make every check; 0 when none failed."""
    for check in CHECKS:
        try:
            print(f"ok        {check()}", flush=True)  # noqa: T201 - a program for people
        except Left as left:
            print(f"NOT DONE  {check.__name__}: {left}", flush=True)  # noqa: T201 - the same
        except (Broken, RuntimeError) as error:
            print(f"BROKEN    {check.__name__}: {error}", flush=True)  # noqa: T201 - the same
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
