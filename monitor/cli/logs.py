"""Events on standard error: readable on a terminal, JSON lines otherwise."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog


def configure(*, level: str, style: str) -> None:
    """Set up logging once. `style`: auto, console or json."""
    is_console = style == "console" or (style == "auto" and sys.stderr.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if is_console
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _in_order,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries' own complaints are kept out of the user's way unless they are errors.
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(name)s: %(message)s")
    for noisy in ("trafilatura", "htmldate", "apscheduler", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def _in_order(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What an eye looks for comes first: when, how bad, in which tick, what."""
    first = {key: event[key] for key in ("timestamp", "level", "tick", "event") if key in event}
    return first | dict(event)
