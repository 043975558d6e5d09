"""Imports aiohttp without reading the system's certificate authorities, which it would do twice: a tenth of a second.

That is much of the start of a short run, and wire.py reads them itself when the first https address needs them. What aiohttp
keeps instead trusts nobody: should a connection ever be made with it, it fails. To be imported before anything else
that imports aiohttp: by the fetcher when something is to be asked, and by whoever serves pages.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager


def _trusting_nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@contextmanager
def _unread() -> Iterator[None]:
    """Within, making an SSL context reads no file."""
    create, read = ssl.create_default_context, ssl.SSLContext.set_default_verify_paths
    try:
        setattr(ssl, "create_default_context", _trusting_nobody)  # noqa: B010 -- as an assignment mypy refuses it
        setattr(ssl.SSLContext, "set_default_verify_paths", lambda _context: None)  # noqa: B010
        yield
    finally:
        setattr(ssl, "create_default_context", create)  # noqa: B010
        setattr(ssl.SSLContext, "set_default_verify_paths", read)  # noqa: B010


with _unread():
    import aiohttp  # noqa: F401 -- for the modules that follow
