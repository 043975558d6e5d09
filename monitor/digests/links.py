"""Addresses a reader may be sent to: only http and https, written so that no mail program reads them differently.

In: an address from a feed, a page or the settings; out: the same address in ASCII, or "" when it is not safe to show.
Follows and checks nothing. Standards: RFC 3986; RFC 3490 for host names (the standard library's codec).
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from monitor.model import Digest

_URL_MAX = 2000  # characters; longer ones break in mail programs, and no article needs one
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_HOST = re.compile(r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])", re.IGNORECASE)
_KEPT = "/:?#[]@!$&*+,;=%~._-"  # RFC 3986 reserved and unreserved without ' ( ), which Markdown and old clients misread


def safe(url: str) -> str:
    """`url` when it is a plain http(s) address, percent-encoded; "" for any other.

    Refused: other schemes, user names before the host, backslashes, spaces and invisible characters, over 2,000 characters.
    """
    if not url or len(url) > _URL_MAX or _UNSAFE.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host = _ascii_host(parts.netloc)
    except ValueError:  # a bad port, an unclosed bracket, a host name no codec takes
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return ""
    rest = url.split("//", 1)[1][len(parts.netloc) :]
    return f"{parts.scheme.lower()}://{host}{quote(rest, safe=_KEPT)}"


def stem(digest: Digest) -> str:
    """The issue's file name without an ending: us-china-trade-037."""
    topic = re.sub(r"[^A-Za-z0-9._-]+", "-", digest.topic).strip("-.") or "digest"
    return f"{topic}-{digest.issue:03d}"


def online(digest: Digest) -> str:
    """Where this issue is served, "" without a base URL: its own address, or that of its file in a served folder."""
    if digest.online_url:
        return safe(digest.online_url)
    return safe(f"{digest.base_url.rstrip('/')}/{stem(digest)}.html") if digest.base_url else ""


def _ascii_host(netloc: str) -> str:
    """Host and port in ASCII, "" for a host with credentials or odd characters before or in it."""
    host, colon, port = netloc, "", ""
    if ":" in netloc and not netloc.endswith("]"):
        host, colon, port = netloc.rpartition(":")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host) or (colon and not (port.isascii() and port.isdigit())):
        return ""
    return f"{host}{colon}{port}"
