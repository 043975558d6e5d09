"""`python -m tests.docker`: is the running container what docs/docker.md promises? `make docker-check` calls it after `up --wait`.

It looks at the daemon that runs, sends a digest of the demo's week from a container to a mail server on this machine, kills the
daemon and waits for it, tries the profile `postgres`, and stops it all. One line for each promise; exit 1 when one is broken.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import NOW
from tests.deliver.servers import Sink, serving

MONDAY = "2026-03-09T12:00:00Z"
READERS = ("ann@example.org", "ben@example.org", "cho@example.org")
PASSWORD = "hunter2-of-the-docker-check"  # looked for where it must not be
GROWTH_MAX_MB, STOP_MAX_S, BACK_MAX_S, START_MAX_S = 120, 2.0, 90.0, 30.0
TOOLS = ("pip", "hatchling", "pytest", "ruff")


class Broken(Exception):  # noqa: N818 - a promise is broken
    """What is not as promised."""


def docker(*arguments: str, env: Mapping[str, str] | None = None) -> str:
    """Run docker; its output. Raises Broken with what it said when it fails."""
    done = subprocess.run(
        ["docker", *arguments],  # noqa: S607 - the docker of whoever calls
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise Broken(
            f"docker {' '.join(arguments)}: exit {done.returncode}: {(done.stderr or done.stdout)[-600:]}"
        )
    return (done.stdout + (done.stderr if arguments[0] == "logs" else "")).strip()  # a daemon logs to stderr


def compose(*arguments: str, env: Mapping[str, str] | None = None) -> str:
    """Run docker compose."""
    return docker("compose", *arguments, env=env)


def daemon(key: str) -> str:
    """One fact about the daemon's container, as `docker inspect --format` gives it."""
    return docker("inspect", "--format", "{{" + key + "}}", compose("ps", "--all", "--quiet", "monitor"))


def require(what: str, seen: object, wanted: object) -> str:
    """`seen` in words; Broken unless it is what was wanted."""
    if seen != wanted:
        raise Broken(f"{what}: {seen!r}, wanted {wanted!r}")
    return f"{what} {seen}"


# --------------------------------------------------------------------------- the promises


def is_healthy() -> str:
    """The daemon's health check."""
    return require("health", daemon(".State.Health.Status"), "healthy")


def has_no_rights() -> str:
    """A user without rights, no capabilities, nothing to write to but its volumes."""
    status = compose("exec", "-T", "monitor", "cat", "/proc/1/status")
    caps = {line.split()[0]: line.split()[1] for line in status.splitlines() if line.startswith("Cap")}
    return "; ".join(
        (
            require("uid", compose("exec", "-T", "monitor", "id", "-u"), "10001"),
            require("CapEff", int(caps["CapEff:"], 16), 0),
            require("CapBnd", int(caps["CapBnd:"], 16), 0),
            require("read-only", daemon(".HostConfig.ReadonlyRootfs"), "true"),
            require("options", daemon("json .HostConfig.SecurityOpt"), '["no-new-privileges:true"]'),
            require("processes at most", daemon(".HostConfig.PidsLimit"), "128"),
        )
    )


def is_small() -> str:
    """What the image adds to its base."""
    size = {
        name: int(docker("image", "inspect", "--format", "{{.Size}}", name))
        for name in (_base(), "monitor:latest")
    }
    grown = (size["monitor:latest"] - size[_base()]) / 1e6
    if grown > GROWTH_MAX_MB:
        raise Broken(f"{grown:.0f} MB above {_base()}, allowed {GROWTH_MAX_MB}")
    return f"{grown:.0f} MB above {_base()}"


def holds_no_tools() -> str:
    """No compiler, no package manager, no tests."""
    look = f"for t in {' '.join(TOOLS)}; do command -v /opt/monitor/bin/$t; done; command -v gcc cc make; "
    look += "find / -xdev -path '*/site-packages/tests*' -o -xdev -path '*/site-packages/monitor/*' -name 'test_*'; true"
    command = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "sh", "monitor", "-c")
    found = compose(*command, look).split()
    return require("compilers, installers and tests found", found, [])


def sends_a_digest(gateway: str, home: Path) -> str:
    """The README's second command, with readers: each gets one message, a second run sends nothing."""
    sink = Sink()
    with serve(NOW, gateway) as site, serving(sink, host=gateway) as port:
        write_config(home / "config", site)
        topic = home / "config" / "topics" / "us-china-trade.toml"
        text = topic.read_text("utf-8")
        topic.write_text(text.replace("recipients = []", f"recipients = {json.dumps(READERS)}"), "utf-8")
        (home / "monitor.env").write_text(
            f"MONITOR_SMTP_HOST={gateway}\nMONITOR_SMTP_PORT={port}\nMONITOR_SMTP_SECURITY=none\n"
            "MONITOR_SMTP_SENDER=monitor <monitor@example.org>\n"
        )
        command = (
            "run",
            "--rm",
            "--no-deps",
            "-T",
            "-e",
            "MONITOR_DATA=/tmp/data",
            "--entrypoint",
            "sh",
            "monitor",
            "-c",
        )
        twice = f"monitor digest --send --now {MONDAY} && monitor digest --send --now {MONDAY}"
        said = compose(*command, twice, env={"MONITOR_HOME": str(home)})
    require("it says so", "nothing new since issue 1" in said, True)
    got = sorted(recipient for _, recipients, _ in sink.taken for recipient in recipients)
    return require("messages arrived for", got, sorted(READERS))


