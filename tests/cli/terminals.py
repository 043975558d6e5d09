"""Commands before terminals of all kinds: one process loads the program once, and each command runs in a fork of it.

    python -m tests.cli.terminals <cases.jsonl >results.jsonl

A case: {"arguments", "cwd", "stdout": "file" | "pipe" | "full" | "none", "encoding", "environment", "as_nobody"}. A result:
{"code", "out", "err"}; a command that does not end is killed after a minute and has the code -9.
"""

from __future__ import annotations

import ctypes
import importlib
import io
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import typer

import monitor.cli

LOADED = (
    "rich.table", "typer.rich_utils", "monitor.app", "monitor.feeds", "monitor.articles.extract", "monitor.daemon",
    "monitor.pipeline.issuing.replay", "monitor.operations.doctor", "monitor.operations.status",
)  # fmt: skip
LIMIT_S = 60


def main():
    for name in LOADED:  # before the first fork
        importlib.import_module(name)
    # What `app()` builds anew at each call, a fifth of a second.
    monitor.cli.app = typer.main.get_command(monitor.cli.app)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)  # noqa: T201


def run(case):
    """Run one command in a fork; its exit code, and what it printed and complained of."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            _become(case, out.fileno(), err.fileno())
        _, status = os.waitpid(child, 0)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    return {"code": os.waitstatus_to_exitcode(status), "out": texts[0], "err": texts[1]}


def _become(case, out, err):
    """Be the command, as if it was started anew; never returns."""
    code = 70
    try:
        signal.alarm(LIMIT_S)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(err, 2)
        os.dup2(_target(case["stdout"], out), 1)
        if case["stdout"] == "none":
            os.close(1)
        os.environ.update(case["environment"])
        os.chdir(case["cwd"])
        if case["as_nobody"]:
            _give_up_rights()
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            stream = _stream(number, case["encoding"]) if case["stdout"] != "none" or number != 1 else None
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        sys.argv = ["monitor", *case["arguments"]]
        code = _ended()
    finally:
        os._exit(code)


def _give_up_rights():
    """For the super-user rights on files begin to count: all capabilities go (capset, version 3)."""
    header = struct.pack("<Ii", 0x20080522, 0)
    if os.geteuid() == 0 and ctypes.CDLL(None).capset(header, bytes(24)):
        raise OSError("capset")


def _target(kind, out):
    if kind == "full":
        return os.open("/dev/full", os.O_WRONLY)
    if kind == "pipe":
        reading, writing = os.pipe()
        os.close(reading)
        return writing
    return out


def _stream(number, encoding):
    if number == 0:
        return io.TextIOWrapper(open(0, "rb", closefd=False), encoding=encoding)
    raw = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
    errors = "backslashreplace" if number == 2 else "strict"
    return io.TextIOWrapper(raw, encoding=encoding, errors=errors, line_buffering=number == 2)


def _ended():
    """Run the command, and flush as the interpreter does at its end; a traceback goes where it would."""
    import traceback

    code = 0
    try:
        monitor.cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:  # noqa: BLE001 - told as the interpreter tells it
        traceback.print_exc()
        code = 1
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.write(2, b"Exception ignored at the end: standard output\n")
        code = 120
    sys.stderr.flush()
    return code


class Terminals:
    """The process that runs the commands, as long as a block lasts."""

    def __enter__(self):
        ours = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.terminals"],
            cwd=Path(__file__).parents[2],
            env=ours,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def told(self, cases):
        """The results of these cases, in their order."""
        usual = {"stdout": "file", "encoding": "utf-8", "environment": {}, "as_nobody": False}
        results = []
        for case in cases:
            print(json.dumps(usual | case), file=self._process.stdin, flush=True)
            results.append(json.loads(self._process.stdout.readline()))
        return results


if __name__ == "__main__":
    main()
