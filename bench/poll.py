"""Polling 200 feeds of 50 entries, beside other feed readers in the same run.

Four polls each: the first one, nothing new (the server says 304), nothing new (it sends everything again), one new entry in each
feed. Then our own with hanging, failing and broken feeds among them. Which readers and which server: docs/bench.md.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from bench.measure import Cost, command, table

FEEDS, ENTRIES = 200, 50
ROOT = Path(__file__).resolve().parents[1]
_START_S = 60.0
_MEBIBYTE = 2**20
_DEADLINE_S = 20

_SETTINGS = """[fetch]
allow_networks = ["127.0.0.0/8"]
min_gap_s = 0
per_host = 4
concurrency = {concurrency}
min_interval_s = 0
timeout_s = 10
deadline_s = {deadline_s}
"""
_POLLS = ("first", "nothing new: 304", "nothing new: 200", "one new each")
# What makes exactly 2 feeds hang, 8 fail and 6 broken: both servers draw the feeds by a hash of their number.
_TROUBLE = {
    "own": ("--hang", "0.0115", "--fail", "0.0541", "--bad-xml", "0.0388"),
    "given": ("--hang", "0.02", "--fail", "0.05", "--bad-xml", "0.036"),
}
_READABLE = FEEDS - 2 - 8


@dataclass(frozen=True, slots=True)
class Reader:
    """A feed reader: how it is set up, how it polls, and how many entries it has afterwards."""

    name: str
    set_up: Callable[[Path, str], None]
    poll: Callable[[Path], list[str]]
    environment: Callable[[Path, str], dict[str, str]] = field(
        default=lambda _folder, _base: dict(os.environ)
    )


def main() -> None:
    """Measure and print."""
    port = int(os.environ.get("PORT", "8800"))
    latencies = [float(text) for text in os.environ.get("LATENCIES_MS", "0,100").split(",")]
    rounds = int(os.environ.get("ROUNDS", "1"))
    readers = [_ours(), *_peers()]
    print(
        f"{FEEDS} feeds of {ENTRIES} entries; server: {_server_name()}; readers: {', '.join(r.name for r in readers)}"
    )
    for latency_ms in latencies:
        costs: dict[str, list[list[Cost]]] = {reader.name: [] for reader in readers}
        for _ in range(rounds):
            for reader in readers:
                with _serving(port) as base:
                    costs[reader.name].append(_polls(reader, base, latency_ms))
        _print_costs(costs, latency_ms)
    with _serving(port, *_TROUBLE["given" if _server_file() else "own"]) as base:
        _print_trouble(base)


def _polls(reader: Reader, base: str, latency_ms: float) -> list[Cost]:
    """The costs of the four polls, in the order of _POLLS."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        environment = reader.environment(folder, base)
        reader.set_up(folder, base)
        _ask(base, f"/set?latency_ms={latency_ms:g}&conditional=1")
        costs = []
        for number, before in enumerate(("/reset", "/reset", "/set?conditional=0", "/bump?n=1")):
            _ask(base, before)
            log = folder / f"log-{number}"
            cost = command(reader.poll(folder), environment=environment, log=log)
            if cost.status:
                print(
                    f"{reader.name} ended with status {cost.status}:\n{log.read_text(errors='replace')[-800:]}"
                )
            costs.append(cost)
            _ask(base, "/set?conditional=1")
        return costs


def _print_costs(costs: dict[str, list[list[Cost]]], latency_ms: float) -> None:
    ours = next(iter(costs))
    for number, name in enumerate(_POLLS):
        rows = []
        middles = {reader: _middle([run[number] for run in runs]) for reader, runs in costs.items()}
        for reader, cost in middles.items():
            share = middles[ours].cpu_s / cost.cpu_s if cost.cpu_s else 0.0
            memory = (f"{cost.peak_bytes / _MEBIBYTE:.0f}", f"{cost.together_bytes / _MEBIBYTE:.0f}")
            rows.append((reader, f"{cost.cpu_s:.2f}", f"{share:.2f}", f"{cost.wall_s:.2f}", *memory))
        head = ("", "CPU s", "ours/it", "wall s", "peak MiB", "together MiB")
        print(f"\n{name}, {latency_ms:g} ms latency\n{table(head, rows)}", flush=True)