def shows_no_secret(home: Path) -> str:
    """A password handed over as a file is in no inspect, no environment, no layer."""
    container = docker(
        *("compose", "run", "--detach", "--no-deps", "-T", "-e", "MONITOR_DATA=/tmp/data"),
        *("-e", "MONITOR_SMTP_PASSWORD_FILE=/run/secrets/smtp_password", "monitor", "run"),
        env={"MONITOR_HOME": str(home)},
    ).splitlines()[-1]
    try:
        _await_start(container)
        require(
            "running with a secret by file", docker("inspect", "-f", "{{.State.Running}}", container), "true"
        )
        read = docker("exec", container, "sh", "-c", "cat $MONITOR_SMTP_PASSWORD_FILE")
        require("the container reads it", read, PASSWORD)
        shown = (
            docker("inspect", container)
            + docker("history", "--no-trunc", "monitor:latest")
            + docker("logs", container)
        )
    finally:
        docker("rm", "--force", container)
    return require("times the password is shown", shown.count(PASSWORD), 0)


def _await_start(container: str) -> None:
    """Return when the daemon in a container has told that it started; Broken when it does not."""
    until = time.monotonic() + START_MAX_S
    while "daemon.started" not in docker("logs", container):
        if time.monotonic() > until:
            raise Broken(f"no daemon after {START_MAX_S:.0f} s")
        time.sleep(0.2)


def resumes_after_a_kill() -> str:
    """kill -9 of the daemon from outside: it is started again and healthy, and the issue made before is still there."""
    said = compose("run", "--rm", "-T", "monitor", "digest")
    require("`docker compose run --rm monitor digest` made an issue", "issue 1" in said, True)
    issues = compose("exec", "-T", "monitor", "monitor", "issues", "list", "--json")
    before, begun = int(daemon(".RestartCount")), time.monotonic()
    os.kill(int(daemon(".State.Pid")), 9)
    while int(daemon(".RestartCount")) == before or daemon(".State.Health.Status") != "healthy":
        if time.monotonic() - begun > BACK_MAX_S:
            raise Broken(f"not healthy {BACK_MAX_S:.0f} s after kill -9")
        time.sleep(0.5)
    took = time.monotonic() - begun
    known = compose("exec", "-T", "monitor", "monitor", "issues", "list", "--json")
    require("issues after the kill", json.loads(known), json.loads(issues))
    return f"healthy {took:.0f} s after kill -9, with {len(json.loads(known))} issue"


def runs_on_postgresql(home: Path) -> str:
    """The profile `postgres`, as docs/docker.md describes it."""
    env = {
        "MONITOR_HOME": str(home),
        "COMPOSE_PROFILES": "postgres",
        "COMPOSE_PROJECT_NAME": "monitor-check-pg",
    }
    (home / "secrets" / "postgres_password").write_text(PASSWORD)
    (home / "secrets" / "database_url").write_text(f"postgresql://monitor:{PASSWORD}@postgres/monitor")
    (home / "monitor.env").write_text("MONITOR_DATABASE_URL_FILE=/run/secrets/database_url\n")
    (home / "config" / "feeds.toml").write_text("")
    try:
        compose("up", "--detach", "--wait", "--wait-timeout", "120", env=env)
        said = compose("exec", "-T", "monitor", "monitor", "status", env=env)
        tables = compose(
            "exec",
            "-T",
            "postgres",
            "psql",
            "-U",
            "monitor",
            "-Atc",
            "select count(*) from alembic_version",
            env=env,
        )
    finally:
        compose("down", "--volumes", "--timeout", "5", env=env)
    return require("databases made in PostgreSQL", tables, "1") + f"; {said.splitlines()[0].strip()}"


def stops_quickly() -> str:
    """SIGTERM and no SIGKILL."""
    begun = time.monotonic()
    compose("stop", "monitor")
    took = time.monotonic() - begun
    if took > STOP_MAX_S:
        raise Broken(f"stopped in {took:.1f} s, allowed {STOP_MAX_S:.0f}")
    return f"stopped in {took:.1f} s; " + require("exit code", daemon(".State.ExitCode"), "0")


# --------------------------------------------------------------------------- all of it


@contextmanager
def _home() -> Iterator[Path]:
    """A house of one's own with a secret in it, that the container's user may read."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o755)
        (home / "secrets").mkdir()
        (home / "secrets" / "smtp_password").write_text(PASSWORD)
        shutil.copytree("seeds", home / "seeds")
        yield home


def _base() -> str:
    return next(
        line.split()[1] for line in Path("Dockerfile").read_text().splitlines() if line.startswith("FROM")
    )


def _gateway() -> str:
    network = daemon("range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end")
    return docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", network)


def main() -> int:
    """Try every promise; 1 when one is broken."""
    with _home() as home:
        gateway = _gateway()
        promises: tuple[tuple[str, Callable[[], str]], ...] = (
            ("healthy", is_healthy),
            ("no rights", has_no_rights),
            ("small", is_small),
            ("no tools", holds_no_tools),
            ("a digest is sent", lambda: sends_a_digest(gateway, home)),
            ("no secret is shown", lambda: shows_no_secret(home)),
            ("resumes after kill -9", resumes_after_a_kill),
            ("PostgreSQL", lambda: runs_on_postgresql(home)),
            ("stops", stops_quickly),
        )
        return max([_tried(name, promise) for name, promise in promises])


def _tried(name: str, promise: Callable[[], str]) -> int:
    try:
        print(f"ok     {name}: {promise()}", flush=True)  # noqa: T201 - a program for people
    except Broken as broken:
        print(f"BROKEN {name}: {broken}", flush=True)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
