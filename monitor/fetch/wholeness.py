"""Is a received document whole, whatever length was announced for it. Bytes in, yes or no out; what is not known counts as no."""

from __future__ import annotations

import json
import re

_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_SPACE = b" \t\r\n"
_ASIDES = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<!", b">"))


def is_whole(body: bytes, *, but_its_end: bool = False) -> bool:
    """Return whether the root element of a document is closed, or its JSON is complete.

    `but_its_end`: also where some of the root's end tag is missing and nothing else: `</rss>` may begin only behind all entries.
    """
    body = body.strip(_SPACE + b"\xef\xbb\xbf\0")
    if body[:1] in (b"{", b"["):
        return _is_json(body)
    root = _root(body)
    if not root or _is_open(body):
        return False
    end = b"</" + root
    at = body.rfind(end)
    if at >= 0 and body[at + len(end) :].lstrip(_SPACE)[:1] == b">":
        behind = body[at:].partition(b">")[2].lstrip(_SPACE)
        return not behind or behind.startswith((b"<!--", b"<?"))
    if not but_its_end:
        return False
    if root.lower() == b"rss" and body.endswith(b"</channel>"):
        return True
    begun = body[body.rfind(b"<") :].rstrip(_SPACE)
    return len(begun) > 1 and end.startswith(begun)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _root(body: bytes) -> bytes:
    """The name of the first element; b"" for none."""
    at = body.find(b"<")
    while at >= 0:
        name = _ROOT.match(body, at)
        if name:
            return name[1]
        end = next((end for start, end in _ASIDES if body.startswith(start, at)), b"<")
        closed = body.find(end, at + 1)
        at = body.find(b"<", closed) if closed >= 0 else -1
    return b""


def _is_open(body: bytes) -> bool:
    """Whether a document stops inside a CDATA section or, before its last end tag, inside a comment."""
    if body.rfind(b"<![CDATA[") > body.rfind(b"]]>"):
        return True
    inside = body[: body.rfind(b"</")]
    return inside.rfind(b"<!--") > inside.rfind(b"-->")
