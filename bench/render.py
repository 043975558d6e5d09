"""What a digest costs beyond filling in its template: all five renderings, styles inlined, and one recipient's message."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from bench.measure import ratio
from monitor.deliver.message import build, message_id
from monitor.digests import render as rendering
from monitor.digests.render import render

TURNS = 25
_AT = datetime(2026, 11, 22, 23, 4, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    samples: Any = import_module("tests.digests.samples")
    digest = samples.digest()
    rendered = render(digest)
    shown, _ = rendering._fitted(digest, None)  # noqa: SLF001 -- the same page for the bare template

    def bare() -> str:
        return rendering._written("body.html", shown, None)  # noqa: SLF001

    def message() -> bytes:
        recipient = "reader@example.org"
        identity = message_id("topic/1", recipient, "example.org")
        return build(
            rendered,
            digest=digest,
            sender="monitor@example.org",
            recipient=recipient,
            message_id=identity,
            date=_AT,
        )

    def whole() -> bytes:
        render(digest)
        return message()

    print(f"HTML of {len(rendered.html.encode()):,} bytes, message of {len(message()):,}")
    print(
        f"all renderings, inlined, and a message, against the bare template: {ratio(whole, bare, turns=TURNS)}"
    )
    print(
        f"each further recipient's message, against the bare template:      {ratio(message, bare, turns=TURNS)}"
    )
