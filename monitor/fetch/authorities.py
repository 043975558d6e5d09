"""Certificate authorities, read once and only when an https address needs them.

aiohttp reads them twice while it is imported: a tenth of a second, much of the start of a short run. So it is imported here,
first, with stand-ins that trust nobody; wire.py hands `trusted()` over with each https request. Should a connection ever be
made without it, it fails.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@cache
def trusted() -> ssl.SSLContext:
    """The system's certificate authorities."""
    return ssl.create_default_context()


def _trusting_nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@contextmanager
def _unread() -> Iterator[None]:
    """Within: making an SSL context reads no file."""
    create, read = ssl.create_default_context, ssl.SSLContext.set_default_verify_paths
    try:
        setattr(ssl, "create_default_context", _trusting_nobody)  # noqa: B010 -- mypy knows it as a function
        setattr(ssl.SSLContext, "set_default_verify_paths", lambda _context: None)  # noqa: B010
        yield
    finally:
        setattr(ssl, "create_default_context", create)  # noqa: B010
        setattr(ssl.SSLContext, "set_default_verify_paths", read)  # noqa: B010


with _unread():
    import aiohttp  # noqa: F401 -- for the modules that follow
