"""Imports structlog without rich, which it would use for tracebacks that we write in our own way: a tenth of a start.

Tables and progress bars import rich when they are drawn. To be imported before anything that imports structlog.
"""

from __future__ import annotations

import sys

if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]  # the language's own word for "not to be imported"
    try:
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]
