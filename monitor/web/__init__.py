"""The small web server: one question in, one page out. What the pages say is decided in `monitor.web.front`.

The desk (`monitor.web.desk`), which `monitor web` serves with it, is a room of its own that nothing here imports.
"""

from __future__ import annotations

from monitor.web.server import Answering, Asked, Limits, Web

__all__ = ["Answering", "Asked", "Limits", "Web"]
