"""The small web server: one question in, one page out. What the pages say is decided in `monitor.web.front`."""

from __future__ import annotations

from monitor.web.server import Answering, Limits, Web

__all__ = ["Answering", "Limits", "Web"]
