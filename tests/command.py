"""The command line as a user types it, run in this process: `monitor("status", "--json")`."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass

import structlog

from monitor.cli import main


@dataclass(frozen=True)
class Run:
    """What came of one command."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def rows(self):
        return [json.loads(line) for line in self.lines]


class _Input:
    def __init__(self, content):
        self.buffer = io.BytesIO(content)


def run(monkeypatch, capsys, *arguments, stdin=b""):
    """Run `monitor` with these arguments."""
    monkeypatch.setattr(sys, "argv", ["monitor", *map(str, arguments)])
    monkeypatch.setattr(sys, "stdin", _Input(stdin))
    capsys.readouterr()
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        structlog.reset_defaults()  # logging goes to this test's standard error, which ends with the test
    said = capsys.readouterr()
    return Run(code, said.out, said.err)