def _middle(costs: list[Cost]) -> Cost:
    return Cost(
        cpu_s=median(c.cpu_s for c in costs),
        wall_s=median(c.wall_s for c in costs),
        peak_bytes=max(c.peak_bytes for c in costs),
        together_bytes=max(c.together_bytes for c in costs),
        status=max(abs(c.status) for c in costs),
    )


def _print_trouble(base: str) -> None:
    """Our own poll with 2 hanging, 8 failing and 6 broken feeds: when it ended and what it kept."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        reader = _ours()
        reader.set_up(folder, base)
        cost = command(reader.poll(folder), log=folder / "log")
        kept = _entries(folder)
        print(
            f"\n2 feeds hang, 8 fail, 6 are broken: ended after {cost.wall_s:.1f} s (deadline {_DEADLINE_S} s), "
            f"CPU {cost.cpu_s:.2f} s, {kept} entries kept of {_READABLE * ENTRIES} readable ones"
        )


# --------------------------------------------------------------------------- readers


def _ours() -> Reader:
    def set_up(folder: Path, base: str) -> None:
        config = folder / "config"
        config.mkdir()
        concurrency = os.environ.get("CONCURRENCY", "16")
        (config / "monitor.toml").write_text(
            _SETTINGS.format(concurrency=concurrency, deadline_s=_DEADLINE_S)
        )
        blocks = (
            f'[[feed]]\nid = "f{n}"\nname = "Feed {n}"\nurl = "{base}/feed/{n}.xml"\n' for n in range(FEEDS)
        )
        (config / "feeds.toml").write_text("\n".join(blocks))

    def poll(folder: Path) -> list[str]:
        return [
            sys.executable, "-m", "monitor",
            "--config", str(folder / "config"), "--data", str(folder / "data"), "poll", "--all",
        ]  # fmt: skip

    return Reader("monitor", set_up, poll)


def _entries(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "data" / "monitor.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def _peers() -> list[Reader]:
    """The readers in PEERS: a folder of scripts p-NAME.sh that know the words `setup` and `poll`."""
    if "PEERS" not in os.environ:
        print("PEERS names no folder of scripts for other readers: ours alone.")
        return []
    home = Path(os.environ["PEERS"]).resolve()
    found = {path.stem.removeprefix("p-"): path for path in sorted(home.glob("p-*.sh"))}
    names = os.environ.get("READERS", "").split(",") if os.environ.get("READERS") else list(found)
    return [_peer(name, found[name], home) for name in names]


def _peer(name: str, script: Path, home: Path) -> Reader:
    def environment(folder: Path, base: str) -> dict[str, str]:
        return dict(os.environ) | {"W": str(folder), "D": str(home), "S": base}

    def set_up(folder: Path, base: str) -> None:
        subprocess.run(
            [_bash(), str(script), "setup"],
            env=environment(folder, base),
            check=True,
            capture_output=True,
            cwd=folder,
        )

    return Reader(name, set_up, lambda _folder: [_bash(), str(script), "poll"], environment)


def _bash() -> str:
    return shutil.which("bash") or "/bin/bash"


# --------------------------------------------------------------------------- the server


def _server_file() -> str:
    return os.environ.get("FEEDSERVER", "")


def _server_name() -> str:
    return Path(_server_file()).name if _server_file() else "our own small one (FEEDSERVER names another)"


@contextmanager
def _serving(port: int, *trouble: str) -> Iterator[str]:
    """A fresh server on this port; its address."""
    given = [str(Path(_server_file()).resolve())] if _server_file() else ["-m", "bench.feedserver"]
    sizes = ("--port", str(port), "--feeds", str(FEEDS), "--entries", str(ENTRIES))
    server = subprocess.Popen([sys.executable, *given, *sizes, *trouble], cwd=ROOT, stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(server, base)
        yield base
    finally:
        server.terminate()
        server.wait()


def wait_for(server: subprocess.Popen[bytes], base: str) -> None:
    """Return when a feed server answers; ends the program when it does not come up."""
    until = monotonic() + _START_S
    while monotonic() < until:
        if server.poll() is not None:
            raise SystemExit(f"the feed server ended at once: is {base} in use? PORT names another port")
        try:
            _ask(base, "/stats")
        except (URLError, ConnectionError):
            sleep(0.1)
        else:
            return
    raise SystemExit(f"the feed server did not answer at {base}")


def _ask(base: str, path: str) -> None:
    with urlopen(f"{base}{path}", timeout=10) as answer:  # noqa: S310 -- our own server on loopback
        answer.read()
